def money(cents):
    """Cents as text with two decimals: 1050 becomes '10.50'."""
    return f"{cents // 100}.{cents % 100:02d}"


def add_line(amounts, line):
    """Bring the amounts up to date with a line such as 'rice 2 350'."""
    item, quantity, price = line.split()
    amounts[item] = amounts.get(item, 0) + int(quantity) * int(price)

from receipt import add_line, money

amounts = {}

line = input()
add_line(amounts, line)

print("total", money(0))

from receipt import add_line, money

amounts = {}

line = input()
while line != "end":
    add_line(amounts, line)
    line = input()

total = 0
for item, amount in amounts.items():
    print(item, money(amount))
    total = total + amount
print("total", money(total))

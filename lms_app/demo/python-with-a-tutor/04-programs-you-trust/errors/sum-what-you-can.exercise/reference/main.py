total = 0
skipped = 0

line = input()
while line != "end":
    try:
        number = int(line)
    except ValueError:
        skipped = skipped + 1
    else:
        total = total + number
    line = input()

print("sum", total)
print("skipped", skipped)

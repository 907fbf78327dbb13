total = 0
skipped = 0

line = input()
while line != "end":
    total = total + int(line)
    line = input()

print("sum", total)
print("skipped", skipped)

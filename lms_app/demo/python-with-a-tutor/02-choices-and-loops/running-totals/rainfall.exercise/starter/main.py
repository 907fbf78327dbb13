rain = [float(word) for word in input().split()]

total = 0
for value in rain:
    total = value

print("total", total)

age = int(input())

if age < 4:
    print(0)
elif age < 16:
    print(5)
elif age < 65:
    print(12)
else:
    print(8)

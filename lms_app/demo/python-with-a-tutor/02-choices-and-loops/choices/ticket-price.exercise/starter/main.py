age = int(input())

if age > 16:
    print(12)
else:
    print(5)

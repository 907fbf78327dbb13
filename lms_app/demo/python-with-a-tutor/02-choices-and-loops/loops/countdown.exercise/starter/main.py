start = int(input())

for number in range(1, start):
    print(number)

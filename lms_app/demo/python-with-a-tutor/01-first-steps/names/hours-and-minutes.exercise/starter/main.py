total = int(input())

# Work out the whole hours and the minutes left over, then print them.
print(total)

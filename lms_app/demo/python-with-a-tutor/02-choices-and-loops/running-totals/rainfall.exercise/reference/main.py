rain = [float(word) for word in input().split()]

if len(rain) == 0:
    print("no data")
else:
    total = 0.0
    wettest = rain[0]
    for value in rain:
        total = total + value
        if value > wettest:
            wettest = value
    print("total", total)
    print("wettest", wettest)
    print("mean", total / len(rain))

def parcel_price(weight, abroad):
    """The price of a parcel in cents."""
    if weight <= 2:
        price = 490
    elif weight <= 10:
        price = 890
    else:
        price = 1690
    if abroad:
        price = price + 600
    return price


if __name__ == "__main__":
    print(parcel_price(1, False))

def with_item(item, basket=None):
    """Everything in the basket, followed by the item."""
    if basket is None:
        basket = []
    return basket + [item]


if __name__ == "__main__":
    print(with_item("apples"))
    print(with_item("bread"))

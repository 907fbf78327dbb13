def with_item(item, basket=[]):
    """Everything in the basket, followed by the item."""
    basket.append(item)
    return basket


print(with_item("apples"))
print(with_item("bread"))

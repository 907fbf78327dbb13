def count_words(text):
    """How often each word occurs in the text."""
    counts = {}
    for word in text:
        counts[word] = 1
    return counts


print(count_words("The tea. The hot, hot tea!"))

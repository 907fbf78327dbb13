def count_words(text):
    """How often each word occurs in the text."""
    counts = {}
    for word in text.lower().split():
        word = word.strip(".,;:!?")
        if word != "":
            counts[word] = counts.get(word, 0) + 1
    return counts


if __name__ == "__main__":
    print(count_words("The tea. The hot, hot tea!"))

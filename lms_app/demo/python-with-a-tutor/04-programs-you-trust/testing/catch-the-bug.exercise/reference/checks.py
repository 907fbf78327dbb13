def passes(is_leap):
    """True if the function is right in every year that we try."""
    expected = {2023: False, 2024: True, 1900: False, 2000: True}
    for year, answer in expected.items():
        if is_leap(year) != answer:
            return False
    return True

def passes(is_leap):
    """True if the function is right in every year that we try."""
    if is_leap(2024) != True:
        return False
    return True

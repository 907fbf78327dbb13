"""What judging costs, beside the bare process and beside another judge; see `__main__`."""

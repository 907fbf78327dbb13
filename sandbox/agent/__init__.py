"""What runs inside a cell, and the words that the host and it speak with each other."""

"""Import of an Exercism track (github.com/exercism/<language>) as a course."""

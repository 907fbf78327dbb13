"""What programs have in common, and nothing of whose they are.

It imports only Pygments and the standard library, by relative imports, because it is also started by itself: as
``python -m engine`` in the folder above, without the rest of the product (``process.py``).
"""

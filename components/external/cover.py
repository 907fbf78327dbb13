"""The React component of assets/cover.js: a picture drawn from a word."""

import reflex as rx


class Cover(rx.Component):
    """A pattern that depends on its word alone."""

    library = "$/public/cover.js"
    tag = "Cover"
    word: rx.Var[str]
    columns: rx.Var[int]
    rows: rx.Var[int]

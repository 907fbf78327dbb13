"""Pictures for what has none of its own: a course without an image, a page that is mostly empty."""

import reflex as rx

from components.external.cover import Cover


def cover(word: rx.Var | str, *, columns: int = 8, rows: int = 4, class_name: str = "") -> rx.Component:
    """A calm pattern, always the same for the same word (a course's slug); it fills the box that `class_name` makes."""
    return Cover.create(word=word, columns=columns, rows=rows, class_name=class_name)

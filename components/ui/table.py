"""Tables: caption, a head that stays, rows, and a word when there are none."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

Text = rx.Var | str


def table(
    caption: Text,
    columns: Sequence[Text],
    rows: rx.Var | Sequence[Any],
    draw: Callable[[Any], rx.Component],
    *,
    empty: Text,
    show_caption: bool = False,
) -> rx.Component:
    """A table whose rows are drawn by `draw(row)`, which returns `table_row(...)`; at most 50 rows a page."""
    head = rx.el.thead(rx.el.tr(*(rx.el.th(column, scope="col") for column in columns)))
    none = rx.el.tr(rx.el.td(empty, custom_attrs={"colSpan": len(columns)}, class_name="text-quiet"))
    if isinstance(rows, rx.Var):
        body = rx.cond(rows.length() > 0, rx.foreach(rows, draw), none)
    else:
        body = rx.fragment(*map(draw, rows)) if rows else none
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="table-caption" if show_caption else "sr-only"),
            head,
            rx.el.tbody(body),
            class_name="table",
        ),
        class_name="table-frame",
        # A frame that scrolls must be reachable by keyboard.
        tab_index=0,
        role="region",
        aria_label=caption,
    )


def table_row(*cells: rx.Component | Text, numbers: Sequence[int] = (), **props: Any) -> rx.Component:
    """One row; the first cell names it, and the columns listed in `numbers` are set in figures of equal width."""
    first, *others = cells
    return rx.el.tr(
        rx.el.th(first, scope="row"),
        *(
            rx.el.td(cell, class_name="numbers") if place in numbers else rx.el.td(cell)
            for place, cell in enumerate(others, start=1)
        ),
        **props,
    )

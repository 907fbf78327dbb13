"""Two texts beside each other, line by line; one below the other where there is no room for two."""

from dataclasses import dataclass

import reflex as rx

from components.i18n import _n
from state.side_by_side import ComparedRow

Text = rx.Var | str


@dataclass(frozen=True)
class Half:
    """What stands on one side: its sign and words for a line that differs, and the meaning that colours it."""

    sign: str
    words: rx.Var
    tone: str  # diff-missing or diff-extra
    head: rx.Var | None = None


def side_by_side(rows: rx.Var, label: Text, left: Half, right: Half) -> rx.Component:
    """The table, from left to right in every language as programs and their output are."""
    heads = [half.head for half in (left, right) if half.head is not None]
    head = rx.el.div(
        *(rx.el.span(each, role="columnheader", dir="auto", class_name="compare-side") for each in heads),
        role="row",
        class_name="compare-row compare-head",
    )
    return rx.el.div(
        *([head] if heads else []),
        rx.foreach(rows, lambda row: _row(row, left, right)),
        role="table",
        aria_label=label,
        dir="ltr",
        class_name="compare-table",
    )


def _row(row: rx.Var[ComparedRow], left: Half, right: Half) -> rx.Component:
    same = row.kind == "same"
    return rx.cond(
        row.kind == "skipped",
        rx.el.div(
            rx.el.span(
                _n("{n} line that did not change", "{n} lines that did not change", n=row.skipped),
                role="cell",
                dir="auto",
            ),
            role="row",
            class_name="compare-skipped",
        ),
        rx.el.div(
            _side(row, "left", same, left),
            _side(row, "right", same, right),
            role="row",
            class_name=rx.cond(same, "compare-row compare-same", "compare-row"),
        ),
    )


def _side(row: rx.Var[ComparedRow], side: str, same: rx.Var, half: Half) -> rx.Component:
    number, text = (row.left_number, row.left) if side == "left" else (row.right_number, row.right)
    marked = (row.left_to > row.left_from) if side == "left" else (row.right_to > row.right_from)
    place = f"compare-side compare-{side}"
    return rx.cond(
        number > 0,
        rx.el.span(
            rx.el.span(number, class_name="diff-number numbers", aria_hidden="true"),
            rx.el.span(
                rx.cond(
                    same,
                    "",
                    rx.fragment(
                        rx.el.span(half.sign, aria_hidden="true"),
                        rx.el.span(half.words, dir="auto", class_name="sr-only"),
                    ),
                ),
                class_name="diff-sign",
            ),
            rx.el.span(
                rx.cond(
                    marked,
                    rx.fragment(
                        _part(row, side, "0", "from"),
                        rx.el.mark(_part(row, side, "from", "to"), class_name="diff-mark"),
                        _part(row, side, "to", "undefined"),
                    ),
                    text,
                ),
                class_name="diff-text",
            ),
            role="cell",
            class_name=rx.cond(same, place, f"{place} {half.tone}"),
        ),
        rx.el.span(role="cell", class_name=f"{place} compare-none"),
    )


def _part(row: rx.Var[ComparedRow], side: str, start: str, end: str) -> rx.Var[str]:
    """A piece of a line, counted in characters as Python counts them."""
    at, to = (f"{row}.{side}_{place}" if place in ("from", "to") else place for place in (start, end))
    cut = f"Array.from({row}.{side}).slice({at}, {to}).join('')"
    return rx.Var(cut, _var_type=str, _var_data=row._get_all_var_data()).to(str)

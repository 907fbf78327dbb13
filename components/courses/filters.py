"""Filters of a list as chips with counts: of the catalogue, and of the practice library."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from components.ui.display import chip
from services.courses.schemas import Facet


def filter_chips(
    label: rx.Var,
    name: str,
    facets: rx.Var,
    chosen: rx.Var,
    words: Callable[[rx.Var[str]], rx.Var[str]],
    narrow: Callable[..., Any],
) -> rx.Component:
    """The chips of one kind, each of which calls ``narrow(name, value)``; a kind that would not narrow anything is left
    out.
    """

    def one(facet: rx.Var[Facet]) -> rx.Component:
        return chip(
            rx.el.bdi(words(facet.value)),
            chosen=chosen == facet.value,
            count=facet.count,
            on_click=narrow(name, facet.value),
        )

    return rx.cond(
        (facets.length() > 1) | (chosen != ""),
        rx.el.div(
            rx.el.span(label, id=f"filter-{name}", class_name="catalogue-filter-name"),
            rx.foreach(facets, one),
            role="group",
            aria_labelledby=f"filter-{name}",
            class_name="catalogue-filter",
        ),
    )

"""Small things that show: badge, chip, card, progress, keys, isolated text."""

from typing import Any, Literal

import reflex as rx

from components.ui.icon import icon

Text = rx.Var | str
Tone = Literal["plain", "accent", "note", "right", "wrong", "caution"]


def badge(text: Text, *, tone: Tone = "plain", sign: str | None = None) -> rx.Component:
    """A word about a thing: its level, its state."""
    return rx.el.span(*([icon(sign, 14)] if sign else []), text, class_name=f"badge badge-{tone}")


def chip(
    text: Text, *, chosen: rx.Var | bool = False, count: Text | int | None = None, on_click: Any = None, **props: Any
) -> rx.Component:
    """A filter that is on or off, with how many it would leave."""
    return rx.el.button(
        text,
        *([rx.el.span(count, class_name="chip-count")] if count is not None else []),
        type="button",
        aria_pressed=rx.cond(chosen, "true", "false") if isinstance(chosen, rx.Var) else str(chosen).lower(),
        class_name="chip",
        **({"on_click": on_click} if on_click is not None else {}),
        **props,
    )


def card(*content: rx.Component, class_name: str = "", **props: Any) -> rx.Component:
    """A surface for one thing that stands by itself; never inside another."""
    return rx.el.div(*content, class_name=f"card {class_name}".strip(), **props)


def progress_bar(
    value: rx.Var | int, label: Text, *, maximum: rx.Var | int = 100, class_name: str = ""
) -> rx.Component:
    """How much is done; the label is read out."""
    return rx.el.progress(value=value, max=maximum, aria_label=label, class_name=f"progress {class_name}".strip())


def progress_ring(percent: rx.Var | int, label: Text, *, size: int = 20) -> rx.Component:
    """How much is done, as a ring for the edge of a row; `percent` from 0 to 100."""
    ring = {"cx": 12, "cy": 12, "r": 9, "fill": "none", "stroke": "currentColor", "strokeWidth": 3, "pathLength": 100}
    done = {"strokeDasharray": rx.Var.create(percent).to_string() + " 100", "transform": "rotate(-90 12 12)"}
    return rx.el.svg(
        rx.el.circle(class_name="stroke-line", custom_attrs=ring),
        rx.el.circle(class_name="text-accent", custom_attrs={**ring, **done}),
        view_box="0 0 24 24",
        width=str(size),
        height=str(size),
        role="img",
        aria_label=label,
        class_name="text-line rtl:-scale-x-100 shrink-0",
    )


def kbd(keys: str) -> rx.Component:
    """A key or keys to press, as in `kbd("Ctrl+Enter")`."""
    parts: list[rx.Component | str] = []
    for number, key in enumerate(keys.split("+")):
        parts.extend(["+"] if number else [])
        parts.append(rx.el.kbd(key, class_name="kbd"))
    return rx.el.span(*parts, dir="ltr", class_name="whitespace-nowrap")


def isolated(text: Text, **props: Any) -> rx.Component:
    """A name or a title that people wrote, so that its direction does not disturb the sentence around it."""
    return rx.el.bdi(text, **props)

"""Buttons: one primary action a screen, the others secondary or quiet; danger for what cannot be undone."""

from typing import Any, Literal

import reflex as rx

from components.external.behaviour import ActionButton
from components.i18n import _
from components.ui.icon import icon
from components.ui.link import router_link

Kind = Literal["primary", "secondary", "quiet", "danger"]


def button_class(kind: Kind = "secondary", *, small: bool = False, square: bool = False) -> str:
    """The classes of a button, for links and summaries that look like one."""
    size = "btn-small" if small else ""
    return " ".join(part for part in ("btn", f"btn-{kind}", size, "btn-square" if square else "") if part)


def button(
    *content: rx.Component | rx.Var | str,
    kind: Kind = "secondary",
    start_icon: str | None = None,
    end_icon: str | None = None,
    small: bool = False,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """A button with words: `button(_("Save"), kind="primary", on_click=State.save, busy=State.saving)`.

    With `busy` it is busy from the press on, before the server has answered; it keeps focus and takes no second press.
    """
    if "busy" in props:
        props.setdefault("busy_label", _("Working"))
    return ActionButton.create(
        *([icon(start_icon)] if start_icon else []),
        *content,
        *([icon(end_icon)] if end_icon else []),
        class_name=f"{button_class(kind, small=small)} {class_name}".strip(),
        **props,
    )


def submit(label: rx.Var | str, *, kind: Kind = "primary", class_name: str = "", **props: Any) -> rx.Component:
    """The button that sends the form it stands in."""
    return button(label, kind=kind, type="submit", class_name=class_name, **props)


def icon_button(
    name: str, label: rx.Var | str, *, kind: Kind = "quiet", class_name: str = "", **props: Any
) -> rx.Component:
    """A button that is only a picture; the label is read out and shown as a title."""
    return ActionButton.create(
        icon(name, 20),
        aria_label=label,
        title=label,
        class_name=f"{button_class(kind, square=True)} {class_name}".strip(),
        **props,
    )


def link_button(
    *content: rx.Component | rx.Var | str,
    href: rx.Var | str,
    kind: Kind = "secondary",
    start_icon: str | None = None,
    end_icon: str | None = None,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """A link to another page of the app that looks like a button."""
    return router_link(
        *([icon(start_icon)] if start_icon else []),
        *content,
        *([icon(end_icon)] if end_icon else []),
        href=href,
        class_name=f"{button_class(kind)} {class_name}".strip(),
        **props,
    )

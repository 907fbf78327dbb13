"""What a screen says about itself: callouts, empty, loading, error, offline, no permission, and the notice."""

from typing import Any, Literal

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from components.external.behaviour import After, Notice, WhileLost
from components.i18n import _
from components.ui.button import button
from components.ui.icon import icon
from state.shell import ShellState

Meaning = Literal["note", "tip", "right", "wrong", "caution"]
_MEANING_ICONS = {"note": "note", "tip": "tip", "right": "right", "wrong": "wrong", "caution": "caution"}
Text = rx.Var | str


def callout(*content: rx.Component | Text, meaning: Meaning = "note", title: Text | None = None) -> rx.Component:
    """A remark set apart; its meaning is carried by sign, colour and, where given, a title."""
    return rx.el.div(
        icon(_MEANING_ICONS[meaning], 20, "mt-0.5 shrink-0"),
        rx.el.div(
            *([rx.el.p(title, class_name="font-semibold")] if title is not None else []), *content, class_name="min-w-0"
        ),
        class_name=f"callout callout-{meaning}",
        role="note",
    )


def _state(name: str, title: Text, text: Text, action: rx.Component | None, **props: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(icon(name, 20), class_name="state-sign"),
        rx.el.p(title, class_name="text-lg font-semibold"),
        rx.el.p(text, class_name="text-quiet max-w-prose"),
        *([rx.el.div(action, class_name="mt-2")] if action is not None else []),
        class_name="state",
        **props,
    )


def empty_state(title: Text, text: Text, action: rx.Component | None = None, *, sign: str = "folder") -> rx.Component:
    """Nothing here yet, why, and what to do about it."""
    return _state(sign, title, text, action)


def error_state(title: Text, text: Text, *, on_retry: Any = None) -> rx.Component:
    """Something did not work: what happened, what was kept, and a way to try again."""
    action = button(_("Try again"), start_icon="retry", on_click=on_retry) if on_retry is not None else None
    return _state("error", title, text, action, role="alert")


def no_permission(text: Text | None = None) -> rx.Component:
    """The person is signed in but may not see this."""
    return _state(
        "lock",
        _("This is not open to you"),
        text if text is not None else _("Ask whoever runs this course if you think it should be."),
        None,
    )


def skeleton(*, lines: int = 3, class_name: str = "") -> rx.Component:
    """The shape of text that is still coming; drawn only after 300 ms, so that what is quick never flashes."""
    widths = ("w-full", "w-11/12", "w-4/5", "w-3/5")
    return After.create(
        rx.el.div(
            *(rx.el.div(class_name=f"skeleton h-4 {widths[i % len(widths)]}") for i in range(lines)),
            rx.el.span(_("Loading"), class_name="sr-only"),
            role="status",
            class_name=f"flex flex-col gap-3 {class_name}".strip(),
        ),
        ms=300,
    )


def offline_line() -> rx.Component:
    """One quiet line while the connection is lost; it goes away by itself."""
    return rx.el.div(
        WhileLost.create(
            rx.el.p(icon("offline"), rx.el.span(_("Offline. Your answers are kept here.")), class_name="offline"),
            lost=has_connection_errors,
        ),
        role="status",
    )


def notice() -> rx.Component:
    """What was just done or did not work, from the shell's state; it goes away by itself."""
    return rx.el.div(
        rx.cond(
            ShellState.notice != "",
            Notice.create(
                rx.match(
                    ShellState.notice_kind,
                    ("right", icon("right", 20, "text-right shrink-0")),
                    ("wrong", icon("wrong", 20, "text-wrong shrink-0")),
                    icon("note", 20, "text-note shrink-0"),
                ),
                rx.el.span(ShellState.notice),
                number=ShellState.notice_number,
                key=ShellState.notice_number.to_string(),
                aria_label=_("Close"),
                class_name="notice",
            ),
        ),
        role="status",
        class_name="notice-place",
    )

"""The way from an exercise to what those who teach see of it."""

import reflex as rx

from components.i18n import _
from components.ui.button import link_button
from state.shell import ShellState

_WRITERS = ("instructor", "organisation_admin", "platform_admin")


def teaching_link(exercise_id: rx.Var[str]) -> rx.Component:
    """A quiet link that learners do not see; the page behind it decides for itself who may read it.

    It leads those who write the course to the exercise's own page, and those who help to its similar programs.
    """
    page = "/teach/exercises/" + exercise_id
    return rx.match(
        ShellState.person_role,
        *((role, _link(_("For teachers"), page, "level")) for role in _WRITERS),
        ("assistant", _link(_("Similar programs"), page + "/similarity", "copy")),
        rx.fragment(),
    )


def _link(words: rx.Var, href: rx.Var, sign: str) -> rx.Component:
    return link_button(words, href=href, kind="quiet", start_icon=sign, class_name="btn-small ms-auto")

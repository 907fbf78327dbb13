"""The way from an exercise to its similar programs, for those who teach."""

import reflex as rx

from components.i18n import _
from components.ui.button import link_button
from state.shell import ShellState


def similarity_link(exercise_id: rx.Var[str]) -> rx.Component:
    """A quiet link that learners do not see; the page behind it decides for itself who may read it."""
    teaches = (ShellState.person_role != "") & (ShellState.person_role != "learner")
    return rx.cond(
        teaches,
        link_button(
            _("Similar programs"),
            href="/teach/exercises/" + exercise_id + "/similarity",
            kind="quiet",
            start_icon="copy",
            class_name="btn-small ms-auto",
        ),
    )

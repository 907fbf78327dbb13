"""A file that two tabs wrote: both texts are kept, and one is chosen, compared with the other, or brought back."""

import reflex as rx

from components.coding.history import compared_file
from components.i18n import _, fmt_time
from components.ui.button import button, icon_button
from components.ui.icon import icon
from services.coding.schemas import ExerciseView
from state.coding import ExerciseState
from state.coding_conflicts import ConflictState
from state.coding_drafts import Apart


def conflicts(view: rx.Var[ExerciseView]) -> rx.Component:
    """One calm notice for each file with two texts; nothing where there is none."""
    return rx.el.div(
        rx.cond(
            ExerciseState.apart.contains(view.id),
            rx.foreach(ExerciseState.apart[view.id], lambda apart: _notice(view, apart)),
        ),
        role="status",
        class_name="contents",
    )


def _notice(view: rx.Var[ExerciseView], apart: rx.Var[Apart]) -> rx.Component:
    return rx.el.div(
        icon("note", 18, "text-note"),
        rx.cond(apart.settled, _chosen(view, apart), _open(view, apart)),
        class_name=rx.cond(apart.settled, "draft-apart items-center", "draft-apart"),
    )


def _open(view: rx.Var[ExerciseView], apart: rx.Var[Apart]) -> rx.Component:
    compared = ConflictState.compared.contains(apart.id)
    return rx.el.div(
        rx.el.p(
            _(
                "{file} was changed in another tab at {time}. Both texts are kept.",
                file=apart.name,
                time=fmt_time(apart.at),
            )
        ),
        rx.el.div(
            button(_("Use mine"), small=True, on_click=ConflictState.use_mine(view.id, apart.id)),
            button(_("Use the other"), small=True, on_click=ConflictState.use_other(view.id, apart.id)),
            button(
                rx.cond(compared, _("Close the comparison"), _("Compare")),
                small=True,
                kind="quiet",
                on_click=ConflictState.compare(view.id, apart.id),
                aria_label=rx.cond(
                    compared, _("Close the comparison"), _("Compare the two texts of {file}", file=apart.name)
                ),
                custom_attrs={"aria-expanded": rx.cond(compared, "true", "false")},
            ),
            class_name="draft-apart-do",
        ),
        rx.cond(
            compared,
            rx.el.div(
                rx.el.p(_("The other text, and beside it mine"), class_name="text-quiet text-sm"),
                compared_file(ConflictState.compared[apart.id]),
                class_name="compare",
            ),
        ),
        class_name="draft-apart-words",
    )


def _chosen(view: rx.Var[ExerciseView], apart: rx.Var[Apart]) -> rx.Component:
    return rx.el.div(
        rx.el.p(_("The text of {file} that was not chosen is kept.", file=apart.name)),
        button(
            _("Bring it back"),
            small=True,
            start_icon="retry",
            on_click=ConflictState.bring_back(view.id, apart.id),
            aria_label=_("Bring the other text of {file} back", file=apart.name),
        ),
        icon_button(
            "close",
            _("Forget the other text of {file}", file=apart.name),
            on_click=ConflictState.forget(view.id, apart.id),
        ),
        class_name="draft-apart-words draft-apart-do",
    )

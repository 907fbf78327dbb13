"""What was handed in before at an exercise: each with its verdict and what to do with it, and two of them compared."""

import reflex as rx

from components.coding.outcome import verdict_words
from components.coding.side_by_side import Half, side_by_side
from components.i18n import _, _n, fmt_date_time
from components.ui.button import button
from components.ui.icon import icon
from services.coding.schemas import ExerciseView, SubmissionRow
from state.coding import ExerciseState
from state.coding_history import ComparedFile, HistoryState


def history(view: rx.Var[ExerciseView]) -> rx.Component:
    """The newest first, folded until somebody wants it."""
    rows = ExerciseState.history[view.id]
    return rx.cond(
        ExerciseState.history.contains(view.id) & (rows.length() > 0),
        rx.el.details(
            rx.el.summary(
                icon("chevron-down", 16, "outline-turn"),
                _n("Handed in {n} time", "Handed in {n} times", n=rows[0].number),
                class_name="exercise-more",
            ),
            rx.el.ol(rx.foreach(rows, lambda row: _handed_in(view, row)), class_name="handed-in"),
            rx.cond(
                ExerciseState.older[view.id],
                button(_("Show older ones"), kind="quiet", small=True, on_click=ExerciseState.show_older(view.id)),
            ),
            rx.el.div(
                rx.cond(
                    HistoryState.chosen[view.id],
                    rx.el.p(_("Choose the other one to compare with."), class_name="text-quiet text-sm"),
                ),
                rx.cond(HistoryState.comparisons.contains(view.id), _comparison(view)),
                role="status",
            ),
            class_name="exercise-history",
        ),
    )


def _handed_in(view: rx.Var[ExerciseView], row: rx.Var[SubmissionRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(row.number, class_name="numbers text-quiet"),
        rx.el.span(
            rx.match(
                row.status,
                ("queued", icon("clock", 16, "text-quiet")),
                ("running", icon("clock", 16, "text-quiet")),
                ("cancelled", icon("close", 16, "text-quiet")),
                rx.cond(row.verdict == "accepted", icon("right", 16, "text-right"), icon("wrong", 16, "text-wrong")),
            ),
            _row_words(row),
            class_name="handed-in-verdict",
        ),
        rx.cond(
            row.total > 0,
            rx.el.span(row.passed, "/", row.total, dir="ltr", class_name="numbers text-quiet"),
            rx.el.span(),
        ),
        rx.el.span(fmt_date_time(row.created_at), class_name="numbers text-quiet handed-in-time"),
        rx.el.span(
            button(
                _("Result"),
                kind="quiet",
                small=True,
                on_click=ExerciseState.show_submission(row.id),
                aria_label=_("Result of submission {n}", n=row.number),
            ),
            button(
                _("Use this code"),
                kind="quiet",
                small=True,
                on_click=ExerciseState.take_back(row.id),
                aria_label=_("Use the code of submission {n}", n=row.number),
            ),
            button(
                _("Hand in again"),
                kind="quiet",
                small=True,
                on_click=ExerciseState.submit_again(row.id),
                aria_label=_("Hand submission {n} in again", n=row.number),
            ),
            button(
                _("Compare"),
                kind="quiet",
                small=True,
                on_click=HistoryState.choose(view.id, row.id),
                aria_label=_("Compare submission {n}", n=row.number),
                custom_attrs={"aria-pressed": rx.cond(HistoryState.chosen[view.id] == row.id, "true", "false")},
            ),
            class_name="handed-in-do",
        ),
    )


def _row_words(row: rx.Var[SubmissionRow]) -> rx.Var:
    judged = rx.cond(row.verdict == "", _("Not judged"), verdict_words(row.verdict))
    return rx.match(
        row.status,
        ("queued", _("Waiting for the judge")),
        ("running", _("Running")),
        ("cancelled", _("Taken back")),
        judged,
    )


def _comparison(view: rx.Var[ExerciseView]) -> rx.Component:
    found = HistoryState.comparisons[view.id]
    return rx.el.section(
        rx.el.header(
            rx.el.h3(
                _("Submission {before} beside {after}", before=found.before, after=found.after),
                class_name="font-semibold",
            ),
            button(_("Close"), kind="quiet", small=True, start_icon="close", on_click=HistoryState.close(view.id)),
            class_name="flex flex-wrap items-center justify-between gap-2",
        ),
        rx.foreach(found.files, compared_file),
        class_name="compare",
    )


def compared_file(file: rx.Var[ComparedFile]) -> rx.Component:
    """A file of two programs, line beside line."""
    return rx.el.div(
        rx.el.h4(file.name, dir="ltr", class_name="font-mono text-sm"),
        rx.cond(
            file.same,
            rx.el.p(_("Nothing changed in this file."), class_name="text-quiet text-sm"),
            # Green is what came and red what went, as in every comparison of code.
            side_by_side(
                file.rows,
                file.name,
                Half("−", _("taken out"), "diff-extra"),
                Half("+", _("added"), "diff-missing"),
            ),
        ),
        rx.cond(file.cut, rx.el.p(_("The rest is not shown."), class_name="text-quiet text-sm")),
        class_name="flex flex-col gap-1",
    )

"""Judging an exercise's submissions anew: the question before, how far it is, and what it has changed."""

import reflex as rx

from components.coding.outcome import verdict_words
from components.i18n import _, _n, fmt_date_time, fmt_percent, tr
from components.ui.button import button
from components.ui.display import isolated, progress_bar
from components.ui.feedback import callout
from components.ui.icon import icon
from components.ui.overlay import dialog, dialog_close
from services.coding.schemas import RenewedRow
from state.coding_exercise_admin import TeachingState

_FOUND = TeachingState.rejudging
_GOING_ON = (_FOUND.id != "") & ~_FOUND.finished


def rejudge_button() -> rx.Component:
    """The button, and the question that it asks first; while it goes on, it says so."""
    judged = TeachingState.view.judged
    return rx.cond(
        _GOING_ON,
        button(_("Judging anew"), kind="primary", busy=True, id="rejudge"),
        dialog(
            rx.el.ul(
                rx.el.li(_("Each keeps its old verdict until it has its new one.")),
                rx.el.li(_("What somebody has completed by it stays completed.")),
                rx.el.li(_("Nobody who hands something in meanwhile has to wait for it.")),
                class_name="teach-points",
            ),
            title=_("Judge all anew?"),
            description=_n(
                "{n} submission is judged by the tests as they are now. This cannot be undone.",
                "{n} submissions are judged by the tests as they are now. This cannot be undone.",
                n=judged,
            ),
            trigger=button(
                _("Judge all anew"),
                kind="primary",
                start_icon="retry",
                disabled=judged == 0,
                title=rx.cond(judged == 0, _("Nothing has been judged here yet."), ""),
                id="rejudge",
            ),
            footer=[
                dialog_close(button(_("Cancel"))),
                dialog_close(
                    button(_("Judge anew"), kind="primary", on_click=TeachingState.rejudge, id="rejudge-start")
                ),
            ],
        ),
    )


def rejudging() -> rx.Component:
    """The one that is going on, or the last; nothing where there was none."""
    return rx.cond(
        _FOUND.id != "",
        rx.el.section(
            rx.el.h2(_("Judging anew"), id="rejudging-title", class_name="text-lg font-semibold"),
            # Said when it begins and when it ends: each number would interrupt the one before.
            rx.el.p(
                rx.match(
                    _FOUND.status,
                    ("running", _("It goes on, whether or not you stay on this page.")),
                    ("failed", _("It ended before all were judged anew.")),
                    _("Finished {date}", date=fmt_date_time(_FOUND.finished_at)),
                ),
                role="status",
                class_name="text-quiet numbers",
            ),
            rx.cond(_FOUND.message != "", callout(tr(_FOUND.message), meaning="caution")),
            rx.cond(
                _GOING_ON,
                progress_bar(
                    _FOUND.done, _("Submissions judged anew"), maximum=rx.cond(_FOUND.total > 0, _FOUND.total, 1)
                ),
            ),
            rx.el.ul(
                rx.el.li(
                    _n(
                        "{done} of {n} submission judged anew",
                        "{done} of {n} submissions judged anew",
                        n=_FOUND.total,
                        done=_FOUND.done,
                    )
                ),
                rx.el.li(_n("{n} verdict changed", "{n} verdicts changed", n=_FOUND.changed)),
                rx.cond(
                    _FOUND.kept > 0,
                    rx.el.li(
                        _n(
                            "{n} kept as it was: the judge failed on it twice",
                            "{n} kept as they were: the judge failed on them twice",
                            n=_FOUND.kept,
                        )
                    ),
                ),
                class_name="facts numbers",
            ),
            rx.cond(TeachingState.changes.length() > 0, _changes()),
            aria_labelledby="rejudging-title",
            class_name="teach-rejudging",
        ),
    )


def _changes() -> rx.Component:
    return rx.el.details(
        rx.el.summary(icon("chevron-down", 16, "outline-turn"), _("What has changed"), class_name="exercise-more"),
        rx.el.ol(rx.foreach(TeachingState.changes, _change), class_name="teach-changes"),
        rx.cond(
            TeachingState.changes_cursor != "",
            button(_("Show more"), small=True, on_click=TeachingState.more_changes, busy=TeachingState.busy),
        ),
        open=True,
    )


def _change(row: rx.Var[RenewedRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            isolated(row.name, class_name="font-semibold"),
            rx.el.span(_("submission {n}", n=row.number), class_name="text-quiet numbers"),
            class_name="teach-person",
        ),
        rx.el.span(
            _verdict(row.before, row.score_before),
            icon("arrow-end", 16, "text-quiet"),
            rx.el.span(_("became"), class_name="sr-only"),
            _verdict(row.after, row.score_after),
            class_name="teach-became",
        ),
        button(
            _("Look at it"),
            kind="quiet",
            small=True,
            on_click=TeachingState.show_submission(row.id),
            aria_label=_("Look at submission {n} of {name}", n=row.number, name=row.name),
        ),
        key=row.id,
    )


def _verdict(verdict: rx.Var, score: rx.Var) -> rx.Component:
    return rx.el.span(
        rx.cond(verdict == "accepted", icon("right", 16, "text-right"), icon("wrong", 16, "text-wrong")),
        verdict_words(verdict),
        rx.el.span(fmt_percent(score / 100), class_name="numbers text-quiet"),
        class_name="teach-verdict",
    )

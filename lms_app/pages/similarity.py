"""The page that shows those who teach an exercise which of its programs are alike."""

import reflex as rx

from components.coding.similarity import comparing, pair, report, report_skeleton
from components.i18n import _
from components.ui.button import link_button
from components.ui.feedback import empty_state, error_state, no_permission
from components.ui.shell import app_shell, page_head
from lms_app.pages.page import Page
from state.similarity import SimilarityState


def _draw() -> rx.Component:
    """The page at /teach/exercises/<exercise>/similarity."""
    title = SimilarityState.report.exercise_title
    return app_shell(
        page_head(
            _("Similar programs"),
            lead=rx.cond(title != "", _("What was handed in for “{exercise}”, compared.", exercise=title), ""),
            actions=[rx.cond(SimilarityState.status == "ready", comparing())],
        ),
        rx.match(
            SimilarityState.status,
            ("ready", rx.fragment(report(), pair())),
            (
                "missing",
                empty_state(
                    _("There is no such exercise"),
                    _("It may have been moved or renamed, or it is not open to you."),
                    link_button(_("To the catalogue"), href="/catalogue", kind="primary"),
                    sign="search",
                ),
            ),
            ("forbidden", no_permission(_("Only those who teach this course see how alike its programs are."))),
            (
                "error",
                error_state(
                    _("The report did not load"),
                    _("Nothing is lost. Try again in a moment."),
                    on_retry=SimilarityState.open,
                ),
            ),
            report_skeleton(),
        ),
        crumbs=[
            (_("Catalogue"), "/catalogue"),
            (
                rx.cond(SimilarityState.report.course_title != "", SimilarityState.report.course_title, "…"),
                rx.cond(
                    SimilarityState.report.course_slug != "",
                    "/courses/" + SimilarityState.report.course_slug,
                    "/catalogue",
                ),
            ),
            (_("Similar programs"), None),
        ],
        wide=True,
    )


similarity = Page(
    "/teach/exercises/[exercise_at]/similarity",
    _draw,
    rx.cond(
        SimilarityState.report.exercise_title != "",
        _("Similar programs") + " · " + SimilarityState.report.exercise_title,
        _("Similar programs"),
    ),
    SimilarityState.open,
)

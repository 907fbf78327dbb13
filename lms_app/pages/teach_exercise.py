"""The page of a code exercise for those who write its course."""

import reflex as rx

from components.coding.rejudging import rejudge_button, rejudging
from components.coding.teaching import teaching, teaching_skeleton
from components.i18n import _
from components.ui.button import link_button
from components.ui.feedback import empty_state, error_state, no_permission
from components.ui.shell import app_shell, page_head
from lms_app.pages.page import Page
from state.coding_exercise_admin import TeachingState


def _draw() -> rx.Component:
    """The page at /teach/exercises/<exercise>."""
    view = TeachingState.view
    return app_shell(
        page_head(
            rx.cond(view.title != "", view.title, _("Exercise")),
            lead=rx.cond(
                view.title != "",
                _("{language}, in the lesson “{lesson}”", language=view.language_label, lesson=view.lesson_title),
                "",
            ),
            actions=[
                rx.cond(
                    TeachingState.status == "ready",
                    rx.fragment(
                        link_button(_("To the lesson"), href="/learn/" + view.course_slug + "/" + view.lesson_slug),
                        link_button(_("Similar programs"), href="/teach/exercises/" + view.exercise_id + "/similarity"),
                        rejudge_button(),
                    ),
                )
            ],
        ),
        rx.match(
            TeachingState.status,
            ("ready", rx.fragment(rejudging(), teaching())),
            (
                "missing",
                empty_state(
                    _("There is no such exercise"),
                    _("It may have been moved or renamed, or it is not open to you."),
                    link_button(_("To the catalogue"), href="/catalogue", kind="primary"),
                    sign="search",
                ),
            ),
            ("forbidden", no_permission(_("Only those who write this course see this page."))),
            (
                "error",
                error_state(
                    _("The exercise did not load"),
                    _("Nothing is lost. Try again in a moment."),
                    on_retry=TeachingState.open,
                ),
            ),
            teaching_skeleton(),
        ),
        crumbs=[
            (_("Catalogue"), "/catalogue"),
            (
                rx.cond(view.course_title != "", view.course_title, "…"),
                rx.cond(view.course_slug != "", "/courses/" + view.course_slug, "/catalogue"),
            ),
            (rx.cond(view.title != "", view.title, _("Exercise")), None),
        ],
        wide=True,
    )


teach_exercise = Page(
    "/teach/exercises/[exercise_at]",
    _draw,
    rx.cond(TeachingState.view.title != "", TeachingState.view.title + " · " + _("For teachers"), _("For teachers")),
    TeachingState.open,
)

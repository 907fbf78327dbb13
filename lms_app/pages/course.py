"""The page of a course."""

import reflex as rx

from components.courses.course import course as course_article
from components.courses.course import course_skeleton
from components.i18n import _
from components.ui.button import link_button
from components.ui.feedback import empty_state, error_state
from components.ui.shell import app_shell
from lms_app.pages.page import Page
from state.courses import CoursePageState


def _draw() -> rx.Component:
    """The page at /courses/<course>."""
    return app_shell(
        rx.match(
            CoursePageState.status,
            ("ready", course_article()),
            (
                "missing",
                empty_state(
                    _("There is no such course"),
                    _("It may have been moved or renamed, or it is not open to you."),
                    link_button(_("To the catalogue"), href="/catalogue", kind="primary"),
                    sign="search",
                ),
            ),
            (
                "error",
                error_state(
                    _("The course did not load"),
                    _("Nothing is lost. Try again in a moment."),
                    on_retry=CoursePageState.open,
                ),
            ),
            course_skeleton(),
        ),
        current="catalogue",
        crumbs=[
            (_("Catalogue"), "/catalogue"),
            (rx.cond(CoursePageState.title != "", CoursePageState.title, "…"), None),
        ],
    )


course = Page(
    "/courses/[course_at]",
    _draw,
    rx.cond(CoursePageState.title != "", CoursePageState.title, _("Course")),
    CoursePageState.open,
)

"""The home of a learner."""

import reflex as rx

from components.enrolment.home import home_content
from components.i18n import _
from components.ui.feedback import error_state, skeleton
from components.ui.shell import app_shell, page_head
from lms_app.pages.page import Page
from state.home import HomeState


def _draw() -> rx.Component:
    """The page at /home."""
    return app_shell(
        page_head(_("Home")),
        rx.match(
            HomeState.status,
            ("ready", home_content()),
            (
                "error",
                error_state(
                    _("Your courses did not load"),
                    _("Your work is kept. Try again in a moment."),
                    on_retry=HomeState.open,
                ),
            ),
            skeleton(lines=4, class_name="max-w-prose"),
        ),
        current="home",
    )


home = Page("/home", _draw, _("Home"), HomeState.open)

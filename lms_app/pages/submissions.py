"""What the person has handed in, over all exercises."""

import reflex as rx

from components.coding.practice import own_submissions, practice_parts
from components.i18n import _
from components.ui.shell import app_shell, page_head
from lms_app.pages.page import Page
from state.practice import OwnSubmissionsState


def _draw() -> rx.Component:
    """The page at /practice/submissions."""
    return app_shell(
        page_head(_("Practice"), lead=_("Everything you handed in, the newest first.")),
        practice_parts("submissions"),
        own_submissions(),
        current="practice",
    )


submissions = Page("/practice/submissions", _draw, _("My submissions"), OwnSubmissionsState.open)

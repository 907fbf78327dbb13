"""The practice library: every exercise that is open to the person."""

import reflex as rx

from components.coding.practice import SEARCH_BOX, practice_list, practice_parts
from components.i18n import _
from components.ui.keys import shortcuts
from components.ui.shell import app_shell, page_head
from lms_app.pages.page import Page
from state.practice import PracticeState


def _draw() -> rx.Component:
    """The page at /practice; `q`, `level`, `topic`, `language` and `progress` in the address are its search."""
    return app_shell(
        page_head(_("Practice"), lead=_("Every exercise of your courses, what fits your level first.")),
        practice_parts("exercises"),
        practice_list(),
        shortcuts(targets={"/": f"#{SEARCH_BOX}"}),
        current="practice",
    )


practice = Page("/practice", _draw, _("Practice"), PracticeState.open)

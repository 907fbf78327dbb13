"""The playground: any program, with any input."""

import reflex as rx

from components.coding.playground import playground as bench
from components.coding.practice import practice_parts
from components.i18n import _
from components.ui.shell import app_shell, page_head
from lms_app.pages.page import Page
from state.playground import PlaygroundState


def _draw() -> rx.Component:
    """The page at /practice/playground; `language` in the address chooses one."""
    return app_shell(
        page_head(_("Practice"), lead=_("Write a program, give it an input, and see what it does.")),
        practice_parts("playground"),
        bench(),
        current="practice",
    )


playground = Page("/practice/playground", _draw, _("Playground"), PlaygroundState.open)

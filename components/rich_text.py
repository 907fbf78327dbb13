"""The only door for people's text: HTML that services.platform.richtext made safe, shown in the reading style."""

import reflex as rx

from components.external.behaviour import RichText
from components.i18n import N_, _

# The titles of callouts, added by assets/rich.js.
TITLES = (N_("Note"), N_("Tip"), N_("Important"), N_("Warning"), N_("Caution"), N_("Going further"))


def rich_text(html: rx.Var | str, class_name: str = "", **props: str) -> rx.Component:
    """Show a text. `html` is what `richtext.render(markdown)` returned on the server, never what a person typed."""
    return RichText.create(html=html, copy_label=_("Copy"), copied_label=_("Copied"), class_name=class_name, **props)

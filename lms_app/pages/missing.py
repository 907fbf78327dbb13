"""An address where there is nothing."""

import reflex as rx

from components.i18n import _
from components.ui.button import link_button
from components.ui.cover import cover
from components.ui.shell import app_shell, page_head
from lms_app.pages.page import Page


def _draw() -> rx.Component:
    return app_shell(
        cover("nothing here", columns=16, rows=3, class_name="missing-picture"),
        page_head(
            _("There is no such page"),
            lead=_("The address may be mistyped, or what was here has moved or is not open to you."),
        ),
        link_button(_("Go to the catalogue"), href="/catalogue", kind="primary"),
    )


missing = Page("/404", _draw, _("There is no such page"))

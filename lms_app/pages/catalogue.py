"""The catalogue: every course that is open."""

import reflex as rx

from components.courses.catalogue import catalogue_list
from components.i18n import _
from components.ui.keys import shortcuts
from components.ui.shell import app_shell, page_head
from lms_app.pages.page import Page
from state.courses import CatalogueState


def _draw() -> rx.Component:
    """The page at /catalogue; `q`, `level`, `category` and `language` in the address are its search."""
    return app_shell(
        page_head(_("Catalogue"), lead=_("Choose what you want to be able to do.")),
        catalogue_list(),
        shortcuts(targets={"/": "#catalogue-search"}),
        current="catalogue",
    )


catalogue = Page("/catalogue", _draw, _("Catalogue"), CatalogueState.open)

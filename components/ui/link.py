"""Links inside the app (no reload) and out of it."""

from typing import Any

import reflex as rx
from reflex_components_core.react_router import ReactRouterLink

from components.i18n import _
from components.ui.icon import icon


def router_link(*content: rx.Component | rx.Var | str, href: rx.Var | str, **props: Any) -> rx.Component:
    """A link to a page of the app without any look of its own."""
    return ReactRouterLink.create(*content, to=href, **props)


def link(*content: rx.Component | rx.Var | str, href: rx.Var | str, class_name: str = "", **props: Any) -> rx.Component:
    """A link to a page of the app, in running text or a list."""
    return router_link(*content, href=href, class_name=f"link {class_name}".strip(), **props)


def outside_link(*content: rx.Component | rx.Var | str, href: rx.Var | str, **props: Any) -> rx.Component:
    """A link to another site, in a new tab, and marked as such."""
    return rx.el.a(
        *content,
        icon("external", 14, "ms-1 inline"),
        rx.el.span(_("(opens in a new tab)"), class_name="sr-only"),
        href=href,
        target="_blank",
        rel="noopener noreferrer",
        class_name="link",
        **props,
    )


def with_next(address: str, path: rx.Var[str]) -> rx.Var[str]:
    """The address of a form, with where to go after it, if anywhere."""
    encoded = rx.Var(f"encodeURIComponent({path})", _var_type=str, _var_data=path._get_all_var_data()).to(str)
    return rx.cond(path != "", address + "?next=" + encoded, address)

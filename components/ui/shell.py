"""The frame of every screen: rail, top bar, phone bar, skip link, notice; and the plain frame of signing in."""

from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx

from components.external.behaviour import Disclosure, LanguageSelect, RailButton, SkipLink, ThemeButton
from components.i18n import N_, _, tr
from components.ui.button import button_class
from components.ui.cover import cover
from components.ui.display import isolated
from components.ui.feedback import notice, offline_line
from components.ui.form import native_form
from components.ui.icon import icon
from components.ui.link import router_link
from state.shell import ShellState

Text = rx.Var | str


@dataclass(frozen=True)
class Place:
    """One place of the rail: its key (given as `current`), words, sign, address, and who sees it."""

    key: str
    label: str
    sign: str
    href: str
    signed_in: bool = False


PLACES = (
    Place("home", N_("Home"), "home", "/home", signed_in=True),
    Place("catalogue", N_("Catalogue"), "catalogue", "/catalogue"),
    Place("practice", N_("Practice"), "code", "/practice", signed_in=True),
)


ROLES = {
    "platform_admin": N_("Platform administrator"),
    "organisation_admin": N_("Administrator"),
    "instructor": N_("Instructor"),
    "assistant": N_("Assistant"),
    "learner": N_("Learner"),
}


def _role(role: rx.Var) -> rx.Var:
    """The words for a role."""
    return rx.match(role, *((key, tr(words)) for key, words in ROLES.items()), "")


def _place_link(place: Place, current: str, class_name: str) -> rx.Component:
    here = {"aria_current": "page"} if place.key == current else {}
    item = rx.el.li(
        router_link(
            icon(place.sign, 20, "shrink-0"),
            rx.el.span(tr(place.label), class_name="place-label"),
            href=place.href,
            class_name=class_name,
            **here,
        )
    )
    return rx.cond(ShellState.signed_in, item) if place.signed_in else item


def _rail(current: str) -> rx.Component:
    return rx.el.nav(
        rx.el.ul(*(_place_link(place, current, "place") for place in PLACES), class_name="flex flex-col gap-1"),
        RailButton.create(
            icon("rail", 20),
            labels=[_("Fold the navigation"), _("Unfold the navigation")],
            class_name=button_class("quiet", square=True) + " mt-auto",
        ),
        aria_label=_("Main"),
        class_name="rail",
    )


def _phone_bar(current: str) -> rx.Component:
    account = rx.el.li(
        rx.cond(
            ShellState.signed_in,
            rx.fragment(),
            router_link(icon("person", 20), rx.el.span(_("Sign in")), href="/sign-in", class_name="phone-place"),
        )
    )
    return rx.el.nav(
        rx.el.ul(*(_place_link(place, current, "phone-place") for place in PLACES), account, class_name="flex"),
        aria_label=_("Main"),
        class_name="phone-bar",
    )


def breadcrumbs(*steps: tuple[Text, str | rx.Var | None]) -> rx.Component:
    """Where I am: pairs of words and address; the last one is this page and has no address."""
    items = [
        rx.el.li(
            router_link(isolated(words), href=href, class_name="crumb")
            if href is not None
            else rx.el.span(isolated(words), aria_current="page", class_name="crumb-here"),
            class_name="crumb-item",
        )
        for words, href in steps
    ]
    return rx.el.nav(
        rx.el.ol(*items, class_name="flex min-w-0 items-center"), aria_label=_("Where you are"), class_name="min-w-0"
    )


def language_select() -> rx.Component:
    """The choice of language; the page changes without a reload."""
    return rx.el.span(
        icon("language", 16, "absolute start-2 top-1/2 -translate-y-1/2 pointer-events-none"),
        LanguageSelect.create(aria_label=_("Language"), class_name="bar-select", on_choose=ShellState.use_language),
        icon("chevron-down", 16, "select-arrow"),
        class_name="relative inline-flex",
    )


def theme_button() -> rx.Component:
    """Light, dark, or as the system has it."""
    return ThemeButton.create(
        labels={
            "system": _("Colours: as the system"),
            "light": _("Colours: light"),
            "dark": _("Colours: dark"),
        },
        icons=[rx.Var.create(icon(name, 20)) for name in ("system", "sun", "moon")],
        class_name=button_class("quiet", square=True),
    )


def _person() -> rx.Component:
    menu = Disclosure.create(
        rx.el.div(
            rx.el.div(
                rx.el.p(isolated(ShellState.person_name), class_name="font-semibold"),
                rx.el.p(_role(ShellState.person_role), class_name="text-quiet text-sm"),
                class_name="px-2.5 pt-1.5",
            ),
            native_form(
                rx.el.button(icon("sign-out"), _("Sign out"), type="submit", class_name="menu-item w-full"),
                action="/auth/sign-out",
                class_name="mt-2 border-t border-line pt-1.5",
            ),
            class_name="menu absolute end-0 top-full mt-1 z-40",
        ),
        summary=rx.Var.create(icon("person", 20)),
        summary_class_name=button_class("quiet", square=True),
        summary_label=_("Your account"),
        class_name="relative",
    )
    sign_in = router_link(_("Sign in"), href="/sign-in", class_name=button_class("secondary") + " max-sm:hidden")
    return rx.cond(ShellState.signed_in, menu, sign_in)


def _skip_link() -> rx.Component:
    return SkipLink.create(_("Skip to the content"), class_name="skip")


def app_shell(
    *content: rx.Component,
    current: str = "",
    crumbs: Sequence[tuple[Text, str | rx.Var | None]] = (),
    search: rx.Component | None = None,
    wide: bool = False,
) -> rx.Component:
    """The frame of a usual screen. `current` is the key of its place in the rail; `wide` lifts the limit of width."""
    return rx.el.div(
        _skip_link(),
        rx.el.header(
            brand(),
            breadcrumbs(*crumbs) if crumbs else rx.fragment(),
            rx.el.div(search or rx.fragment(), language_select(), theme_button(), _person(), class_name="bar-end"),
            class_name="bar",
        ),
        _rail(current),
        rx.el.main(
            offline_line(),
            *content,
            id="content",
            tab_index=-1,
            class_name="main main-wide" if wide else "main",
        ),
        _phone_bar(current),
        notice(),
        class_name="shell",
    )


def player_shell(bar: rx.Component, *content: rx.Component, end: rx.Component | None = None) -> rx.Component:
    """The frame of the player: no rail, one bar with the way back, and the rest of the window for the content."""
    return rx.el.div(
        _skip_link(),
        rx.el.header(
            bar,
            rx.el.div(end or rx.fragment(), language_select(), theme_button(), class_name="bar-end"),
            class_name="bar",
        ),
        rx.el.main(offline_line(), *content, id="content", tab_index=-1, class_name="player-main"),
        notice(),
        class_name="player",
    )


def plain_shell(*content: rx.Component) -> rx.Component:
    """The frame of signing in and registering: one calm column, and where there is room a picture beside it."""
    return rx.el.div(
        _skip_link(),
        rx.el.header(
            brand(),
            rx.el.div(language_select(), theme_button(), class_name="bar-end"),
            class_name="bar bar-plain",
        ),
        rx.el.main(*content, id="content", tab_index=-1, class_name="plain-main"),
        cover("learning", columns=6, rows=9, class_name="plain-picture"),
        notice(),
        class_name="plain",
    )


_SIGN = "M8 9.5c3-.9 5.6-.5 8 1.3 2.4-1.8 5-2.2 8-1.3v12.2c-3-.9-5.6-.5-8 1.3-2.4-1.8-5-2.2-8-1.3zM16 10.8v12.2"


def brand() -> rx.Component:
    """The sign of the platform, leading to the catalogue."""
    return router_link(
        _sign(),
        rx.el.span(_("Learning"), class_name="font-semibold max-sm:sr-only"),
        href="/catalogue",
        class_name="brand",
    )


def _sign() -> rx.Component:
    """The drawing of assets/favicon.svg, in the page: as a file it would stand in line before the first paint."""
    return rx.el.svg(
        rx.el.rect(custom_attrs={"width": 32, "height": 32, "rx": 7, "fill": "#0b5a55"}),
        rx.el.path(
            d=_SIGN,
            custom_attrs={"fill": "none", "stroke": "#fdfcf9", "strokeWidth": 2, "strokeLinejoin": "round"},
        ),
        view_box="0 0 32 32",
        aria_hidden="true",
        class_name="size-6",
    )


def page_head(title: Text, *, lead: Text | None = None, actions: Sequence[rx.Component] = ()) -> rx.Component:
    """The head of a screen: one title, at most one sentence, and its actions always in the same place."""
    return rx.el.header(
        rx.el.div(
            rx.el.h1(isolated(title), class_name="text-2xl font-semibold"),
            *([rx.el.p(lead, class_name="mt-1 text-md text-quiet max-w-prose")] if lead is not None else []),
            class_name="min-w-0",
        ),
        *([rx.el.div(*actions, class_name="flex flex-wrap gap-2")] if actions else []),
        class_name="page-head",
    )

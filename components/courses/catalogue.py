"""The catalogue: a search, filters with counts, and the courses as cards."""

import reflex as rx

from components.courses.card import course_card, course_cards
from components.courses.filters import filter_chips
from components.courses.words import language_name, level_name
from components.external.address import AddressQuery
from components.external.behaviour import After
from components.i18n import _, _n
from components.ui.button import button
from components.ui.feedback import empty_state, error_state
from components.ui.form import search_field
from state.courses import CatalogueState, CourseRow, Piece

_BOX = "catalogue-search"


def catalogue_list() -> rx.Component:
    """Everything below the head of the catalogue."""
    ready = CatalogueState.status == "ready"
    nothing = ready & (CatalogueState.query == "") & (CatalogueState.total == 0)
    return rx.fragment(
        AddressQuery.create(query=CatalogueState.query, box=_BOX, text=CatalogueState.text, drawn=CatalogueState.drawn),
        rx.cond(nothing, _empty(), rx.fragment(_search(), rx.match(CatalogueState.status, *_below(), _skeleton()))),
    )


def _below() -> tuple[tuple[str, rx.Component], ...]:
    """What stands under the search, which stays with what was typed in it also when the courses do not come."""
    failed = error_state(
        _("The catalogue did not load"),
        _("What you searched for is kept. Try again in a moment."),
        on_retry=CatalogueState.search(CatalogueState.text),
    )
    return ("ready", _found()), ("error", failed)


def _search() -> rx.Component:
    return rx.el.div(
        search_field(
            _("Search by title or outcome"),
            id=_BOX,
            default_value=CatalogueState.text,
            on_change=CatalogueState.search.debounce(200),
            max_length=200,
            auto_complete="off",
        ),
        rx.el.div(
            filter_chips(
                _("Level"), "level", CatalogueState.levels, CatalogueState.level, level_name, CatalogueState.narrow
            ),
            filter_chips(
                _("Category"),
                "category",
                CatalogueState.categories,
                CatalogueState.category,
                lambda word: word,
                CatalogueState.narrow,
            ),
            filter_chips(
                _("Language"),
                "language",
                CatalogueState.languages,
                CatalogueState.language,
                language_name,
                CatalogueState.narrow,
            ),
            class_name="catalogue-filters",
        ),
        role="search",
        class_name="flex flex-col gap-4",
    )


def _found() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            _n("{n} course", "{n} courses", n=CatalogueState.total),
            role="status",
            class_name="catalogue-number numbers",
        ),
        rx.cond(
            CatalogueState.total > 0,
            course_cards(CatalogueState.rows, _card),
            empty_state(
                _("No course fits"),
                _("Try fewer words, or take a filter away."),
                button(_("Show all courses"), on_click=CatalogueState.clear),
                sign="search",
            ),
        ),
        rx.cond(
            CatalogueState.next_cursor != "",
            rx.el.div(
                button(_("Show more"), on_click=CatalogueState.more, busy=CatalogueState.busy),
                rx.el.span(
                    _(
                        "{shown} of {total} shown",
                        shown=CatalogueState.rows.length(),
                        total=CatalogueState.total,
                    ),
                    class_name="text-quiet numbers",
                ),
                class_name="mt-6 flex flex-wrap items-center gap-4",
            ),
        ),
    )


def _card(row: rx.Var[CourseRow]) -> rx.Component:
    return course_card(row, title=rx.el.bdi(_marked(row.title)), summary=_marked(row.summary), key=row.slug)


def _marked(pieces: rx.Var[list[Piece]]) -> rx.Component:
    return rx.foreach(pieces, lambda piece: rx.cond(piece.hit, rx.el.mark(piece.text), rx.fragment(piece.text)))


def _empty() -> rx.Component:
    return empty_state(
        _("No courses yet"),
        _("As soon as a course is published, it stands here."),
        sign="catalogue",
    )


def _skeleton() -> rx.Component:
    """The cards that are coming, in their shape, drawn only when they take their time."""
    card = rx.el.div(
        rx.el.div(class_name="course-cover skeleton"),
        rx.el.div(
            rx.el.div(class_name="skeleton h-4 w-3/5"),
            rx.el.div(class_name="skeleton h-3 w-full"),
            rx.el.div(class_name="skeleton h-3 w-4/5"),
            class_name="course-card-body",
        ),
        class_name="course-card",
    )
    return After.create(
        rx.el.div(
            rx.el.span(_("Loading"), class_name="sr-only"), *[card] * 6, role="status", class_name="course-cards mt-6"
        ),
        ms=300,
    )

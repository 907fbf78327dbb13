"""The outline of a course beside the lesson: modules that open, lessons with how far they are, and a search."""

import reflex as rx

from components.i18n import _, _n
from components.rich_text import rich_text
from components.ui.display import isolated
from components.ui.icon import icon
from components.ui.link import router_link
from services.courses.schemas import SearchHit, SyllabusLesson, SyllabusModule
from state.player import PlayerState
from state.progress import ProgressState


def outline() -> rx.Component:
    """The start pane of the player."""
    return rx.el.div(
        _search(),
        rx.cond(
            PlayerState.searched.length() > 1,
            _hits(),
            rx.el.nav(
                rx.foreach(PlayerState.outline, _module), aria_label=_("Outline"), class_name="flex flex-col gap-1"
            ),
        ),
        class_name="outline-pane",
    )


def _search() -> rx.Component:
    return rx.el.div(
        icon("search", 16, "absolute start-3 top-1/2 -translate-y-1/2 pointer-events-none text-quiet"),
        rx.el.input(
            type="search",
            id="course-search",
            placeholder=_("Search this course"),
            aria_label=_("Search this course"),
            on_change=PlayerState.search.debounce(250),
            class_name="control ps-9",
        ),
        role="search",
        class_name="relative mb-3",
    )


def _hits() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            rx.cond(
                PlayerState.hits.length() > 0,
                _n("{n} place found", "{n} places found", n=PlayerState.hits.length()),
                _("Nothing found. Try fewer or other words."),
            ),
            role="status",
            class_name="outline-count",
        ),
        rx.el.ul(rx.foreach(PlayerState.hits, _hit)),
    )


def _hit(hit: rx.Var[SearchHit], number: rx.Var[int]) -> rx.Component:
    """A place; the lesson is named once above all of its places."""
    before = PlayerState.hits[number - 1].lesson_slug
    return rx.el.li(
        rx.cond(
            (number == 0) | (before != hit.lesson_slug),
            rx.el.p(isolated(hit.lesson_title), class_name="outline-found"),
        ),
        router_link(
            rich_text(hit.html),
            href=PlayerState.lesson_base + hit.lesson_slug + "#" + hit.block_key,
            custom_attrs={"data-show-pane": "1"},
            class_name="outline-hit",
        ),
    )


def _module(module: rx.Var[SyllabusModule]) -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            icon("chevron-down", 16, "outline-turn"),
            isolated(module.title, class_name="min-w-0 grow"),
            _done_of(module),
            class_name="outline-module",
        ),
        rx.el.ul(rx.foreach(module.lessons, _lesson), class_name="flex flex-col"),
        open=module.title == PlayerState.module_title,
    )


def _done_of(module: rx.Var[SyllabusModule]) -> rx.Component:
    """How many lessons of a module are finished."""
    done, total = _finished(module), module.lessons.length()
    return rx.cond(
        done == total,
        rx.fragment(icon("check", 16, "text-right"), rx.el.span(_("Finished"), class_name="sr-only")),
        rx.el.span(
            rx.el.span(done, "/", total, dir="ltr", aria_hidden="true"),
            rx.el.span(_("{done} of {n} lessons", done=done, n=total), class_name="sr-only"),
            class_name="outline-done numbers",
        ),
    )


def _finished(module: rx.Var[SyllabusModule]) -> rx.Var[int]:
    """Counted in the browser from what it has, so that progress sends no numbers of its own."""
    marks = ProgressState.marks
    return rx.Var(
        f"{module.lessons}.filter((each) => ({marks}?.[each.id] ?? each.progress) === 'completed').length",
        _var_type=int,
        _var_data=rx.vars.VarData.merge(module._get_all_var_data(), marks._get_all_var_data()),
    ).to(int)


def _lesson(lesson: rx.Var[SyllabusLesson]) -> rx.Component:
    progress = rx.cond(ProgressState.marks.contains(lesson.id), ProgressState.marks[lesson.id], lesson.progress)
    here = PlayerState.lesson_id == lesson.id
    return rx.el.li(
        router_link(
            isolated(lesson.title, class_name="min-w-0 grow"),
            rx.cond(lesson.status == "draft", rx.el.span(_("Draft"), class_name="badge badge-caution")),
            rx.match(
                progress,
                ("completed", _sign("right", _("Finished"), "text-right")),
                ("started", _sign("doing", _("Started"), "text-accent")),
                _sign("todo", _("Not started"), "text-quiet"),
            ),
            href=PlayerState.lesson_base + lesson.slug,
            class_name="outline-lesson",
            custom_attrs={"aria-current": rx.cond(here, "page", "false"), "data-show-pane": "1"},
        )
    )


def _sign(name: str, words: rx.Var, tone: str) -> rx.Component:
    return rx.fragment(icon(name, 18, f"shrink-0 {tone}"), rx.el.span(words, class_name="sr-only"))

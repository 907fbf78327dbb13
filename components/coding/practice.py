"""The practice library: a search, filters with counts, and the exercises with how far one is at each."""

from collections.abc import Sequence

import reflex as rx

from components.coding.outcome import verdict_words
from components.coding.words import programming_language
from components.courses.filters import filter_chips
from components.courses.words import level_name
from components.external.address import AddressQuery
from components.external.behaviour import After
from components.external.practice import FilterSelect
from components.i18n import N_, _, _n, fmt_date_time, fmt_relative, tr
from components.ui.button import button, link_button
from components.ui.display import badge, isolated, progress_bar
from components.ui.feedback import empty_state, error_state
from components.ui.form import search_field
from components.ui.icon import icon
from components.ui.link import router_link
from services.coding.schemas import OwnSubmissionRow
from state.courses import Piece
from state.practice import OwnSubmissionsState, PracticeItem, PracticeState

SEARCH_BOX = "practice-search"
PROGRESS = {"new": N_("Not begun"), "tried": N_("Tried"), "solved": N_("Solved")}
_PARTS = (
    ("exercises", N_("Exercises"), "/practice"),
    ("submissions", N_("My submissions"), "/practice/submissions"),
    ("playground", N_("Playground"), "/practice/playground"),
)


def practice_parts(current: str) -> rx.Component:
    """The ways between the library, one's submissions and the playground."""
    return rx.el.nav(
        *(
            router_link(
                tr(words),
                href=href,
                class_name="tab",
                custom_attrs={"data-state": "active" if key == current else "inactive"},
                **({"aria_current": "page"} if key == current else {}),
            )
            for key, words, href in _PARTS
        ),
        aria_label=_("Practice"),
        class_name="tab-list practice-parts",
    )


def practice_list() -> rx.Component:
    """Everything below the head of the library."""
    none = (PracticeState.status == "ready") & (PracticeState.exercises == 0)
    failed = error_state(
        _("The exercises did not load"),
        _("What you searched for is kept. Try again in a moment."),
        on_retry=PracticeState.search(PracticeState.text),
    )
    return rx.fragment(
        AddressQuery.create(
            query=PracticeState.query, box=SEARCH_BOX, text=PracticeState.text, drawn=PracticeState.drawn
        ),
        rx.cond(
            none,
            _no_courses(),
            rx.fragment(
                _summary(),
                _search(),
                rx.match(PracticeState.status, ("ready", _found()), ("error", failed), _skeleton()),
            ),
        ),
    )


def _no_courses() -> rx.Component:
    return empty_state(
        _("No exercises yet"),
        _("The exercises of your courses stand here. Enrol in a course that has some."),
        link_button(_("Go to the catalogue"), href="/catalogue", kind="primary"),
        sign="code",
    )


def _summary() -> rx.Component:
    """How far one is in all that is open, whatever is searched for."""
    words = _n(
        "{solved} of {n} exercise solved",
        "{solved} of {n} exercises solved",
        n=PracticeState.exercises,
        solved=PracticeState.solved,
    )
    return rx.cond(
        PracticeState.exercises > 0,
        rx.el.div(
            progress_bar(
                PracticeState.solved, _("Exercises solved"), maximum=PracticeState.exercises, class_name="w-40"
            ),
            rx.el.span(words, class_name="numbers"),
            class_name="practice-summary",
        ),
    )


def _search() -> rx.Component:
    return rx.el.div(
        search_field(
            _("Search by title, topic or course"),
            id=SEARCH_BOX,
            default_value=PracticeState.text,
            on_change=PracticeState.search.debounce(200),
            max_length=200,
            auto_complete="off",
        ),
        rx.el.div(
            filter_chips(
                _("Level"), "level", PracticeState.levels, PracticeState.level, level_name, PracticeState.narrow
            ),
            filter_chips(
                _("Progress"),
                "progress",
                PracticeState.progresses,
                PracticeState.progress,
                _progress_words,
                PracticeState.narrow,
            ),
            filter_chips(
                _("Language"),
                "language",
                PracticeState.languages,
                PracticeState.language,
                programming_language,
                PracticeState.narrow,
            ),
            _topics(),
            class_name="catalogue-filters",
        ),
        role="search",
        class_name="flex flex-col gap-4",
    )


def _progress_words(progress: rx.Var[str]) -> rx.Var[str]:
    return rx.match(progress, *((key, tr(words)) for key, words in PROGRESS.items()), progress)


def _topics() -> rx.Component:
    """Topics are many, so they are a list to choose from."""
    return rx.cond(
        (PracticeState.topics.length() > 1) | (PracticeState.topic != ""),
        rx.el.label(
            rx.el.span(_("Topic"), class_name="catalogue-filter-name"),
            rx.el.span(
                FilterSelect.create(
                    value=PracticeState.topic,
                    options=_topic_options(),
                    on_choose=PracticeState.choose_topic,
                    class_name="control control-select",
                ),
                icon("chevron-down", 16, "select-arrow"),
                class_name="relative",
            ),
            class_name="catalogue-filter practice-topic",
        ),
    )


def _topic_options() -> rx.Var[list[list[str]]]:
    """All of them first, then each with how many exercises it would leave."""
    every = _("All topics")
    topics = PracticeState.topics
    pairs = f'[["", {every}], ...{topics}.map((facet) => [facet.value, `${{facet.value}} (${{facet.count}})`])]'
    data = rx.vars.VarData.merge(every._get_all_var_data(), topics._get_all_var_data())
    return rx.Var(pairs, _var_type=list[list[str]], _var_data=data)


def _found() -> rx.Component:
    return rx.fragment(
        rx.el.p(
            _n("{n} exercise", "{n} exercises", n=PracticeState.total),
            role="status",
            class_name="catalogue-number numbers",
        ),
        rx.cond(
            PracticeState.total > 0,
            rx.el.ol(rx.foreach(PracticeState.rows, _row), class_name="practice-rows"),
            empty_state(
                _("No exercise fits"),
                _("Try fewer words, or take a filter away."),
                button(_("Show all exercises"), on_click=PracticeState.clear),
                sign="search",
            ),
        ),
        _more(
            PracticeState.next_cursor,
            button(_("Show more"), on_click=PracticeState.more, busy=PracticeState.busy),
            rx.el.span(
                _("{shown} of {total} shown", shown=PracticeState.rows.length(), total=PracticeState.total),
                class_name="text-quiet numbers",
            ),
        ),
    )


def _more(cursor: rx.Var[str], *content: rx.Component) -> rx.Component:
    return rx.cond(cursor != "", rx.el.div(*content, class_name="mt-6 flex flex-wrap items-center gap-4"))


def _row(row: rx.Var[PracticeItem]) -> rx.Component:
    return rx.el.li(
        rx.match(
            row.progress,
            ("solved", icon("right", 20, "text-right practice-sign")),
            ("tried", icon("doing", 20, "text-caution practice-sign")),
            icon("todo", 20, "text-quiet practice-sign"),
        ),
        rx.el.div(
            rx.el.h2(router_link(rx.el.bdi(_marked(row.title)), href=row.address, class_name="course-link")),
            rx.el.p(
                isolated(row.course_title), " · ", isolated(row.lesson_title), class_name="text-quiet practice-place"
            ),
            class_name="practice-name",
        ),
        rx.el.ul(
            rx.el.li(
                level_name(row.level),
                " ",
                rx.el.span(row.difficulty, "/10", dir="ltr", aria_hidden="true", class_name="practice-difficulty"),
                rx.el.span(_("Difficulty {n} of 10", n=row.difficulty), class_name="sr-only"),
            ),
            rx.el.li(rx.el.bdi(programming_language(row.language))),
            rx.foreach(row.topics, lambda topic: rx.el.li(isolated(topic))),
            class_name="facts practice-facts",
        ),
        rx.el.span(
            _progress_words(row.progress),
            rx.cond(row.last_at != "", rx.fragment(" · ", fmt_relative(row.last_at))),
            class_name="text-quiet numbers practice-last",
        ),
        key=row.id,
        class_name="course-row practice-row",
    )


def _marked(pieces: rx.Var[list[Piece]]) -> rx.Component:
    return rx.foreach(pieces, lambda piece: rx.cond(piece.hit, rx.el.mark(piece.text), rx.fragment(piece.text)))


def own_submissions() -> rx.Component:
    """What the person has handed in, the newest first."""
    return rx.match(
        OwnSubmissionsState.status,
        ("ready", rx.cond(OwnSubmissionsState.rows.length() > 0, _submissions(), _no_submissions())),
        (
            "error",
            error_state(
                _("Your submissions did not load"),
                _("Your work is kept. Try again in a moment."),
                on_retry=OwnSubmissionsState.open,
            ),
        ),
        _skeleton(),
    )


def _no_submissions() -> rx.Component:
    return empty_state(
        _("Nothing handed in yet"),
        _("Every program that you hand in stands here with its verdict."),
        link_button(_("To the exercises"), href="/practice", kind="primary"),
        sign="code",
    )


def _submissions() -> rx.Component:
    return rx.fragment(
        rx.el.ol(rx.foreach(OwnSubmissionsState.rows, _submission), class_name="practice-rows"),
        _more(
            OwnSubmissionsState.next_cursor,
            button(_("Show more"), on_click=OwnSubmissionsState.more, busy=OwnSubmissionsState.busy),
        ),
    )


def _submission(row: rx.Var[OwnSubmissionRow]) -> rx.Component:
    title = isolated(row.exercise_title)
    return rx.el.li(
        rx.el.div(
            rx.el.h2(
                rx.cond(
                    row.address != "",
                    router_link(title, href=row.address, class_name="course-link"),
                    rx.el.span(title, class_name="font-semibold"),
                )
            ),
            rx.el.p(isolated(row.course_title), class_name="text-quiet practice-place"),
            class_name="practice-name",
        ),
        rx.el.span(rx.el.bdi(programming_language(row.language)), class_name="text-quiet practice-language"),
        rx.el.span(
            _verdict(row),
            rx.cond(
                row.total > 0,
                rx.el.span(
                    _n("{passed} of {n} test", "{passed} of {n} tests", n=row.total, passed=row.passed),
                    class_name="text-quiet text-sm numbers",
                ),
            ),
            class_name="practice-verdict",
        ),
        rx.el.span(fmt_date_time(row.created_at), class_name="text-quiet numbers practice-last"),
        key=row.id,
        class_name="course-row practice-row practice-submission",
    )


def _verdict(row: rx.Var[OwnSubmissionRow]) -> rx.Component:
    judged = rx.cond(
        row.verdict == "accepted",
        badge(verdict_words(row.verdict), tone="right", sign="check"),
        rx.cond(
            row.verdict == "", badge(_("Not judged")), badge(verdict_words(row.verdict), tone="wrong", sign="close")
        ),
    )
    return rx.match(
        row.status,
        ("queued", badge(_("Waiting for the judge"), sign="clock")),
        ("running", badge(_("Running"), sign="clock")),
        ("cancelled", badge(_("Taken back"))),
        judged,
    )


def _skeleton() -> rx.Component:
    """The rows that are coming, in their shape, drawn only when they take their time."""
    line: Sequence[rx.Component] = [
        rx.el.div(
            rx.el.div(class_name="skeleton h-5 w-5"),
            rx.el.div(
                rx.el.div(class_name="skeleton h-4 w-2/5"),
                rx.el.div(class_name="skeleton h-3 w-3/5"),
                class_name="practice-name flex flex-col gap-2",
            ),
            class_name="practice-row",
        )
    ]
    return After.create(
        rx.el.div(
            rx.el.span(_("Loading"), class_name="sr-only"), *line * 6, role="status", class_name="practice-rows mt-6"
        ),
        ms=300,
    )

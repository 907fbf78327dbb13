"""A code exercise for those who write its course: tests, figures, what was handed in, and judging it anew."""

import reflex as rx

from components.coding.outcome import judgement, verdict_words
from components.external.behaviour import After
from components.i18n import _, _n, fmt_date_time, fmt_number, fmt_percent, tr
from components.rich_text import rich_text
from components.ui.button import button, icon_button
from components.ui.display import badge, isolated, progress_bar
from components.ui.feedback import callout, empty_state
from components.ui.icon import icon
from components.ui.table import table, table_row
from services.coding.schemas import CaseRow, HandedInRow, VerdictCount
from state.coding_exercise_admin import ShownFile, TeachingState

_VIEW = TeachingState.view


def teaching() -> rx.Component:
    """The page below its head and the state of judging anew."""
    return rx.el.div(
        rx.el.div(_figures(), _tests(), class_name="teach-overview"),
        _submissions(),
        class_name="teach-page",
    )


def teaching_skeleton() -> rx.Component:
    """The page that is coming, in its shape."""
    return After.create(
        rx.el.div(
            rx.el.div(class_name="skeleton h-40 w-full"),
            *(rx.el.div(class_name="skeleton h-12 w-full") for _row in range(4)),
            rx.el.span(_("Loading"), class_name="sr-only"),
            role="status",
            class_name="flex flex-col gap-3",
        ),
        ms=300,
    )


def _figures() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("Figures"), id="figures-title", class_name="text-lg font-semibold"),
        rx.cond(
            _VIEW.tried > 0,
            rx.el.div(
                rx.el.p(
                    _n(
                        "Solved by {solved} of {n} person who tried",
                        "Solved by {solved} of {n} people who tried",
                        n=_VIEW.tried,
                        solved=_VIEW.solved,
                    ),
                    class_name="numbers",
                ),
                progress_bar(_VIEW.solved, _("People who solved it"), maximum=rx.cond(_VIEW.tried > 0, _VIEW.tried, 1)),
                class_name="teach-solved",
                custom_attrs={"data-tone": "right"},
            ),
            rx.el.p(_("Nobody has tried it yet."), class_name="text-quiet"),
        ),
        rx.cond(
            _VIEW.handed_in > 0,
            rx.fragment(
                rx.el.h3(
                    _n("{n} submission", "{n} submissions", n=_VIEW.handed_in), class_name="mt-3 font-semibold numbers"
                ),
                rx.el.ul(rx.foreach(_VIEW.verdicts, _verdict), class_name="teach-bars"),
            ),
        ),
        aria_labelledby="figures-title",
        class_name="teach-figures",
    )


def _verdict(row: rx.Var[VerdictCount]) -> rx.Component:
    words = _verdict_words(row.verdict)
    return rx.el.li(
        rx.el.span(_verdict_sign(row.verdict), words, class_name="teach-bar-words"),
        progress_bar(row.count, words, maximum=_VIEW.handed_in),
        rx.el.span(fmt_number(row.count), class_name="numbers"),
        custom_attrs={
            "data-tone": rx.match(row.verdict, ("accepted", "right"), ("waiting", ""), ("cancelled", ""), "wrong")
        },
        key=row.verdict,
    )


def _verdict_words(verdict: rx.Var) -> rx.Var:
    return rx.match(
        verdict,
        ("waiting", _("Waiting for the judge")),
        ("cancelled", _("Taken back")),
        verdict_words(verdict),
    )


def _verdict_sign(verdict: rx.Var) -> rx.Component:
    return rx.match(
        verdict,
        ("accepted", icon("right", 16, "text-right")),
        ("waiting", icon("clock", 16, "text-quiet")),
        ("cancelled", icon("close", 16, "text-quiet")),
        icon("wrong", 16, "text-wrong"),
    )


def _tests() -> rx.Component:
    units = _VIEW.mode == "unit_tests"
    return rx.el.section(
        rx.el.h2(_("Tests"), id="tests-title", class_name="text-lg font-semibold"),
        rx.cond(
            _VIEW.problem != "",
            callout(tr(_VIEW.problem), meaning="caution"),
        ),
        rx.cond(
            units,
            rx.fragment(
                rx.el.p(_("Unit tests. Learners see the names of the tests, not their text."), class_name="text-quiet"),
                rx.el.ul(
                    rx.foreach(_VIEW.tests, lambda test: rx.el.li(test.name, dir="ltr", class_name="teach-file")),
                ),
            ),
            table(
                _("Tests of this exercise"),
                [_("Name"), _("Who sees it"), _("Points")],
                _VIEW.tests,
                _test,
                empty=_("This exercise has no tests."),
            ),
        ),
        aria_labelledby="tests-title",
        class_name="teach-tests",
    )


def _test(test: rx.Var[CaseRow]) -> rx.Component:
    points = fmt_number(test.points)
    return table_row(
        isolated(test.name),
        rx.cond(test.hidden, badge(_("Hidden"), sign="hide"), badge(_("Public"), sign="show")),
        rx.cond(
            test.group != "",
            _("{points} with all of group {group}", points=points, group=test.group),
            points,
        ),
        numbers=[2],
    )


def _submissions() -> rx.Component:
    return rx.el.section(
        rx.el.h2(_("Newest submissions"), id="newest-title", class_name="text-lg font-semibold"),
        rx.cond(
            TeachingState.rows.length() > 0,
            rx.fragment(
                rx.el.ol(rx.foreach(TeachingState.rows, _row), class_name="teach-rows"),
                rx.cond(
                    TeachingState.next_cursor != "",
                    button(_("Show older ones"), on_click=TeachingState.more, busy=TeachingState.busy),
                ),
                _opened(),
            ),
            empty_state(
                _("Nothing has been handed in yet"),
                _("What learners hand in stands here, the newest first, with what the judge said of it."),
                sign="code",
            ),
        ),
        aria_labelledby="newest-title",
        class_name="teach-submissions",
    )


def _row(row: rx.Var[HandedInRow]) -> rx.Component:
    verdict = rx.match(
        row.status, ("queued", "waiting"), ("running", "waiting"), ("cancelled", "cancelled"), row.verdict
    )
    return rx.el.li(
        rx.el.span(
            isolated(row.name, class_name="font-semibold"),
            rx.el.span(_("submission {n}", n=row.number), class_name="text-quiet numbers"),
            class_name="teach-person",
        ),
        rx.el.span(
            _verdict_sign(verdict),
            _verdict_words(verdict),
            class_name="teach-verdict",
        ),
        rx.el.span(rx.cond(row.status == "done", fmt_percent(row.score / 100), "–"), class_name="numbers teach-score"),
        rx.el.span(fmt_date_time(row.created_at), class_name="numbers text-quiet text-sm"),
        button(
            _("Look at it"),
            small=True,
            on_click=TeachingState.show_submission(row.id),
            aria_label=_("Look at submission {n} of {name}", n=row.number, name=row.name),
        ),
        class_name=rx.cond(TeachingState.opened == row.id, "teach-row teach-row-open", "teach-row"),
        key=row.id,
    )


def _opened() -> rx.Component:
    """The open submission: its program, and what the judge said of it, as its owner sees it."""
    return rx.cond(
        TeachingState.opened != "",
        rx.el.section(
            rx.el.header(
                rx.el.div(
                    rx.el.h2(
                        _("Submission {n} of {name}", n=TeachingState.opened_number, name=TeachingState.opened_name),
                        id="submission-title",
                        tab_index=-1,
                        class_name="text-lg font-semibold",
                    ),
                    rx.el.ul(
                        rx.el.li(fmt_date_time(TeachingState.opened_at)),
                        rx.cond(
                            TeachingState.opened_again != "",
                            rx.el.li(_("judged anew {date}", date=fmt_date_time(TeachingState.opened_again))),
                        ),
                        class_name="facts numbers text-sm",
                    ),
                ),
                icon_button("close", _("Close the submission"), on_click=TeachingState.close_submission),
                class_name="similar-head",
            ),
            rx.el.div(
                rx.el.div(rx.foreach(TeachingState.files, _file), class_name="teach-code"),
                rx.el.div(_said(), class_name="outcome teach-outcome"),
                class_name="teach-sides",
            ),
            aria_labelledby="submission-title",
            class_name="teach-opened",
        ),
    )


def _said() -> rx.Component:
    outcome = TeachingState.outcome
    return rx.match(
        outcome.status,
        ("done", judgement(outcome, _VIEW.limits)),
        ("cancelled", rx.el.p(_("Taken back. It was not judged."))),
        rx.el.p(_("It waits for the judge.")),
    )


def _file(file: rx.Var[ShownFile]) -> rx.Component:
    return rx.el.figure(
        rx.el.figcaption(file.name, dir="ltr", class_name="teach-file text-quiet text-sm"),
        rich_text(file.html, class_name="max-w-none"),
        key=file.name,
    )

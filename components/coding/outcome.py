"""The result panel of a program: verdict, the first failing public case with its difference, tests, output."""

import reflex as rx

from components.coding.side_by_side import Half, side_by_side
from components.i18n import N_, _, _n, fmt_unit, tr
from components.ui.button import button
from components.ui.display import progress_bar
from components.ui.feedback import callout
from components.ui.icon import icon
from services.coding.schemas import ExerciseView, LimitsView
from state.coding import ExerciseState
from state.coding_outcome import CheckRow, Outcome

VERDICTS = {
    "accepted": N_("Accepted"),
    "wrong_answer": N_("Wrong answer"),
    "presentation_error": N_("Right answer, wrong layout"),
    "time_limit": N_("Time limit reached"),
    "wall_limit": N_("The program waited too long"),
    "memory_limit": N_("Memory limit reached"),
    "output_limit": N_("Too much output"),
    "runtime_error": N_("The program stopped with an error"),
    "compile_error": N_("The program could not be read"),
    "security_violation": N_("The program tried what is not allowed here"),
    "internal_error": N_("The judge could not do its work"),
}


def verdict_words(verdict: rx.Var) -> rx.Var:
    """A verdict in the words of the reader."""
    return rx.match(verdict, *((key, _(text)) for key, text in VERDICTS.items()), "")


def outcome_panel(outcome: rx.Var[Outcome], view: rx.Var[ExerciseView]) -> rx.Component:
    """What became of the last run or submission; announced when it changes, never a jump of the page."""
    kept = _("This was not run. Your code is kept.")
    return rx.el.div(
        rx.match(
            outcome.status,
            ("done", judgement(outcome, view.limits)),
            ("refused", callout(tr(outcome.message), meaning="caution", title=kept)),
            ("cancelled", rx.el.p(_("Taken back. It was not judged, and your code is in the editor."))),
            _waiting(outcome, view),
        ),
        role="status",
        class_name="outcome",
    )


def _waiting(outcome: rx.Var[Outcome], view: rx.Var[ExerciseView]) -> rx.Component:
    queued = outcome.status == "queued"
    return rx.el.div(
        rx.el.p(
            rx.el.span(class_name="spinner", aria_hidden="true"),
            rx.cond(queued, _("Waiting for the judge"), _("Running")),
            # Seen as it goes down, but read out only near its end: each number would interrupt the one before.
            rx.cond(
                outcome.place > 1,
                rx.el.span(
                    "· ", _("place {n} in the queue", n=outcome.place), aria_hidden="true", class_name="numbers"
                ),
            ),
            rx.cond(outcome.place == 1, rx.el.span("· ", _("you are next"))),
            rx.cond(
                outcome.tests > 0,
                rx.el.span(
                    "· ",
                    _("test {n} of {total}", n=outcome.test, total=outcome.tests),
                    aria_hidden="true",
                    class_name="numbers",
                ),
            ),
            class_name="outcome-head text-quiet",
        ),
        rx.cond(
            outcome.tests > 0,
            progress_bar(outcome.test - 1, _("Tests that have run"), maximum=outcome.tests, class_name="outcome-tests"),
        ),
        rx.cond(
            queued & (outcome.kind == "submission"),
            button(_("Take it back"), small=True, on_click=ExerciseState.cancel(view.id), class_name="self-start"),
        ),
        rx.cond(
            outcome.message != "",
            callout(
                tr(outcome.message),
                meaning="caution",
                title=_("Your program is handed in. It is judged as soon as that is possible."),
            ),
        ),
        class_name="flex flex-col gap-3",
    )


def judgement(outcome: rx.Var[Outcome], limits: rx.Var[LimitsView]) -> rx.Component:
    """What the judge said of a program: to its writer, and to those who teach."""
    # What could not even be read has no output to compare: the message is all there is to say.
    unread = outcome.verdict == "compile_error"
    told = outcome.failed & ~unread & (outcome.failing.stderr == outcome.stderr)
    errors = rx.cond(outcome.stderr != "", outcome.stderr, rx.cond(unread, outcome.failing.stderr, ""))
    return rx.fragment(
        _head(outcome),
        rx.cond(outcome.message != "", rx.el.p(tr(outcome.message))),
        rx.cond(outcome.failed & ~unread, _failing(outcome)),
        rx.cond(
            (outcome.kind == "run") | (outcome.stdout != ""),
            _stream(_("Output"), rx.cond(outcome.stdout != "", outcome.stdout, _("It printed nothing."))),
        ),
        rx.cond((errors != "") & ~told, _stream(rx.cond(unread, _("Where it could not be read"), _("Errors")), errors)),
        rx.cond(outcome.checks.length() > 0, rx.el.ul(rx.foreach(outcome.checks, _check), class_name="checks")),
        rx.cond(
            outcome.truncated, rx.el.p(_("The output was longer and is cut here."), class_name="text-quiet text-sm")
        ),
        rx.cond(outcome.time_ms > 0, _measures(outcome, limits)),
    )


def _head(outcome: rx.Var[Outcome]) -> rx.Component:
    ran_well = (outcome.verdict == "accepted") & (outcome.kind == "run")
    words = rx.cond(
        ran_well,
        _("The program ran"),
        rx.cond(
            (outcome.kind == "cases") & (outcome.verdict == "accepted"),
            _("The public tests pass"),
            verdict_words(outcome.verdict),
        ),
    )
    return rx.el.div(
        rx.cond(outcome.verdict == "accepted", icon("right", 20, "text-right"), icon("wrong", 20, "text-wrong")),
        rx.el.strong(words),
        rx.cond(
            outcome.total > 0,
            rx.el.span(
                _n("{passed} of {n} test", "{passed} of {n} tests", n=outcome.total, passed=outcome.passed),
                class_name="numbers text-quiet",
            ),
        ),
        rx.cond(
            outcome.kind == "cases",
            rx.el.span(_("Hand in to run the hidden tests too."), class_name="text-quiet text-sm"),
        ),
        class_name="outcome-head",
    )


def _check(check: rx.Var[CheckRow]) -> rx.Component:
    return rx.el.li(
        rx.cond(check.passed, icon("check", 16, "text-right mt-1"), icon("close", 16, "text-wrong mt-1")),
        rx.el.span(rx.cond(check.passed, _("passed"), _("failed")), class_name="sr-only"),
        rx.el.div(
            rx.el.span(
                rx.cond(check.hidden, _("Hidden test {name}", name=check.name), check.name), class_name="check-name"
            ),
            rx.cond(
                ~check.passed,
                rx.el.span(" · ", verdict_words(check.verdict), class_name="text-quiet"),
            ),
            rx.cond(
                check.message != "", rx.el.p(tr(check.message, check.numbers), dir="auto", class_name="check-message")
            ),
            class_name="min-w-0 flex-1",
        ),
        rx.cond(
            check.time_ms > 0,
            rx.el.span(fmt_unit(check.time_ms, "millisecond"), class_name="check-time numbers"),
        ),
        class_name="check",
    )


def _failing(outcome: rx.Var[Outcome]) -> rx.Component:
    case = outcome.failing
    return rx.el.section(
        rx.el.h4(_("The first test that failed: {name}", name=case.name), class_name="font-semibold"),
        rx.cond(case.stdin != "", _stream(_("Input"), case.stdin)),
        rx.el.div(
            side_by_side(
                outcome.difference,
                _("Expected and printed output, line by line"),
                Half("−", _("expected, not printed"), "diff-missing", _("Expected output")),
                Half("+", _("printed, not expected"), "diff-extra", _("Your output")),
            ),
            rx.el.p(
                rx.el.span(rx.el.b("−"), _("expected, not printed"), class_name="diff-key diff-missing"),
                rx.el.span(rx.el.b("+"), _("printed, not expected"), class_name="diff-key diff-extra"),
                # Read out with each line.
                aria_hidden="true",
                class_name="compare-key",
            ),
            class_name="compare-frame",
        ),
        rx.cond(case.stderr != "", _stream(_("Errors"), case.stderr)),
        class_name="flex flex-col gap-2",
    )


def _stream(label: rx.Var, text: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.p(label, class_name="text-quiet text-sm"),
        rx.el.pre(text, dir="ltr", tab_index=0, class_name="stream"),
    )


def _measures(outcome: rx.Var[Outcome], limits: rx.Var[LimitsView]) -> rx.Component:
    """Time and memory against what one run may use."""
    memory = outcome.memory_kb / 1024
    return rx.el.dl(
        _measure(
            rx.cond(outcome.several, _("Slowest test"), _("Time")),
            progress_bar(outcome.time_ms, _("Time used"), maximum=limits.cpu_ms),
            fmt_unit(outcome.time_ms, "millisecond"),
            fmt_unit(limits.cpu_ms, "millisecond"),
        ),
        rx.cond(
            outcome.memory_kb > 0,
            _measure(
                _("Memory"),
                progress_bar(memory, _("Memory used"), maximum=limits.memory_mb),
                fmt_unit(memory.to(int), "megabyte"),
                fmt_unit(limits.memory_mb, "megabyte"),
            ),
        ),
        class_name="measures",
    )


def _measure(what: rx.Var, meter: rx.Component, used: rx.Var, limit: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.dt(what),
        rx.el.dd(meter, rx.el.span(_("{used} of {limit}", used=used, limit=limit), class_name="numbers")),
    )

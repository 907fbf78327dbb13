"""What the result panel of an exercise shows, made of what the judge said."""

from dataclasses import dataclass, field, replace

from services.coding.schemas import CheckLine, ExerciseRunView, FailingCase, RunView, SubmissionView
from services.coding.words import parted, shown, visible
from services.platform.messages import translate
from state.side_by_side import ComparedRow, side_by_side

_NO_CASE = FailingCase(name="", stdin="", expected="", got="", stderr="", diff=[])


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A test in the result panel. The page says ``message`` in its language, with ``numbers`` in their places."""

    name: str
    passed: bool
    hidden: bool
    verdict: str
    time_ms: int
    message: str
    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the result panel shows of a run or of a submission; ``message`` is translated in the page."""

    kind: str  # run, cases or submission
    status: str  # running, queued, done, cancelled, or refused: nothing ran, and message says why
    id: str = ""  # of the submission
    place: int = 0  # in the queue of the judge, from 1
    test: int = 0  # the one that runs now, from 1; 0: not known
    tests: int = 0  # of so many
    verdict: str = ""
    message: str = ""
    stdout: str = ""
    stderr: str = ""
    exit_code: str = ""
    truncated: bool = False
    time_ms: int = 0  # of the longest run
    several: bool = False  # whether there was more than one run
    memory_kb: int = 0
    passed: int = 0
    total: int = 0
    checks: list[CheckRow] = field(default_factory=list)
    failed: bool = False
    failing: FailingCase = _NO_CASE
    difference: list[ComparedRow] = field(default_factory=list)  # what was expected there beside what came


def of_run(ran: ExerciseRunView) -> Outcome:
    """The outcome of Run."""
    base = Outcome(
        kind="cases" if ran.run is None else "run",
        status="done",
        verdict=ran.verdict,
        message=ran.message,
        checks=_rows(ran.checks),
        passed=sum(check.passed for check in ran.checks),
        total=len(ran.checks),
        time_ms=max((check.time_ms for check in ran.checks), default=0),
        several=len(ran.checks) > 1,
        failed=ran.failing is not None,
        failing=_case(ran.failing),
        difference=_difference(ran.failing),
    )
    return _with_run(base, ran.run) if ran.run else base


def _with_run(base: Outcome, run: RunView) -> Outcome:
    return replace(
        base,
        stdout=shown(run.stdout),
        stderr=shown(run.stderr),
        exit_code="" if run.exit_code is None else str(run.exit_code),
        truncated=run.truncated,
        time_ms=run.time_ms,
        memory_kb=run.memory_kb,
    )


def refused(message: str) -> Outcome:
    """Nothing was run or handed in, for this reason, said in the reader's language."""
    return Outcome(kind="run", status="refused", message=message)


def of_submission(view: SubmissionView) -> Outcome:
    """The outcome of a submission as it stands."""
    cancelled = view.status == "cancelled"
    return Outcome(
        kind="submission",
        status="done" if view.finished and not cancelled else view.status,
        id=view.id,
        place=view.place,
        test=min(view.tests_done + 1, view.tests_total),
        tests=view.tests_total,
        verdict=view.verdict or ("internal_error" if view.finished else ""),
        message=view.message,
        stdout=shown(view.output),
        stderr=shown(view.compile_log),
        time_ms=view.longest_ms,
        several=view.longest_ms != view.time_ms,
        memory_kb=view.memory_kb,
        passed=view.passed,
        total=view.total,
        checks=_rows(view.checks),
        failed=view.failing is not None,
        failing=_case(view.failing),
        difference=_difference(view.failing),
    )


def _case(failing: FailingCase | None) -> FailingCase:
    if failing is None:
        return _NO_CASE
    return replace(failing, got=visible(failing.got), stderr=shown(failing.stderr), diff=[])


def _difference(failing: FailingCase | None) -> list[ComparedRow]:
    return side_by_side([replace(line, text=visible(line.text)) for line in failing.diff]) if failing else []


def _rows(checks: list[CheckLine]) -> list[CheckRow]:
    return [
        CheckRow(check.name, check.passed, check.hidden, check.verdict, check.time_ms, *parted(shown(check.message)))
        for check in checks
    ]


def told(outcome: Outcome) -> str:
    """What the tutor may know of it, in English: the public test that failed, and no other."""
    if outcome.failed:
        case = outcome.failing
        return f"{case.name}\ninput:\n{case.stdin}\nexpected:\n{case.expected}\ngot:\n{case.got}\n{case.stderr}"
    open_checks = [check for check in outcome.checks if not check.passed and not check.hidden]
    missed = [f"{check.name}: {translate('en', check.message, **check.numbers)}" for check in open_checks]
    return "\n".join([*missed[:3], outcome.stderr])

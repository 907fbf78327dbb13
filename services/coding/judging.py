"""The only door to the sandbox: turns exercises into its requests, and its answers into what a learner may know."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, cast

from sandbox import LANGUAGES, Case, Group, HelperProgram, JudgeRequest, Limits, Progress, RunRequest, Verdict
from sandbox import FailingCase as JudgedFailure
from sandbox import JudgeResult as Judged
from sandbox import RunResult as Ran
from sandbox.files import checked_files
from sandbox.submissions import raised
from sandbox.types import LIMIT_RANGES, CheckerName
from services.coding.diff import line_diff
from services.coding.machine import BUSY, NO_CAGE, judge, places, require_language
from services.coding.schemas import CheckLine, FailingCase, LimitsView, RunView
from services.courses.models import Exercise
from services.courses.package.web_rules import FILE as RULES
from services.courses.package.web_rules import LANGUAGE as WEB
from services.courses.package.web_rules import rules_json
from services.platform.errors import Invalid, LimitReached, Unavailable
from services.platform.messages import N_

LOST = N_("The judge lost this run. Try again.")
BROKEN = N_("The tests of this exercise failed, not your program. Tell your teacher.")
_REFUSED = {
    "files": N_("There are too many files, or they are too large, or a name cannot be used."),
    "entry": N_("The file that the program starts with is missing."),
    "stdin": N_("The input is too long."),
    "language": N_("This server does not run this language."),
}

_TESTS = Limits(cpu_ms=10_000, wall_ms=20_000, memory_mb=512)
_RUN = Limits(cpu_ms=2000, wall_ms=7000, memory_mb=256, output_kb=64)
_RUN_CEILING = Limits(cpu_ms=5000, wall_ms=10_000, memory_mb=256, processes=32, output_kb=256, file_mb=8)
_LONGEST_TEXT = 16_000
_LONGEST_MESSAGE = 400
# The names of a course package, which count as people do, and the sandbox's, with the factor between them.
_PACKAGE_LIMITS = {
    "cpu_seconds": ("cpu_ms", 1000.0),
    "wall_seconds": ("wall_ms", 1000.0),
    "memory_mb": ("memory_mb", 1.0),
    "processes": ("processes", 1.0),
    "output_kb": ("output_kb", 1.0),
    "file_kb": ("file_mb", 1 / 1024),
}
_BROKEN_TESTS = ("checker", "interactor", "no_tests")


@dataclass(frozen=True, slots=True)
class Task:
    """Everything the judge needs of an exercise, taken from its rows before the transaction ends."""

    language: str
    entry: str
    mode: Literal["cases", "unit_tests"]
    checker: CheckerName
    public_cases: Sequence[Mapping[str, Any]]
    hidden_cases: Sequence[Mapping[str, Any]]
    tests: Mapping[str, str]
    support: Mapping[str, str]
    limits: Limits
    judging: Mapping[str, Any] = field(default_factory=dict)  # as services/courses/judging_rows.py stores it
    runs: bool = True  # False where the program is nothing by itself, only together with its unit tests


class BrokenTests(Invalid):
    """What judges an exercise failed by itself: its author's to mend, and not to be tried again."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict as it is stored. ``result`` holds only what the learner may know."""

    verdict: str
    score: float
    passed: int
    total: int
    result: dict[str, Any]


def checked_names(files: Mapping[str, str]) -> None:
    """Refuse names that are no plain relative paths."""
    try:
        checked_files(files)
    except ValueError as error:
        problem = N_(
            "A file's name has letters, digits and . _ - + in it, and / after a folder; this one cannot be used."
        )
        raise Invalid(problem, fields={"files": problem}) from error


def entry_of(language: object) -> str:
    """The name of the file that a program in this language starts with when it is only a text."""
    known = LANGUAGES.get(language) if isinstance(language, str) else None
    if known is None:
        problem = N_("This server does not run this language.")
        raise Invalid(problem, fields={"language": problem})
    return known.entry


def only_with_tests(language: str) -> bool:
    """Whether a program of a language is nothing for the judge by itself: it is built together with its unit tests, or
    is a page, which the learner's own browser shows.
    """
    known = LANGUAGES.get(language)
    return language == WEB or (known is not None and known.unit_build is not None)


def exercise_limits(exercise: Exercise, *, mode: str) -> Limits:
    """The limits its author set, within what the sandbox allows, over the defaults of its kind."""
    base = asdict(_TESTS if mode == "unit_tests" else Limits())
    for name, value in exercise.limits.items():
        target, factor = _PACKAGE_LIMITS.get(name, (name, 1.0))
        if target in base:
            base[target] = _within(target, value * factor)
    limits, language = Limits(**base), LANGUAGES.get(exercise.language)
    return raised(limits, language) if language else limits


def run_limits(sent: object) -> Limits:
    """The limits of a free run: what was asked for, but not above the ceiling."""
    if sent is None:
        return _RUN
    if not isinstance(sent, Mapping):
        raise Invalid("Limits are names with numbers.", fields={"limits": "Limits are names with numbers."})
    asked = asdict(_RUN)
    for name, value in sent.items():
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if name not in asked or not number:
            problem = N_("There is no such limit.") if name not in asked else N_("This must be a number.")
            raise Invalid(problem, fields={f"limits.{str(name)[:40]}": problem})
        asked[name] = _within(name, value)
    return Limits(**asked).clamped(_RUN_CEILING)


def limits_view(limits: Limits) -> LimitsView:
    """The limits as a learner reads them."""
    return LimitsView(**asdict(limits))


def checker_named(name: str) -> CheckerName:
    """The sandbox's checker for the word of a course package."""
    return "floats" if name == "float" else cast(CheckerName, name)


def own_input(task: Task, text: str) -> str:
    """What a run with one's own input reads. Of SQL that is statements, and the exercise's tables come before them."""
    return f"{task.judging.get('schema', '')}\n{text}" if task.language == "sql" else text


def run(
    *, language: str, files: Mapping[str, str], entry: str, stdin: str, limits: Limits, person: str = ""
) -> RunView:
    """Run a program with its own input; ``person`` limits how many one person has at once."""
    require_language(language)
    with places().place(person), _as_invalid():
        ran = judge().run(RunRequest(language, files, entry, stdin, limits))
    _refuse_failure(ran)
    return RunView(
        verdict=str(ran.verdict),
        stdout=ran.stdout,
        stderr=ran.stderr,
        exit_code=ran.exit_code,
        signal=ran.signal,
        time_ms=ran.time_ms,
        wall_ms=ran.wall_ms,
        memory_kb=ran.memory_kb,
        message=ran.message,
        truncated=ran.stdout_truncated or ran.stderr_truncated,
    )


def run_public(task: Task, files: Mapping[str, str], *, person: str) -> Judgement:
    """Hold a program against the public cases only, while its writer waits."""
    require_language(task.language)
    with places().place(person), _as_invalid():
        judged = judge().judge(_request(task, files, task.public_cases, ()))
    _refuse_failure(judged)
    return _judgement(task, judged)


def judge_files(task: Task, files: Mapping[str, str], progress: Progress | None = None) -> Judgement:
    """Hold a submission against everything; ``progress`` is told of each case as it begins."""
    require_language(task.language)
    with _as_invalid():
        judged = judge().judge(_request(task, files, task.public_cases, task.hidden_cases), progress)
    _refuse_failure(judged)
    return _judgement(task, judged)


def _request(
    task: Task,
    files: Mapping[str, str],
    public: Sequence[Mapping[str, Any]],
    hidden: Sequence[Mapping[str, Any]],
) -> JudgeRequest:
    rules = task.judging
    tolerance, used = rules.get("tolerance", {}), {case.get("group", "") for case in (*public, *hidden)}
    return JudgeRequest(
        language=task.language,
        files=files,
        entry=task.entry,
        mode=task.mode,
        # The public ones first, so that the first failure told is the first one met.
        cases=(*(_case(case, hidden=False) for case in public), *(_case(case, hidden=True) for case in hidden)),
        checker=task.checker,
        test_files=_tests(task),
        support_files=task.support,
        limits=task.limits,
        groups=tuple(
            # A run against the public cases has only their groups, and none that needs a hidden one.
            Group(group["name"], group["points"], tuple(name for name in group["needs"] if name in used))
            for group in rules.get("groups", ())
            if group["name"] in used
        ),
        absolute_tolerance=tolerance.get("absolute"),
        relative_tolerance=tolerance.get("relative"),
        checker_program=_helper(rules, "checker"),
        interactor=_helper(rules, "interactor"),
        ignore_case=rules.get("ignore_case", False),
        presentation_errors=rules.get("presentation_errors", False),
        stop_at_first_failure=rules.get("stop_at_first_failure", False),
        schema_sql=rules.get("schema", ""),
    )


def _tests(task: Task) -> Mapping[str, str]:
    """The files of the unit tests; of a page its rules, in the form that the judge reads."""
    if task.language != WEB or task.mode == "cases":
        return task.tests
    return {"rules.json": rules_json(task.tests[RULES], task.entry)}


def _helper(rules: Mapping[str, Any], name: str) -> HelperProgram | None:
    program = rules.get("program", {})
    return HelperProgram(program["language"], rules[name], program["entry"]) if rules.get(name) else None


def _case(case: Mapping[str, Any], *, hidden: bool) -> Case:
    return Case(
        name=str(case.get("name", "")),
        stdin=case["stdin"],
        expected=case["expected"],
        hidden=hidden,
        weight=case.get("points", 1),
        group=case.get("group", ""),
    )


def _judgement(task: Task, judged: Judged) -> Judgement:
    by_cases = task.mode == "cases"
    # A program may print its input in the form of a compiler's message, so a hidden case's is not told either.
    blamed = next((test for test in judged.tests if test.verdict is judged.verdict), None)
    secret = by_cases and blamed is not None and blamed.hidden
    hidden = 0
    checks: list[CheckLine] = []
    for test in judged.tests:
        # Unit tests are known to their names; cases and rules only where their author does not hide them.
        unseen = test.hidden and (by_cases or task.language == WEB)
        hidden += unseen
        checks.append(
            CheckLine(
                name=str(hidden) if unseen else test.name[:200],
                passed=test.verdict is Verdict.ACCEPTED,
                verdict=str(test.verdict),
                message="" if unseen else test.message[:_LONGEST_MESSAGE],
                hidden=unseen,
                time_ms=test.time_ms,
            )
        )
    failing = _failing(judged.first_failure) if judged.first_failure else None
    return Judgement(
        verdict=str(judged.verdict),
        score=judged.score,
        passed=judged.passed,
        total=judged.total,
        result={
            "checks": [asdict(check) for check in checks],
            "failing": asdict(failing) if failing else None,
            "compile_log": "" if secret else judged.compile_log[:_LONGEST_TEXT],
            "message": "" if secret or not by_cases else judged.message[:_LONGEST_MESSAGE],
            "output": "" if by_cases else (judged.stdout + judged.stderr)[:_LONGEST_TEXT],
            "time_ms": judged.time_ms,
            "longest_ms": max((test.time_ms for test in judged.tests), default=0) if by_cases else judged.time_ms,
            "memory_kb": judged.memory_kb,
        },
    )


def _failing(failure: JudgedFailure) -> FailingCase:
    return FailingCase(
        name=failure.name,
        stdin=failure.stdin[:_LONGEST_TEXT],
        expected=failure.expected[:_LONGEST_TEXT],
        got=failure.got[:_LONGEST_TEXT],
        stderr=failure.stderr[:_LONGEST_TEXT],
        diff=line_diff(failure.expected, failure.got),
    )


def _refuse_failure(outcome: Ran | Judged) -> None:
    """Raise when it was the judge that failed, not the program."""
    if outcome.verdict is not Verdict.INTERNAL_ERROR:
        return
    if outcome.reason == "busy":
        raise LimitReached(BUSY, retry_after=5)
    if outcome.reason in _BROKEN_TESTS:
        raise BrokenTests(BROKEN) from ValueError(outcome.message)
    raise Unavailable(NO_CAGE if outcome.reason in ("no_cage", "no_backend") else LOST)


def _within(name: str, value: float) -> int:
    low, high = LIMIT_RANGES[name]
    return int(min(high, max(low, math.ceil(value))))


@contextmanager
def _as_invalid() -> Iterator[None]:
    """The sandbox says ``field: what is wrong`` of a request, in English; we name the field in the reader's words."""
    try:
        yield
    except ValueError as error:
        field = str(error).partition(": ")[0]
        problem = _REFUSED.get(field, N_("This cannot be run as it was sent."))
        raise Invalid(problem, fields={field: problem}) from error

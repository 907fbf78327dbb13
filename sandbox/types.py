"""What callers hand to the judge and what they get back. Plain frozen data, no behaviour beyond checking it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Literal

MAX_STDIN_BYTES = 16 * 1024 * 1024
MAX_ARGUMENTS = 64

Progress = Callable[[int, int], None]
"""Told, as each case of a submission begins, how many cases are behind it and how many there are: nothing of how they
went. It must not raise, and the submission waits for it."""


class Verdict(StrEnum):
    """How a program's run or a submission ended."""

    ACCEPTED = "accepted"
    WRONG_ANSWER = "wrong_answer"
    PRESENTATION_ERROR = "presentation_error"
    TIME_LIMIT = "time_limit"
    WALL_LIMIT = "wall_limit"
    MEMORY_LIMIT = "memory_limit"
    OUTPUT_LIMIT = "output_limit"
    RUNTIME_ERROR = "runtime_error"
    COMPILE_ERROR = "compile_error"
    SECURITY_VIOLATION = "security_violation"
    INTERNAL_ERROR = "internal_error"


# The worst comes first: a submission has the verdict of its worst test.
PRECEDENCE = (
    Verdict.INTERNAL_ERROR,
    Verdict.COMPILE_ERROR,
    Verdict.SECURITY_VIOLATION,
    Verdict.TIME_LIMIT,
    Verdict.WALL_LIMIT,
    Verdict.MEMORY_LIMIT,
    Verdict.OUTPUT_LIMIT,
    Verdict.RUNTIME_ERROR,
    Verdict.WRONG_ANSWER,
    Verdict.PRESENTATION_ERROR,
    Verdict.ACCEPTED,
)


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict that decides for all."""
    return min(verdicts, key=PRECEDENCE.index)


# Smallest and largest value a caller may ask for, by field.
LIMIT_RANGES: Mapping[str, tuple[int, int]] = {
    "cpu_ms": (50, 60_000),
    "wall_ms": (50, 120_000),
    "memory_mb": (32, 2048),
    "processes": (1, 256),
    "output_kb": (1, 8192),
    "file_mb": (1, 64),
    "files": (16, 20_000),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one program may use. `output_kb` counts stdout and stderr apart, `file_mb` is the largest file."""

    cpu_ms: int = 2000
    wall_ms: int = 7000
    memory_mb: int = 256
    processes: int = 32
    output_kb: int = 1024
    file_mb: int = 8
    files: int = 1000

    def __post_init__(self) -> None:
        for item in fields(self):
            _check_limit(item.name, getattr(self, item.name))

    @classmethod
    def parse(cls, values: Mapping[str, object], *, base: Limits | None = None) -> Limits:
        """Limits from untrusted input on top of `base`; ValueError begins with the name of the wrong field."""
        known = {item.name for item in fields(cls)}
        checked: dict[str, int] = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"{str(name)[:40]}: no such limit")
            checked[name] = _check_limit(name, value)
        return replace(base or cls(), **checked)

    def clamped(self, ceiling: Limits) -> Limits:
        """These limits, none above the same limit of `ceiling`."""
        return Limits(**{f.name: min(getattr(self, f.name), getattr(ceiling, f.name)) for f in fields(self)})


def _check_limit(name: str, value: object) -> int:
    low, high = LIMIT_RANGES[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name}: must be a number")
    if isinstance(value, float) and (not math.isfinite(value) or value != int(value)):
        raise ValueError(f"{name}: must be a whole number")
    if not low <= value <= high:
        raise ValueError(f"{name}: must be between {low} and {high}")
    return int(value)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One program to run with its own input."""

    language: str
    files: Mapping[str, bytes | str]
    entry: str
    stdin: bytes | str = b""
    limits: Limits = field(default_factory=Limits)
    args: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class RunResult:
    """What became of one run. `reason` narrows the verdict: cpu, wall, memory, stdout, stderr, no_cage, busy…"""

    verdict: Verdict
    stdout: str = ""
    stderr: str = ""
    exit_code: int | None = None
    signal: str | None = None
    time_ms: int = 0
    wall_ms: int = 0
    memory_kb: int = 0
    reason: str = ""
    message: str = ""
    stdout_truncated: bool = False
    stderr_truncated: bool = False
    compile_log: str = ""

    def as_json(self) -> dict[str, Any]:
        """The result schema, with the run as its only test, and how the program ended."""
        test = CaseResult(
            name="run",
            verdict=self.verdict,
            time_ms=self.time_ms,
            memory_kb=self.memory_kb,
            stdout=self.stdout,
            stderr=self.stderr,
        )
        return {
            "verdict": str(self.verdict),
            "tests": [test.as_json()],
            "score": 0.0,
            "exit_code": self.exit_code,
            "signal": self.signal,
            "compile_output": self.compile_log,
            "time_ms": self.time_ms,
            "wall_ms": self.wall_ms,
            "memory_kb": self.memory_kb,
            "reason": self.reason,
            "message": self.message,
        }


CheckerName = Literal["exact", "lines", "tokens", "floats", "unordered", "regex", "rows", "rows_in_order", "program"]


@dataclass(frozen=True, slots=True)
class Case:
    """One test by input and expected output. The input and output of a hidden case never leave the judge."""

    name: str
    stdin: str
    expected: str
    hidden: bool = False
    weight: float = 1.0
    group: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that give their points only together. `needs` names groups that must have passed before this one counts.

    Without `points` a group is worth the weights of its cases.
    """

    name: str
    points: float | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HelperProgram:
    """A teacher's checker or interactor. It runs in a cell of its own; its failure is `internal_error`.

    It is started as Kattis and DOMjudge do: with the paths of input, answer and a folder for feedback, then `args`.
    """

    language: str
    files: Mapping[str, bytes | str]
    entry: str
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of the comparison of output with expectation; a side without the line has neither number nor text."""

    expected_line: int | None
    got_line: int | None
    expected: str | None
    got: str | None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What became of one test, whether a case or a test method. `weight` is its share of the score.

    `stdout`, `stderr` and `diff` are empty for a hidden case.
    """

    name: str
    verdict: Verdict
    message: str = ""
    hidden: bool = False
    time_ms: int = 0
    memory_kb: int = 0
    weight: float = 1.0
    reason: str = ""
    wall_ms: int = 0
    points: float = 0.0
    group: str = ""
    stdout: str = ""
    stderr: str = ""
    diff: tuple[DiffLine, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The row of the result schema. A hidden test keeps its name to itself."""
        return {
            "name": "" if self.hidden else self.name,
            "verdict": str(self.verdict),
            "points": self.points,
            "time_ms": self.time_ms,
            "memory_kb": self.memory_kb,
            "stdout": self.stdout,
            "stderr": self.stderr,
            "diff": [asdict(line) for line in self.diff],
            "public": not self.hidden,
        }


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What became of one group: its points out of how many."""

    name: str
    verdict: Verdict
    points: float
    of: float


@dataclass(frozen=True, slots=True)
class FailingCase:
    """The first public case that failed, as the learner may see it."""

    name: str
    stdin: str
    expected: str
    got: str
    stderr: str = ""


@dataclass(frozen=True, slots=True)
class UnitTestReport:
    """What the test harness in the cage said: one entry per test, or why there is none."""

    tests: tuple[CaseResult, ...] = ()
    error: str = ""
    reason: str = ""
    complete: bool = False


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """A learner's files and what to hold them against: `cases`, or `test_files` with unit tests.

    `test_files` take part in the test but are not the learner's; a learner's file of the same name is ignored.
    `support_files` lie beside the learner's files (data and helpers that tests import).
    `reveal` lets the messages of failing unit tests out, for tests the learner may know.
    `absolute_tolerance` and `relative_tolerance` each take the place of `float_tolerance`, which is both.
    `ignore_case` is for the checkers that hold text against text.
    `schema_sql` is what a fresh database is made by, for the language sql.
    """

    language: str
    files: Mapping[str, bytes | str]
    entry: str = "main.py"
    mode: Literal["cases", "unit_tests"] = "cases"
    cases: Sequence[Case] = ()
    checker: CheckerName = "lines"
    float_tolerance: float = 1e-6
    test_files: Mapping[str, bytes | str] = field(default_factory=dict)
    support_files: Mapping[str, bytes | str] = field(default_factory=dict)
    isolation: Literal["auto", "apart", "together"] = "auto"
    reveal: bool = True
    stop_at_first_failure: bool = False
    limits: Limits = field(default_factory=Limits)
    groups: Sequence[Group] = ()
    absolute_tolerance: float | None = None
    relative_tolerance: float | None = None
    checker_program: HelperProgram | None = None
    interactor: HelperProgram | None = None
    presentation_errors: bool = False
    ignore_case: bool = False
    schema_sql: str = ""


@dataclass(frozen=True, slots=True)
class JudgeResult:
    """The verdict on a submission. `score` is 0 to 100, by points."""

    verdict: Verdict
    passed: int = 0
    total: int = 0
    score: float = 0.0
    tests: tuple[CaseResult, ...] = ()
    compile_log: str = ""
    first_failure: FailingCase | None = None
    stdout: str = ""
    stderr: str = ""
    time_ms: int = 0
    wall_ms: int = 0
    memory_kb: int = 0
    reason: str = ""
    message: str = ""
    groups: tuple[GroupResult, ...] = ()
    cached_compile: bool = False

    def as_json(self) -> dict[str, Any]:
        """The result schema: one shape for runs and judgements."""
        return {
            "verdict": str(self.verdict),
            "tests": [test.as_json() for test in self.tests],
            "score": self.score,
            "compile_output": self.compile_log,
            "time_ms": self.time_ms,
            "wall_ms": self.wall_ms,
            "memory_kb": self.memory_kb,
            "reason": self.reason,
            "message": self.message,
        }

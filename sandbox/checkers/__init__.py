"""Ways to hold a program's output against the expected one. They run on the host, on bytes, never in a learner's cell.

`exact`, `lines`, `tokens`, `floats`, `unordered`: text against text. `regex`: the expected output is a pattern.
`rows`, `rows_in_order`: results of queries. `program` is a teacher's own checker, in a cell of its own (`program.py`).
"""

from __future__ import annotations

from collections.abc import Callable

from sandbox.checkers import rows, text
from sandbox.checkers.diff import line_diff, picked_diff, unordered_diff
from sandbox.checkers.messages import Say, said
from sandbox.checkers.pattern import MAX_PATTERN, PatternProblem, matches
from sandbox.checkers.rules import Checked, Difference, Rules
from sandbox.types import Case, CheckerName, DiffLine, JudgeRequest, Verdict

__all__ = ["Checked", "PatternProblem", "Rules", "Say", "check", "check_request", "judged"]

Checker = Callable[[bytes, bytes, Rules], Difference]


def check(checker: CheckerName, got: str, expected: str, tolerance: float = 1e-6) -> str:
    """The first difference between output and expectation in one line, or an empty string when there is none."""
    return _compared(checker, _raw(got), _raw(expected), Rules(tolerance, tolerance)).message


def check_request(request: JudgeRequest) -> None:
    """Refuse what no output could be held against: ValueError, beginning with a field's name."""
    Rules.of(request)
    if (request.checker == "program") != (request.checker_program is not None):
        raise ValueError("checker: a checker program is needed for `program`, and for nothing else")
    if request.interactor is not None and request.checker_program is not None:
        raise ValueError("interactor: it judges the talk itself, so there can be no checker program")
    for case in request.cases:
        if request.checker == "regex" and len(case.expected) > MAX_PATTERN:
            raise ValueError(f"cases: a pattern may have {MAX_PATTERN} characters")
        if request.checker in ("rows", "rows_in_order") and rows.table_of(_raw(case.expected)) is None:
            raise ValueError("cases: the expected output of each case must be a table")


def judged(request: JudgeRequest, case: Case, output: bytes) -> Checked:
    """What the request's checker says of one output. The difference is told for public cases only."""
    rules, expected = Rules.of(request), _raw(case.expected)
    try:
        difference = _compared(request.checker, output, expected, rules)
    except PatternProblem as problem:
        return Checked(Verdict.INTERNAL_ERROR, str(problem), reason="checker")
    if not difference.message:
        return Checked(Verdict.ACCEPTED)
    presentation = request.presentation_errors and difference.only_space
    verdict = Verdict.PRESENTATION_ERROR if presentation else Verdict.WRONG_ANSWER
    if case.hidden:
        return Checked(verdict)
    return Checked(verdict, difference.message, diff=_diff(request.checker, output, expected, rules))


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _folded(data: bytes) -> bytes:
    return data.decode("utf-8", "surrogateescape").casefold().encode("utf-8", "surrogateescape")


def _regex(got: bytes, expected: bytes, _rules: Rules) -> Difference:
    return text.RIGHT if matches(expected.decode("utf-8", "surrogatepass"), got) else Difference(said(Say.PATTERN))


_TEXT: dict[str, Checker] = {
    "exact": text.exact,
    "lines": text.lines,
    "tokens": text.tokens,
    "floats": text.floats,
    "unordered": text.unordered,
}
_OTHERS: dict[str, Checker] = {"regex": _regex, "rows": rows.rows, "rows_in_order": rows.rows_in_order}


def _compared(checker: CheckerName, got: bytes, expected: bytes, rules: Rules) -> Difference:
    if checker in _OTHERS:
        return _OTHERS[checker](got, expected, rules)
    if rules.ignore_case:
        got, expected = _folded(got), _folded(expected)
    return _TEXT[checker](got, expected, rules)


def _diff(checker: CheckerName, got: bytes, expected: bytes, rules: Rules) -> tuple[DiffLine, ...]:
    if checker == "regex":
        return ()
    if checker == "unordered":
        return unordered_diff(got, expected)
    if checker == "rows":
        return _rows_diff(got, expected, rules)

    def same(ours: bytes, theirs: bytes) -> bool:
        if checker == "rows_in_order":
            return rows.same_line(ours, theirs, rules)
        return not _compared(checker, ours, theirs, rules).message

    found = line_diff(got, expected, same)
    # Right words on other lines, or a table whose heading alone is wrong: the lines themselves say most.
    return found or line_diff(got, expected, lambda ours, theirs: ours == theirs)


def _rows_diff(got: bytes, expected: bytes, rules: Rules) -> tuple[DiffLine, ...]:
    ours, theirs = rows.table_of(got), rows.table_of(expected)
    if ours is None or theirs is None:
        return line_diff(got, expected, lambda one, other: one == other)
    extra, missing = rows.leftover_rows(ours.rows, theirs.rows, rules)
    if not extra and not missing:
        return line_diff(got, expected, lambda one, other: one == other)[:1]
    return picked_diff(
        got.split(b"\n"),
        [ours.lines[i] - 1 for i in extra],
        expected.split(b"\n"),
        [theirs.lines[i] - 1 for i in missing],
    )

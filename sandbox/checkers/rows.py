"""Checkers of query results: one JSON array on each line, the first with the names of the columns.

In the expected table the first line may be `null`: then the columns may have any names.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from itertools import zip_longest
from typing import NamedTuple, NoReturn

from sandbox.checkers.messages import Say, said
from sandbox.checkers.rules import Difference, Rules
from sandbox.checkers.text import RIGHT

Row = list[object]
# Rows that are equal but for numbers are paired one by one only as long as that is quick.
_PAIRED_AT_MOST = 300


class Table(NamedTuple):
    """A query's result. `names` is None where any names will do; `lines` says on which line each row stands."""

    names: list[str] | None
    rows: list[Row]
    lines: list[int]


def table_of(data: bytes) -> Table | None:
    """The table a text stands for, or None where it stands for none."""
    parsed: list[tuple[int, object]] = []
    try:
        for number, line in enumerate(data.decode().split("\n"), 1):
            if line.strip():
                parsed.append((number, json.loads(line, parse_constant=_refuse)))
    except (ValueError, RecursionError):
        return None
    if not parsed:
        return None
    names = parsed[0][1]
    rows: list[Row] = []
    for _, row in parsed[1:]:
        if not isinstance(row, list):
            return None
        rows.append(row)
    if names is not None and not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        return None
    return Table(names, rows, [number for number, _ in parsed[1:]])


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no value of a table")


def rows_in_order(got: bytes, expected: bytes, rules: Rules) -> Difference:
    """The same rows in the same order."""
    ours, theirs = table_of(got), _expected(expected)
    wrong = _heading(ours, theirs)
    if wrong or ours is None:
        return Difference(wrong)
    for number, (row, wanted) in enumerate(zip_longest(ours.rows, theirs.rows), 1):
        if row is None:
            return Difference(said(Say.ROW_MISSING, number=number))
        if wanted is None:
            return Difference(said(Say.ROW_EXTRA, number=number))
        if not same_row(row, wanted, rules):
            return Difference(said(Say.ROW_DIFFERS, number=number))
    return RIGHT


def rows(got: bytes, expected: bytes, rules: Rules) -> Difference:
    """The same rows as often, in any order."""
    ours, theirs = table_of(got), _expected(expected)
    wrong = _heading(ours, theirs)
    if wrong or ours is None:
        return Difference(wrong)
    extra, missing = leftover_rows(ours.rows, theirs.rows, rules)
    if extra:
        return Difference(said(Say.ROW_EXTRA, number=extra[0] + 1))
    if missing:
        return Difference(said(Say.ROW_MISSING, number=missing[0] + 1))
    return RIGHT


def _expected(data: bytes) -> Table:
    table = table_of(data)
    if table is None:
        raise ValueError("the expected output is not a table")
    return table


def _heading(got: Table | None, expected: Table) -> str:
    """What is wrong before the first row is looked at."""
    if got is None or got.names is None:
        return said(Say.NO_TABLE)
    if expected.names is not None and got.names != expected.names:
        if len(got.names) != len(expected.names):
            return said(Say.COLUMN_COUNT, expected=len(expected.names), got=len(got.names))
        return said(Say.COLUMN_NAMES)
    if expected.rows and len(got.names) != len(expected.rows[0]):
        return said(Say.COLUMN_COUNT, expected=len(expected.rows[0]), got=len(got.names))
    return ""


def same_line(got: bytes, expected: bytes, rules: Rules) -> bool:
    """Whether two lines stand for the same row, or are the same line."""
    ours, theirs = _parsed(got), _parsed(expected)
    if isinstance(ours, list) and isinstance(theirs, list):
        return same_row(ours, theirs, rules)
    return got == expected


def _parsed(line: bytes) -> object:
    try:
        return json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def same_row(got: Row, expected: Row, rules: Rules) -> bool:
    """Whether two rows are equal, numbers with a fraction within the tolerance."""
    return len(got) == len(expected) and all(
        _same(ours, theirs, rules) for ours, theirs in zip(got, expected, strict=True)
    )


def _same(got: object, expected: object, rules: Rules) -> bool:
    if not _is_number(got) or not _is_number(expected):
        return type(got) is type(expected) and got == expected
    if isinstance(got, int) and isinstance(expected, int):
        return got == expected
    try:
        return rules.near(float(got), float(expected))  # type: ignore[arg-type]
    except OverflowError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def leftover_rows(got: list[Row], expected: list[Row], rules: Rules) -> tuple[list[int], list[int]]:
    """Which rows of each side, from 0, have no counterpart on the other."""
    ours = _unequal(got, Counter(map(_exact_key, expected)))
    theirs = _unequal(expected, Counter(map(_exact_key, got)))
    # Only rows that are equal apart from their numbers can be close to each other.
    groups: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for index in ours:
        groups[_shape(got[index])][0].append(index)
    for index in theirs:
        groups[_shape(expected[index])][1].append(index)
    extra: list[int] = []
    missing: list[int] = []
    for mine, wanted in groups.values():
        left, right = _unpaired([got[i] for i in mine], [expected[i] for i in wanted], rules)
        extra += [mine[i] for i in left]
        missing += [wanted[i] for i in right]
    return sorted(extra), sorted(missing)


def _unequal(rows: list[Row], there: Counter[str]) -> list[int]:
    left = []
    for index, row in enumerate(rows):
        key = _exact_key(row)
        if there[key] > 0:
            there[key] -= 1
        else:
            left.append(index)
    return left


def _exact_key(row: Row) -> str:
    return json.dumps(row, sort_keys=True)


def _shape(row: Row) -> str:
    return json.dumps([None if _is_number(value) else [value] for value in row], sort_keys=True)


def _unpaired(got: Sequence[Row], expected: Sequence[Row], rules: Rules) -> tuple[list[int], list[int]]:
    """Pair rows of one shape. In order of their numbers nearly all pair off; for the rest each is tried with each."""
    order = sorted(range(len(got)), key=lambda i: _numbers(got[i]))
    wanted = sorted(range(len(expected)), key=lambda i: _numbers(expected[i]))
    if len(order) == len(wanted) and all(
        same_row(got[i], expected[j], rules) for i, j in zip(order, wanted, strict=True)
    ):
        return [], []
    if max(len(got), len(expected)) > _PAIRED_AT_MOST:
        pairs = [(i, j) for i, j in zip(order, wanted, strict=False) if same_row(got[i], expected[j], rules)]
        mine, yours = {i for i, _ in pairs}, {j for _, j in pairs}
    else:
        holder = _matching(got, expected, rules)
        mine, yours = set(holder.values()), set(holder)
    return [i for i in range(len(got)) if i not in mine], [j for j in range(len(expected)) if j not in yours]


def _numbers(row: Row) -> list[float]:
    return [_as_float(value) for value in row if isinstance(value, int | float)]


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _matching(got: Sequence[Row], expected: Sequence[Row], rules: Rules) -> dict[int, int]:
    """As many pairs as can be made (augmenting paths): expected row to the row it is paired with."""
    fits = [[j for j, wanted in enumerate(expected) if same_row(row, wanted, rules)] for row in got]
    holder: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        for j in fits[row]:
            if j not in tried:
                tried.add(j)
                if j not in holder or place(holder[j], tried):
                    holder[j] = row
                    return True
        return False

    for row in range(len(got)):
        place(row, set())
    return holder

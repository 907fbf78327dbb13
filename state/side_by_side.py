"""Two texts beside each other, line by line, as the page draws them."""

from dataclasses import dataclass
from itertools import zip_longest

from services.coding.schemas import DiffLine

_AROUND = 3  # lines that did not change shown on both sides of what did


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A line of the one text beside the one that stands there in the other; 0: there is none.

    The characters from ``left_from`` up to ``left_to`` differ from the right line, and so the other way round.
    """

    kind: str  # same, changed, or skipped: so many lines that did not change
    left_number: int = 0
    left: str = ""
    right_number: int = 0
    right: str = ""
    skipped: int = 0
    left_from: int = 0
    left_to: int = 0
    right_from: int = 0
    right_to: int = 0


def side_by_side(lines: list[DiffLine]) -> list[ComparedRow]:
    """Put what came beside what went, without what did not change and is far from what did."""
    return folded(paired(lines))


def paired(lines: list[DiffLine]) -> list[ComparedRow]:
    """Put what came beside what went, line by line."""
    rows: list[ComparedRow] = []
    gone: list[DiffLine] = []
    new: list[DiffLine] = []

    def put() -> None:
        rows.extend(_changed(left, right) for left, right in zip_longest(gone, new))
        gone.clear()
        new.clear()

    for line in lines:
        if line.kind == "same":
            put()
            rows.append(ComparedRow("same", line.expected_line, line.text, line.got_line, line.text))
        else:
            (gone if line.kind == "missing" else new).append(line)
    put()
    return rows


def _changed(left: DiffLine | None, right: DiffLine | None) -> ComparedRow:
    return ComparedRow(
        "changed",
        left_number=left.expected_line if left else 0,
        left=left.text if left else "",
        left_from=left.changed_from if left else 0,
        left_to=left.changed_to if left else 0,
        right_number=right.got_line if right else 0,
        right=right.text if right else "",
        right_from=right.changed_from if right else 0,
        right_to=right.changed_to if right else 0,
    )


def folded(rows: list[ComparedRow]) -> list[ComparedRow]:
    """Leave out what did not change and is far from what did; one line says how much that is."""
    near = {
        at
        for place, row in enumerate(rows)
        if row.kind == "changed"
        for at in range(place - _AROUND, place + _AROUND + 1)
    }
    kept: list[ComparedRow] = []
    left_out = 0
    for place, row in enumerate(rows):
        if place not in near:
            left_out += 1
            continue
        if left_out:
            kept.append(ComparedRow("skipped", skipped=left_out))
            left_out = 0
        kept.append(row)
    return [*kept, ComparedRow("skipped", skipped=left_out)] if left_out else kept

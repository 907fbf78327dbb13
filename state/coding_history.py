"""Two programs that were handed in at an exercise, side by side."""

from dataclasses import dataclass
from itertools import zip_longest

import reflex as rx

from services import coding
from services.coding.schemas import CompareView, DiffLine, FileChange
from state.base import GuardedState, Id, Permission, handles

_AROUND = 3  # lines that did not change shown on both sides of what did
_MOST_ROWS = 600


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A line of the earlier program beside the one that stands there in the later; 0: there is none."""

    kind: str  # same, changed, or skipped: so many lines that did not change
    left_number: int = 0
    left: str = ""
    right_number: int = 0
    right: str = ""
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class ComparedFile:
    """A file of both programs."""

    name: str
    same: bool
    cut: bool
    rows: list[ComparedRow]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two submissions by their numbers, the earlier first."""

    before: int
    after: int
    files: list[ComparedFile]


class HistoryState(GuardedState, rx.State):
    """What is chosen for comparing at each exercise of the lesson, and the comparison that is open."""

    chosen: dict[str, str] = {}
    comparisons: dict[str, Comparison] = {}

    @handles(Permission.learn, rate=(60, 60))
    async def choose(self, exercise_id: Id, submission_id: Id) -> None:
        """Choose one of two; with the second they are compared."""
        first = self.chosen.get(exercise_id, "")
        if first == submission_id:
            self.chosen = {**self.chosen, exercise_id: ""}
            return
        if not first:
            self.chosen = {**self.chosen, exercise_id: submission_id}
            self._close(exercise_id)
            return
        found = await self.call(coding.compare, submission_id=first, other_id=submission_id)
        self.chosen = {**self.chosen, exercise_id: ""}
        self.comparisons = {**self.comparisons, exercise_id: _comparison(found)}

    @handles(Permission.learn)
    def close(self, exercise_id: Id) -> None:
        """Put the comparison away."""
        self._close(exercise_id)

    def _close(self, exercise_id: str) -> None:
        self.comparisons = {key: value for key, value in self.comparisons.items() if key != exercise_id}


def _comparison(view: CompareView) -> Comparison:
    return Comparison(view.before.number, view.after.number, [compared_file(file) for file in view.files])


def compared_file(file: FileChange) -> ComparedFile:
    """A file of both programs with what changed in it."""
    rows = folded(paired(file.lines))
    return ComparedFile(file.name, file.same, len(rows) > _MOST_ROWS, rows[:_MOST_ROWS])


def paired(lines: list[DiffLine]) -> list[ComparedRow]:
    """Put what came beside what went, line by line."""
    rows: list[ComparedRow] = []
    gone: list[DiffLine] = []
    new: list[DiffLine] = []

    def put() -> None:
        for left, right in zip_longest(gone, new):
            rows.append(
                ComparedRow(
                    "changed",
                    left.expected_line if left else 0,
                    left.text if left else "",
                    right.got_line if right else 0,
                    right.text if right else "",
                )
            )
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

"""Two programs that were handed in at an exercise, side by side."""

from dataclasses import dataclass

import reflex as rx

from services import coding
from services.coding.schemas import CompareView, FileChange
from state.base import GuardedState, Id, Permission, handles
from state.side_by_side import ComparedRow, side_by_side

_MOST_ROWS = 600


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
    rows = side_by_side(file.lines)
    return ComparedFile(file.name, file.same, len(rows) > _MOST_ROWS, rows[:_MOST_ROWS])

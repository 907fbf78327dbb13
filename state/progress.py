"""How far the learner is in the open course; the player shows it, a passed quiz or exercise moves it."""

import reflex as rx

from services import enrolment
from state.base import GuardedState


class ProgressState(GuardedState, rx.State):
    """``marks`` overlays the outline by lesson, so that progress does not send the whole outline again."""

    marks: dict[str, str] = {}
    percent: int = 0
    minutes_left: int = 0
    lesson_done: bool = False
    course_done: bool = False
    _lesson_id: str = ""

    def _open(self, lesson_id: str, *, done: bool) -> None:
        self._lesson_id, self.lesson_done = lesson_id, done
        self.marks = {**self.marks, lesson_id: "completed" if done else "started"}

    async def _refresh(self) -> None:
        """Ask again how far the learner is, after something may have finished the lesson."""
        if not self._lesson_id:
            return
        progress = await self.call(enrolment.progress, lesson_id=self._lesson_id)
        self.lesson_done, self.course_done = progress.lesson_completed, progress.course_completed
        self.percent, self.minutes_left = progress.percent, progress.minutes_left
        if progress.lesson_completed:
            self.marks = {**self.marks, self._lesson_id: "completed"}

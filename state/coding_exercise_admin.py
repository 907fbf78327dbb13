"""A code exercise for those who write its course: its figures, what was handed in, and judging all of it anew."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import reflex as rx

from services import coding
from services.coding.schemas import (
    HandedInRow,
    LimitsView,
    RejudgingView,
    RenewedRow,
    SubmissionView,
    TeachingView,
)
from services.platform.errors import Forbidden, NotFound, SignInNeeded
from services.platform.richtext import code_block
from state.base import PUBLIC, GuardedState, Id, Permission, handles, is_plain
from state.coding_outcome import Outcome, of_submission

_PAGE = 30
_SECONDS_BETWEEN_LOOKS = 1.0
_LONGEST_COLOURED = 40_000  # characters; colouring makes a text several times as long
_NONE = RejudgingView(
    id="", exercise_id="", status="", finished=True, total=0, done=0, changed=0, kept=0, created_at="", finished_at=""
)
_NOTHING = TeachingView(
    exercise_id="",
    title="",
    language="",
    language_label="",
    problem="",
    mode="cases",
    limits=LimitsView(cpu_ms=0, wall_ms=0, memory_mb=0, processes=0, output_kb=0, file_mb=0, files=0),
    course_slug="",
    course_title="",
    lesson_slug="",
    lesson_title="",
    tests=[],
    tried=0,
    solved=0,
    judged=0,
    handed_in=0,
    verdicts=[],
    rejudging=None,
)


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of an opened submission; ``html`` is safe."""

    name: str
    html: str


class TeachingState(GuardedState, rx.State):
    """The page at /teach/exercises/<exercise>.

    ``status`` is of the page: loading, ready, missing, forbidden or error. ``rejudging`` is the one that is going on,
    else the last; an empty id: there was none. ``opened`` is the submission that is shown; an empty string: none is.
    """

    status: str = "loading"
    view: TeachingView = _NOTHING
    rows: list[HandedInRow] = []
    next_cursor: str = ""
    rejudging: RejudgingView = _NONE
    changes: list[RenewedRow] = []
    changes_cursor: str = ""
    opened: str = ""
    opened_name: str = ""
    opened_number: int = 0
    opened_at: str = ""
    opened_again: str = ""
    outcome: Outcome = Outcome(kind="submission", status="queued")
    files: list[ShownFile] = []
    busy: bool = False
    _exercise_id: str = ""

    @handles(PUBLIC)
    async def open(self) -> Any:
        """Show the exercise in the address, and how far it is judged anew if it is."""
        asked = getattr(self, "exercise_at", "")
        exercise_id = asked if isinstance(asked, str) and is_plain(asked) else ""
        if exercise_id != self._exercise_id:
            self.reset()
            self._exercise_id = exercise_id
        try:
            await self._load()
        except SignInNeeded:
            return rx.redirect(f"/sign-in?code=needed&next={quote(f'/teach/exercises/{exercise_id}')}", replace=True)
        except NotFound:
            self.status = "missing"
        except Forbidden:
            self.status = "forbidden"
        except Exception:
            self.status = "error"
            raise
        return TeachingState.follow if self._going_on() else None

    @handles(Permission.edit_courses, rate=(10, 60))
    async def rejudge(self) -> Any:
        """Judge anew what has been handed in until now; while that is going on already, show how far it is."""
        if self.status != "ready":
            return
        self.busy = True
        yield
        try:
            self.rejudging = await self.call(coding.rejudge, exercise_id=self._exercise_id)
            self.changes, self.changes_cursor = [], ""
        finally:
            self.busy = False
        yield TeachingState.follow

    @handles(Permission.edit_courses, background=True, rate=(20, 60))
    async def follow(self) -> None:
        """Look how far it is until it has ended, or until the person is elsewhere."""
        async with self:
            rejudging_id = self.rejudging.id if self._going_on() else ""
        while rejudging_id:
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
            view = await self.call(coding.rejudge_progress, rejudging_id=rejudging_id)
            async with self:
                # Another page is shown by now, or another look of this tab has seen the end.
                if self.rejudging.id != rejudging_id or not self._going_on() or not self._here():
                    return
                self.rejudging = view
                if view.finished:
                    await self._load()
                    return

    @handles(Permission.edit_courses)
    async def more(self) -> Any:
        """Show older submissions below."""
        if not self.next_cursor:
            return
        self.busy = True
        yield
        try:
            page = await self.call(
                coding.handed_in, exercise_id=self._exercise_id, cursor=self.next_cursor, limit=_PAGE
            )
            self.rows, self.next_cursor = [*self.rows, *page.rows], page.next_cursor
        finally:
            self.busy = False

    @handles(Permission.edit_courses)
    async def more_changes(self) -> Any:
        """Show more of what was judged otherwise than before."""
        if not self.changes_cursor:
            return
        self.busy = True
        yield
        try:
            page = await self.call(
                coding.renewed, rejudging_id=self.rejudging.id, cursor=self.changes_cursor, limit=_PAGE
            )
            self.changes, self.changes_cursor = [*self.changes, *page.rows], page.next_cursor
        finally:
            self.busy = False

    @handles(Permission.edit_courses)
    async def show_submission(self, submission_id: Id) -> Any:
        """Show what somebody handed in, and what the judge said of it."""
        view = await self.call(coding.submission, submission_id=submission_id)
        if view.exercise_id != self._exercise_id:
            raise NotFound
        self._show_submission(view)
        yield
        yield rx.set_focus("submission-title")  # which is drawn by now, below the list

    @handles(Permission.edit_courses)
    def close_submission(self) -> None:
        """Go back to the list."""
        self.opened, self.files = "", []

    def _going_on(self) -> bool:
        return self.rejudging.id != "" and not self.rejudging.finished

    def _here(self) -> bool:
        return str(self.router.url.path).rstrip("/") == f"/teach/exercises/{self._exercise_id}"

    async def _load(self) -> None:
        self.view = await self.call(coding.teaching_view, exercise_id=self._exercise_id)
        page = await self.call(coding.handed_in, exercise_id=self._exercise_id, limit=_PAGE)
        self.rows, self.next_cursor = page.rows, page.next_cursor
        self.rejudging = self.view.rejudging or _NONE
        self.changes, self.changes_cursor = [], ""
        if self.rejudging.changed:
            found = await self.call(coding.renewed, rejudging_id=self.rejudging.id, limit=_PAGE)
            self.changes, self.changes_cursor = found.rows, found.next_cursor
        self.status = "ready"

    def _show_submission(self, view: SubmissionView) -> None:
        names = [row.name for row in self.rows if row.id == view.id]
        names += [row.name for row in self.changes if row.id == view.id]
        self.opened, self.opened_name = view.id, names[0] if names else ""
        self.opened_number = view.number
        self.opened_at, self.opened_again = view.created_at, view.rejudged_at
        self.outcome = of_submission(view)
        # A page is made of files in languages of their own, which their names end with.
        language = "" if self.view.mode == "rules" else self.view.language
        self.files = [
            ShownFile(file.name, _html(file.text, language or file.name.rpartition(".")[2])) for file in view.files
        ]


def _html(text: str, language: str) -> str:
    return code_block(text, language if len(text) <= _LONGEST_COLOURED else "")

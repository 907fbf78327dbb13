"""The practice library: exercises to find and choose from, and what one has handed in anywhere."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import reflex as rx

from services import coding, courses
from services.coding.schemas import OwnSubmissionRow, PracticePage, PracticeRow
from services.courses.schemas import Facet
from state.base import PUBLIC, GuardedState, Key, Line, Permission, handles, is_plain, speaker
from state.courses import Piece, with_chosen

_PAGE = 30
_LOOK_SECONDS, _MOST_LOOKS = 2.0, 900  # half an hour; what waits longer is there when the page is opened again
_FILTERS = ("level", "topic", "language", "progress")


@dataclass(frozen=True, slots=True)
class PracticeItem:
    """An exercise to choose; ``title`` is cut into pieces where the search found something."""

    id: str
    title: list[Piece]
    language: str
    difficulty: int
    level: str
    topics: list[str]
    course_title: str
    lesson_title: str
    address: str
    progress: str  # new, tried or solved
    last_at: str


class PracticeState(GuardedState, rx.State):
    """The exercises that fit the search and the filters; ``query`` is both as they stand in the address.

    ``exercises`` and ``solved`` count all that are open to the person, whatever is searched for. ``drawn`` changes when
    a text came from the address, so that the search box takes it over.
    """

    status: str = "loading"
    rows: list[PracticeItem] = []
    total: int = 0
    next_cursor: str = ""
    exercises: int = 0
    solved: int = 0
    levels: list[Facet] = []
    topics: list[Facet] = []
    languages: list[Facet] = []
    progresses: list[Facet] = []
    text: str = ""
    level: str = ""
    topic: str = ""
    language: str = ""
    progress: str = ""
    query: str = ""
    drawn: int = 0
    busy: bool = False

    @handles(PUBLIC, supersedes=True)
    async def open(self) -> Any:
        """Show what the address asks for; a visitor signs in first and comes back to it."""
        asked = self.router.url.query_parameters
        # Anybody may have written the address.
        said = {name: value for name, value in asked.items() if isinstance(value, str) and is_plain(value)}
        text = said.get("q", "")[:200]
        if text != self.text:
            self.text = text
            self.drawn += 1
        for name in _FILTERS:
            setattr(self, name, said.get(name, "")[:80])
        if not speaker().actor.signed_in:
            wanted = f"/practice?{query}" if (query := self._asked()) else "/practice"
            return rx.redirect(f"/sign-in?code=needed&next={quote(wanted)}", replace=True)
        await self._find()
        return None

    @handles(Permission.learn, supersedes=True, rate=(60, 20))
    async def search(self, text: Line) -> None:
        """Find exercises as the person types."""
        self.text = text[:200]
        await self._find()

    @handles(Permission.learn, supersedes=True)
    async def narrow(self, name: Key, value: Key) -> None:
        """Press a filter; pressed again it is taken away."""
        if name in _FILTERS:
            setattr(self, name, "" if getattr(self, name) == value else value)
            await self._find()

    @handles(Permission.learn, supersedes=True)
    async def choose_topic(self, value: Key) -> None:
        """Show one topic, or all of them."""
        self.topic = value
        await self._find()

    @handles(Permission.learn, supersedes=True)
    async def clear(self) -> None:
        """Take the search and every filter away."""
        self.text = ""
        for name in _FILTERS:
            setattr(self, name, "")
        self.drawn += 1
        await self._find()

    @handles(Permission.learn)
    async def more(self) -> Any:
        """Show the next exercises below."""
        if not self.next_cursor:
            return
        self.busy = True
        yield
        try:
            page = await self.call(coding.practice_library, cursor=self.next_cursor, **self._wanted())
            # One that was solved in another tab meanwhile has moved further down.
            shown = {row.id for row in self.rows}
            self.rows = [*self.rows, *(_item(row, self.text) for row in page.rows if row.id not in shown)]
            self.next_cursor = page.next_cursor
        finally:
            self.busy = False

    async def _find(self) -> None:
        try:
            self._show(await self.call(coding.practice_library, **self._wanted()))
        except Exception:
            self.status = "error"
            raise

    def _show(self, page: PracticePage) -> None:
        self.rows = [_item(row, self.text) for row in page.rows]
        self.total, self.next_cursor = page.total, page.next_cursor
        self.exercises, self.solved = page.exercises, page.solved
        self.levels = with_chosen(page.levels, self.level)
        self.topics = with_chosen(page.topics, self.topic)
        self.languages = with_chosen(page.languages, self.language)
        self.progresses = with_chosen(page.statuses, self.progress)
        self.query = self._asked()
        self.status = "ready"

    def _asked(self) -> str:
        asked = {"q": self.text.strip(), **{name: getattr(self, name) for name in _FILTERS}}
        return urlencode({name: value for name, value in asked.items() if value})

    def _wanted(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "level": self.level,
            "topic": self.topic,
            "language": self.language,
            "status": self.progress,
            "limit": _PAGE,
        }


class OwnSubmissionsState(GuardedState, rx.State):
    """Everything the person has handed in, the newest first."""

    status: str = "loading"
    rows: list[OwnSubmissionRow] = []
    next_cursor: str = ""
    busy: bool = False
    _following: bool = False

    @handles(PUBLIC)
    async def open(self) -> Any:
        """Show the newest; a visitor signs in first and comes back."""
        if not speaker().actor.signed_in:
            return rx.redirect("/sign-in?code=needed&next=/practice/submissions", replace=True)
        try:
            page = await self.call(coding.my_submissions, limit=_PAGE)
        except Exception:
            self.status = "error"
            raise
        self.rows, self.next_cursor, self.status = page.rows, page.next_cursor, "ready"
        return OwnSubmissionsState.follow if self._open() and not self._following else None

    @handles(Permission.learn, background=True)
    async def follow(self) -> None:
        """Look at the newest again until each of them is judged."""
        async with self:
            if self._following:
                return
            self._following = True
        try:
            for _look in range(_MOST_LOOKS):
                await asyncio.sleep(_LOOK_SECONDS)
                page = await self.call(coding.my_submissions, limit=_PAGE)
                async with self:
                    shown = {row.id for row in page.rows}
                    rows = [*page.rows, *(row for row in self.rows if row.id not in shown)]
                    if rows != self.rows:
                        self.rows = rows
                    if not self._open():
                        return
        finally:
            async with self:
                self._following = False

    @handles(Permission.learn)
    async def more(self) -> Any:
        """Show earlier ones below."""
        if not self.next_cursor:
            return
        self.busy = True
        yield
        try:
            page = await self.call(coding.my_submissions, cursor=self.next_cursor, limit=_PAGE)
            self.rows, self.next_cursor = [*self.rows, *page.rows], page.next_cursor
        finally:
            self.busy = False

    def _open(self) -> bool:
        """Whether one of the newest still waits for the judge."""
        return any(row.status in ("queued", "running") for row in self.rows[:_PAGE])


def _item(row: PracticeRow, text: str) -> PracticeItem:
    return PracticeItem(
        id=row.id,
        title=[Piece(piece, hit) for piece, hit in courses.hits(row.title, text)],
        language=row.language,
        difficulty=row.difficulty,
        level=row.level,
        topics=row.topics,
        course_title=row.course_title,
        lesson_title=row.lesson_title,
        address=row.address,
        progress=row.status,
        last_at=row.last_at,
    )

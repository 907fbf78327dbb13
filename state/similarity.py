"""The report of how alike the programs of an exercise are, for those who teach it."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import reflex as rx

from services.coding import similarity
from services.coding.similarity.schemas import PairRow, PairView, Side, SimilarityView
from services.platform.errors import Forbidden, NotFound, SignInNeeded
from state.base import PUBLIC, GuardedState, Id, Permission, Text, handles, is_plain

_PAGE = 30
_SECONDS_BETWEEN_LOOKS, _MOST_LOOKS = 1.0, 1800
_NOTHING = SimilarityView(
    exercise_id="",
    exercise_title="",
    course_slug="",
    course_title="",
    lesson_slug="",
    status="none",
    percent=0,
    finished_at="",
    people=0,
    compared=0,
    pairs=0,
    worth_a_look=0,
    looked_at=0,
    rows=[],
    next_cursor="",
)
_NOBODY = Side(name="", number=0, handed_in_at="", share=0, files=[])
_NO_ROW = PairRow(
    id="",
    left_name="",
    right_name="",
    similarity=0,
    left_share=0,
    right_share=0,
    regions=0,
    group=0,
    worth_a_look=False,
    looked_at="",
    looked_by="",
    note="",
)
_NO_PAIR = PairView(row=_NO_ROW, exercise_id="", left=_NOBODY, right=_NOBODY, regions=[])


class SimilarityState(GuardedState, rx.State):
    """The page at /teach/exercises/<exercise>/similarity: the ranking, and one pair of it side by side.

    ``status`` is of the page: loading, ready, missing, forbidden or error. ``pair`` is the one that is open; an empty
    id in its row: none is.
    """

    status: str = "loading"
    report: SimilarityView = _NOTHING
    rows: list[PairRow] = []
    next_cursor: str = ""
    pair: PairView = _NO_PAIR
    busy: bool = False
    saved: bool = False
    _exercise_id: str = ""

    @handles(PUBLIC)
    async def open(self) -> Any:
        """Show the report of the exercise in the address, and the pair that the address names."""
        asked = getattr(self, "exercise_at", "")
        exercise_id = asked if isinstance(asked, str) and is_plain(asked) else ""
        if exercise_id != self._exercise_id:
            self.reset()
            self._exercise_id = exercise_id
        try:
            await self._load()
            await self._open_named()
        except SignInNeeded:
            return rx.redirect(f"/sign-in?code=needed&next={quote(self._address())}", replace=True)
        except NotFound:
            self.status = "missing"
        except Forbidden:
            self.status = "forbidden"
        except Exception:
            self.status = "error"
            raise
        return SimilarityState.follow if self._at_work() else None

    @handles(Permission.see_learners, rate=(10, 60))
    async def start(self) -> Any:
        """Compare what has been handed in until now."""
        if self.status != "ready":
            return
        self.busy = True
        yield
        try:
            await self.call(similarity.start, exercise_id=self._exercise_id)
            await self._load()
        finally:
            self.busy = False
        yield SimilarityState.follow

    @handles(Permission.see_learners, background=True, rate=(20, 60))
    async def follow(self) -> None:
        """Look how far the comparison is until it has ended, or until the person is elsewhere."""
        async with self:
            exercise_id, at_work = self._exercise_id, self._at_work()
        for _look in range(_MOST_LOOKS if at_work else 0):
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
            view = await self.call(similarity.similarity, exercise_id=exercise_id, limit=_PAGE)
            async with self:
                if self._exercise_id != exercise_id or not self._at_work():
                    return
                self._show(view)
                if not self._at_work():
                    return

    @handles(Permission.see_learners)
    async def more(self) -> Any:
        """Show the next pairs below."""
        if not self.next_cursor:
            return
        self.busy = True
        yield
        try:
            view = await self.call(
                similarity.similarity, exercise_id=self._exercise_id, cursor=self.next_cursor, limit=_PAGE
            )
            self.rows, self.next_cursor = [*self.rows, *view.rows], view.next_cursor
        finally:
            self.busy = False

    @handles(Permission.see_learners)
    async def show_pair(self, pair_id: Id) -> Any:
        """Put two programs side by side."""
        await self._open_pair(pair_id)
        yield
        yield rx.set_focus("pair-title")  # which is drawn by now, below the list

    @handles(Permission.see_learners)
    def close_pair(self) -> None:
        """Go back to the list."""
        self.pair = _NO_PAIR

    @handles(Permission.see_learners)
    async def look(self, looked_at: bool) -> None:
        """Say that the open pair was looked at, or was not."""
        if self.pair.row.id:
            self._put(await self.call(similarity.mark_pair, pair_id=self.pair.row.id, looked_at=looked_at))

    @handles(Permission.see_learners, rate=(60, 60))
    async def write_note(self, pair_id: Id, text: Text) -> None:
        """Keep what the person notes about a pair when they leave the field."""
        known = next((row.note for row in [self.pair.row, *self.rows] if row.id == pair_id), None)
        if known is None or known == text.strip():
            return
        self._put(await self.call(similarity.mark_pair, pair_id=pair_id, note=text))
        self.saved = self.pair.row.id == pair_id

    def _address(self) -> str:
        return f"/teach/exercises/{self._exercise_id}/similarity"

    def _at_work(self) -> bool:
        return self.report.status in ("queued", "running")

    async def _load(self) -> None:
        self._show(await self.call(similarity.similarity, exercise_id=self._exercise_id, limit=_PAGE))
        self.status = "ready"

    def _show(self, view: SimilarityView) -> None:
        self.report = replace(view, rows=[])
        self.rows, self.next_cursor = view.rows, view.next_cursor

    async def _open_named(self) -> None:
        named = self.router.url.query_parameters.get("pair", "")
        if isinstance(named, str) and named and is_plain(named):
            with suppress(NotFound):  # of another report, or gone: the report itself is still what was asked for
                await self._open_pair(named)

    async def _open_pair(self, pair_id: str) -> None:
        view = await self.call(similarity.similar_pair, pair_id=pair_id)
        if view.exercise_id != self._exercise_id:
            raise NotFound
        self.pair, self.saved = view, False

    def _put(self, row: PairRow) -> None:
        """Show a row as it is now, in the list and beside the programs."""
        self.rows = [row if each.id == row.id else each for each in self.rows]
        if self.pair.row.id == row.id:
            self.pair = replace(self.pair, row=row)

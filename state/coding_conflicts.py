"""Two tabs wrote the same file: choosing between the texts, comparing them, and bringing back the one not chosen."""

from collections.abc import Callable

import reflex as rx

from services import coding
from services.coding.schemas import DraftView
from state.base import GuardedState, Id, Key, Permission, handles
from state.coding import ExerciseState
from state.coding_history import ComparedFile, compared_file


class ConflictState(GuardedState, rx.State):
    """The comparison that is open, by the id of the text that was put aside."""

    compared: dict[str, ComparedFile] = {}

    @handles(Permission.learn, rate=(30, 60))
    async def use_mine(self, exercise_id: Id, aside_id: Key) -> None:
        """Choose the text that this tab shows."""
        await self._choose(exercise_id, aside_id, mine=True)

    @handles(Permission.learn, rate=(30, 60))
    async def use_other(self, exercise_id: Id, aside_id: Key) -> None:
        """Choose the text that this tab does not show."""
        await self._choose(exercise_id, aside_id, mine=False)

    @handles(Permission.learn, rate=(30, 60))
    async def bring_back(self, exercise_id: Id, aside_id: Key) -> None:
        """Take the text that was not chosen after all."""
        await self._settle(coding.bring_back, exercise_id, aside_id)

    @handles(Permission.learn, rate=(30, 60))
    async def forget(self, exercise_id: Id, aside_id: Key) -> None:
        """Forget the text that was not chosen."""
        await self._settle(coding.forget_text, exercise_id, aside_id)

    @handles(Permission.learn, rate=(30, 60))
    async def compare(self, exercise_id: Id, aside_id: Key) -> None:
        """Show both texts side by side, this tab's at the end; pressed again, put them away."""
        if aside_id in self.compared:
            self._close(aside_id)
            return
        exercises = await self.get_state(ExerciseState)
        # The text of this tab stands on the side of what came.
        found = await self.call(
            coding.compare_texts,
            exercise_id=exercise_id,
            aside_id=aside_id,
            aside_first=not exercises._wrote_aside(exercise_id, aside_id),
        )
        self.compared = {aside_id: compared_file(found)}

    async def _choose(self, exercise_id: str, aside_id: str, *, mine: bool) -> None:
        exercises = await self.get_state(ExerciseState)
        await self._settle(
            coding.choose_text, exercise_id, aside_id, swap=exercises._wrote_aside(exercise_id, aside_id) == mine
        )

    async def _settle(self, function: Callable[..., DraftView], exercise_id: str, aside_id: str, **how: bool) -> None:
        exercises = await self.get_state(ExerciseState)
        draft = await self.call(function, exercise_id=exercise_id, aside_id=aside_id, **how)
        exercises._take_draft(draft)
        self._close(aside_id)

    def _close(self, aside_id: str) -> None:
        self.compared = {key: value for key, value in self.compared.items() if key != aside_id}

"""Formatting the program in the editor, on request."""

from dataclasses import dataclass

import reflex as rx

from services import coding
from services.coding.files import mark_of
from services.platform.messages import N_, translate
from state.base import GuardedState, Id, Key, Permission, handles, speaker
from state.coding import ExerciseState
from state.shell import ShellState

_DONE, _NOTHING = N_("The program is formatted. Undo takes it back."), N_("The program is formatted already.")


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text for the editor, which takes it in one step while it still shows the text that this was made of."""

    request: str = ""  # made up by the editor that asked
    made_of: str = ""  # the mark of that text
    text: str = ""


class FormatState(GuardedState, rx.State):
    """What came of the last formatting."""

    formatted: Formatted = Formatted()

    @handles(Permission.run_code, rate=(30, 60))
    async def format_file(self, exercise_id: Id, request: Key) -> None:
        """Lay the open file out the usual way. The editor puts it in, and saves it as if it had been typed."""
        found = (await self.get_state(ExerciseState))._open_text(exercise_id)
        if found is None:
            return
        language, text = found
        made = await self.call_patiently(coding.format_code, language=language, source=text)
        if made != text:
            self.formatted = Formatted(request, mark_of(text), made)
        shell = await self.get_state(ShellState)
        shell._say(translate(speaker().actor.language, _NOTHING if made == text else _DONE), "right")

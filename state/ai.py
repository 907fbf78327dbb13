"""The tutor beside the lesson: the conversation so far, and the answer that grows."""

from dataclasses import replace
from typing import Any

import reflex as rx

from services import ai
from services.ai.schemas import Chunk, ConversationView, MessageView
from services.courses.schemas import LessonView
from services.platform.messages import N_, translate
from state.base import GuardedState, Key, Permission, Text, handles, speaker
from state.coding import ExerciseState

READY = {
    "simpler": N_("Explain this lesson in simpler words."),
    "example": N_("Show me another example of this."),
    "hint": N_("Give me a hint for this exercise."),
}


class TutorState(GuardedState, rx.State):
    """``past`` was there when the lesson was opened, ``recent`` came since: so a new answer sends no old ones again."""

    past: list[MessageView] = []
    recent: list[MessageView] = []
    offline: bool = True
    older_before: str = ""
    growing: bool = False
    growing_blocks: list[str] = []
    growing_tail: str = ""
    asked: int = 0
    closed: bool = False
    _lesson_id: str = ""
    _running: str = ""

    @handles(Permission.ask_tutor, rate=(20, 60))
    async def ask(self, question: Text, block_key: Key = "", client_key: Key = "") -> Any:
        """Send a question; the answer is followed by ``follow``.

        ``client_key`` is made in the tab for each question, so that one sent again after a lost connection asks once.
        """
        if self.growing:
            return None
        about = {"block_key": block_key, **(await self.get_state(ExerciseState))._about()}
        exchange = await self.call(
            ai.ask, lesson_id=self._lesson_id, question=question, about=about, client_key=client_key or None
        )
        self.asked += 1
        if any(message.id == exchange.question.id for message in (*self.past, *self.recent)):
            return None  # it had arrived, and its answer is here
        self.recent = [*self.recent, exchange.question]
        return self._begin(exchange.answer)

    @handles(Permission.ask_tutor, rate=(20, 60))
    async def ask_ready(self, name: Key) -> Any:
        """Send one of the questions that are offered."""
        if name not in READY:
            return None
        return TutorState.ask(translate(speaker().actor.language, READY[name]))

    @handles(Permission.ask_tutor, rate=(20, 60))
    async def retry(self, message_id: Key) -> Any:
        """Answer a question again whose answer failed or was stopped."""
        answer = await self.call(ai.retry, message_id=message_id)
        self.past = [message for message in self.past if message.id != message_id]
        self.recent = [message for message in self.recent if message.id != message_id]
        return self._begin(answer)

    @handles(Permission.ask_tutor)
    async def stop(self) -> None:
        """End the answer; what is written stays."""
        if self._running:
            await self.call(ai.stop, message_id=self._running)

    @handles(Permission.ask_tutor)
    async def older(self) -> None:
        """Show the messages before those that are shown."""
        if self.older_before:
            view = await self.call(ai.conversation, lesson_id=self._lesson_id, before=self.older_before)
            self.past = [*_shown(view.messages), *self.past]
            self.older_before = view.older_before

    @handles(Permission.ask_tutor, background=True)
    async def follow(self) -> None:
        """Show the running answer as it grows, until it ends or the learner has gone to another lesson."""
        async with self:
            message_id = self._running
        if not message_id:
            return
        async for chunk in ai.follow(speaker().actor, message_id=message_id):
            async with self:
                if self._running != message_id:
                    return
                self._grow(chunk)
        final = await self.call(ai.message, message_id=message_id)
        async with self:
            if self._running == message_id:
                self.recent = [*self.recent, *_shown([final])]
                self._clear()

    def _begin(self, answer: MessageView) -> Any:
        self._clear()
        self._running, self.growing = answer.id, True
        return TutorState.follow

    def _grow(self, chunk: Chunk) -> None:
        if chunk.first:
            self.growing_blocks = list(chunk.new_blocks)
        elif chunk.new_blocks:
            self.growing_blocks = [*self.growing_blocks, *chunk.new_blocks]
        self.growing_tail = chunk.tail_html

    def _clear(self) -> None:
        self._running, self.growing = "", False
        self.growing_blocks, self.growing_tail = [], ""

    def _show(self, lesson: LessonView, view: ConversationView | None) -> list[Any]:
        """Show the conversation about a lesson; returns the event that follows an answer still running."""
        self._lesson_id = lesson.id
        self._clear()
        self.closed = view is None
        if view is None:
            return []
        self.past = _shown([message for message in view.messages if message.id != view.running_id])
        self.recent, self.offline, self.older_before = [], view.offline, view.older_before
        running = next((message for message in view.messages if message.id == view.running_id), None)
        return [self._begin(running)] if running else []


def _shown(messages: list[MessageView]) -> list[MessageView]:
    """Leave out the Markdown of answers: the page shows their HTML, and sending both would double the bytes."""
    return [replace(message, text="" if message.role == "answer" else message.text) for message in messages]

"""What the learners of the load do: read, write code, take a quiz; and ten of them the heavy things."""

import itertools
import random
from collections.abc import AsyncIterator
from typing import Any

from tests.load.client import ROOT, Delta, Tab
from tests.load.site import COURSE, Lesson

_PLAYER = f"{ROOT}.state___player____player_state"
_EXERCISE = f"{ROOT}.state___coding____exercise_state"
_QUIZ = f"{ROOT}.state___assessment____quiz_state"
_TUTOR = f"{ROOT}.state___ai____tutor_state"
_WORDS = ("loop", "function", "value", "error", "list", "name", "test", "number")


def _changes(state: str, *names: str) -> Any:
    """Accept an update that has one of these vars of a state."""
    wanted = {f"{name}_rx_state_" for name in names}

    def done(delta: Delta) -> bool:
        return bool(wanted & delta.get(state, {}).keys())

    return done


class Learner:
    """Goes through the course from a lesson of their own on; each ``step`` is one event."""

    def __init__(self, tab: Tab, lessons: list[Lesson], number: int) -> None:
        self.tab = tab
        # Not seeded: what a learner wrote in the run before is saved already, and would be answered with nothing.
        self._random = random.Random()
        at = number % len(lessons)
        self._lessons = itertools.cycle(lessons[at:] + lessons[:at])
        self._steps = self._study()

    async def step(self) -> None:
        """Do the next thing."""
        await anext(self._steps)

    async def _study(self) -> AsyncIterator[None]:
        for lesson in self._lessons:
            if not await _open(self.tab, lesson):
                yield
                continue
            yield
            await self.tab.act(
                "remember the place", f"{_PLAYER}.stay_at", block_key=self._random.choice(lesson.block_keys)
            )
            yield
            async for _step in self._write_code():
                yield
            async for _step in self._answer():
                yield

    async def _write_code(self) -> AsyncIterator[None]:
        for exercise_id, file in list((self.tab.value(_EXERCISE, "shown") or {}).items()):
            for number in range(2):
                await self.tab.act(
                    "save code",
                    f"{_EXERCISE}.edit",
                    _changes(_EXERCISE, "saved_at"),
                    exercise_id=exercise_id,
                    name=file["name"],
                    text=f"{file['text']}\n# {number}: {self._random.random()}\n" + "total = total + 1\n" * 20,
                )
                yield
            if self.tab.value(_EXERCISE, "views")[exercise_id]["hints"]:
                await self.tab.act(
                    "ask for a hint", f"{_EXERCISE}.hint", _changes(_EXERCISE, "hints"), exercise_id=exercise_id
                )
                yield

    async def _answer(self) -> AsyncIterator[None]:
        for quiz_id, view in list((self.tab.value(_QUIZ, "views") or {}).items()):
            if not view["open_attempt_id"]:
                if not view["may_start"]:
                    continue
                await self.tab.act("start a quiz", f"{_QUIZ}.start", _changes(_QUIZ, "views"), quiz_id=quiz_id)
                yield
            view = self.tab.value(_QUIZ, "views")[quiz_id]
            if not view["open_attempt_id"]:
                continue
            for question in view["questions"][:2]:
                chosen = (self.tab.value(_QUIZ, "chosen") or {}).get(question["id"], [])
                name, answer = _answer_to(question, chosen, self._random)
                await self.tab.act(
                    "answer a question",
                    f"{_QUIZ}.{name}",
                    _changes(_QUIZ, "saved_at", "problems"),
                    attempt_id=view["open_attempt_id"],
                    question_id=question["id"],
                    **answer,
                )
                yield


class Busy:
    """Searches the course, runs code and asks the tutor, again and again: what must not slow the others."""

    def __init__(self, tab: Tab, lesson: Lesson) -> None:
        self.tab = tab
        self._lesson = lesson
        self._random = random.Random()
        self._steps = self._toil()

    async def step(self) -> None:
        """Do the next heavy thing."""
        await anext(self._steps)

    async def _toil(self) -> AsyncIterator[None]:
        while not await _open(self.tab, self._lesson):
            yield
        for round_ in itertools.count():
            word = self._random.choice(_WORDS)
            await self.tab.act("search the course", f"{_PLAYER}.search", _changes(_PLAYER, "hits"), text=word)
            yield
            await self.tab.act(
                "ask the tutor",
                f"{_TUTOR}.ask",
                lambda delta: delta.get(_TUTOR, {}).get("growing_rx_state_") is False,
                question=f"What is a {word}, and when do I use it? ({round_})",
                block_key="",
            )
            yield
            for exercise_id in self.tab.value(_EXERCISE, "views") or {}:
                await self.tab.act(
                    "run code",
                    f"{_EXERCISE}.run",
                    lambda delta: delta.get(_EXERCISE, {}).get("busy_rx_state_") == "",
                    exercise_id=exercise_id,
                )
                yield


async def _open(tab: Tab, lesson: Lesson) -> bool:
    arrived = await tab.navigate(f"/learn/{COURSE}/{lesson.slug}", course_at=COURSE, lesson_at=lesson.slug)
    if arrived and tab.value(_PLAYER, "status") != "ready":
        tab.tally.failures[f"open a lesson: {tab.value(_PLAYER, 'status')}"] += 1
        return False
    return arrived


def _answer_to(question: dict[str, Any], chosen: list[str], chance: random.Random) -> tuple[str, dict[str, Any]]:
    """The event that answers a question otherwise than before (what is the same is not sent again), and its values."""
    if question["kind"] in ("short", "numeric"):
        return "write", {"text": str(chance.randrange(1_000_000))}
    keys = ["true", "false"] if question["kind"] == "truefalse" else [choice["key"] for choice in question["choices"]]
    key = chance.choice([key for key in keys if key not in chosen] or keys)
    if question["kind"] == "multiple":
        return "mark", {"key": key, "on": key not in chosen}
    return "choose", {"key": key}

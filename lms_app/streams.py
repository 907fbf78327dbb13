"""Answers of the API that go on for minutes: counted by person, and ended when the server is about to stop."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from services.platform.errors import LimitReached

_MOST_EACH = 20  # of one person: many tabs and a script, far below what polling of them would cost others

_endings: set[asyncio.Event] = set()
_of_person: Counter[UUID] = Counter()


class Stream:
    """One such answer; it ends when the server does."""

    def __init__(self, ending: asyncio.Event) -> None:
        self._ending = ending

    async def pause(self, seconds: float) -> bool:
        """Wait so long; False when the server is about to stop, and the answer has to end now."""
        try:
            await asyncio.wait_for(self._ending.wait(), seconds)
        except TimeoutError:
            return True
        return False


@contextmanager
def opened(person: UUID) -> Iterator[Stream]:
    """A stream for the length of the block; raises ``LimitReached`` where this person has very many open."""
    if _of_person[person] >= _MOST_EACH:
        raise LimitReached("You are following very many things at once. Close some of them first.", retry_after=10)
    ending = asyncio.Event()
    _endings.add(ending)
    _of_person[person] += 1
    try:
        yield Stream(ending)
    finally:
        _endings.discard(ending)
        _of_person[person] -= 1
        if not _of_person[person]:
            del _of_person[person]


def end_all() -> None:
    """End every stream of this process; on the event loop."""
    for ending in list(_endings):
        ending.set()

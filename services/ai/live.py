"""An answer in the making, in this process: one task writes it, any number of tabs follow."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from services.ai.schemas import RUNNING


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An answer at one moment."""

    text: str = ""
    status: str = "queued"
    error: str = ""
    source: str = ""
    citations: tuple[dict[str, Any], ...] = ()

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self.status in RUNNING


class Live:
    """Holds the newest snapshot and wakes its followers, whose event loops are others than the writer's."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._now = Snapshot()
        self._followers: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    def snapshot(self) -> Snapshot:
        """Return the answer as it is now."""
        return self._now

    def put(self, *, add: str = "", **changes: Any) -> None:
        """Add text and change what else is new; ignored once the answer has ended."""
        with self._lock:
            if not self._now.running:
                return
            self._now = replace(self._now, text=self._now.text + add, **changes)
        self._wake()

    def end(self, status: str, **changes: Any) -> Snapshot:
        """End the answer, unless it has ended already; return how it ended."""
        with self._lock:
            if self._now.running:
                self._now = replace(self._now, status=status, **changes)
        self._wake()
        return self._now

    @contextmanager
    def followed(self) -> Iterator[asyncio.Event]:
        """Yield an event of the running loop that is set whenever there is something new."""
        event = asyncio.Event()
        with self._lock:
            self._followers[event] = asyncio.get_running_loop()
        try:
            yield event
        finally:
            with self._lock:
                self._followers.pop(event, None)

    def _wake(self) -> None:
        with self._lock:
            followers = list(self._followers.items())
        for event, loop in followers:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

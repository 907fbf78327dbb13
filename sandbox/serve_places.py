"""Who runs and who waits on one judge server: so many at once, so many more in line, the rest is told to come back."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_LOOK_AGAIN_SECONDS = 0.5
_LONGEST_RETRY_SECONDS = 30


class Full(Exception):
    """No place and no room in the line, or the server is stopping. Come back after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Gone(Exception):
    """Whoever waited has hung up."""


@dataclass(frozen=True, slots=True)
class Load:
    """How full the places are at this moment."""

    places: int
    running: int
    waiting: int
    line: int

    @property
    def free(self) -> int:
        """How many jobs would begin at once."""
        return max(0, self.places - self.running - self.waiting)


class Places:
    """`size` jobs at once and `line` more that wait, in the order they came."""

    def __init__(self, size: int, line: int, *, wait_seconds: float = 60.0) -> None:
        self._size, self._line, self._wait_seconds = size, line, wait_seconds
        self._running = 0
        self._queue: deque[object] = deque()
        self._usual_seconds = 1.0
        self._stopping = False
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def place(self, still_wanted: Callable[[], bool]) -> Iterator[None]:
        """A place for the length of the block. Full when there is none in time, Gone when it is not wanted any more."""
        self._enter(still_wanted)
        began = time.monotonic()
        try:
            yield
        finally:
            with self._changed:
                self._running -= 1
                self._usual_seconds += 0.1 * (time.monotonic() - began - self._usual_seconds)
                self._changed.notify_all()

    def load(self) -> Load:
        """How full it is now."""
        with self._changed:
            return Load(self._size, self._running, len(self._queue), self._line)

    def stop(self) -> None:
        """Let nobody in any more; those in line are told so."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def wait_until_empty(self, seconds: float) -> bool:
        """Wait for those who run; whether all have ended in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running, seconds)

    def _enter(self, still_wanted: Callable[[], bool]) -> None:
        ticket = object()
        deadline = time.monotonic() + self._wait_seconds
        with self._changed:
            if len(self._queue) >= self._line + max(0, self._size - self._running):
                raise Full("All places of this judge are taken.", self._retry_after())
            self._queue.append(ticket)
            try:
                while not (self._queue[0] is ticket and self._running < self._size):
                    if self._stopping:
                        raise Full("This judge is stopping.", 1)
                    if time.monotonic() >= deadline:
                        raise Full("No place of this judge came free in time.", self._retry_after())
                    if not still_wanted():
                        raise Gone
                    self._changed.wait(_LOOK_AGAIN_SECONDS)
                if self._stopping:
                    raise Full("This judge is stopping.", 1)
                self._running += 1
            finally:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _retry_after(self) -> int:
        """About when the line will have moved on."""
        ahead = (len(self._queue) + 1) / self._size
        return max(1, min(_LONGEST_RETRY_SECONDS, math.ceil(ahead * self._usual_seconds)))

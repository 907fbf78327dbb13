"""How many programs may run at once, and who waits."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator


class Busy(Exception):
    """All slots stayed taken for as long as the caller was ready to wait."""


class SlotPool:
    """A bounded number of numbered slots, by default one for each core: more would only make times noisy."""

    def __init__(self, size: int | None = None, *, wait_seconds: float = 30.0) -> None:
        self.size = size or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else size or 1
        self.wait_seconds = wait_seconds
        self._free = list(range(self.size))
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def slot(self) -> Iterator[int]:
        """A slot of one's own for the length of the block; Busy when none came free in time."""
        with self._changed:
            if not self._changed.wait_for(lambda: bool(self._free), self.wait_seconds):
                raise Busy("All places of the judge are taken. Try again in a moment.")
            number = self._free.pop()
        try:
            yield number
        finally:
            with self._changed:
                self._free.append(number)
                self._changed.notify()

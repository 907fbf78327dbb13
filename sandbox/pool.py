"""How many programs may run at once, who waits, and cells that are ready before they are asked for."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from sandbox.backends.base import Backend, Cell, CellLost, Room


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


class CellPool:
    """Warm cells of a backend by runtime. One that is taken is replaced, and one that was used ended, behind the back.

    Only for runtimes that were asked for once, and only of the usual room: others are made when they are needed.
    """

    def __init__(self, backend: Backend, size: int) -> None:
        self._backend = backend
        self._size = size
        self._warm: dict[str, deque[Cell]] = {}
        self._lock = threading.Lock()
        self._closed = False
        # Threads of an executor end with it; nothing of this pool is kept alive by them. They are two: a cell that
        # is given back may be what the next submission gets, and must not wait until another has been made.
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="cells-new")
        self._closer = ThreadPoolExecutor(1, thread_name_prefix="cells-used")

    @contextlib.contextmanager
    def cell(self, runtime: str, room: Room) -> Iterator[Cell]:
        """A fresh cell for the length of the block. CellLost when there can be none."""
        cell = self._taken(runtime, room)
        try:
            yield cell
        finally:
            _later(self._closer, cell.close)
            if room == Room():
                _later(self._maker, self._refill, runtime)

    def close(self) -> None:
        """End the cells that wait. The backend ends those in use."""
        with self._lock:
            self._closed = True
            waiting = [cell for cells in self._warm.values() for cell in cells]
            self._warm.clear()
        for cell in waiting:
            cell.close()
        self._maker.shutdown(wait=False)
        self._closer.shutdown(wait=False)

    def _taken(self, runtime: str, room: Room) -> Cell:
        if room != Room():
            return self._backend.open(runtime, room)
        with self._lock:
            cells = self._warm.setdefault(runtime, deque())
            cell = cells.popleft() if cells else None
            last = not cells
        opened = cell or self._backend.open(runtime)
        # Else when this one is given back: making one takes time that the program on its way would have to share.
        if last:
            _later(self._maker, self._refill, runtime)
        return opened

    def _refill(self, runtime: str) -> None:
        while True:
            with self._lock:
                if self._closed or len(self._warm.get(runtime, ())) >= self._size:
                    return
            try:
                cell = self._backend.open(runtime)
            except CellLost:
                return  # whoever needs a cell next hears why there is none
            with self._lock:
                kept = not self._closed
                if kept:
                    self._warm.setdefault(runtime, deque()).append(cell)
            if not kept:
                cell.close()


def _later(helper: ThreadPoolExecutor, action: object, *arguments: object) -> None:
    try:
        helper.submit(action, *arguments)  # type: ignore[arg-type]  # any callable with its arguments
    except RuntimeError:  # this process is ending, or the pool was closed
        if not arguments:
            action()  # type: ignore[operator]

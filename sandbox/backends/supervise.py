"""Watching a cell from outside: its streams, its clocks, its memory, and its end."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field

from sandbox.backends.base import End, Outcome
from sandbox.backends.cgroups import Group
from sandbox.types import Limits

_TICK = 0.02
_CHUNK = 65536


@dataclass(slots=True)
class _Stream:
    """One pipe out of the cell; never more than `cap` bytes of it are held."""

    name: End
    fd: int
    cap: int
    data: bytearray = field(default_factory=bytearray)
    overflowed: bool = False
    open: bool = True

    def read(self) -> None:
        try:
            chunk = os.read(self.fd, _CHUNK)
        except BlockingIOError:
            return
        except OSError:
            chunk = b""
        if not chunk:
            self.open = False
            return
        room = self.cap - len(self.data)
        self.data += chunk[:room]
        self.overflowed = self.overflowed or len(chunk) > room


class Supervisor:
    """Follows one started cell to its end and says how it ended."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        *,
        limits: Limits,
        group: Group | None,
        info_fd: int,
        streams: list[tuple[End, int, int]],
        closing: threading.Event,
    ) -> None:
        self._process = process
        self._closing = closing
        self._limits = limits
        self._group = group
        self._info_fd = info_fd
        self._streams = [_Stream(name, fd, cap) for name, fd, cap in streams]
        self._started = time.monotonic()
        self._init_pidfd = -1
        self._cpu_ms = 0.0
        self._memory_kb = 0

    def follow(self) -> Outcome:
        """Read and watch until the program has ended or was stopped, then make sure that nothing of it lives."""
        outer = os.pidfd_open(self._process.pid)
        try:
            stopped = self._watch(outer)
            self._stop(outer)
        finally:
            os.close(outer)
            if self._init_pidfd >= 0:
                os.close(self._init_pidfd)
        return self._outcome(stopped)

    def _watch(self, outer: int) -> End | None:
        with selectors.DefaultSelector() as selector:
            selector.register(outer, selectors.EVENT_READ, None)
            selector.register(self._info_fd, selectors.EVENT_READ, "info")
            for stream in self._streams:
                os.set_blocking(stream.fd, False)
                selector.register(stream.fd, selectors.EVENT_READ, stream)
            next_check = 0.0
            while True:
                ended = False
                for key, _ in selector.select(_TICK):
                    if key.data is None:
                        ended = True
                    elif isinstance(key.data, _Stream):
                        key.data.read()
                        if not key.data.open:
                            selector.unregister(key.fd)
                        elif key.data.overflowed:
                            return key.data.name
                    else:
                        self._learn_init_process()
                        selector.unregister(key.fd)
                if ended:
                    return None
                # Also between reads, so that a flood of output cannot put the clocks off.
                if time.monotonic() >= next_check:
                    over = self._over_limit()
                    if over:
                        return over
                    next_check = time.monotonic() + _TICK

    def _learn_init_process(self) -> None:
        """Hold on to process 1 of the cell: when it is gone the kernel has ended everything in it."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            self._init_pidfd = os.pidfd_open(int(json.loads(os.read(self._info_fd, 4096))["child-pid"]))

    def _over_limit(self) -> End | None:
        if self._closing.is_set():
            return "lost"
        self._measure()
        if self._group is not None and self._group.out_of_memory_kills():
            return "memory"
        if self._memory_kb > self._limits.memory_mb * 1024:
            return "memory"
        if self._cpu_ms > self._limits.cpu_ms:
            return "cpu"
        if (time.monotonic() - self._started) * 1000 > self._limits.wall_ms:
            return "wall"
        return None

    def _measure(self) -> None:
        if self._group is not None:
            self._cpu_ms = self._group.cpu_ms()
            return
        cpu_ns, memory_kb = _tree_usage(self._process.pid)
        self._cpu_ms = max(self._cpu_ms, cpu_ns / 1e6)
        self._memory_kb = max(self._memory_kb, memory_kb)

    def _stop(self, outer: int) -> None:
        """End the launcher and process 1 of the cell, which takes all others with it, and wait for both."""
        if self._init_pidfd < 0:
            os.set_blocking(self._info_fd, False)
            self._learn_init_process()
        for pidfd in (self._init_pidfd, outer):
            if pidfd >= 0:
                with contextlib.suppress(OSError):
                    signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        if self._group is not None:
            self._group.kill()
        self._process.wait()
        if self._init_pidfd >= 0:
            with selectors.DefaultSelector() as selector:
                selector.register(self._init_pidfd, selectors.EVENT_READ)
                selector.select(5)
        # What was written before the end is still in the pipes, at most a pipe's size each.
        for stream in self._streams:
            while stream.open and not stream.overflowed:
                before = len(stream.data)
                stream.read()
                if len(stream.data) == before:
                    break

    def _outcome(self, stopped: End | None) -> Outcome:
        wall_ms = int((time.monotonic() - self._started) * 1000)
        if self._group is not None:
            self._cpu_ms, self._memory_kb = self._group.cpu_ms(), self._group.peak_kb()
        found = {stream.name: stream for stream in self._streams}
        code, number = _exit_status(self._process.returncode) if stopped is None else (None, None)
        end: End = stopped or ("exit" if number is None else "signal")
        if self._group is not None and self._group.out_of_memory_kills():
            end = "memory"
        elif stopped is None:
            end = next((s.name for s in self._streams if s.overflowed), end)
            # The kernel's own clock may be quicker than ours.
            if self._cpu_ms > self._limits.cpu_ms and number in (signal.SIGXCPU, signal.SIGKILL):
                end = "cpu"
        report = found.get("report")
        return Outcome(
            end=end,
            code=code,
            signal=number,
            stdout=bytes(found["stdout"].data),
            stderr=bytes(found["stderr"].data),
            report=bytes(report.data) if report else b"",
            stdout_truncated=found["stdout"].overflowed,
            stderr_truncated=found["stderr"].overflowed,
            cpu_ms=int(self._cpu_ms),
            wall_ms=wall_ms,
            memory_kb=self._memory_kb,
        )


def _exit_status(code: int) -> tuple[int | None, int | None]:
    """bubblewrap hands a signal on as 128 + its number, as a shell does."""
    if code < 0:
        return None, -code
    if code > 128 and code - 128 in set(signal.Signals):
        return None, code - 128
    return code, None


def _tree_usage(root: int) -> tuple[int, int]:
    """CPU nanoseconds and resident kB of a process and all below it. Shared pages count in each: it errs upwards."""
    cpu_ns = memory_kb = 0
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        try:
            waiting += _children(pid)
            with open(f"/proc/{pid}/stat", "rb") as stat:  # noqa: PTH123 - hot path
                values = stat.read().rpartition(b")")[2].split()
        except OSError:
            continue
        # utime, stime, and those of children that were waited for; then resident pages.
        cpu_ns += sum(int(value) for value in values[11:15]) * 1_000_000_000 // os.sysconf("SC_CLK_TCK")
        memory_kb += int(values[21]) * (os.sysconf("SC_PAGE_SIZE") // 1024)
    return cpu_ns, memory_kb


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - hot path
        with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/children", "rb") as children:  # noqa: PTH123
            found += [int(child) for child in children.read().split()]
    return found

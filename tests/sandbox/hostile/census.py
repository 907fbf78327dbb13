"""What a judge has on the machine: processes, control groups, mounts, files, descriptors. It counts only its own.

A warm pool keeps cells ready, so nothing is ever zero: what counts is that everything is as it was before the attack.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

_PATIENCE = 6.0
_LOOK = 0.02
_CGROUPS = Path("/sys/fs/cgroup")
# Folders that every user of a machine may write: what an attack names there begins with "hostile-".
_PUBLIC = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path("/dev/mqueue"), Path("/run/lock"))


@dataclass(frozen=True, slots=True)
class Census:
    """The counts at one moment."""

    processes: tuple[tuple[str, int], ...]
    marked: tuple[int, ...]
    groups: int
    mounts: int
    files: tuple[str, ...]
    descriptors: int
    threads: int
    queues: int
    containers: int

    def difference(self, other: Census) -> str:
        """In words, what `other` has that this one had not, and the other way round."""
        parts = []
        for item in fields(self):
            before, after = getattr(self, item.name), getattr(other, item.name)
            # Fewer of what this process itself holds is nothing left over: what others held before has been closed.
            fewer = item.name in ("descriptors", "threads", "containers") and after < before
            if before != after and not fewer:
                parts.append(f"{item.name}: {before} before, {after} after")
        return "; ".join(parts)


class Counters:
    """Counts for the judge of this process.

    `leave_out` are processes of the test itself, not followed; `containers` gives those of the judge's engine.
    `at_most` is for what a backend keeps more or less of, up to a bound: below it a count is told as 0.
    """

    def __init__(
        self,
        *,
        leave_out: Collection[int] = (),
        containers: Callable[[], Collection[str]] = lambda: (),
        at_most: Mapping[str, int] | None = None,
    ) -> None:
        self._leave_out = frozenset(leave_out)
        self._containers = containers
        self._at_most = dict(at_most or {})

    def take(self, mark: str = "no-such-mark") -> Census:
        """The counts now."""
        containers = self._containers()
        names, marked = self._processes(mark, containers)
        return Census(
            processes=tuple(sorted(names.items())),
            marked=tuple(marked),
            groups=_groups(),
            mounts=_mounts(),
            files=_files(),
            descriptors=self._bounded("descriptors", len(os.listdir("/proc/self/fd"))),  # noqa: PTH208 - not paths
            threads=self._bounded("threads", threading.active_count()),
            queues=_queues(),
            containers=self._bounded("containers", len(containers)),
        )

    def _bounded(self, name: str, count: int) -> int:
        return 0 if count <= self._at_most.get(name, -1) else count

    def settled(self) -> Census:
        """The counts once they have stayed the same for a while: the pool has been filled again."""
        last, since = self.take(), time.monotonic()
        deadline = since + 3 * _PATIENCE
        while time.monotonic() - since < 0.3 and time.monotonic() < deadline:
            time.sleep(_LOOK)
            now = self.take()
            if now != last:
                last, since = now, time.monotonic()
        return last

    def difference(self, before: Census, mark: str) -> str:
        """What is different from before and stays so; empty as soon as everything is as it was."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            now = self.take(mark)
            if now == before:
                return ""
            if time.monotonic() > deadline:
                return before.difference(now)
            time.sleep(_LOOK)

    def _processes(self, mark: str, containers: Collection[str]) -> tuple[Counter[str], list[int]]:
        """Names of the processes that belong to the judge, and those anywhere that bear the mark."""
        names: dict[int, str] = {}
        children: dict[int, list[int]] = {}
        marked: list[int] = []
        own = os.getpid()
        found: Counter[str] = Counter()
        contained: Counter[tuple[str, str]] = Counter()
        for word in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - names, not paths
            pid = int(word)
            try:
                head, _, tail = Path(f"/proc/{pid}/stat").read_bytes().decode("utf-8", "replace").rpartition(")")
                command = Path(f"/proc/{pid}/cmdline").read_bytes()
                inside = containers and Path(f"/proc/{pid}/cgroup").read_text()
            except OSError:
                continue
            names[pid] = head.partition("(")[2]
            children.setdefault(int(tail.split()[1]), []).append(pid)
            if mark.encode() in command and pid != own:
                marked.append(pid)
            if inside and not names[pid].startswith("runc"):  # a container that is about to be
                contained.update((identity, names[pid]) for identity in containers if identity in inside)
        # However many containers there are: in none of them may there be more than in any other.
        for (_, name), count in contained.items():
            found[f"in a container: {name}"] = max(found[f"in a container: {name}"], count)
        waiting = [own]
        while waiting:
            for pid in children.get(waiting.pop(), ()):
                if pid not in self._leave_out:
                    found[names[pid]] += 1
                    waiting.append(pid)
        return found, marked


def _groups() -> int:
    """Control groups whose name begins with this process's number, under every controller."""
    roots = [_CGROUPS, *_CGROUPS.iterdir()] if _CGROUPS.is_dir() else []
    found = 0
    for root in roots:
        for depth in ("lms-sandbox", "*/lms-sandbox"):
            found += len(list(root.glob(f"{depth}/{os.getpid()}-*")))
    return found


def _mounts() -> int:
    """Mounts that a cage makes, seen from outside it: there should be none."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return sum(" - tmpfs cell " in line or line.split()[4].startswith(("/mnt/", "/box")) for line in lines)


def _files() -> tuple[str, ...]:
    """Files of this process in its own temporary folder, and of an attack in the public ones."""
    found = [f"own/{path.name}" for path in Path(tempfile.gettempdir()).iterdir()]
    for folder in _PUBLIC:
        if folder.is_dir():
            found += [str(path) for path in folder.iterdir() if path.name.startswith(("hostile-", ".hostile"))]
    return tuple(sorted(name for name in found if "hostile-scene-" not in name))


def _queues() -> int:
    """Shared memory, semaphores and queues of the old kind with a key that only an attack uses."""
    found = 0
    for name in ("shm", "sem", "msg"):
        path = Path("/proc/sysvipc") / name
        if path.exists():
            keys = {line.split()[0] for line in path.read_text().splitlines()[1:]}
            found += len(keys & {"4242", *(str(1000 + key) for key in range(100))})
    return found

"""A control group for one cell: memory and processes of the whole tree, and what it used.

Version 2 where its controllers can be had, else version 1, else none: then the launcher watches by itself.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from sandbox.backends.base import End
from sandbox.types import Limits

_NAME = "lms-sandbox"


class Group:
    """The folders of one cell's control group, by controller. Under version 2 they are all the same folder."""

    def __init__(self, version: Literal[1, 2], folders: Mapping[str, Path]) -> None:
        self.version = version
        self.folders = folders
        self._files: dict[str, int] = {}
        self._set: dict[str, str] = {}
        self._before = (0.0, 0, 0)
        self._largest_kb = 0
        self._used_before = False

    def begin(self, limits: Limits) -> None:
        """Set the limits of the next run and count from here."""
        self._set_memory(str(limits.memory_mb * 1024 * 1024))
        # Besides the program: the agent, and one that is being reaped.
        self._write("pids", "pids.max", str(limits.processes + 2))
        self._largest_kb = 0
        if self.version == 1 and self._used_before:
            _write(self.folders["memory"] / "memory.max_usage_in_bytes", "0")
        self._used_before = True
        self._before = (self.cpu_ms(), self.out_of_memory_kills(), self.peak_kb() if self.version == 2 else 0)

    def over(self, limits: Limits) -> End | None:
        """The limit that the run is over by now."""
        if self.out_of_memory_kills() > self._before[1]:
            return "memory"
        if self.version == 2:
            self._largest_kb = max(self._largest_kb, self._number("memory", "memory.current") // 1024)
        return "cpu" if self.cpu_ms() - self._before[0] > limits.cpu_ms else None

    def used(self) -> tuple[int, int, bool]:
        """Processor milliseconds and most kilobytes since `begin`; whether the kernel ended something for memory."""
        cpu_before, kills_before, peak_before = self._before
        peak = self.peak_kb()
        # Version 2 keeps the peak of all runs: it is this one's when it grew, else what was seen is the best answer.
        memory = peak if peak > peak_before else self._largest_kb
        return int(self.cpu_ms() - cpu_before), memory, self.out_of_memory_kills() > kills_before

    def cpu_ms(self) -> float:
        """CPU time of everything that ever ran in the group."""
        if self.version == 2:
            return self._keyed("memory", "cpu.stat", "usage_usec") / 1000
        return self._number("cpuacct", "cpuacct.usage") / 1e6

    def peak_kb(self) -> int:
        """The most memory the group ever held."""
        return self._number("memory", "memory.peak" if self.version == 2 else "memory.max_usage_in_bytes") // 1024

    def out_of_memory_kills(self) -> int:
        """How many processes the kernel killed because the group was full."""
        return self._keyed("memory", "memory.events" if self.version == 2 else "memory.oom_control", "oom_kill")

    def join(self, pid: int) -> None:
        """Take a process into the group, with all that it will start."""
        for folder in set(self.folders.values()):
            _write(folder / "cgroup.procs", str(pid))

    def kill(self) -> None:
        """Send SIGKILL to everything in the group."""
        for pid in self._pids():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, 9)

    def remove(self) -> None:
        """Kill what is left and remove the folders; a folder is busy until its last process is reaped."""
        while self._files:
            os.close(self._files.popitem()[1])
        for attempt in range(200):
            left = [folder for folder in set(self.folders.values()) if not _removed(folder)]
            if not left:
                return
            self.kill()
            time.sleep(0.001 if attempt < 20 else 0.01)

    def _set_memory(self, size: str) -> None:
        if self.version == 2:
            self._write("memory", "memory.max", size)
            return
        if self._set.get("memory") == size:
            return
        # The limit with swap is never the smaller one, so which comes first depends on the direction.
        names = ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes")
        present = [path for path in (self.folders["memory"] / name for name in names) if path.exists()]
        try:
            for path in present:
                _write(path, size)
        except OSError:
            for path in reversed(present):
                _write(path, size)
        self._set["memory"] = size

    def _write(self, controller: str, name: str, value: str) -> None:
        if self._set.get(name) != value:
            _write(self.folders[controller] / name, value)
            self._set[name] = value

    def _read(self, controller: str, name: str) -> bytes:
        # Read many times in a second while a program runs, so the files stay open.
        try:
            if name not in self._files:
                self._files[name] = os.open(self.folders[controller] / name, os.O_RDONLY | os.O_CLOEXEC)
            return os.pread(self._files[name], 4096, 0)
        except OSError:
            return b""

    def _number(self, controller: str, name: str) -> int:
        text = self._read(controller, name).strip()
        return int(text) if text.isdigit() else 0

    def _keyed(self, controller: str, name: str, key: str) -> int:
        for line in self._read(controller, name).splitlines():
            word, _, value = line.partition(b" ")
            if word == key.encode() and value.isdigit():
                return int(value)
        return 0

    def _pids(self) -> list[int]:
        pids: set[int] = set()
        for folder in set(self.folders.values()):
            with contextlib.suppress(OSError):
                pids.update(int(line) for line in (folder / "cgroup.procs").read_text().split())
        return [pid for pid in pids if pid > 0]


class Cgroups:
    """Where groups can be made on this machine, found once."""

    def __init__(self, mount: Path = Path("/sys/fs/cgroup")) -> None:
        self._version, self._parents = _find(mount)
        self._remove_orphans()

    @property
    def version(self) -> Literal[0, 1, 2]:
        """2, 1, or 0 for none."""
        return self._version

    def make(self, name: str, pid: int) -> Group:
        """A fresh group with a process in it. OSError when it cannot be made (then nothing of it stays)."""
        if self._version == 0:
            raise OSError("there are no control groups here")
        group = Group(self._version, {kind: parent / name for kind, parent in self._parents.items()})
        try:
            for folder in set(group.folders.values()):
                folder.mkdir()
            if group.version == 2:
                with contextlib.suppress(FileNotFoundError):
                    _write(group.folders["memory"] / "memory.swap.max", "0")
            # What most programs get, so that there is nothing left to set when one comes.
            group.begin(Limits())
            group.join(pid)
        except OSError:
            group.remove()
            raise
        return group

    def _remove_orphans(self) -> None:
        """Remove the groups of judges that were killed; a group's name begins with its judge's process."""
        if self._version == 0:
            return
        for folder in {path for parent in self._parents.values() for path in parent.glob("*-*") if path.is_dir()}:
            if not Path(f"/proc/{folder.name.partition('-')[0]}").exists():
                Group(self._version, {"memory": folder}).remove()


def _find(mount: Path) -> tuple[Literal[0, 1, 2], dict[str, Path]]:
    unified = _unified_parent(mount)
    if unified is not None:
        return 2, {"memory": unified, "pids": unified}
    parents = {name: mount / name / _NAME for name in ("memory", "pids", "cpuacct")}
    try:
        for parent in parents.values():
            if not (parent.parent / "cgroup.procs").exists():
                return 0, {}
            parent.mkdir(exist_ok=True)
        if not all(os.access(parent, os.W_OK) for parent in parents.values()):
            return 0, {}
    except OSError:
        return 0, {}
    return 1, parents


def _unified_parent(mount: Path) -> Path | None:
    """The folder for our groups under version 2, its controllers handed down; None where that is not allowed."""
    try:
        if not {"memory", "pids"} <= set((mount / "cgroup.controllers").read_text().split()):
            return None
        own = next(line for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
    except (OSError, StopIteration):
        return None
    # The folder beside our own when it was delegated, else one at the top of what we see.
    for above in dict.fromkeys([(mount / own[3:].strip("/")).parent, mount]):
        parent = above / _NAME
        try:
            if above != mount and mount not in above.parents:
                continue
            _hand_down(above)
            parent.mkdir(exist_ok=True)
            _hand_down(parent)
        except OSError:
            continue
        return parent
    return None


def _hand_down(folder: Path) -> None:
    control = folder / "cgroup.subtree_control"
    if not {"memory", "pids"} <= set(control.read_text().split()):
        control.write_text("+memory +pids")


def _write(path: Path, value: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(fd, value.encode())
    finally:
        os.close(fd)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True

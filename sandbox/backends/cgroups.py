"""A control group for one cell: memory and processes of the whole tree, and what it used.

Version 2 where its controllers can be had, else version 1, else none: then the launcher watches by itself.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

_NAME = "lms-sandbox"


@dataclass(frozen=True, slots=True)
class Group:
    """The folders of one cell's control group, by controller. Under version 2 they are all the same folder."""

    version: Literal[1, 2]
    folders: Mapping[str, Path]

    @property
    def join_files(self) -> list[str]:
        """Where a process writes 0 to step into the group."""
        return [str(folder / "cgroup.procs") for folder in sorted(set(self.folders.values()))]

    def cpu_ms(self) -> float:
        """CPU time of everything that ever ran in the group."""
        if self.version == 2:
            return _keyed(self.folders["memory"] / "cpu.stat", "usage_usec") / 1000
        return _number(self.folders["cpuacct"] / "cpuacct.usage") / 1e6

    def peak_kb(self) -> int:
        """The most memory the group ever held."""
        name = "memory.peak" if self.version == 2 else "memory.max_usage_in_bytes"
        return _number(self.folders["memory"] / name) // 1024

    def out_of_memory_kills(self) -> int:
        """How many processes the kernel killed because the group was full."""
        name = "memory.events" if self.version == 2 else "memory.oom_control"
        return _keyed(self.folders["memory"] / name, "oom_kill")

    def kill(self) -> None:
        """Send SIGKILL to everything in the group."""
        for pid in self._pids():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, 9)

    def remove(self) -> None:
        """Kill what is left and remove the folders; a folder is busy until its last process is reaped."""
        for _ in range(100):
            self.kill()
            left = [folder for folder in set(self.folders.values()) if not _removed(folder)]
            if not left:
                return
            time.sleep(0.01)

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

    def make(self, name: str, *, memory_mb: int, processes: int) -> Group | None:
        """A fresh group with these limits; None when it cannot be made (then nothing of it stays)."""
        if self._version == 0:
            return None
        group = Group(version=self._version, folders={k: parent / name for k, parent in self._parents.items()})
        size = str(memory_mb * 1024 * 1024)
        try:
            for folder in set(group.folders.values()):
                folder.mkdir()
            memory = group.folders["memory"]
            if group.version == 2:
                (memory / "memory.max").write_text(size)
                _write_if_there(memory / "memory.swap.max", "0")
            else:
                (memory / "memory.limit_in_bytes").write_text(size)
                _write_if_there(memory / "memory.memsw.limit_in_bytes", size)
            (group.folders["pids"] / "pids.max").write_text(str(processes))
        except OSError:
            group.remove()
            return None
        return group

    def _remove_orphans(self) -> None:
        """Remove the groups of judges that were killed; a group's name begins with its judge's process."""
        if self._version == 0:
            return
        for folder in {path for parent in self._parents.values() for path in parent.glob("*-*") if path.is_dir()}:
            if not Path(f"/proc/{folder.name.partition('-')[0]}").exists():
                Group(version=self._version, folders={"memory": folder}).remove()


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


def _number(path: Path) -> int:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0


def _keyed(path: Path, key: str) -> int:
    try:
        for line in path.read_text().splitlines():
            name, _, value = line.partition(" ")
            if name == key:
                return int(value)
    except (OSError, ValueError):
        pass
    return 0


def _write_if_there(path: Path, value: str) -> None:
    if path.exists():
        with contextlib.suppress(OSError):
            path.write_text(value)


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True

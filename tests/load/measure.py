"""What a server costs: processor time and memory of its process and of every process it has started."""

import asyncio
from dataclasses import dataclass, field

import psutil


@dataclass
class Usage:
    """Processor seconds used between ``begin`` and ``end``, and the most memory seen in between."""

    pid: int
    cpu_seconds: float = 0.0
    resident_mb: float = 0.0
    shared_mb: float = 0.0
    _began: float = field(default=0.0, repr=False)

    def begin(self) -> None:
        """Start to count."""
        self._began = cpu_seconds(self.pid)
        self.look()

    def look(self) -> None:
        """Look at the memory now."""
        resident, own = memory_mb(self.pid)
        self.resident_mb, self.shared_mb = max(self.resident_mb, resident), max(self.shared_mb, own)

    def end(self) -> None:
        """Stop to count."""
        self.cpu_seconds = cpu_seconds(self.pid) - self._began
        self.look()

    async def watch(self) -> None:
        """Look at the memory each two seconds until cancelled."""
        while True:
            await asyncio.sleep(2)
            await asyncio.to_thread(self.look)


def family(pid: int) -> list[psutil.Process]:
    """A process and all its descendants."""
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def cpu_seconds(pid: int) -> float:
    """Processor time of a family so far, with that of its members who have ended."""
    total = 0.0
    for process in family(pid):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
        total += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return total


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident memory of a family in MB: the plain sum, and with pages that several share counted once (PSS)."""
    resident = proportional = 0
    for process in family(pid):
        try:
            resident += process.memory_info().rss
            proportional += getattr(process.memory_full_info(), "pss", 0)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return resident / 1e6, proportional / 1e6

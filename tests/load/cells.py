"""How busy the processors are, and with what: programs in cells, the generator of the load, everything else."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

# A control group counts what ran in the groups below it after those are gone too: all cells of a judge have one above
# them, under version 1 or 2, and all containers of a Docker engine that makes the groups itself.
_ABOVE = ("lms-sandbox", "docker")
_COUNTERS = [f"cpuacct/{name}/cpuacct.usage" for name in _ABOVE] + [f"**/{name}/cpu.stat" for name in _ABOVE]


@dataclass(frozen=True)
class Shares:
    """Processor seconds since a moment: of the machine, of cells and of this process; and how many there were."""

    there_were: float
    busy: float
    cells: float
    generator: float


class Clock:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self._mount = Path("/sys/fs/cgroup")
        self._began = time.monotonic()
        self._before = (_machine(), self._cells(), _own())

    def read(self) -> Shares:
        """What was used since."""
        busy, cells, generator = (
            after - before for after, before in zip((_machine(), self._cells(), _own()), self._before, strict=True)
        )
        return Shares((time.monotonic() - self._began) * (os.cpu_count() or 1), busy, cells, generator)

    def _cells(self) -> float:
        """By the kernel's count; the agent beside each program is in it, a millisecond or two of each run."""
        seconds = 0.0
        for pattern in _COUNTERS:
            for path in self._mount.glob(pattern):
                text = path.read_text()
                if path.name == "cpu.stat":
                    seconds += int(text.split()[1]) / 1e6  # usage_usec is its first line
                else:
                    seconds += int(text) / 1e9
        return seconds


def _machine() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)


def _own() -> float:
    return float(sum(psutil.Process().cpu_times()[:2]))

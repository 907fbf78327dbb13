"""The seam between the judge and a cage: what is run, what is known afterwards, and who can do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sandbox.languages import Language
from sandbox.types import Limits

End = Literal["exit", "signal", "cpu", "wall", "memory", "stdout", "stderr", "report", "no_cage", "lost"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Whether a backend works on this machine, and how. `problem` is one sentence when it does not."""

    works: bool
    problem: str = ""
    memory: Literal["cgroup2", "cgroup1", "watchdog"] = "watchdog"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """One command for a cage. Files go in as bytes and nothing comes out but the three streams.

    `harness` is the modules of a trusted driver, laid outside the work folder and started instead of the entry file;
    `payload` is what it alone reads, and it answers on a stream of its own, `report_bytes` long at most.
    """

    language: Language
    files: Mapping[str, bytes]
    entry: str
    stdin: bytes = b""
    args: Sequence[str] = ()
    limits: Limits = field(default_factory=Limits)
    harness: Mapping[str, bytes] | None = None
    payload: bytes = b""
    report_bytes: int = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the kernel and the launcher saw. `end` is why it stopped; `problem` tells more for no_cage and lost."""

    end: End
    code: int | None = None
    signal: int | None = None
    stdout: bytes = b""
    stderr: bytes = b""
    report: bytes = b""
    stdout_truncated: bool = False
    stderr_truncated: bool = False
    cpu_ms: int = 0
    wall_ms: int = 0
    memory_kb: int = 0
    problem: str = ""


class Backend(Protocol):
    """A way to run programs in a cage. It never runs anything without one."""

    def probe(self) -> Capabilities:
        """Whether cages work here; the answer is kept."""

    def execute(self, program: Program, *, slot: int) -> Outcome:
        """Run one program in a fresh cage and leave nothing of it behind. Thread-safe; `slot` is the caller's own."""

    def close(self) -> None:
        """End every program that is running, as lost, and start none any more."""

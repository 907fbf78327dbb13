"""The seam between the judge and a cage: what is run, what is known afterwards, and who can do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from sandbox.types import Limits

End = Literal[
    "exit", "signal", "cpu", "wall", "memory", "stdout", "stderr", "report", "blocked", "no_cage", "lost", "busy"
]
Role = Literal["run", "compile", "check"]
Folder = Literal["work", "program", "harness"]

FOLDERS: Mapping[Folder, str] = {"work": "/box", "program": "/opt/program", "harness": "/opt/judge"}
"""Where the folders of a cell lie. Programs start in `work`, which they may write; the other two they may only read."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Whether a backend works on this machine, and how. `problem` is one sentence when it does not."""

    works: bool
    problem: str = ""
    memory: Literal["cgroup2", "cgroup1", "watchdog"] = "watchdog"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Room:
    """How much the writable folders of a cell hold together. It is fixed when the cell is made."""

    megabytes: int = 24
    files: int = 1000

    @classmethod
    def of(cls, *limits: Limits) -> Room:
        """Room enough for all these limits, and never less than a warm cell has."""
        return cls(
            max(cls().megabytes, *(2 * each.file_mb + 8 for each in limits)),
            max(cls().files, *(each.files for each in limits)),
        )


@dataclass(frozen=True, slots=True)
class Command:
    """One program to start in a cell. `argv[0]` is looked for in the cell's own PATH.

    With `report_bytes` above 0 the program has two more open files, whose numbers follow `argv`: one with `payload` to
    read, and one on which it writes its report, of that length at most.
    """

    argv: Sequence[str]
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    address_space_mb: int | None = None
    role: Role = "run"
    report_bytes: int = 0
    payload: bytes = b""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the kernel and the cell saw. `end` is why it stopped; `problem` tells more for no_cage and lost."""

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


class CellLost(Exception):
    """The cell has gone, or what came out of it was no answer. Its work may be done again on another."""


class Conversation(Protocol):
    """A program that runs in a cell while the host talks with it through its stdin and stdout.

    Clocks and caps hold as for any run; `limits.output_kb` counts what was received in all.
    """

    @property
    def ended(self) -> bool:
        """Whether the program has ended, as far as `receive` has heard."""

    def fileno(self) -> int:
        """Readable when `receive` has something to say."""

    def send(self, data: bytes) -> None:
        """Give the program input. What it does not read is dropped when it ends."""

    def end_input(self) -> None:
        """Close the program's stdin."""

    def receive(self) -> bytes | None:
        """What the program printed, b"" when it printed nothing new, None when it has closed stdout or has ended."""

    def stop(self) -> None:
        """End the program."""

    def finish(self) -> Outcome:
        """Wait for the program's end. `stdout` is empty: it was received."""


class Cell(Protocol):
    """One disposable cage, for one submission: its compilation and all its tests. Used by one thread at a time.

    Every method may raise CellLost; then only `close` may be called. Nothing in a cell outlives `close`.
    """

    def put(self, files: Mapping[str, bytes], *, folder: Folder = "work") -> None:
        """Lay files in a folder (see FOLDERS); they are laid again after each `reset`. In `program` all can be run."""

    def run(self, command: Command) -> Outcome:
        """Run a program to its end; nothing that it started is alive afterwards, but its files are."""

    def converse(self, command: Command) -> Conversation:
        """Start a program to talk with."""

    def get(self, names: Sequence[str] | Literal["*"], *, max_bytes: int) -> dict[str, bytes]:
        """Regular files of `work`, by path; "*" for all. ValueError when they are larger together than `max_bytes`."""

    def reset(self, forget: Sequence[Folder] = ()) -> None:
        """Forget everything that ran: folders are empty but for the files that were put, and those of `forget` too."""

    def close(self) -> None:
        """End the cell and all in it. Never raises."""


class Backend(Protocol):
    """A way to open cells. It never runs anything without a cage. Safe to share between threads."""

    @property
    def name(self) -> str:
        """bubblewrap, docker or remote."""

    def probe(self) -> Capabilities:
        """Whether cages work here, found by trying to break out of one; the answer is kept."""

    def runtime(self, language: str) -> str:
        """Which kind of cell a language needs: languages with the same answer share a warm pool."""

    def open(self, runtime: str, room: Room = Room()) -> Cell:
        """A fresh cell, warm: ready to be given files. Raises CellLost when it cannot be made."""

    def close(self) -> None:
        """End every cell, and open none any more."""

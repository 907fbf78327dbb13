"""What a hostile program is, as data: its text, how it may end, and what must not be seen afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Little processor time, and a wall that only a very busy machine brings near: what waits for it has QUICK.
LIMITS: Mapping[str, int] = {
    "cpu_ms": 500,
    "wall_ms": 8000,
    "memory_mb": 64,
    "processes": 16,
    "output_kb": 64,
    "file_mb": 2,
}
ROOMY: Mapping[str, int] = {"cpu_ms": 4000, "wall_ms": 8000, "memory_mb": 512, "processes": 64}
QUICK: Mapping[str, int] = {"wall_ms": 500}

# What the attempts below print when a cage did not hold.
ESCAPED = "ESCAPED"

# Put before a program that tries many doors: each open one is told, all else is silent.
ATTEMPT = f"""
import ctypes, errno, os, sys
def attempt(what, action):
    try: result = action()
    except Exception: return
    if result is not None and result is not False: print({ESCAPED!r}, what, repr(result)[:300], flush=True)
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    words = [ctypes.c_void_p(a) if isinstance(a, int) else a for a in arguments]
    libc.syscall.restype = ctypes.c_long
    return libc.syscall(ctypes.c_long(number), *words)
def refused(number, *arguments):
    return errno.errorcode.get(ctypes.get_errno(), '?') if call(number, *arguments) < 0 else {ESCAPED!r}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One hostile program. The runner replaces words such as @SECRET@ by what stands on the host."""

    name: str
    source: str
    expect: str
    """The closed set of verdicts, separated by spaces."""
    why: str = ""
    """Why more than one verdict is honest."""
    language: str = "python"
    rows: tuple[int, ...] = ()
    """Rows of the list of hostile programs that this one stands for."""
    covers: tuple[str, ...] = ()
    """Items that the judge promises by name to have been tried."""
    limits: Mapping[str, int] = field(default_factory=dict)
    stdin: bytes = b""
    files: Mapping[str, bytes | str] = field(default_factory=dict)
    entry: str = ""
    stdout: str | None = None
    """The whole of what was printed, where that is known."""
    says: str = ""
    """A word that must be printed: it shows that the program came to its attack."""
    reasons: str = ""
    """The closed set of reasons, separated by spaces; none is asked for when empty."""
    within: float = 0.0
    """Seconds in which the answer must be there, when that is the point."""
    cases: tuple[tuple[str, str], ...] = ()
    """Inputs and expected outputs, when the program is judged and not just run."""
    outcomes: tuple[str, ...] = ()
    """The verdicts of the cases, where they are known one by one."""
    tests: Mapping[str, str] | None = None
    """Test files, when the program is held against unit tests."""
    isolation: str = "auto"
    flat_memory: bool = False
    """Whether the judge itself must not have grown."""
    watchdog: bool = False
    """Whether the program is tried on a machine without control groups too."""
    approximate: str = ""
    """Verdicts that are honest there only: what the agent sees is less than what the kernel counts."""
    known: str = ""
    """Why this one succeeds for now. The test fails when it no longer does, so that this word goes."""
    known_without_groups: str = ""
    """Why it does not end as it should where there are no control groups, in the same way."""
    request: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the request to judge."""

    @property
    def verdicts(self) -> frozenset[str]:
        """The verdicts that are right."""
        return frozenset(self.expect.split())

    @property
    def main(self) -> str:
        """The name of the file with the program."""
        return self.entry or MAIN_FILES[self.language]


MAIN_FILES = {
    "python": "main.py",
    "javascript": "main.js",
    "typescript": "main.ts",
    "c": "main.c",
    "cpp": "main.cpp",
    "java": "Main.java",
    "sql": "main.sql",
    "bash": "main.sh",
}

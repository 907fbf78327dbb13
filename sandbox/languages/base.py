"""What the judge needs to know about a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Runtime:
    """Where a language's program lies on this machine, and the folder that must be seen in the cage to run it."""

    program: str
    prefix: Path | None = None
    """Bound read-only at `/opt/runtime` when it is not part of /usr."""
    hidden: tuple[str, ...] = ()
    """Folders of the cage that are covered with nothing: what was installed on this machine is not the learner's."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: how it is found, started, and recognised."""

    name: str
    label: str
    extension: str
    runtime: Callable[[], Runtime]
    run: Callable[[Runtime, str], list[str]]
    """Command that runs the entry file, as argument list."""
    unit_tests: Callable[[Runtime, str], list[str]] | None = None
    """Command that runs a harness, given its path in the cage."""
    harness: str = ""
    """Folder of the harness in `sandbox/harness`."""
    environment: Mapping[str, str] = field(default_factory=dict)
    address_space_mb: int | None = 256
    """Added to the memory limit for RLIMIT_AS; None where a runtime reserves far more than it uses."""
    out_of_memory_marks: tuple[str, ...] = ()
    """Beginnings of a last line on stderr that say the program ran out of memory."""
    is_syntax_error: Callable[[str], bool] = lambda stderr: False
    """Whether stderr is that of a program which never began because its text is wrong."""

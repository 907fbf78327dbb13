"""A learner's files in a language, checked and ready for a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sandbox.backends.base import FOLDERS, Command, Room
from sandbox.compiling import COMPILER_LIMITS
from sandbox.files import checked_files
from sandbox.languages import Language
from sandbox.types import MAX_STDIN_BYTES, Limits


@dataclass(frozen=True, slots=True)
class Submission:
    """What goes into a cell, and how it is started there."""

    language: Language
    files: Mapping[str, bytes]
    entry: str
    limits: Limits

    @classmethod
    def of(cls, language: Language, files: Mapping[str, bytes | str], entry: str, limits: Limits) -> Submission:
        """ValueError, beginning with a field's name, for files that cannot be."""
        checked = checked_files(files)
        if entry not in checked:
            raise ValueError(f"entry: {str(entry)[:60]!r} is not among the files")
        return cls(language, checked, entry, raised(limits, language))

    @property
    def room(self) -> Room:
        """How much its cell must be able to hold."""
        if self.language.compile is None:
            return Room.of(self.limits)
        return Room.of(self.limits, replace(COMPILER_LIMITS, **self.language.compile.limits))

    def command(self, stdin: bytes, args: Sequence[str] = ()) -> Command:
        """The program with an input."""
        step = self.language.run
        limits = replace(self.limits, **step.limits)
        return Command(
            [
                *step.command(self.language, self.entry, list(self.files), limits, harness=harness_main(self.language)),
                *args,
            ],
            stdin=stdin,
            environment=self.language.environment,
            limits=limits,
            address_space_mb=step.address_space_mb,
        )


def harness_main(language: Language) -> str:
    """Where in a cell the file lies that starts the language's harness."""
    return f"{FOLDERS['harness']}/sandbox/harness/{language.harness}/main.py"


def raised(limits: Limits, language: Language) -> Limits:
    """The limits, none below the least that the language can live with."""
    return replace(limits, **{name: max(value, getattr(limits, name)) for name, value in language.limits.items()})


def stdin_bytes(text: bytes | str) -> bytes:
    """A program's input as bytes; ValueError when it is too long."""
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_STDIN_BYTES:
        raise ValueError(f"stdin: at most {MAX_STDIN_BYTES // 1024 // 1024} MB")
    return data

"""What the judge needs to know about a language, read from its TOML file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.types import LIMIT_RANGES, Limits


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a language, as a template.

    A word may hold `{entry}`, `{stem}` (the entry without its extension), `{harness}` (the harness's main file),
    `{memory_mb}` and `{heap_mb}` (three quarters of it, for runtimes that must be told).
    The word `{sources}` alone stands for all files with the language's extension.
    The arguments of the request come last.
    """

    argv: tuple[str, ...]
    limits: Mapping[str, int] = field(default_factory=dict)
    """Limits of this step that take the place of the request's; a compiler has its own."""
    address_space_mb: int | None = None
    """Added to the memory limit for RLIMIT_AS; None where a runtime reserves far more than it uses."""
    gives: tuple[str, ...] = ()
    """Files of a compilation that are kept; `*` alone for all that it made."""

    def command(self, language: Language, entry: str, files: Sequence[str], limits: Limits, **more: str) -> list[str]:
        """The command with the words of this request in it."""
        words = {
            "entry": entry,
            "stem": entry.removesuffix(language.extension),
            "memory_mb": str(limits.memory_mb),
            "heap_mb": str(limits.memory_mb * 3 // 4),
            **more,
        }
        result: list[str] = []
        for word in self.argv:
            if word == "{sources}":
                result += sorted(name for name in files if name.endswith(language.extension))
            else:
                # Not str.format: a word may be a script with braces of its own.
                result.append(re.sub(r"\{(\w+)\}", lambda found: words.get(found[1], found[0]), word))
        return result


@dataclass(frozen=True, slots=True)
class Language:
    """One language: how it is recognised, compiled and started, and what its troubles look like."""

    name: str
    label: str
    extension: str
    entry: str
    """Name of the file that a program of one file has."""
    monaco: str
    """The editor's name for it."""
    version: tuple[str, ...]
    """Command that prints the version; its output is also part of the key of compiled programs."""
    run: Step
    compile: Step | None = None
    unit_build: Step | None = None
    """What makes of the learner's files and the tests something that `unit_tests` can run; for compiled languages."""
    unit_tests: Step | None = None
    harness: str = ""
    """Folder of the harness in `sandbox/harness`."""
    packages: tuple[str, ...] = ()
    """Python packages of this installation that go into the cell with the harness: plain Python, nothing compiled."""
    environment: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    """Limits that are the least this language can live with: a request's lower ones are raised to them."""
    least_version: tuple[int, ...] = ()
    """The first version that will do, when an older one may lie on the machine too."""
    out_of_memory: str = ""
    """Regular expression, searched in stderr, that says the program ran out of memory."""
    syntax_error: str = ""
    """The same for a program that never began because its text is wrong; for languages without `compile`."""

    @property
    def runs_in_harness(self) -> bool:
        """Whether its programs are run by the harness, not by a program of the machine."""
        return any("{harness}" in word for word in self.run.argv)

    def is_out_of_memory(self, stderr: str) -> bool:
        """Whether stderr is that of a program which ran out of memory, as its runtime says."""
        return bool(self.out_of_memory) and re.search(self.out_of_memory, stderr) is not None

    def is_syntax_error(self, stderr: str) -> bool:
        """Whether stderr is that of a program which never began because its text is wrong."""
        return bool(self.syntax_error) and re.search(self.syntax_error, stderr) is not None

    def too_old(self, version: str) -> str:
        """In one sentence why what printed this version cannot be used; empty when it can."""
        found = re.search(r"\d+(?:\.\d+)*", version)
        if not self.least_version or (found and tuple(map(int, found[0].split("."))) >= self.least_version):
            return ""
        least = ".".join(map(str, self.least_version))
        return f"{self.label} needs {self.version[0]} {least} or newer; here is {version.strip()[:60] or 'none'}."


_STEPS = ("run", "compile", "unit_build", "unit_tests")


def language_from(data: Mapping[str, Any]) -> Language:
    """A language from the content of its file. ValueError, with the name of the key, when something is wrong in it."""
    known = set(Language.__slots__)
    wrong = sorted(set(data) - known) or sorted({"name", "label", "extension", "run"} - set(data))
    if wrong:
        raise ValueError(f"{wrong[0]}: unknown or missing in a language's file")
    steps = {key: _step(key, data[key]) for key in _STEPS if key in data}
    return Language(
        name=data["name"],
        label=data["label"],
        extension=data["extension"],
        entry=data.get("entry", f"main{data['extension']}"),
        monaco=data.get("monaco", "plaintext"),
        version=tuple(data.get("version", ())),
        run=steps["run"],
        compile=steps.get("compile"),
        unit_build=steps.get("unit_build"),
        unit_tests=steps.get("unit_tests"),
        harness=data.get("harness", ""),
        packages=tuple(data.get("packages", ())),
        environment=dict(data.get("environment", {})),
        limits=_limits("limits", data.get("limits", {})),
        least_version=tuple(data.get("least_version", ())),
        out_of_memory=_pattern("out_of_memory", data),
        syntax_error=_pattern("syntax_error", data),
    )


def _pattern(key: str, data: Mapping[str, Any]) -> str:
    pattern: str = data.get(key, "")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{key}: {error}") from None
    return pattern


def _step(key: str, data: Mapping[str, Any]) -> Step:
    wrong = sorted(set(data) - set(Step.__slots__))
    if wrong or not data.get("argv"):
        raise ValueError(f"{key}: {wrong[0] if wrong else 'argv'} is unknown or missing")
    return Step(
        argv=tuple(data["argv"]),
        limits=_limits(key, data.get("limits", {})),
        address_space_mb=data.get("address_space_mb"),
        gives=tuple(data.get("gives", ())),
    )


def _limits(key: str, data: Mapping[str, Any]) -> dict[str, int]:
    def wrong() -> Iterator[str]:
        for name, value in data.items():
            low, high = LIMIT_RANGES.get(name, (1, 0))
            if not isinstance(value, int) or not low <= value <= high:
                yield name

    for name in wrong():
        raise ValueError(f"{key}: the limit {name} is unknown or out of range")
    return dict(data)

"""Which languages a backend can run, found by starting each one's own version command in a cell."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.backends.base import Backend, CellLost, Command
from sandbox.harness import missing_package
from sandbox.languages import LANGUAGES, Language
from sandbox.types import Limits

_LOOK_AGAIN_SECONDS = 300.0  # after which what was missing is looked for once more
_LIMITS = Limits(cpu_ms=10_000, wall_ms=20_000, memory_mb=512, processes=64, output_kb=64)


@dataclass(frozen=True, slots=True)
class FoundLanguage:
    """One language on one backend: its version, or why it cannot be run."""

    name: str
    label: str
    works: bool
    version: str = ""
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """For `doctor --json`."""
        return asdict(self)


def survey(backend: Backend) -> list[FoundLanguage]:
    """All languages the judge knows, on this backend, which must work."""
    return [_found(backend, language) for language in LANGUAGES.values()]


class Survey:
    """What is known of the languages of a backend: each is tried when it is first asked for. For several threads."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._found: dict[str, tuple[float, FoundLanguage]] = {}
        self._lock = threading.Lock()

    def of(self, language: Language) -> FoundLanguage:
        """One language. What works stays so; what does not is tried again after some minutes."""
        with self._lock:
            at, known = self._found.get(language.name, (0.0, None))
        if known is not None and (known.works or time.monotonic() - at < _LOOK_AGAIN_SECONDS):
            return known
        found = _found(self._backend, language)
        with self._lock:
            self._found[language.name] = (time.monotonic(), found)
        return found


def _found(backend: Backend, language: Language) -> FoundLanguage:
    if lacking := missing_package(language):
        problem = f"{language.label} needs the Python package {lacking}, which is not installed here."
        return FoundLanguage(language.name, language.label, False, problem=problem)
    try:
        version = _version(backend, language)
    except (CellLost, ValueError) as error:
        return FoundLanguage(language.name, language.label, False, problem=str(error) or "The cell was lost.")
    problem = language.too_old(version)
    return FoundLanguage(language.name, language.label, not problem, version=version, problem=problem)


def _version(backend: Backend, language: Language) -> str:
    with contextlib.closing(backend.open(backend.runtime(language.name))) as cell:
        outcome = cell.run(
            Command(
                language.version,
                environment=language.environment,
                limits=Limits.parse(language.limits, base=_LIMITS),
                role="compile",
            )
        )
    said = (outcome.stdout + outcome.stderr).decode("utf-8", "replace").strip().partition("\n")[0][:120]
    if outcome.end != "exit" or outcome.code != 0:
        raise ValueError(f"{' '.join(language.version)} does not run there: {said or outcome.problem or outcome.end}")
    return said

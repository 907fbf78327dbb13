"""Compiling: in the submission's own cell, once for each content."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.backends.base import Cell, Command, Outcome
from sandbox.languages import Language, Step
from sandbox.types import Limits

MAX_OUTPUT_BYTES = 16 * 1024 * 1024
_KEPT_BYTES = 64 * 1024 * 1024
_KEPT_ON_DISK = 2000
COMPILER_LIMITS = Limits(cpu_ms=10_000, wall_ms=20_000, memory_mb=512, processes=64, output_kb=16)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a compilation gave, or how it ended when it failed. `outcome` is None when it came out of the cache."""

    files: Mapping[str, bytes] | None
    outcome: Outcome | None = None
    problem: str = ""


class CompileCache:
    """Compiled files by the content they were made from. In memory, and in a folder of the caller's if there is one.

    Nothing but whole results of clean compilations gets in, and what lies on the disk is only ever put into cells.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._kept: OrderedDict[str, Mapping[str, bytes]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> Mapping[str, bytes] | None:
        """The files made from this content."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        found = self._read(key)
        if found is not None:
            self._remember(key, found)
        return found

    def put(self, key: str, made: Mapping[str, bytes]) -> None:
        """Keep the files made from this content."""
        self._remember(key, made)
        if self._folder is not None:
            self._write(self._folder, key, made)

    def _remember(self, key: str, made: Mapping[str, bytes]) -> None:
        with self._lock:
            self._size += _size(made) - _size(self._kept.pop(key, {}))
            self._kept[key] = made
            while self._size > _KEPT_BYTES:
                self._size -= _size(self._kept.popitem(last=False)[1])

    def _read(self, key: str) -> Mapping[str, bytes] | None:
        if self._folder is None:
            return None
        try:
            data = (self._folder / key).read_bytes()
            header, _, rest = data.partition(b"\n")
            found: dict[str, bytes] = {}
            start = 0
            for name, size in json.loads(header).items():
                found[name] = rest[start : start + size]
                start += size
            if start != len(rest):
                return None
            (self._folder / key).touch()
        except (OSError, ValueError, AttributeError, TypeError):
            return None
        return found

    def _write(self, folder: Path, key: str, made: Mapping[str, bytes]) -> None:
        header = json.dumps({name: len(content) for name, content in made.items()}).encode()
        try:
            with tempfile.NamedTemporaryFile(dir=folder, prefix=".new-", delete=False) as file:
                file.write(b"\n".join([header, b"".join(made.values())]))
            os.replace(file.name, folder / key)  # noqa: PTH105 - in one step, whoever reads meanwhile
            entries = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)
            for old in entries[:-_KEPT_ON_DISK]:
                old.unlink(missing_ok=True)
        except OSError:
            return  # the disk is full or gone: it was only a cache


def cache_key(language: Language, version: str, argv: Sequence[str], files: Mapping[str, bytes]) -> str:
    """One text for everything that a compilation depends on."""
    digest = hashlib.sha256()
    for part in (language.name, version, *argv, *language.environment, *language.environment.values()):
        digest.update(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest())
    for name in sorted(files):
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(files[name]).digest())
    return digest.hexdigest()


class Compiler:
    """Compiles with a cache, and knows the version of each language's compiler once it has asked."""

    def __init__(self, folder: Path | None = None) -> None:
        self._cache = CompileCache(folder)
        self._versions: dict[tuple[str, str], str] = {}

    def compile(self, cell: Cell, language: Language, runtime: str, entry: str, files: Mapping[str, bytes]) -> Compiled:
        """Lay what the files compile to in the cell's program folder, and the files themselves in its work folder."""
        step = language.compile
        if step is None:
            cell.put(files)
            return Compiled({})
        limits = replace(COMPILER_LIMITS, **step.limits)
        argv = step.command(language, entry, list(files), limits)
        key = cache_key(language, self._version(cell, language, runtime), argv, files)
        made = self._cache.get(key)
        if made is not None:
            cell.put(made, folder="program")
            cell.put(files)
            return Compiled(made)
        cell.put(files)
        outcome = cell.run(
            Command(
                argv,
                environment=language.environment,
                limits=limits,
                address_space_mb=step.address_space_mb,
                role="compile",
            )
        )
        return self._taken(cell, step, key, files, outcome)

    def build_tests(
        self, cell: Cell, language: Language, runtime: str, command: Command, files: Mapping[str, bytes]
    ) -> Compiled:
        """The same for what the harness makes of the files, which lie in the work folder already, and the tests."""
        step = language.unit_build
        if step is None:
            return Compiled({})
        content = {**files, "\0tests": command.payload}
        key = cache_key(language, self._version(cell, language, runtime), command.argv, content)
        made = self._cache.get(key)
        if made is not None:
            cell.put(made, folder="program")
            return Compiled(made)
        return self._taken(cell, step, key, files, cell.run(command))

    def _taken(self, cell: Cell, step: Step, key: str, files: Mapping[str, bytes], outcome: Outcome) -> Compiled:
        """What a compilation made, out of the work folder into the program folder and the cache."""
        if outcome.end != "exit" or outcome.code != 0:
            return Compiled(None, outcome)
        try:
            made = cell.get("*" if "*" in step.gives else step.gives, max_bytes=MAX_OUTPUT_BYTES)
        except ValueError as error:
            return Compiled(None, outcome, str(error))
        made = {name: content for name, content in made.items() if name not in files}
        if not made and step.gives:  # else it only looks whether the text is right
            return Compiled(None, outcome, "The compiler made no program.")
        cell.reset()
        cell.put(made, folder="program")
        self._cache.put(key, made)
        return Compiled(made, outcome)

    def _version(self, cell: Cell, language: Language, runtime: str) -> str:
        key = (language.name, runtime)
        if key not in self._versions and language.version:
            outcome = cell.run(Command(language.version, limits=COMPILER_LIMITS))
            cell.reset()
            self._versions[key] = (outcome.stdout + outcome.stderr).decode("utf-8", "replace")
        return self._versions.get(key, "")


def _size(files: Mapping[str, bytes]) -> int:
    return sum(map(len, files.values()))

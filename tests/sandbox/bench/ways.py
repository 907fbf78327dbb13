"""The ways to run a program that are compared: without any cage, and through each backend by the service's own call."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Protocol

from sandbox import Case, JudgeRequest, Judging, Limits, RunRequest, Verdict, open_judge
from sandbox.backends.remote import RemoteJudge
from sandbox.languages import language_named

LIMITS = Limits(cpu_ms=10_000, wall_ms=30_000)
PYTHON = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
_REPOSITORY = Path(__file__).parents[3]


class Missing(Exception):
    """Why a way is not here, in a sentence."""


class Way(Protocol):
    """One way to run programs, from several threads at once."""

    name: str
    languages: tuple[str, ...]

    def run(self, language: str, source: str, stdin: str, expected: str) -> bool:
        """Whether the program printed what is expected."""

    def judge(self, source: str, expected: str) -> bool:
        """Whether a submission in Python is accepted."""


class Bare:
    """A process and nothing else. The interpreter is that of the cells, with the packages of this machine left out."""

    name = "bare process"
    languages: tuple[str, ...] = ("python", "cpp")

    # Path files of installed packages may take longer than all the rest, and no cell has them.
    _START = (
        "import site, sys; site.PREFIXES = []; site.main(); "
        "exec(compile(open(sys.argv[1]).read(), sys.argv[1], 'exec'))"
    )

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str], list[str]] = {}
        self._numbers = count()

    def run(self, language: str, source: str, stdin: str, expected: str) -> bool:
        """Start it; what is compiled is compiled once."""
        command = self._made.get((language, source)) or self._make(language, source)
        done = subprocess.run(command, input=stdin.encode(), capture_output=True, check=False)
        return done.stdout.decode() == expected

    def judge(self, source: str, expected: str) -> bool:
        """The same."""
        return self.run("python", source, "", expected)

    def _make(self, language: str, source: str) -> list[str]:
        stem = self._folder / f"bare{next(self._numbers)}"
        path = stem.with_suffix(language_named(language).extension)
        path.write_text(source)
        if language == "python":
            command = [PYTHON, "-s", "-B", "-S", "-c", self._START, str(path)]
        else:
            step = language_named(language).compile
            assert step is not None
            words = [str(path) if word == "{sources}" else word for word in step.argv]
            subprocess.run([str(stem) if word == "program" else word for word in words], check=True)
            command = [str(stem)]
        self._made[language, source] = command
        return command


class Ours:
    """A judge, called as the service calls it."""

    languages: tuple[str, ...] = ("python", "cpp")

    def __init__(self, name: str, judge: Judging) -> None:
        self.name = name
        self._judge = judge

    def run(self, language: str, source: str, stdin: str, expected: str) -> bool:
        """In a cell of its own; what is compiled comes out of the judge's cache after the first time."""
        entry = language_named(language).entry
        result = self._judge.run(RunRequest(language, {entry: source}, entry, stdin, LIMITS))
        return result.verdict is Verdict.ACCEPTED and result.stdout == expected

    def judge(self, source: str, expected: str) -> bool:
        """In a cell of its own, and compared."""
        request = JudgeRequest("python", {"main.py": source}, cases=[Case("all", "", expected)], limits=LIMITS)
        return self._judge.judge(request).verdict is Verdict.ACCEPTED


@contextlib.contextmanager
def local_judge(name: str, slots: int, docker_url: str | None) -> Iterator[Judging]:
    """A judge on a backend of this machine; Missing says why there is none."""
    with contextlib.closing(open_judge(name, slots=slots, docker_url=docker_url)) as judge:
        found = judge.probe()
        if not found.works:
            raise Missing(found.problem)
        yield judge


@contextlib.contextmanager
def remote_judge(places: int) -> Iterator[Judging]:
    """A judge whose programs run on a judge server of this machine."""
    with judge_server(places) as (url, token), contextlib.closing(RemoteJudge([url], token)) as judge:
        found = judge.probe()
        if not found.works:
            raise Missing(found.problem)
        yield judge


@contextlib.contextmanager
def judge_server(places: int) -> Iterator[tuple[str, str]]:
    """A judge server as an operator starts it, with bubblewrap: its address and its token."""
    token = secrets.token_hex(24)
    options = ["--backend", "bubblewrap", "--host", "127.0.0.1", "--port", "0", "--slots", str(places)]
    server = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "serve", *options],
        cwd=_REPOSITORY,
        env={**os.environ, "SANDBOX_TOKEN": token},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout is not None
        words = server.stdout.readline().split()
        if words[:2] != ["Judging", "on"]:
            raise Missing("python -m sandbox serve did not start; it says why.")
        yield words[2].rstrip(":"), token
    finally:
        server.terminate()
        server.wait()

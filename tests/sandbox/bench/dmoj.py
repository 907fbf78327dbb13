"""DMOJ's judge as a peer: its own console, run as it is, told what to grade over standard input.

One console grades one submission after the other, so there are as many of them as workers. Each submission goes the
whole way there too: a grader process, its sandbox, the comparison of the output.
"""

from __future__ import annotations

import contextlib
import json
import queue
import re
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.sandbox.bench.ways import LIMITS, PYTHON, Missing

_HOW = "python -m venv x && x/bin/pip install dmoj, then --dmoj x"
_VERDICT = re.compile(r"Test case +\d+ +([A-Z-]+)")
_SECONDS = 60.0


class Dmoj:
    """Consoles of a DMOJ that is installed somewhere, and one problem for each output that is expected."""

    name = "DMOJ"
    languages: tuple[str, ...] = ("python",)

    def __init__(self, environment: Path | None, folder: Path, workers: int) -> None:
        if environment is None:
            raise Missing(f"no environment was named: {_HOW}.")
        console = environment / "bin" / "dmoj-cli"
        if not console.exists():
            raise Missing(f"{console} is not here: {_HOW}.")
        self._folder = folder / "dmoj"
        self._problems: dict[str, str] = {}
        self._numbers = count()
        for output in ("1\n", "done\n"):
            self._add_problem(output)
        config = self._folder / "judge.yml"
        settings = {"problem_storage_globs": [f"{self._folder}/problems/*"], "runtime": {"python3": PYTHON}}
        config.write_text(json.dumps(settings))  # which is YAML too
        self._consoles = [_Console(console, config) for _ in range(workers)]
        self._idle: queue.SimpleQueue[_Console] = queue.SimpleQueue()
        for each in self._consoles:
            self._idle.put(each)

    def run(self, language: str, source: str, stdin: str, expected: str) -> bool:
        """Grade a program in Python; it has no input here."""
        assert language == "python" and not stdin
        return self.judge(source, expected)

    def judge(self, source: str, expected: str) -> bool:
        """Grade a submission."""
        path = self._folder / f"{next(self._numbers)}.py"
        path.write_text(source)
        with self._console() as console:
            return console.grade(self._problems[expected], path) == "AC"

    def close(self) -> None:
        """End the consoles."""
        for console in self._consoles:
            console.close()

    @contextlib.contextmanager
    def _console(self) -> Iterator[_Console]:
        console = self._idle.get(timeout=_SECONDS)
        try:
            yield console
        finally:
            self._idle.put(console)

    def _add_problem(self, output: str) -> None:
        name = self._problems[output] = f"problem{len(self._problems)}"
        folder = self._folder / "problems" / name
        folder.mkdir(parents=True)
        (folder / "1.in").write_text("")
        (folder / "1.out").write_text(output)
        (folder / "init.yml").write_text(json.dumps({"test_cases": [{"in": "1.in", "out": "1.out", "points": 1}]}))


class _Console:
    """One `dmoj-cli`."""

    def __init__(self, program: Path, config: Path) -> None:
        self._process = subprocess.Popen(
            [str(program), "-c", str(config), "-e", "PY3", "--skip-self-test", "--no-ansi"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONUNBUFFERED": "1", "LANG": "C.UTF-8"},
            text=True,
        )

    def grade(self, problem: str, source: Path) -> str:
        """The verdict on the only case."""
        assert self._process.stdin is not None and self._process.stdout is not None
        limits = f"-tl {LIMITS.cpu_ms / 1000:g} -ml {LIMITS.memory_mb * 1024}"
        self._process.stdin.write(f"submit {problem} PY3 {source} {limits}\n")
        self._process.stdin.flush()
        verdict, told = "", []
        for line in self._process.stdout:
            told.append(line)
            found = _VERDICT.search(line)
            verdict = found[1] if found else verdict
            if "Done grading" in line:
                return verdict
        raise Missing(f"its console ended: {''.join(told)[-500:]}")

    def close(self) -> None:
        """End it, which the end of its input does."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

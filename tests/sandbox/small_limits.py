"""Limits that keep the tests of limits short, and what runs a text with them."""

from __future__ import annotations

from collections.abc import Callable

from sandbox import Judge, Limits, RunRequest, RunResult

SMALL = Limits(cpu_ms=1000, wall_ms=3000, memory_mb=64, processes=16, output_kb=64, file_mb=2)


def text_runner(judge: Judge) -> Callable[..., RunResult]:
    """Return what runs a Python text with small limits by this judge."""

    def run_text(source: str, *, stdin: str = "", limits: Limits = SMALL, **files: str) -> RunResult:
        named = {"main.py": source, **{name.replace("__", "."): text for name, text in files.items()}}
        return judge.run(RunRequest("python", named, "main.py", stdin, limits))

    return run_text

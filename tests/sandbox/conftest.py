"""Fixtures of the sandbox's tests: one judge for all, with the cage that this machine gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from small_limits import SMALL

from sandbox import Judge, Limits, RunRequest, RunResult


@pytest.fixture(scope="session")
def judge() -> Judge:
    """A judge whose cage holds; tests that need one are skipped with the reason where there is none."""
    judge = Judge()
    capabilities = judge.probe()
    if not capabilities.works:
        pytest.skip(f"no cage here: {capabilities.problem}")
    return judge


@pytest.fixture(scope="session")
def run(judge: Judge) -> Callable[..., RunResult]:
    """Run a Python text with small limits."""

    def run_text(source: str, *, stdin: str = "", limits: Limits = SMALL, **files: str) -> RunResult:
        named = {"main.py": source, **{name.replace("__", "."): text for name, text in files.items()}}
        return judge.run(RunRequest("python", named, "main.py", stdin, limits))

    return run_text

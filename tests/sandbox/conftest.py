"""Fixtures of the sandbox's tests: one judge for all, with the cage that this machine gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from small_limits import text_runner

from sandbox import Judge, RunResult


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """A judge whose cage holds; tests that need one are skipped with the reason where there is none."""
    judge = Judge()
    capabilities = judge.probe()
    if not capabilities.works:
        pytest.skip(f"no cage here: {capabilities.problem}")
    yield judge
    judge.close()


@pytest.fixture(scope="session")
def run(judge: Judge) -> Callable[..., RunResult]:
    """Run a Python text with small limits."""
    return text_runner(judge)

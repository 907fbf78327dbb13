"""Reference solutions of the Exercism Python track in containers; SANDBOX_TEST_EXERCISM=all takes all of the 161."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_sandbox_exercism import exercises, judged

from sandbox import Judge, Verdict

__all__ = ["exercises"]

pytestmark = pytest.mark.cage


def test_reference_solutions_are_accepted(judge: Judge, exercises: list[Path]) -> None:
    chosen = exercises if os.environ.get("SANDBOX_TEST_EXERCISM") == "all" else exercises[::8]
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(lambda exercise: judged(judge, exercise, reference=True), chosen))
    refused = {e.name: r.verdict for e, r in zip(chosen, results, strict=True) if r.verdict is not Verdict.ACCEPTED}
    assert refused == {}

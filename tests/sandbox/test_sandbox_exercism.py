"""The Exercism Python track: every reference solution is accepted, and no starter that has work left."""

from __future__ import annotations

import json
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox import Judge, JudgeRequest, JudgeResult, Limits, Verdict

pytestmark = pytest.mark.cage

ARCHIVE = Path(__file__).parents[2].parent / "shared" / "data" / "exercism-python.tar.gz"
PASSING_STARTERS = {"ledger", "markdown"}  # exercises in rewriting code that already works


@pytest.fixture(scope="module")
def exercises(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    if not ARCHIVE.exists():
        pytest.skip(f"{ARCHIVE.name} is not here")
    folder = tmp_path_factory.mktemp("exercism")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    found = sorted(path.parent.parent for path in folder.glob("**/exercises/*/*/.meta/config.json"))
    assert len(found) == 161
    return found


def judged(judge: Judge, exercise: Path, *, reference: bool) -> JudgeResult:
    named = json.loads((exercise / ".meta" / "config.json").read_text())["files"]
    solution, tests = named["solution"][0], named["test"]
    answer = (named.get("exemplar") or named["example"])[0] if reference else solution
    helpers = {path.name for path in exercise.glob("*.py")} - {solution, *tests}
    return judge.judge(
        JudgeRequest(
            "python",
            {solution: (exercise / answer).read_text()},
            mode="unit_tests",
            test_files={name: (exercise / name).read_text() for name in tests},
            support_files={name: (exercise / name).read_text() for name in helpers},
            limits=Limits(cpu_ms=10_000, wall_ms=30_000),
        )
    )


@pytest.mark.parametrize("reference", [True, False], ids=["references", "starters"])
def test_the_whole_track(judge: Judge, exercises: list[Path], reference: bool) -> None:
    with ThreadPoolExecutor(2) as threads:
        results = list(threads.map(lambda exercise: judged(judge, exercise, reference=reference), exercises))
    accepted = {e.name for e, result in zip(exercises, results, strict=True) if result.verdict is Verdict.ACCEPTED}
    expected = {e.name for e in exercises} if reference else PASSING_STARTERS
    assert accepted == expected
    assert not [result for result in results if result.verdict is Verdict.INTERNAL_ERROR]

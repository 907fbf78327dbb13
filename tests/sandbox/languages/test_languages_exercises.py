"""Twenty exercises in each of seven languages: every solution gets the verdict it must get."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from solutions import EXERCISES, VERDICTS, Exercise

from sandbox import Judge, JudgeRequest, JudgeResult, Limits
from sandbox.survey import FoundLanguage

pytestmark = pytest.mark.cage

ROOMY = Limits(cpu_ms=5000, wall_ms=30_000, memory_mb=256)
# Small, so that waiting for what never ends is short, but several times what starting the runtime costs.
SHORT = {"java": 600, "typescript": 400, "javascript": 250, "sql": 250}

PARAMETERS = [
    pytest.param(exercise, variant, id=f"{exercise.language}-{exercise.name}-{variant}")
    for exercise in EXERCISES
    for variant in VERDICTS
]


def judged(judge: Judge, exercise: Exercise, variant: str) -> JudgeResult:
    slow = Limits(cpu_ms=SHORT.get(exercise.language, 150), wall_ms=30_000, memory_mb=256)
    return judge.judge(
        JudgeRequest(
            language=exercise.language,
            files={exercise.file: exercise.solution(variant)},
            entry=exercise.file,
            cases=exercise.cases,
            checker=exercise.checker,
            schema_sql=exercise.schema,
            stop_at_first_failure=variant != "right",
            limits=slow if variant == "slow" else ROOMY,
        )
    )


@pytest.fixture(scope="module")
def results(
    judge: Judge, found: dict[str, FoundLanguage], request: pytest.FixtureRequest
) -> Iterator[dict[tuple[Exercise, str], Future[JudgeResult]]]:
    """What the tests of this module ask for, judged on all cores while they wait for one after the other."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        wanted = [item.callspec.params for item in request.session.items if item.function is test_solution]
        yield {
            (params["exercise"], params["variant"]): threads.submit(
                judged, judge, params["exercise"], params["variant"]
            )
            for params in wanted
            if found[params["exercise"].language].works
        }


@pytest.mark.parametrize(("exercise", "variant"), PARAMETERS)
def test_solution(exercise: Exercise, variant: str, results, found: dict[str, FoundLanguage]) -> None:
    if not found[exercise.language].works:
        pytest.skip(found[exercise.language].problem)
    result = results[exercise, variant].result()
    told = [(test.name, test.verdict.value, test.stdout[-200:], test.stderr[-300:]) for test in result.tests]
    assert result.verdict is VERDICTS[variant], (result.verdict, result.reason, result.compile_log[:500], told)
    if variant == "right":
        assert result.passed == result.total == len(exercise.cases)
        assert result.score == 100
    if variant == "crash":
        assert result.reason in ("exit_code", "signal")


def test_there_are_twenty_exercises_in_each_language_and_all_variants_differ() -> None:
    for language in {exercise.language for exercise in EXERCISES}:
        of_it = [exercise for exercise in EXERCISES if exercise.language == language]
        assert len(of_it) >= 20
        for exercise in of_it:
            texts = {exercise.solution(variant) for variant in VERDICTS}
            assert len(texts) == len(VERDICTS), (language, exercise.name)
            assert len(exercise.cases) >= 2

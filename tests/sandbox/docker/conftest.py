"""Fixtures of the Docker backend's tests: an engine of their own with the images, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from own_engine import NoEngine, OwnEngine, prepared
from small_limits import text_runner

from sandbox import RunResult
from sandbox.backends.docker import DockerBackend
from sandbox.judge import Judge


@pytest.fixture(scope="session")
def engine() -> OwnEngine:
    """A Docker engine with images; without one its tests are skipped, and say why."""
    try:
        return prepared()
    except NoEngine as problem:
        pytest.skip(str(problem))


@pytest.fixture(scope="session")
def judge(engine: OwnEngine) -> Iterator[Judge]:
    """A judge that has only Docker, whose cells hold."""
    judge = Judge(DockerBackend(url=engine.url))
    capabilities = judge.probe()
    assert capabilities.works, capabilities.problem
    yield judge
    judge.close()


@pytest.fixture(scope="session")
def run(judge: Judge) -> Callable[..., RunResult]:
    """As the fixture of the other sandbox tests, which would keep this judge for them when it is made here first."""
    return text_runner(judge)

"""Fixtures of the hostile programs: one stage for each backend that works here."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from census import Counters
from scene import Scene
from stage import Stage

from sandbox import BubblewrapBackend, Judge
from sandbox.backends.cgroups import Cgroups

# The engine of the Docker backend's own tests.
sys.path.insert(0, str(Path(__file__).parents[1] / "docker"))


# On Docker a cell takes longer than on bubblewrap: in an ordinary run one test in so many, and all when asked to.
_ONE_IN = 1 if os.environ.get("SANDBOX_TEST_HOSTILE") == "all" else 8


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave most of the tests on Docker for a run that has the time, and say so."""
    here = Path(__file__).parent
    on_docker = [item for item in items if here in item.path.parents and "[docker" in item.name]
    left_out = pytest.mark.skip(reason=f"one in {_ONE_IN} on Docker; all with SANDBOX_TEST_HOSTILE=all")
    for number, item in enumerate(on_docker):
        if number % _ONE_IN:
            item.add_marker(left_out)


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Secrets and doors on the host, and a folder of its own for what the judge writes there."""
    scene = Scene()
    before = tempfile.tempdir
    tempfile.tempdir = str(tmp_path_factory.mktemp("judge"))
    yield scene
    tempfile.tempdir = before
    scene.close()


def _bubblewrap(scene: Scene, backend: BubblewrapBackend, name: str) -> Iterator[Stage]:
    judge = Judge(backend)
    problem = judge.probe().problem
    if problem:
        judge.close()
        pytest.skip(f"no cage here: {problem}")
    yield Stage(name, judge, scene, Counters(leave_out=(scene.bystander.pid,)))
    judge.close()


def _docker(scene: Scene) -> Iterator[Stage]:
    import docker
    from own_engine import NoEngine, families, prepared

    from sandbox.backends.docker import DockerBackend

    try:
        # Not below the folder whose files are counted.
        with mock.patch.object(tempfile, "tempdir", None):
            engine = prepared()
    except NoEngine as problem:
        pytest.skip(str(problem))
    judge = Judge(DockerBackend(url=engine.url))
    problem = judge.probe().problem
    assert not problem, problem
    client = docker.APIClient(base_url=engine.url, version="1.41")

    def containers() -> list[str]:
        found = client.containers(all=True, filters={"label": "learning.sandbox=cell"})
        return [one["Id"] for one in found if f"|{os.getpid()}|" in str(one["Labels"])]

    # For each image as many warm ones as cores, twice the cores that rest, and those that come or go. Each has
    # descriptors, and so has each connection to the engine; one leaked by every attack would be some hundreds.
    most = (len(families()) + 3) * (os.cpu_count() or 1) + 2
    counters = Counters(
        leave_out=(scene.bystander.pid, engine.pid),
        containers=containers,
        at_most={"containers": most, "descriptors": 100 + 4 * most, "threads": 16},
    )
    yield Stage("docker", judge, scene, counters)
    judge.close()
    assert containers() == []
    client.close()


@pytest.fixture(scope="session", params=["bubblewrap", "docker"])
def stage(request: pytest.FixtureRequest, scene: Scene) -> Iterator[Stage]:
    """A judge on each backend; skipped with the reason where one does not work."""
    if request.param == "docker":
        yield from _docker(scene)
    else:
        yield from _bubblewrap(scene, BubblewrapBackend(), "bubblewrap")


@pytest.fixture(scope="session")
def stage_without_groups(scene: Scene) -> Iterator[Stage]:
    """A judge on a machine without control groups, where the agent itself watches time and memory."""
    yield from _bubblewrap(scene, BubblewrapBackend(cgroups=Cgroups(Path("/nonexistent"))), "without control groups")

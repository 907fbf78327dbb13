"""One way to get a judge, whichever machine or cage it uses. Reads no environment: callers hand in their settings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, get_args

from sandbox.backends.base import Backend, Capabilities
from sandbox.backends.bubblewrap import BubblewrapBackend
from sandbox.backends.remote import RemoteJudge
from sandbox.judge import Judge
from sandbox.types import JudgeRequest, JudgeResult, Progress, RunRequest, RunResult

BackendName = Literal["auto", "bubblewrap", "docker", "remote"]
BACKENDS: tuple[str, ...] = get_args(BackendName)
LOCAL_BACKENDS = ("bubblewrap", "docker")


class Judging(Protocol):
    """What callers need of a judge; `Judge` and `RemoteJudge` both are one."""

    def run(self, request: RunRequest) -> RunResult:
        """Run a program with its own input. ValueError, beginning with a field's name, for a request that is wrong."""

    def judge(self, request: JudgeRequest, progress: Progress | None = None) -> JudgeResult:
        """Judge a submission. ValueError, beginning with a field's name, for a request that is wrong.

        `progress` is told of cases as they begin; not of every one where the judge is on another machine.
        """

    def probe(self) -> Capabilities:
        """Whether programs can be run, and in one sentence why not."""

    def language_problem(self, name: str) -> str:
        """In one sentence why programs in a language cannot be run; empty where they can be. Only where it works."""

    def close(self) -> None:
        """End what is running, as lost, and run nothing more."""


def open_judge(
    backend: str = "auto",
    *,
    slots: int | None = None,
    urls: Sequence[str] = (),
    token: str = "",
    docker_url: str | None = None,
    compile_cache: Path | None = None,
) -> Judging:
    """A judge on the named backend. ValueError, beginning with a setting's name, when the settings are wrong.

    `auto` is the judge servers where `urls` are given, else bubblewrap, else Docker where bubblewrap does not work and
    Docker does. A judge is given in any case: where nothing works it says so in every result. `compile_cache` is a
    folder for compiled programs; judge servers keep their own.
    """
    if backend not in BACKENDS:
        raise ValueError(f"backend: {backend[:40]!r} is not one of {', '.join(BACKENDS)}")
    if backend == "remote" or (backend == "auto" and urls):
        return RemoteJudge(urls, token)
    return Judge(open_backend(backend, docker_url=docker_url), slots=slots, compile_cache=compile_cache)


def open_backend(name: str, *, docker_url: str | None = None) -> Backend:
    """A backend of this machine by name; `auto` is the first that works."""
    if name not in ("auto", *LOCAL_BACKENDS):
        raise ValueError(f"backend: {name[:40]!r} is not one of auto, {', '.join(LOCAL_BACKENDS)}")
    if name == "docker":
        return _docker(docker_url)
    bubblewrap = BubblewrapBackend()
    if name == "bubblewrap" or bubblewrap.probe().works:
        return bubblewrap
    docker = _docker(docker_url)
    if docker.probe().works:
        bubblewrap.close()
        return docker
    docker.close()
    return bubblewrap


def _docker(url: str | None) -> Backend:
    # The package behind it takes longer to import than all the rest.
    from sandbox.backends.docker import DockerBackend

    return DockerBackend(url=url)

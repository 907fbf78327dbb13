"""The Docker backend: cells in containers, with the same agent as any other backend. docs/judge.md has its layers."""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from sandbox.backends import docker_cells, seccomp
from sandbox.backends.base import Capabilities, Cell, CellLost, Room
from sandbox.backends.docker_cells import Container, DockerCell
from sandbox.backends.docker_engine import Engine, EngineProblem
from sandbox.backends.selftest import find_hole
from sandbox.images.recipes import FAMILIES, RECIPE_LABEL, family_of, image_name, recipe

REUSES = 300
"""How many submissions a container serves at most. 1: each has a container of its own, at a quarter second each, which
is twenty times what a small program takes."""
_ASK_AGAIN_SECONDS = 15.0
_START_SECONDS = 20.0
_OLDEST_SECONDS = 24 * 3600.0
_CLOSING = "The judge is stopping."


class DockerBackend:
    """Opens cells in containers of a Docker engine, the machine's own or another's."""

    name = "docker"

    def __init__(self, *, url: str | None = None, reuses: int = REUSES, cpus: float = 1.0) -> None:
        """`url` is as in DOCKER_HOST, whose value (or the usual socket) is taken when none is given."""
        self._engine = Engine(url)
        self._reuses = reuses
        self._cpus = cpus
        self._capabilities: Capabilities | None = None
        self._probed = 0.0
        self._probing = threading.Lock()
        self._lock = threading.Lock()
        self._started = threading.Condition(self._lock)
        self._starting = 0
        self._closing = threading.Event()
        self._living: dict[str, Container] = {}
        self._resting: list[Container] = []
        self._kept = 2 * (os.cpu_count() or 1)
        self._undertakers = ThreadPoolExecutor(2, thread_name_prefix="docker-cells")

    def probe(self) -> Capabilities:
        """Whether a cell holds here, found by trying to break out of one. A no is asked again after a while."""
        with self._probing:
            waited = time.monotonic() - self._probed > _ASK_AGAIN_SECONDS
            if self._capabilities is None or (waited and not self._capabilities.works):
                self._capabilities = self._try()
                self._probed = time.monotonic()
            return self._capabilities

    def runtime(self, language: str) -> str:
        """The image that a language runs in; the language itself where none is made for it."""
        return family_of(language) or language

    def open(self, runtime: str, room: Room = Room()) -> Cell:
        """A fresh cell: in a container that was used harmlessly and emptied, or in a new one."""
        capabilities = self.probe()
        if not capabilities.works:
            raise CellLost(capabilities.problem)
        return self._open(runtime, room)

    def close(self) -> None:
        """End every container, and start none any more."""
        self._closing.set()
        with self._started:
            # One that is being started has no name yet by which it could be ended.
            self._started.wait_for(lambda: self._starting == 0, _START_SECONDS)
            left = list(self._living.values())
            self._resting.clear()
        for container in left:
            self._retire(container)
        self._undertakers.shutdown(wait=True)
        self._engine.close()

    def _try(self) -> Capabilities:
        if not sys.platform.startswith("linux") or not seccomp.supported():
            return Capabilities(False, "The sandbox has no system call filter for this kind of machine.")
        try:
            self._engine.connect()
            self._engine.clear(oldest_seconds=_OLDEST_SECONDS)
            notes = [self._engine.describe(), *self._missing_images()]
            problem = find_hole(lambda: self._open("python", Room()))
        except EngineProblem as error:
            return Capabilities(False, str(error))
        if problem:
            return Capabilities(False, problem)
        return Capabilities(True, memory=self._engine.cgroup(), notes=tuple(notes))

    def _missing_images(self) -> list[str]:
        notes = []
        for family, languages in FAMILIES.items():
            labels = self._engine.image_labels(image_name(family))
            if labels is None:
                notes.append(f"{', '.join(languages)}: {_no_image(family)}")
            elif labels.get(RECIPE_LABEL) != recipe(family):
                notes.append(f"The image {image_name(family)} is older than its recipe.")
        return notes

    def _open(self, runtime: str, room: Room) -> DockerCell:
        while True:
            if self._closing.is_set():
                raise CellLost(_CLOSING)
            container = self._rested(runtime, room)
            used = container is not None
            if container is None:
                container = self._start(runtime, room)
            cell = DockerCell(self._engine, container, closing=self._closing, give_back=self._given_back)
            try:
                cell.prepare()
            except CellLost:
                self._retire(container)
                if not used:
                    raise
                continue
            return cell

    def _start(self, runtime: str, room: Room) -> Container:
        if runtime not in FAMILIES:
            raise CellLost(f"The Docker backend has no image for the language {runtime[:40]!r}.")
        with self._lock:
            if self._closing.is_set():
                raise CellLost(_CLOSING)
            self._starting += 1
        try:
            if self._engine.image_labels(image_name(runtime)) is None:
                raise CellLost(_no_image(runtime))
            container = docker_cells.start(self._engine, runtime, image_name(runtime), room, self._cpus)
            with self._lock:
                self._living[container.id] = container
            return container
        except EngineProblem as problem:
            raise CellLost(str(problem)) from None
        finally:
            with self._started:
                self._starting -= 1
                self._started.notify_all()

    def _rested(self, runtime: str, room: Room) -> Container | None:
        """A container that has been used, harmlessly, and is not too old to be used again."""
        with self._lock:
            now = time.monotonic()
            old = [each for each in self._resting if now - each.born > docker_cells.MAX_AGE_SECONDS]
            self._resting = [each for each in self._resting if each not in old]
            found = next((e for e in self._resting if e.runtime == runtime and e.room == room), None)
            if found is not None:
                self._resting.remove(found)
        for each in old:
            self._retire(each)
        return found

    def _given_back(self, container: Container, harmless: bool) -> None:
        with self._lock:
            good = harmless and container.uses < self._reuses and not self._closing.is_set()
            if good and len(self._resting) < self._kept:
                self._resting.append(container)
                return
        self._retire(container)

    def _retire(self, container: Container) -> None:
        """Take a container away, without making anybody wait for it."""
        with self._lock:
            if self._living.pop(container.id, None) is None:
                return
        try:
            self._undertakers.submit(docker_cells.end, self._engine, container)
        except RuntimeError:  # they have gone home: the backend is closed
            docker_cells.end(self._engine, container)


def _no_image(family: str) -> str:
    return f"The image {image_name(family)} is missing: python -m sandbox images build {family}"

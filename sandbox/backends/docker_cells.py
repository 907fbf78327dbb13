"""Cells in containers: started, lent for one submission, and used again only when nothing can be left in them."""

from __future__ import annotations

import itertools
import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from sandbox.agent.cell import AgentCell, agent_source
from sandbox.backends import seccomp
from sandbox.backends.base import FOLDERS, CellLost, Command, Conversation, End, Outcome, Room
from sandbox.backends.docker_engine import ContainerSpec, Engine, EngineProblem
from sandbox.backends.docker_profile import profile
from sandbox.backends.docker_stream import AttachedStream
from sandbox.types import Limits

MAX_AGE_SECONDS = 600.0
WARM_MEMORY_MB = Limits().memory_mb
_AGENT_MB = 24
"""Beside the programs: the agent, and what it keeps of their output."""
_PROCESSES = 300
"""For the whole container. How many a program may have is held by RLIMIT_NPROC, each cell having users of its own."""
_START_SECONDS = 20.0
_FIRST_USER, _USERS, _CELLS = 1000, 60, 1000
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": FOLDERS["work"],
    "TMPDIR": "/tmp",  # noqa: S108 - the cell's own
    "LANG": "C.UTF-8",
    "USER": "learner",
    "PWD": FOLDERS["work"],
}
_SHARED = (FOLDERS["work"], "/tmp", "/dev/shm")  # noqa: S108 - the cell's own
_OWN = (FOLDERS["program"], FOLDERS["harness"])

# The agent comes over standard input, so that an image need not be built anew when it changes.
_BOOT = """
import os, sys
text, size = b"", int(sys.argv[2])
while len(text) < size:
    piece = os.read(0, size - len(text))
    if not piece:
        sys.exit(3)
    text += piece
exec(compile(text, "agent.py", "exec"), {"__name__": "__main__"})
"""

_numbers = itertools.count(int.from_bytes(os.urandom(2), "big"))


@dataclass(slots=True)
class Container:
    """A running container with its agent, and what became of it so far."""

    id: str
    stream: AttachedStream
    runtime: str
    room: Room
    memory_mb: int
    born: float = field(default_factory=time.monotonic)
    uses: int = 0


def start(engine: Engine, runtime: str, image: str, room: Room, cpus: float) -> Container:
    """A container whose agent is on its way. EngineProblem when the engine cannot."""
    source = agent_source().encode()
    first = _FIRST_USER + next(_numbers) % _CELLS * _USERS
    config = {
        "folders": dict(FOLDERS),
        "swept": [*_SHARED, *_OWN],
        "environment": _ENVIRONMENT,
        "watches": True,
        "counters": True,
        "uids": [first, _USERS],
        "filter": seccomp.filter_program().hex(),
    }
    shared = f"rw,nosuid,nodev,exec,size={room.megabytes}m,nr_inodes={room.files},mode=1777"
    own = f"rw,nosuid,nodev,exec,size={room.megabytes + 40}m,nr_inodes={room.files + 2000},mode=0755"
    spec = ContainerSpec(
        image=image,
        command=["python3", "-I", "-S", "-B", "-c", _BOOT, json.dumps(config), str(len(source))],
        memory_mb=WARM_MEMORY_MB + _AGENT_MB,
        processes=_PROCESSES,
        cpus=cpus,
        seccomp=profile(),
        folders={**dict.fromkeys(_SHARED, shared), **dict.fromkeys(_OWN, own)},
    )
    container, stream = engine.start(spec)
    started = Container(container, stream, runtime, room, WARM_MEMORY_MB)
    try:
        stream.send(source)
    except OSError:
        end(engine, started)
        raise EngineProblem("The container ended before its agent was there.") from None
    return started


def end(engine: Engine, container: Container) -> None:
    """Take a container away with all in it."""
    container.stream.close()
    engine.remove(container.id)


class DockerCell(AgentCell):
    """A container lent for one submission. It knows whether what happened in it was harmless."""

    def __init__(
        self,
        engine: Engine,
        container: Container,
        *,
        closing: threading.Event,
        give_back: Callable[[Container, bool], None],
    ) -> None:
        super().__init__(_Lent(container.stream), meter=_Limiter(engine, container), closing=closing)
        self._container = container
        self._give_back = give_back
        self._harmless = True

    def prepare(self) -> None:
        """Wait for the agent of a new container; make one that was used as if it were new. CellLost when it is not."""
        if self._container.uses == 0:
            try:
                self.greet(_START_SECONDS)
            except CellLost as problem:
                complaint = self._container.stream.complaint.decode("utf-8", "replace").strip()[-300:]
                raise CellLost(f"{problem} {complaint}".strip()) from None
        else:
            self.reset(("work", "program", "harness"))
        self._container.uses += 1
        # The agent counts inside, and each word to it and back goes through the engine.
        self._waits_for_each = False

    def run(self, command: Command) -> Outcome:
        """Run a program to its end; see Cell."""
        harmless, self._harmless = self._harmless, False
        outcome = super().run(command)
        # A program that met a limit or the filter may have been up to something: its container serves nobody else.
        self._harmless = harmless and outcome.end in _HARMLESS
        return outcome

    def converse(self, command: Command) -> Conversation:
        """Start a program to talk with; see Cell."""
        self._harmless = False
        return super().converse(command)

    def close(self) -> None:
        """Give the container back."""
        if not self._closed:
            super().close()
            self._give_back(self._container, self._harmless and not self._owed)


_HARMLESS: frozenset[End] = frozenset({"exit"})


class _Lent:
    """The stream of a container for as long as a cell is open: closing the cell does not hang up."""

    def __init__(self, stream: AttachedStream) -> None:
        self._stream = stream
        self.fileno, self.send, self.receive = stream.fileno, stream.send, stream.receive

    def close(self) -> None:
        """Nothing: the container is given back, not ended."""


class _Limiter:
    """Sets the memory of the container to what a run may have. What was used, the agent counts inside."""

    def __init__(self, engine: Engine, container: Container) -> None:
        self._engine = engine
        self._container = container

    def begin(self, limits: Limits) -> None:
        """Set the limits of the next run."""
        if limits.memory_mb == self._container.memory_mb:
            return
        try:
            self._engine.set_memory(self._container.id, limits.memory_mb + _AGENT_MB)
        except EngineProblem as problem:
            raise CellLost(str(problem)) from None
        self._container.memory_mb = limits.memory_mb

    def over(self, limits: Limits) -> Literal[None]:
        """Nothing is seen from outside."""

    def used(self) -> tuple[int, int, bool]:
        """Nothing is seen from outside."""
        return 0, 0, False

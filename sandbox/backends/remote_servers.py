"""One judge server as its client sees it: whether it is well, how much room it has, and what is on its way to it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox import wire
from sandbox.backends.remote_http import Address, Lost, Reply, Unreachable, exchange

_HEALTH_BYTES = 64 * 1024
_LONGEST_RETRY = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How often servers are asked, and how long they may be silent."""

    interval_seconds: float = 2.0
    answer_seconds: float = 3.0
    lost_after_seconds: float = 10.0
    """Silent or refusing for so long, a server has lost what it was given: its jobs are run elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class _Flight:
    """A request on its way."""

    connection: socket.socket
    deadline: float

    def cut(self) -> None:
        """Make whoever waits for the answer see its end. The plain socket's method: TLS's own would wait."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.connection, socket.SHUT_RDWR)


class Server:
    """One server, asked in the background from `start` to `close`. All its state is guarded by `changed`."""

    def __init__(self, address: Address, token: str, changed: threading.Condition, pace: Pace) -> None:
        self.address, self.sent, self.problem = address, 0, f"{address} has not answered yet."
        self.health: wire.Health | None = None  # None: nothing is sent there
        self.asked = False
        self._token, self._changed, self._pace = token, changed, pace
        self._ours = 0
        self._others = 0
        self._full_until = 0.0
        self._failing_since: float | None = None
        self._flights: list[_Flight] = []
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._watch, name=f"judge server {address}", daemon=True)

    def start(self) -> None:
        """Begin to ask it how it is."""
        self._thread.start()

    def close(self) -> None:
        """Ask no more, and break off what is on its way."""
        with self._changed:
            self._closing = True
            self._cut(silent=True)
        self._wake.set()
        self._thread.join(timeout=self._pace.answer_seconds + 1)

    def free(self) -> int:
        """Places that are free there as far as is known; below 0 when jobs wait. Called under `changed`."""
        return self.health.places - self._others - self._ours if self.health else 0

    def has_room(self) -> bool:
        """Whether it would take one more job, if only in its line. Called under `changed`."""
        if self.health is None or time.monotonic() < self._full_until:
            return False
        return self.free() + self.health.line > 0

    def take(self) -> None:
        """One job is for this server. Called under `changed`."""
        self._ours += 1
        self.sent += 1

    def give_back(self) -> None:
        """That job has ended, one way or the other."""
        with self._changed:
            self._ours -= 1
            self._changed.notify_all()

    def full(self, retry_after: float) -> None:
        """It had no room after all: leave it alone for a moment."""
        with self._changed:
            self._full_until = time.monotonic() + min(max(retry_after, 0.1), _LONGEST_RETRY)
        self._wake.set()

    def failed(self, problem: str) -> None:
        """Something went wrong with it: send nothing there until it has answered well."""
        with self._changed:
            self.health, self.problem = None, problem
            self._changed.notify_all()
        self._wake.set()

    def send(
        self, path: str, body: bytes, *, seconds: float, most: int, told: Callable[[bytes], None] | None = None
    ) -> Reply:
        """Send a job and wait for its answer, `seconds` at most. Unreachable or Lost when there is none."""
        return exchange(
            self.address,
            "POST",
            path,
            token=self._token,
            body=body,
            seconds=seconds,
            most=most,
            followed=lambda connection: self._flight(connection, seconds),
            told=told,
        )

    @contextlib.contextmanager
    def _flight(self, connection: socket.socket, seconds: float) -> Iterator[None]:
        """Where `connection` can be cut by others, for the length of the block and no longer."""
        flight = _Flight(connection, time.monotonic() + seconds)
        with self._changed:
            self._flights.append(flight)
            if self._closing:
                flight.cut()
        try:
            yield
        finally:
            with self._changed:
                self._flights.remove(flight)

    def _watch(self) -> None:
        while not self._closing:
            self._check()
            with self._changed:
                since = self._failing_since
                self._cut(silent=since is not None and time.monotonic() - since >= self._pace.lost_after_seconds)
            self._wake.wait(self._pace.interval_seconds)
            self._wake.clear()

    def _cut(self, *, silent: bool) -> None:
        """Break off what has taken too long; all of it when the server is silent."""
        now = time.monotonic()
        for flight in self._flights:
            if silent or flight.deadline < now:
                flight.cut()

    def _check(self) -> None:
        try:
            reply = exchange(
                self.address,
                "GET",
                "/v1/health",
                token=self._token,
                body=None,
                seconds=self._pace.answer_seconds,
                most=_HEALTH_BYTES,
            )
            health = self._read(reply)
        except (Unreachable, Lost) as error:
            with self._changed:
                self.health, self.problem, self.asked = None, f"{error}.", True
                self._failing_since = self._failing_since or time.monotonic()
                self._changed.notify_all()
            return
        with self._changed:
            self.health, self.problem, self.asked, self._failing_since = health, "", True, None
            self._others = max(0, health.running + health.waiting - self._ours)
            self._changed.notify_all()

    def _read(self, reply: Reply) -> wire.Health:
        if reply.status in (401, 403):
            raise Unreachable(f"{self.address} does not accept the token")
        if reply.status != 200:
            raise Unreachable(f"{self.address} is no judge server: it answered {reply.status}")
        try:
            health = wire.decode_health(reply.body)
        except wire.WireError as error:
            raise Unreachable(f"{self.address} is no judge server: {error}") from None
        if health.version != wire.WIRE_VERSION:
            raise Unreachable(f"{self.address} speaks version {health.version}, this side {wire.WIRE_VERSION}")
        if not health.works:
            raise Unreachable(f"{self.address} cannot run programs: {health.problem[:300].rstrip('.')}")
        if health.places < 1 or health.line < 0 or health.running < 0 or health.waiting < 0:
            raise Unreachable(f"{self.address} is no judge server: its numbers make no sense")
        return health

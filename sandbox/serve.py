"""`python -m sandbox serve`: the judge of this machine for other machines, over HTTP. See docs/judge-server.md.

The standard library only: what is needed is one request for each connection, a few long jobs at once and hard bounds on
everything a stranger can send, which is less than any web framework brings.
"""

from __future__ import annotations

import contextlib
import logging
import math
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox import wire
from sandbox.opening import Judging
from sandbox.serve_http import Answer, Asker, Exchange, Handler, Refused, problem
from sandbox.serve_places import Full, Gone, Places
from sandbox.types import JudgeRequest, JudgeResult, RunRequest, RunResult, Verdict

_STRANGERS = 64
_BODIES_AT_ONCE = 4
_CLOSING_SECONDS = 5.0
_QUIET_SECONDS, _BETWEEN_SECONDS = 0.4, 0.3  # before the first word of how far a submission is, and between two

logger = logging.getLogger("sandbox.serve")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one server takes at once, and for how long it waits for others."""

    places: int
    line: int = 0
    """How many jobs may wait for a place; 0: four for each place."""
    body_bytes: int = 32 * 1024 * 1024
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    wait_seconds: float = 60.0
    grace_seconds: float = 8.0
    """How long running jobs may go on after a stop is asked for; under the ten seconds that `docker stop` waits."""


class JudgeServer:
    """Listens at once, serves from `serve_forever` until `stop`, which may be called from a signal handler."""

    def __init__(
        self,
        judge: Judging,
        *,
        token: str,
        bounds: Bounds,
        host: str = "127.0.0.1",
        port: int = 0,
        backend: str = "",
        languages: Sequence[str] = (),
    ) -> None:
        self.token = wire.checked_token(token).encode("ascii")
        self.head_seconds, self.body_seconds = bounds.head_seconds, bounds.body_seconds
        self.routes: Mapping[str, Mapping[str, Handler]] = {
            "/v1/health": {"GET": self._health},
            "/v1/run": {"POST": self._run},
            "/v1/judge": {"POST": self._judged},
        }
        self._judge, self._bounds, self._backend, self._languages = judge, bounds, backend, languages
        line = bounds.line or 4 * bounds.places
        self._places = Places(bounds.places, line, wait_seconds=bounds.wait_seconds)
        self._connections = _Connections(_STRANGERS + bounds.places + line)
        self._body_room = _BODIES_AT_ONCE * bounds.body_bytes
        self._lock = threading.Lock()
        self._listener = _listening(host, port)
        self._wake, self._woken = socket.socketpair()
        self._wake.setblocking(False)

    @property
    def url(self) -> str:
        """Where it listens."""
        host, port = self._listener.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def serve_forever(self) -> None:
        """Serve until `stop`; then let running jobs end, or end them as lost, and come back."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            selector.register(self._woken, selectors.EVENT_READ)
            while not any(key.fileobj is self._woken for key, _ in selector.select()):
                self._accept()
        self._listener.close()
        self._end()

    def stop(self) -> None:
        """Ask `serve_forever` to end."""
        with contextlib.suppress(OSError):  # it has ended already
            self._wake.send(b"s")

    def known(self, connection: socket.socket) -> None:
        """The one at the other end has shown the token, and is not put out to make room for strangers."""
        self._connections.known(connection)

    def reserve(self, size: int) -> None:
        """Make room for a body; Refused when it is too large, or when others hold the room."""
        if size > self._bounds.body_bytes:
            raise Refused(problem(413, f"A request may have at most {self._bounds.body_bytes // 1024} kB."))
        with self._lock:
            if size > self._body_room:
                raise Refused(_full("Too many large requests at once.", 1))
            self._body_room -= size

    def release(self, size: int) -> None:
        """Give the room of a body back."""
        with self._lock:
            self._body_room += size

    def _accept(self) -> None:
        try:
            connection, address = self._listener.accept()
        except OSError:  # hung up again, or no file descriptor free
            time.sleep(0.01)
            return
        connection.settimeout(self.head_seconds)
        if not self._connections.admit(connection):
            # Every place is held by somebody with the token. No thread for this one, and no wait.
            with contextlib.suppress(OSError), connection:
                connection.setblocking(False)
                connection.send(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n")
            return
        thread = threading.Thread(target=self._exchange, args=(connection, address), daemon=True)
        try:
            thread.start()
        except RuntimeError:  # this machine has no thread left
            self._connections.leave(connection)

    def _exchange(self, connection: socket.socket, address: Any) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Exchange(connection, address, self)
        except OSError:
            logger.debug("%s went away", address)
        finally:
            self._connections.leave(connection)

    def _end(self) -> None:
        self._places.stop()
        if not self._places.wait_until_empty(self._bounds.grace_seconds):
            logger.info("ending %d jobs as lost", self._places.load().running)
        self._judge.close()
        self._connections.wait_until_empty(_CLOSING_SECONDS)
        self._wake.close()
        self._woken.close()

    def _health(self, body: bytes, asker: Asker) -> Answer:
        capabilities = self._judge.probe()
        load = self._places.load()
        told = wire.Health(
            version=wire.WIRE_VERSION,
            works=capabilities.works,
            problem=capabilities.problem,
            backend=self._backend,
            memory=capabilities.memory,
            languages=tuple(self._languages) if capabilities.works else (),
            places=load.places,
            free=load.free,
            running=load.running,
            waiting=load.waiting,
            line=load.line,
            load=round(os.getloadavg()[0], 2),
        )
        return Answer(200, wire.encode(told))

    def _run(self, body: bytes, asker: Asker) -> Answer:
        return self._job("run", RunRequest, self._judge.run, body, asker)

    def _judged(self, body: bytes, asker: Asker) -> Answer:
        def work(request: JudgeRequest) -> JudgeResult:
            return self._judge.judge(request, _Teller(asker) if asker.takes_lines else None)

        return self._job("judge", JudgeRequest, work, body, asker)

    def _job(
        self,
        what: str,
        kind: type[Any],
        work: Callable[[Any], RunResult | JudgeResult],
        body: bytes,
        asker: Asker,
    ) -> Answer:
        began = time.monotonic()
        try:
            request = wire.decode(kind, body)
            with self._places.place(asker.still_there):
                waited = time.monotonic() - began
                result = work(request)
        except ValueError as error:
            field, _, _ = str(error).partition(": ")
            return problem(400, str(error), field=field)
        except Full as full:
            return _full(str(full), full.retry_after)
        except Gone:
            raise ConnectionAbortedError from None
        except Exception:
            logger.exception("a %s failed", what)
            return problem(500, "The judge failed. Its log says why.")
        seconds = time.monotonic() - began
        logger.info("%s %s %s %.3f s, waited %.3f s", what, request.language, result.verdict, seconds, waited)
        if result.verdict is Verdict.INTERNAL_ERROR and result.reason == "busy":
            return _full(result.message, 1)
        return Answer(200, wire.encode(result))


class _Teller:
    """Tells whoever waits how far their submission is: not of quick ones, and not more often than people look."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._next = time.monotonic() + _QUIET_SECONDS

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _BETWEEN_SECONDS
        try:
            self._asker.tell(wire.encode(wire.Stand(done, total)))
        except OSError:  # whoever has hung up misses the result as well
            self._next = math.inf


class _Connections:
    """The open connections. Where there are too many, the stranger who has waited longest makes room for the next."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: dict[socket.socket, bool] = {}  # in the order they came; True: has not shown the token
        self._changed = threading.Condition()

    def admit(self, connection: socket.socket) -> bool:
        """Take a new one in; False when all places are held by those who have shown the token."""
        with self._changed:
            if len(self._open) >= self._most:
                oldest = next((held for held, stranger in self._open.items() if stranger), None)
                if oldest is None:
                    return False
                del self._open[oldest]
                with contextlib.suppress(OSError):
                    oldest.shutdown(socket.SHUT_RDWR)  # its thread sees the end and closes it
            self._open[connection] = True
            return True

    def known(self, connection: socket.socket) -> None:
        """This one has shown the token."""
        with self._changed:
            if connection in self._open:
                self._open[connection] = False

    def leave(self, connection: socket.socket) -> None:
        """This one is done."""
        with self._changed:
            self._open.pop(connection, None)
            self._changed.notify_all()
            connection.close()

    def wait_until_empty(self, seconds: float) -> None:
        """Wait until those who have shown the token have their answers."""
        with self._changed:
            self._changed.wait_for(lambda: all(self._open.values()), seconds)


def _full(message: str, retry_after: int) -> Answer:
    return problem(503, message, {"Retry-After": str(retry_after)})


def _listening(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.create_server(address[:2], family=family, backlog=128)
    listener.setblocking(False)
    return listener

"""One HTTP exchange on one connection: a deadline and a size on every part, the token before anything else is read.

The standard library's parser, without what makes its server unfit for a network: threads without bound, a time-out
for each byte instead of for the whole, headers of megabytes, and error pages in HTML.
"""

from __future__ import annotations

import hmac
import io
import json
import logging
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol

from sandbox import wire

_HEAD_BYTES = 32 * 1024
_WRITE_SECONDS = 60.0
_LINE_SECONDS = 5.0  # a program waits for it
_LINGER_SECONDS = 1.0
_CHUNK = 64 * 1024

logger = logging.getLogger("sandbox.serve")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: str) -> Answer:
    """An error as problem details (RFC 9457)."""
    told = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return Answer(status, json.dumps(told).encode("ascii"), headers or {}, "application/problem+json")


class Refused(Exception):
    """The request ends here, with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class Asker(Protocol):
    """Whoever waits for the answer of one request."""

    @property
    def takes_lines(self) -> bool:
        """Whether they can read an answer that comes line by line."""

    def still_there(self) -> bool:
        """Whether they have not hung up."""

    def tell(self, line: bytes) -> None:
        """Send a line before the answer, which is then the last line of a 200; only to those who take lines."""


Handler = Callable[[bytes, Asker], Answer]
"""Answers one request, from its body."""


class Owner(Protocol):
    """What an exchange asks of the server it belongs to."""

    token: bytes
    routes: Mapping[str, Mapping[str, Handler]]
    head_seconds: float
    body_seconds: float

    def known(self, connection: socket.socket) -> None:
        """The one at the other end has shown the token."""

    def reserve(self, size: int) -> None:
        """Make room for a body of this size; `Refused` when there is none."""

    def release(self, size: int) -> None:
        """The body is not held any more."""


class _TimedReader(io.RawIOBase):
    """A socket's bytes until a deadline, and no more than a budget of them."""

    def __init__(self, connection: socket.socket, deadline: float, budget: int) -> None:
        super().__init__()
        self._connection, self.deadline, self._budget = connection, deadline, budget

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """What is there, into `buffer`; TimeoutError past the deadline, Refused past the budget."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self._budget <= 0:
            raise Refused(problem(431, "The head of the request is too long."))
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer, min(len(buffer), self._budget))
        self._budget -= count
        return count

    def allow(self, size: int, seconds: float) -> None:
        """So many bytes more, in so many seconds from now."""
        self._budget = size
        self.deadline = time.monotonic() + seconds


class Exchange(BaseHTTPRequestHandler):
    """Reads one request, answers it, and ends. Made for each connection; making it does the work."""

    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""

    def __init__(self, connection: socket.socket, address: Any, owner: Owner) -> None:
        self._owner = owner
        self._answered = self._in_lines = False
        super().__init__(connection, address, owner)  # type: ignore[arg-type]  # any object; only this class asks it

    def setup(self) -> None:
        """A reader with a deadline in place of the socket's own file."""
        self.connection = self.request
        self._reader = _TimedReader(self.connection, time.monotonic() + self._owner.head_seconds, _HEAD_BYTES)
        self.rfile = io.BufferedReader(self._reader, _CHUNK)
        self.wfile = io.BytesIO()  # the head of the answer is put together here and sent in one piece

    def finish(self) -> None:
        """Nothing is left open here; the server closes the connection."""

    def handle(self) -> None:
        """One request and no second: what is left on a connection is never taken for the next request."""
        try:
            self._one_request()
        except OSError:  # time-outs and lost connections are of this kind too
            logger.debug("%s went away or took too long", self.client_address)

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer("POST")

    def handle_expect_100(self) -> bool:
        """Wait with 100 Continue until token and size are known to be right."""
        return True

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library's parser refuses, as JSON."""
        self._send(problem(int(code), HTTPStatus(code).description or HTTPStatus(code).phrase))

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are logged by the server, with what became of them."""

    def _one_request(self) -> None:
        try:
            self.handle_one_request()
        except Refused as refused:
            self._send(refused.answer)

    def _answer(self, method: str) -> None:
        self._check_token()
        self._owner.known(self.connection)
        methods = self._owner.routes.get(self.path)
        if methods is None:
            raise Refused(problem(404, "There is nothing at this path."))
        handler = methods.get(method)
        if handler is None:
            allowed = {"Allow": ", ".join(methods)}
            raise Refused(problem(405, f"This path answers {allowed['Allow']}.", allowed))
        size = self._body_size() if method == "POST" else 0
        self._owner.reserve(size)
        try:
            answer = handler(self._body(size), self)
        finally:
            self._owner.release(size)
        self._send(answer)

    def _check_token(self) -> None:
        given = self.headers.get_all("Authorization") or []
        kind, _, token = (given[0] if len(given) == 1 else "").partition(" ")
        right = hmac.compare_digest(token.strip().encode("utf-8", "replace"), self._owner.token)
        if kind.lower() != "bearer" or not right:
            raise Refused(problem(401, "A bearer token is needed.", {"WWW-Authenticate": "Bearer"}))

    def _body_size(self) -> int:
        sizes = self.headers.get_all("Content-Length") or []
        if len(sizes) != 1 or "Transfer-Encoding" in self.headers:
            raise Refused(problem(411, "One Content-Length is needed, and no Transfer-Encoding."))
        if not (sizes[0].isascii() and sizes[0].isdigit() and len(sizes[0]) < 19):
            raise Refused(problem(400, "Content-Length is not a number.", field="Content-Length"))
        return int(sizes[0])

    def _body(self, size: int) -> bytes:
        if not size:
            return b""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.connection.settimeout(_WRITE_SECONDS)
            self.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        # Part of the body may have come with the head; the budget is for what is still on its way.
        self._reader.allow(size, self._owner.body_seconds)
        body = self.rfile.read(size)
        if len(body) != size:
            raise ConnectionAbortedError
        return body

    @property
    def takes_lines(self) -> bool:
        """Whether the client has said that it reads answers that come line by line."""
        return wire.LINES in self.headers.get("Accept", "")

    def tell(self, line: bytes) -> None:
        """Send one line, and the head before the first. The answer will end where the connection does."""
        head = b"" if self._in_lines else _head(200, {"X-Accel-Buffering": "no"}, wire.LINES, None)
        self._in_lines = True
        self.connection.settimeout(_LINE_SECONDS)
        self.connection.sendall(head + line + b"\n")

    def still_there(self) -> bool:
        """Whether the client has not hung up. One that has sent more than its request counts as there."""
        self.connection.setblocking(False)
        try:
            next_byte: bytes = self.connection.recv(1, socket.MSG_PEEK)
            return next_byte != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def _send(self, answer: Answer) -> None:
        if self._answered:
            return
        self._answered = True
        if self._in_lines and answer.status != 200:
            return  # too late to say so: an answer without its last line is none
        head = b"" if self._in_lines else _head(answer.status, answer.headers, answer.kind, len(answer.body))
        self.connection.settimeout(_WRITE_SECONDS)
        self.connection.sendall(head + answer.body)
        self._linger()

    def _linger(self) -> None:
        """Take what is still coming for a moment: to close on unread bytes would take the answer away again."""
        self.connection.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + _LINGER_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            self.connection.settimeout(left)
            if not self.connection.recv(_CHUNK):
                return


def _head(status: int, headers: Mapping[str, str], kind: str, length: int | None) -> bytes:
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Type: {kind}", *([f"Content-Length: {length}"] if length is not None else [])]
    lines += ["Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("ascii")

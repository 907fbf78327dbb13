"""One HTTP request to a judge server. What comes back is a stranger's: bounded, never followed, never trusted."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from sandbox import wire

_CONNECT_SECONDS = 3.0
# A machine that vanishes without a word is noticed by the kernel after idle + count x interval seconds.
_KEEP_ALIVE = (("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))


class Unreachable(Exception):
    """The server never got the request: it may be sent to another at no risk."""


class Lost(Exception):
    """The request was on its way, and no answer came back: it may have run."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a judge server listens."""

    secure: bool
    host: str
    port: int
    path: str

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{host}:{self.port}{self.path}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: bytes
    retry_after: int


def parse_address(url: str) -> Address:
    """The address in a URL as `https://judge.example.org:8443`; ValueError begins with `urls`."""
    url = url.strip()
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ValueError(f"urls: the port of {url[:100]!r} is not one") from None
    # urlsplit drops line breaks without a word; a space would break the request's first line.
    plain = url.isascii() and url.isprintable() and " " not in url
    if not plain or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"urls: {url[:100]!r} is not like https://judge.example.org:8443")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        # Without the URL: it may hold a password.
        raise ValueError(
            "urls: a name, a password, a query or a fragment has no place in the address of a judge server"
        )
    secure = parts.scheme == "https"
    return Address(secure, parts.hostname, port or (443 if secure else 80), parts.path.rstrip("/"))


def exchange(
    address: Address,
    method: str,
    path: str,
    *,
    token: str,
    body: bytes | None,
    seconds: float,
    most: int,
    followed: Callable[[socket.socket], contextlib.AbstractContextManager[None]] | None = None,
    told: Callable[[bytes], None] | None = None,
) -> Reply:
    """Send one request and read one answer of at most `most` bytes. `told` is given the lines that come before it.

    `seconds` bounds each wait, not their sum: who needs that shuts down the socket, which `followed` is given to hold.
    """
    connection = _connected(address)
    try:
        with followed(connection.sock) if followed else contextlib.nullcontext():
            return _answered(connection, address, method, path, token, body, seconds, most, told)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Lost(f"{address} went away: {_short(error)}") from None
    finally:
        connection.close()


def _answered(
    connection: http.client.HTTPConnection,
    address: Address,
    method: str,
    path: str,
    token: str,
    body: bytes | None,
    seconds: float,
    most: int,
    told: Callable[[bytes], None] | None,
) -> Reply:
    connection.sock.settimeout(seconds)
    headers = {"Authorization": f"Bearer {token}", "Connection": "close", "Accept": "application/json"}
    if told is not None:
        headers["Accept"] = f"{wire.LINES}, application/json"
    if body is not None:
        headers["Content-Type"] = "application/json"
    # A server that refuses the head (wrong token, too large) answers before it has the body.
    with contextlib.suppress(ConnectionError):
        connection.request(method, f"{address.path}{path}", body=body, headers=headers)
    response = connection.getresponse()
    in_lines = told is not None and response.getheader("Content-Type", "") == wire.LINES
    data = _last_line(response, most, told) if told is not None and in_lines else response.read(most + 1)
    if len(data) > most:
        raise Lost(f"{address} answered with more than {most // 1024} kB")
    if response.length:
        raise Lost(f"{address} broke off in the middle of its answer")
    return Reply(response.status, data, _seconds(response.getheader("Retry-After", "")))


def _last_line(response: http.client.HTTPResponse, most: int, told: Callable[[bytes], None]) -> bytes:
    """The result, which has no end of line: whoever breaks off before it has sent none. All lines count for `most`."""
    left = most + 1
    while True:
        line = response.readline(left)
        left -= len(line)
        if not line.endswith(b"\n"):
            break
        told(line)
    if left <= 0:
        raise ValueError(f"it sent more than {most // 1024} kB")
    return line


def _connected(address: Address) -> http.client.HTTPConnection:
    connection = (
        http.client.HTTPSConnection(address.host, address.port, timeout=_CONNECT_SECONDS, context=_tls())
        if address.secure
        else http.client.HTTPConnection(address.host, address.port, timeout=_CONNECT_SECONDS)
    )
    try:
        connection.connect()
    except (OSError, ValueError) as error:
        connection.close()
        raise Unreachable(f"{address} cannot be reached: {_short(error)}") from None
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE:
        if hasattr(socket, name):
            connection.sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return connection


@cache
def _tls() -> ssl.SSLContext:
    """What every connection is checked by. Kept: to read the machine's certificates takes longer than many a job."""
    return ssl.create_default_context()


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _short(error: BaseException) -> str:
    text = (error.strerror if isinstance(error, OSError) and error.strerror else str(error)) or type(error).__name__
    return "".join(letter if letter.isprintable() else "?" for letter in text[:120])

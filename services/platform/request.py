"""The id that ties together every log line and audit entry of one request, event or job."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    """Return a fresh id, short enough to read out to somebody."""
    return secrets.token_hex(8)


@contextmanager
def request(given: str = "") -> Iterator[str]:
    """Work under ``given`` (or a new id), so that what is logged inside carries it."""
    chosen = given or new_request_id()
    token = request_id.set(chosen)
    try:
        yield chosen
    finally:
        request_id.reset(token)

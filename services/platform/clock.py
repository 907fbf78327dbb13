"""Time comes from here, always aware and in UTC, so that a test can set it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_now


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return _source()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Make ``now`` answer ``at`` (aware) inside the block; for tests."""
    global _source
    before = _source
    _source = lambda: at.astimezone(UTC)  # noqa: E731
    try:
        yield
    finally:
        _source = before

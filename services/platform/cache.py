"""Values that may be forgotten at any time: in this process, or in Redis where several processes share them."""

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cache
from typing import Any, Generic, Protocol, TypeVar, cast
from weakref import WeakSet

import redis

from services.platform.config import settings

_PREFIX = "lms:cache:"
_MOST_ENTRIES = 10_000

V = TypeVar("V")

log = logging.getLogger(__name__)


class Kept(Generic[V]):
    """Values that never change under their key, in this process; the least recently used is dropped.

    The key names a version (a revision read in the same transaction), so nothing has to be told when something changes,
    here or in another process: what is asked then has another key. Values are shared: nobody may change them.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()
        _kept.add(self)

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Return the value of ``key``; made now when it is not there. Two may make it at once."""
        found = self.find(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def find(self, key: Hashable) -> V | None:
        """Return the value of ``key``, or None."""
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
            return found

    def put(self, key: Hashable, value: V) -> None:
        """Keep what belongs to ``key`` for good."""
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()


_kept: WeakSet[Kept[Any]] = WeakSet()


def forget_kept() -> None:
    """Forget what every ``Kept`` holds: to count what it costs when nothing is known yet."""
    for kept in list(_kept):
        kept.clear()


class Cache(Protocol):
    """Plain JSON values under string keys, each for a limited time."""

    def get(self, key: str) -> Any:
        """Return the value, or None when there is none (any more)."""

    def set(self, key: str, value: Any, seconds: float) -> None:
        """Keep ``value`` for so long, unless memory is needed earlier."""

    def delete(self, key: str) -> None:
        """Forget the value."""

    def count(self, key: str, seconds: float) -> int:
        """Add one to a counter that starts anew ``seconds`` after its first count; returns where it stands."""


class MemoryCache:
    """In this process: the least recently used is dropped when there are too many."""

    def __init__(self, most: int = _MOST_ENTRIES) -> None:
        self._most = most
        self._entries: OrderedDict[str, tuple[float, str]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """Return the value, or None."""
        with self._lock:
            found = self._live(key)
            if found is None:
                return None
            self._entries.move_to_end(key)
            return json.loads(found[1])

    def set(self, key: str, value: Any, seconds: float) -> None:
        """Keep ``value`` for so long."""
        text = json.dumps(value)  # a copy, so that the caller's later changes do not reach into the cache
        with self._lock:
            self._put(key, time.monotonic() + seconds, text)

    def delete(self, key: str) -> None:
        """Forget the value."""
        with self._lock:
            self._entries.pop(key, None)

    def count(self, key: str, seconds: float) -> int:
        """Add one and return the count."""
        with self._lock:
            found = self._live(key)
            until, stands = (found[0], int(found[1])) if found else (time.monotonic() + seconds, 0)
            self._put(key, until, str(stands + 1))
            return stands + 1

    def _live(self, key: str) -> tuple[float, str] | None:
        found = self._entries.get(key)
        if found and found[0] <= time.monotonic():
            del self._entries[key]
            return None
        return found

    def _put(self, key: str, until: float, text: str) -> None:
        self._entries[key] = (until, text)
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)


class RedisCache:
    """In Redis. One that does not answer is an empty cache, not a failed request."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def get(self, key: str) -> Any:
        """Return the value, or None."""
        try:
            found = cast("bytes | None", self._redis.get(_PREFIX + key))
        except redis.RedisError as error:
            _not_answering(error)
            return None
        return None if found is None else json.loads(found)

    def set(self, key: str, value: Any, seconds: float) -> None:
        """Keep ``value`` for so long."""
        text = json.dumps(value)
        try:
            self._redis.set(_PREFIX + key, text, px=max(1, int(seconds * 1000)))
        except redis.RedisError as error:
            _not_answering(error)

    def delete(self, key: str) -> None:
        """Forget the value."""
        try:
            self._redis.delete(_PREFIX + key)
        except redis.RedisError as error:
            _not_answering(error)

    def count(self, key: str, seconds: float) -> int:
        """Add one and return the count."""
        try:
            with self._redis.pipeline() as commands:
                commands.set(_PREFIX + key, 0, nx=True, px=max(1, int(seconds * 1000)))
                commands.incr(_PREFIX + key)
                return int(commands.execute()[1])
        except redis.RedisError as error:
            _not_answering(error)
            return 1


def _not_answering(error: redis.RedisError) -> None:
    log.warning("Redis does not answer, so nothing is cached: %s", type(error).__name__)


@cache
def shared() -> Cache:
    """Return the cache that the settings ask for, made on first use."""
    url = settings().redis_url
    return RedisCache(url) if url else MemoryCache()

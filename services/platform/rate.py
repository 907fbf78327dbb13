"""How often something may be done: windows for ordinary use, growing waits for wrong passwords."""

import hashlib
import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from services.platform import cache
from services.platform.config import settings
from services.platform.errors import LimitReached

_MOST_KEYS = 50_000


@dataclass(slots=True)
class _Window:
    ends: float
    used: int = 0


@dataclass(slots=True)
class _Failures:
    count: int
    last: float
    blocked_until: float = 0.0


class Limiter:
    """Counts uses of a key in windows of time. Kept in this process: each process allows the same again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, per: int, seconds: float) -> None:
        """Use the key once; raise ``LimitReached`` when it was used ``per`` times within ``seconds``."""
        now = self._clock()
        with self._lock:
            window = self._windows.get(key)
            if window is None or window.ends <= now:
                window = self._windows[key] = _Window(ends=now + seconds)
                self._windows.move_to_end(key)
                while len(self._windows) > _MOST_KEYS:
                    self._windows.popitem(last=False)
            window.used += 1
            if window.used <= per:
                return
            wait = max(1, round(window.ends - now))
        raise LimitReached("That was too often. Try again in {seconds} seconds.", retry_after=wait, seconds=wait)

    def clear(self) -> None:
        """Forget every use; for tests."""
        with self._lock:
            self._windows.clear()


class Backoff:
    """Makes each failure of a key wait longer than the one before, up to a longest wait, and forgets with time.

    With a ``name`` and REDIS_URL the failures are also counted in Redis, so that one process is told what others saw.
    """

    def __init__(
        self,
        name: str = "",
        *,
        free: int,
        longest: float,
        forget_after: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._free = free
        self._longest = longest
        self._forget_after = forget_after
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, key: str) -> None:
        """Raise ``LimitReached`` while the key has to wait."""
        with self._lock:
            wait = self._wait(key)
        if self._shares() and (until := cache.shared().get(self._shared(key, "until"))):
            wait = max(wait, until - time.time())
        _refuse_for(wait)

    def fail(self, key: str) -> None:
        """Note a failure: the first few cost nothing, each one after doubles the wait."""
        with self._lock:
            self._count(key)
        self._tell_others(key)

    def succeed(self, key: str) -> None:
        """Forget the failures of a key."""
        with self._lock:
            self._failures.pop(key, None)
        if self._shares():
            for part in ("count", "until"):
                cache.shared().delete(self._shared(key, part))

    def _wait(self, key: str) -> float:
        failures = self._failures.get(key)
        return failures.blocked_until - self._clock() if failures else 0.0

    def _count(self, key: str) -> None:
        now = self._clock()
        failures = self._failures.get(key)
        if failures is None or now - failures.last > self._forget_after:
            failures = self._failures[key] = _Failures(count=0, last=now)
        failures.count += 1
        failures.last = now
        failures.blocked_until = max(failures.blocked_until, now + self._penalty(failures.count))
        self._failures.move_to_end(key)
        while len(self._failures) > _MOST_KEYS:
            self._failures.popitem(last=False)

    def _penalty(self, count: int) -> float:
        over = count - self._free
        return min(self._longest, 2.0 ** min(over - 1, 30)) if over > 0 else 0.0

    def _tell_others(self, key: str) -> None:
        if not self._shares():
            return
        penalty = self._penalty(cache.shared().count(self._shared(key, "count"), self._forget_after))
        if penalty:
            cache.shared().set(self._shared(key, "until"), time.time() + penalty, penalty)

    def _shares(self) -> bool:
        return bool(self._name and settings().redis_url)

    def _shared(self, key: str, part: str) -> str:
        return f"{self._name}:{hidden_key(key)}:{part}"

    def clear(self) -> None:
        """Forget everything; for tests."""
        with self._lock:
            self._failures.clear()


def _refuse_for(wait: float) -> None:
    if wait > 0:
        seconds = max(1, round(wait))
        raise LimitReached("Too many tries. Try again in {seconds} seconds.", retry_after=seconds, seconds=seconds)


limiter = Limiter()


def take_everywhere(key: str, per: int, seconds: float) -> None:
    """As ``limiter.take``, counted over all processes where they share Redis. Not for an event loop: it may wait."""
    limiter.take(key, per, seconds)
    if settings().redis_url and cache.shared().count(f"rate:{hidden_key(key)}", seconds) > per:
        wait = max(1, round(seconds))
        raise LimitReached("That was too often. Try again in {seconds} seconds.", retry_after=wait, seconds=wait)


def hidden_key(key: str) -> str:
    """Return what stands for a key in Redis, which should not list who signs in from where."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def network_of(address: str) -> str:
    """Return what an address is counted as: an IPv4 address itself, of IPv6 the /64 that one household has whole."""
    try:
        found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address[:60]
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))

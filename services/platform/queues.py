"""The engine that carries job ids to workers: huey over SQLite, PostgreSQL or Redis, whichever the settings name.

The truth about a job is its row (``jobs.py``); a message here may be lost or come twice without harm. Messages are the
bare id, never a pickle, so that whoever can write to the queue cannot make a worker run something else.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from huey import Huey, PostgresHuey, RedisHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import SqliteStorage

from services.platform import jobs, leases
from services.platform.config import settings

HEARTBEAT_SECONDS = 4.0
SWEEP_SECONDS = 5.0
_FORGET_SECONDS = 3600.0
_MOST_THREADS = 64  # of one queue, whatever is asked for: each may hold a connection to the database
_TASK = "do"

log = logging.getLogger(__name__)


class _JobIds(Serializer):  # type: ignore[misc]  # huey carries no types
    """A message is a job's id in plain text."""

    def deserialize(self, data: bytes) -> Message:
        job_id = UUID(bytes(data).decode())
        return Message(id=job_id.hex, name=f"queue.{_TASK}", args=(job_id,), kwargs={}, retries=0)


class _WakingSqlite(SqliteStorage):  # type: ignore[misc]  # huey carries no types
    """huey's SQLite queue, whose waiting workers are woken at once by a message from this process.

    Messages of other processes are seen within half a second.
    """

    blocking = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._arrived = threading.Condition()
        super().__init__(*args, **kwargs)

    def enqueue(self, data: bytes, priority: float | None = None) -> None:
        super().enqueue(data, priority)
        with self._arrived:
            self._arrived.notify()

    def dequeue(self) -> bytes | None:
        found = super().dequeue()
        if found is not None:
            return bytes(found)
        with self._arrived:
            self._arrived.wait(0.5)
        found = super().dequeue()
        return None if found is None else bytes(found)


class _QuietConsumer(Consumer):  # type: ignore[misc]  # huey carries no types
    """A consumer inside a process that has signal handlers of its own."""

    def _set_signal_handlers(self) -> None:
        pass


@cache
def queue(name: str) -> Huey:
    """Return the queue of one feature, opened on first use."""
    common: dict[str, Any] = {"results": False, "serializer": _JobIds()}
    chosen = settings()
    if chosen.redis_url:
        made = RedisHuey(f"lms_{name}", url=chosen.redis_url, **common)
    elif chosen.database_url.startswith("postgresql"):
        dsn = chosen.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        made = PostgresHuey(f"lms_{name}", dsn=dsn, **common)
    else:
        chosen.data_dir.mkdir(parents=True, exist_ok=True)
        # No fsync: a message lost with the machine is sent again from its row.
        filename = str(chosen.data_dir / "queue.sqlite3")
        made = Huey(f"lms_{name}", storage_class=_WakingSqlite, filename=filename, fsync=False, **common)
    _register(made)
    return made


def _register(made: Huey) -> None:
    def do(job_id: UUID) -> None:
        jobs.run(job_id)

    do.__module__ = "queue"
    made.task(name=_TASK)(do)


def send(name: str, job_id: UUID) -> None:
    """Put a job's id into its feature's queue."""
    queue(name).storage.enqueue(str(job_id).encode())


def reset() -> None:
    """Close and forget the queues, so that the next use reads the settings anew; for tests."""
    queue.cache_clear()


class Workers:
    """The threads that do the jobs of every declared kind, and the one that renews leases and sweeps.

    ``wanted`` says of a queue how many threads its work could use now, where that is more than ``threads``. Threads are
    added as it goes up; when it goes down again they wait for messages, which costs next to nothing.
    """

    def __init__(self, threads: int, wanted: Mapping[str, Callable[[], int]] | None = None) -> None:
        self._names = jobs.known_queues()
        self._wanted = wanted or {}
        self._threads = dict.fromkeys(self._names, threads)
        self._consumers = [_consumer(name, threads) for name in self._names]
        self._stop = threading.Event()
        self._upkeep = threading.Thread(target=self._keep_up, name="job-upkeep", daemon=True)

    def start(self) -> None:
        """Start all threads; returns at once."""
        for consumer in self._consumers:
            consumer.start()
        self._upkeep.start()

    def stop(self) -> None:
        """Take no more jobs; returns at once."""
        self._stop.set()
        for consumer in self._consumers:
            consumer.stop_flag.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the jobs at work, after `stop`; False when some are still at work then."""
        deadline = time.monotonic() + seconds
        threads = [thread for consumer in self._consumers for _worker, thread in consumer.worker_threads]
        for thread in [*threads, self._upkeep]:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def threads(self, name: str) -> int:
        """How many threads do the jobs of a queue."""
        return self._threads[name]

    def alive(self) -> bool:
        """Whether leases are being renewed and lost jobs swept."""
        return self._upkeep.is_alive()

    def _keep_up(self) -> None:
        sweep_at = forget_at = time.monotonic()
        while not self._stop.is_set():
            now = time.monotonic()
            try:
                leases.renew()
                if now >= sweep_at:
                    sweep_at = now + SWEEP_SECONDS
                    jobs.sweep({name: queue(name).storage.queue_size() for name in self._names})
                if now >= forget_at:
                    forget_at = now + _FORGET_SECONDS
                    jobs.forget_finished()
                self._add_threads()
            except Exception:
                log.exception("Renewing leases or sweeping jobs failed; it is tried again in some seconds.")
            self._stop.wait(HEARTBEAT_SECONDS)

    def _add_threads(self) -> None:
        for name in self._names:
            asked = self._wanted[name]() if name in self._wanted else 0
            more = min(asked, _MOST_THREADS) - self._threads[name]
            if more > 0 and not self._stop.is_set():
                log.info("Queue %s gets %d threads more.", name, more)
                added = _consumer(name, more)
                self._consumers.append(added)
                self._threads[name] += more
                added.start()


def _consumer(name: str, threads: int) -> Consumer:
    return _QuietConsumer(queue(name), workers=threads, periodic=False, shutdown_timeout=5, scheduler_interval=60)

"""Answering tasks: an event loop in a thread of its own, so that neither a tab nor the web's loop carries an answer."""

import asyncio
import logging
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from services.ai import store, texts, tutor
from services.ai.live import Live, Snapshot
from services.ai.text import CitationWriter
from services.platform import metrics
from services.platform.actor import Actor
from services.platform.errors import ServiceError

logger = logging.getLogger(__name__)

_AT_ONCE = 48
_SAVE_EVERY = 0.8  # seconds; what a killed process can lose
T = TypeVar("T")


@dataclass(slots=True)
class _Running:
    live: Live
    future: "Future[None]"


@dataclass(slots=True)
class Runner:
    """Starts, ends and finds the answering tasks of this process."""

    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, thread_name_prefix="tutor"))
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _running: dict[UUID, _Running] = field(default_factory=dict)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def __post_init__(self) -> None:
        threading.Thread(target=self._loop.run_forever, name="tutor-loop", daemon=True).start()

    def start(self, actor: Actor, answer_id: UUID, lease: str) -> None:
        """Begin to write an answer."""
        live = Live()
        with self._lock:
            future = asyncio.run_coroutine_threadsafe(self._answer(actor, answer_id, lease, live), self._loop)
            self._running[answer_id] = _Running(live, future)
        future.add_done_callback(lambda done: self._forget(answer_id, done))

    def live(self, answer_id: UUID) -> Live | None:
        """Return the answer that is being written in this process, if it is."""
        with self._lock:
            found = self._running.get(answer_id)
        return found.live if found else None

    def cancel(self, answer_id: UUID) -> None:
        """Let go of an answer; its task closes the connection to the provider."""
        with self._lock:
            found = self._running.get(answer_id)
        if found:
            found.future.cancel()

    async def in_pool(self, fn: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a service function in the tutor's own threads, from any event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(fn, *args, **kwargs))

    def close(self, timeout: float = 5) -> None:
        """Stop all tasks; each saves what it has and marks its answer as interrupted."""
        with self._lock:
            running = list(self._running.values())
        for one in running:
            one.live.end("failed", error=texts.INTERRUPTED)
            one.future.cancel()
        idle = asyncio.run_coroutine_threadsafe(self._until_idle(), self._loop)
        with suppress(TimeoutError):
            idle.result(timeout)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._pool.shutdown(wait=False)

    async def _until_idle(self) -> None:
        """Wait for the tasks themselves: a cancelled future is done before its task has saved."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    def _forget(self, answer_id: UUID, future: "Future[None]") -> None:
        with self._lock:
            if (found := self._running.get(answer_id)) and found.future is future:
                del self._running[answer_id]

    async def _answer(self, actor: Actor, answer_id: UUID, lease: str, live: Live) -> None:
        answer = tutor.Answer()
        saver = asyncio.create_task(self._keep_saving(actor, answer_id, lease, live, asyncio.current_task()))
        end: dict[str, Any] = {"status": "done"}
        try:
            async with self._slots:
                await self._write(actor, answer_id, lease, live, answer)
        except asyncio.CancelledError:
            end = {"status": "stopped"}
        except ServiceError as error:
            end = {"status": "failed", "error": error.message, "citations": _cited_or_all(live, answer)}
        except Exception as error:
            # Its text may hold the prompt or the key, so only its kind and place are logged.
            place = "".join(traceback.format_tb(error.__traceback__))
            logger.error("answering failed: %s\n%s", type(error).__name__, place)
            end = {"status": "failed", "error": texts.UNAVAILABLE, "citations": _cited_or_all(live, answer)}
        finally:
            saver.cancel()
        try:
            # First the row, then the followers: who sees the end may ask the next question at once.
            ended = replace(live.snapshot(), **end) if live.snapshot().running else live.snapshot()
            await asyncio.shield(self.in_pool(self._finish, actor, answer_id, lease, ended, answer))
        finally:
            metrics.tutor_answers.labels(live.end(**end).status).inc()

    async def _write(self, actor: Actor, answer_id: UUID, lease: str, live: Live, answer: tutor.Answer) -> None:
        task = await self.in_pool(store.begin, actor, answer_id, lease)
        if task is None:
            raise asyncio.CancelledError
        await self.in_pool(tutor.prepare, actor, task, answer)
        live.put(status="streaming", source=answer.source)
        writer = CitationWriter(len(answer.passages))
        async with aclosing(tutor.write(answer)) as pieces:
            async for piece in pieces:
                live.put(add=writer.feed(piece), citations=answer.citations(writer.cited))
        live.put(add=writer.finish(), citations=answer.citations(writer.cited))

    async def _keep_saving(
        self, actor: Actor, answer_id: UUID, lease: str, live: Live, task: "asyncio.Task[Any] | None"
    ) -> None:
        while True:
            await asyncio.sleep(_SAVE_EVERY)
            try:
                if await self.in_pool(store.save, actor, answer_id, lease, live.snapshot()):
                    continue
            except Exception:
                logger.exception("could not save an answer so far")  # the next turn tries again
                continue
            if task:
                task.cancel()  # stopped from another process, or given to another task
            return

    def _finish(self, actor: Actor, answer_id: UUID, lease: str, end: Snapshot, answer: tutor.Answer) -> None:
        store.finish(actor, answer_id, lease, end, model=answer.model, usage=answer.usage, hint=answer.hint)


def _cited_or_all(live: Live, answer: tutor.Answer) -> tuple[dict[str, Any], ...]:
    """A failed answer that cites nothing lists the passages found, so that the learner can read on."""
    return live.snapshot().citations or answer.citations(list(range(1, len(answer.passages) + 1)))


_made: Runner | None = None
_making = threading.Lock()


def runner() -> Runner:
    """Return this process's runner, made on first use: production forks after the import."""
    global _made
    with _making:
        if _made is None:
            _made = Runner()
        return _made


def close() -> None:
    """End this process's answers in good order, when the server stops."""
    global _made
    with _making:
        closing, _made = _made, None
    if closing:
        closing.close()

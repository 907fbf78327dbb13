"""What lives as long as one web process: its background workers, its judge, the tutor's connection to a model."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import reflex as rx

from lms_app import streams, worker
from lms_app.serve import STOPPING
from services import ai
from services.platform.config import settings
from services.platform.queues import Workers

_GOODBYE = 2.0  # seconds for tabs to be told
_LOOK_FOR_PARENT = 1.0  # seconds


@asynccontextmanager
async def lifespan(app: rx.App) -> AsyncIterator[None]:
    """Start what works beside the pages, and end it in good order. JOB_THREADS=0: no job is done here."""
    threads = settings().job_threads
    working = await asyncio.to_thread(worker.start, threads) if threads else None
    ai.warm_up()
    ending: list[asyncio.Task[None]] = []

    def end() -> None:
        if not ending:
            ending.append(asyncio.create_task(_end(app, working)))

    # The server ends a lifespan only when its last connection has ended, and a tab's never does by itself. Only the
    # main thread hears signals; elsewhere (a test's client) whoever runs this ends it.
    with suppress(ValueError, RuntimeError):
        asyncio.get_running_loop().add_signal_handler(STOPPING, end)
    watch = asyncio.create_task(_end_without_parent())
    try:
        yield
    finally:
        watch.cancel()
        end()
        await ending[0]


async def _end_without_parent() -> None:
    """End this process when the one that started it is gone: killed, it could not say so, and nobody else would."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(_LOOK_FOR_PARENT)
    os.kill(os.getpid(), STOPPING)
    os.kill(os.getpid(), signal.SIGTERM)


async def _end(app: rx.App, working: Workers | None) -> None:
    """Let go of what keeps connections open: tabs, answers that are followed, programs that are waited for."""
    streams.end_all()
    await asyncio.gather(
        _close_tabs(app), asyncio.to_thread(ai.close), asyncio.to_thread(worker.stop, working), return_exceptions=True
    )
    await _close_tabs(app)  # those that came meanwhile


async def _close_tabs(app: rx.App) -> None:
    """End the connections of all tabs; each tries to come back until a server answers."""
    connections = app.sio.eio if app.sio else None
    if connections is not None and connections.sockets:
        with suppress(TimeoutError):
            await asyncio.wait_for(connections.disconnect(), _GOODBYE)

"""Whether each thing this product stands on answers now."""

import logging
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import sqlalchemy as sa

from services.platform import jobs, queues
from services.platform.config import settings
from services.platform.database import engine

log = logging.getLogger(__name__)
_LEAST_FREE_BYTES = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One dependency: ``ok``, whether the product can serve without it, and a word on how it is."""

    name: str
    ok: bool
    needed: bool
    detail: str
    milliseconds: int


class _Unwell(Exception):
    """The check found something wrong that can be said in one sentence."""


def check(sandbox: Callable[[], str | None]) -> list[Check]:
    """Ask each dependency. ``sandbox`` returns what keeps programs from running, or None when they can."""

    def judge() -> str:
        wrong = sandbox()
        if wrong:
            raise _Unwell(wrong)
        return "programs can be run"

    return [
        _timed("database", True, _database),
        _timed("jobs", True, _jobs),
        _timed("storage", True, _storage),
        _timed("sandbox", False, judge),
        _timed("model", False, _model),
    ]


def _timed(name: str, needed: bool, ask: Callable[[], str]) -> Check:
    started = time.monotonic()
    try:
        ok, detail = True, ask()
    except _Unwell as error:
        ok, detail = False, str(error)
    except Exception as error:
        # The message may name hosts and accounts; the page of an open address only gets the kind of failure.
        log.warning(
            "The %s cannot be used now: %s", name, str(error).splitlines()[0] if str(error) else type(error).__name__
        )
        ok, detail = False, f"does not answer ({type(error).__name__})"
    return Check(name, ok, needed, detail, round((time.monotonic() - started) * 1000))


def _database() -> str:
    with engine().connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM organisation LIMIT 1"))
        return connection.dialect.name


def _jobs() -> str:
    sizes = {name: queues.queue(name).storage.queue_size() for name in jobs.known_queues() or ["health"]}
    return f"{sum(sizes.values())} waiting"


def _storage() -> str:
    folder = settings().data_dir
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b"x")
        file.flush()
    free = shutil.disk_usage(folder).free
    if free < _LEAST_FREE_BYTES:
        raise _Unwell("the disk is almost full")
    return f"{free // 1024**2} MiB free"


def _model() -> str:
    chosen = settings()
    if not chosen.llm_model:
        return "offline tutor"
    if not chosen.llm_api_base:
        return "configured; not asked"
    # Any answer at all, also "not found" or "unauthorised", shows that the server is there; asking a model costs money.
    httpx.get(chosen.llm_api_base, timeout=3)
    return "its server answers"

"""The judge of this process: opened as the settings say, on first use, and how much room and which languages it has."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sandbox import LANGUAGES, Judging, SlotPool, open_judge
from sandbox.backends.remote import RemoteJudge
from services.coding.schemas import LanguageView
from services.platform.config import judge_servers, settings
from services.platform.errors import LimitReached, Unavailable
from services.platform.messages import N_

NO_CAGE = N_("Programs cannot be run on this server: it has no safe place to run them in.")
NO_LANGUAGE = N_("Programs in this language cannot be run on this server: its tools are not here.")
BUSY = N_("The judge is busy. Try again in a moment.")

_WAITING_PER_SLOT = 2
_RUNS_PER_PERSON = 2
_opening = threading.Lock()


class _Places:
    """How many runs may wait or run at once, for everybody and for one person; the rest is told to come back."""

    def __init__(self, per_person: int) -> None:
        self._per_person = per_person
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def place(self, person: str) -> Iterator[None]:
        """A place for the length of the block."""
        most = slots() * (1 + _WAITING_PER_SLOT)
        with self._lock:
            if self._taken[person] >= self._per_person:
                raise LimitReached("Your last program is still running.", retry_after=5)
            if self._taken.total() >= most:
                raise LimitReached(BUSY, retry_after=5)
            self._taken[person] += 1
        try:
            yield
        finally:
            with self._lock:
                self._taken[person] -= 1
                if not self._taken[person]:
                    del self._taken[person]


def judge() -> Judging:
    """The judge of this process, with a bounded number of places of its own; made on first use."""
    # A cache alone lets two threads that come first make two judges, with twice the places.
    with _opening:
        return _judge()


@cache
def _judge() -> Judging:
    chosen = settings()
    return open_judge(
        chosen.sandbox_backend,
        slots=chosen.sandbox_slots or None,
        urls=judge_servers(chosen),
        token=chosen.sandbox_token.get_secret_value(),
        compile_cache=_compile_cache(chosen.data_dir),
    )


def _compile_cache(data_dir: Path) -> Path | None:
    """The folder of compiled programs; None where it cannot be made, for they can be compiled again."""
    folder = data_dir / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder


def close() -> None:
    """End the programs that run in this process: it is about to stop. Their callers are told to try again."""
    if _judge.cache_info().currsize:
        _judge().close()


def slots() -> int:
    """How many programs are judged at once: on this machine, or on all judge servers that are well."""
    return max(1, _places_of_servers()) if _asks_servers() else SlotPool(settings().sandbox_slots or None).size


def threads_wanted() -> int:
    """How many submissions judge servers could judge at once; 0 where this machine judges, whose cores are few."""
    return _places_of_servers() if _asks_servers() else 0


def _asks_servers() -> bool:
    chosen = settings()
    return chosen.sandbox_backend == "remote" or (chosen.sandbox_backend == "auto" and bool(chosen.sandbox_urls))


def _places_of_servers() -> int:
    servers = judge()
    return servers.places() if isinstance(servers, RemoteJudge) else 0


@cache
def places() -> _Places:
    """The places of runs that people wait for."""
    return _Places(_RUNS_PER_PERSON)


def require_cage() -> None:
    """Raise ``Unavailable`` where no program can be run safely, which means: at all."""
    if not judge().probe().works:
        raise Unavailable(NO_CAGE)


def cage_problem() -> str | None:
    """Return in one sentence what keeps programs from being run here; None where they can be."""
    found = judge().probe()
    return None if found.works else found.problem or NO_CAGE


def language_problem(name: str) -> str:
    """Return in the judge's own words why programs in a language cannot be run, where others can; empty: they can."""
    if name not in LANGUAGES:
        return NO_LANGUAGE
    # Python needs nothing that the cell itself does not need, and most exercises are in it.
    return "" if name == "python" or not judge().probe().works else judge().language_problem(name)


def label_of(name: str) -> str:
    """The name of a language as people write it."""
    return LANGUAGES[name].label if name in LANGUAGES else name


def require_language(name: str) -> None:
    """Raise ``Unavailable`` where the tools of a language are missing: not the program's fault, and no error of it."""
    problem = language_problem(name)
    if problem:
        raise Unavailable(NO_LANGUAGE) from LookupError(problem)


def languages() -> list[LanguageView]:
    """The languages that exercises may be in, and whether programs in each run on this server now."""
    works = judge().probe().works
    return [
        LanguageView(language.name, language.label, works and not language_problem(language.name))
        for language in LANGUAGES.values()
    ]

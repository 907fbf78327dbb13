"""Comparing in a process of its own.

It takes seconds of pure computing, which would slow every learner's event in this one, and it reads texts that somebody
may have made to be slow to read. There it has limits and can be ended.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Files = Mapping[str, str]

_HERE = Path(__file__).parent  # where ``engine`` is a package by itself, which starts in a tenth of the time
_MOST_SECONDS = 1800.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What the process found: ``pairs`` as ``engine/__main__.py`` writes them, the most alike first."""

    pairs: list[dict[str, Any]]
    compared: int
    too_short: list[str]


class ComparingFailed(RuntimeError):
    """The process ended without a result."""


def rank_apart(
    programs: Mapping[str, Files], language: str, given: Sequence[Files], tell: Callable[[int], None]
) -> Found:
    """Compare the programs; ``tell`` is called with the percentage that is done, what it raises ends the process."""
    asked = json.dumps({"programs": programs, "language": language, "given": list(given)})
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=_HERE,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},  # no secrets of this process
            text=True,
        )
        clock = threading.Timer(_MOST_SECONDS, process.kill)
        clock.start()
        try:
            found = _talk(process, asked, tell)
        finally:
            clock.cancel()
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)
        if found is None:
            errors.seek(0)
            _log.error("comparing ended with %s: %s", process.returncode, errors.read()[-2000:])
            raise ComparingFailed
    return Found(found["pairs"], found["compared"], found["too_short"])


def _talk(process: "subprocess.Popen[str]", asked: str, tell: Callable[[int], None]) -> dict[str, Any] | None:
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(asked)
        process.stdin.close()
    except BrokenPipeError:
        return None
    return _result(process.stdout, tell)


def _result(said: Iterable[str], tell: Callable[[int], None]) -> dict[str, Any] | None:
    for line in said:
        words: dict[str, Any] = json.loads(line)
        if "percent" not in words:
            return words
        tell(words["percent"])
    return None


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:  # what was not yet written
        _log.debug("the process had ended before it had read everything")

"""Formatting a program: ruff's formatter on one text, as a process that reads and writes pipes and nothing else."""

import re
import subprocess
from functools import cache

from ruff import find_ruff_bin

from services.coding.files import parse_text
from services.platform.actor import Actor
from services.platform.errors import Invalid, Unavailable
from services.platform.messages import N_
from services.platform.permissions import Permission, require_person
from services.platform.rate import limiter

LANGUAGES = ("python",)
MOST_BYTES = 64 * 1024
_PER_MINUTE = 30
_SECONDS = 5
_PLACE = re.compile(rb"program\.py:(\d+):\d+: ")
_UNREADABLE = N_("This program could not be formatted. Nothing was changed.")


def format_code(actor: Actor, *, language: object, source: object) -> str:
    """Return a program laid out the usual way. It is read, never run; where it cannot be read, that is refused."""
    person_id = require_person(actor, Permission.run_code)
    if language not in LANGUAGES:
        raise Invalid("Programs in this language cannot be formatted here.")
    text = parse_text(source, field="source", most_bytes=MOST_BYTES)
    limiter.take(f"format:{person_id}", _PER_MINUTE, 60)
    try:
        done = subprocess.run(
            [_program(), "format", "--isolated", "--no-cache", "--stdin-filename", "program.py", "-"],
            input=text.encode(),
            capture_output=True,
            env={},
            cwd="/",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Invalid(_UNREADABLE) from None
    except OSError as error:
        raise Unavailable("Programs cannot be formatted on this server now.") from error
    if done.returncode == 0:
        return done.stdout.decode()
    place = _PLACE.search(done.stderr)
    if place is None:
        raise Invalid(_UNREADABLE)
    raise Invalid("Line {line} cannot be read as Python. Nothing was changed.", line=int(place[1]))


@cache
def _program() -> str:
    return find_ruff_bin()

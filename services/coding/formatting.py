"""Formatting a program: ruff's formatter on one text, as a process with nothing but that text."""

import re
import resource
import subprocess
from functools import cache
from tempfile import TemporaryFile

from ruff import find_ruff_bin

from services.coding.files import parse_text
from services.platform.actor import Actor
from services.platform.errors import Invalid, Unavailable
from services.platform.permissions import Permission, require_person
from services.platform.rate import limiter

LANGUAGES = ("python",)
MOST_BYTES = 64 * 1024
_PER_MINUTE = 30
_SECONDS = 5
_MOST_OUTPUT = 4 * MOST_BYTES
_MOST_MEMORY = 512 * 1024 * 1024
_PLACE = re.compile(rb"program\.py:(\d+):\d+: ")


def format_code(actor: Actor, *, language: object, source: object) -> str:
    """Return a program laid out the usual way. It is read, never run; where it cannot be read, that is refused."""
    person_id = require_person(actor, Permission.run_code)
    if language not in LANGUAGES:
        raise Invalid("Programs in this language cannot be formatted here.")
    text = parse_text(source, field="source", most_bytes=MOST_BYTES)
    limiter.take(f"format:{person_id}", _PER_MINUTE, 60)
    try:
        code, made, said = _run(text.encode())
    except OSError as error:
        raise Unavailable("Programs cannot be formatted on this server now.") from error
    if code == 0:
        return made.decode()
    place = _PLACE.search(said)
    if place is None:
        raise Invalid("This program could not be formatted. Nothing was changed.")
    raise Invalid("Line {line} cannot be read as Python. Nothing was changed.", line=int(place[1]))


def _run(source: bytes) -> tuple[int, bytes, bytes]:
    """Return how ruff ended, what it made and what it said; what it does not end by itself, its limits end."""
    arguments = [_program(), "format", "--isolated", "--no-cache", "--stdin-filename", "program.py", "-"]
    with TemporaryFile() as made, TemporaryFile() as said:
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=made, stderr=said, env={}, cwd="/") as process:
            try:
                _limit(process.pid)  # before it is told what to read
                process.communicate(source, timeout=_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        made.seek(0)
        said.seek(0)
        return process.returncode, made.read(), said.read()


def _limit(pid: int) -> None:
    if hasattr(resource, "prlimit"):  # Linux; elsewhere the time has to do
        # Brackets within brackets of 60 kB are half a gigabyte when each stands on a line of its own.
        resource.prlimit(pid, resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (_MOST_OUTPUT, _MOST_OUTPUT))


@cache
def _program() -> str:
    return str(find_ruff_bin())

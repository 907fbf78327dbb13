"""Starting a driver with the learner's code in it, and believing only what carries its token."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import signal
import subprocess
from typing import Any

WORK = "/box"
MESSAGE_LENGTH = 2048
_REPORT_LENGTH = 512 * 1024
_STATUS = {"pass", "fail", "error"}


class Broken(Exception):
    """No verdict on single tests. `kind`: syntax (the learner's text), gone (the driver broke off), tests (theirs)."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Driven:
    """How a driver ended and what it said."""

    def __init__(self, code: int, lines: list[Any], trusted: bool) -> None:
        self.code = code
        self.lines = lines
        self.trusted = trusted
        """Whether every line was whole and had the token."""

    @property
    def end(self) -> str:
        """How it ended, as a clause."""
        if self.code < 0:
            with contextlib.suppress(ValueError):
                return f"was ended by {signal.Signals(-self.code).name}"
        return f"ended with exit code {self.code}"


def drive(argv: list[str], given: bytes = b"", *, number_of_files: str = "fd") -> Driven:
    """Run a driver. It gets two more open files, their numbers last in `argv`: what it is `given`, after a first line
    with the token, and where it writes its lines, each the token, a space and JSON.
    """
    token = secrets.token_hex(16)
    given_file = os.memfd_create("given")
    with os.fdopen(given_file, "wb", closefd=False) as file:
        file.write(token.encode() + b"\n" + given)
    os.lseek(given_file, 0, os.SEEK_SET)
    read, write = os.pipe()
    names = [f"/proc/self/fd/{fd}" if number_of_files == "path" else str(fd) for fd in (given_file, write)]
    try:
        process = subprocess.Popen(
            [*argv, *names], stdin=subprocess.DEVNULL, pass_fds=(given_file, write), start_new_session=True
        )
    except BaseException:
        os.close(read)
        raise
    finally:
        os.close(given_file)
        os.close(write)
    said = bytearray()
    with os.fdopen(read, "rb", buffering=0) as file:
        while chunk := file.read(65536):
            said += chunk
            if len(said) > _REPORT_LENGTH:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                break
    code = process.wait()
    lines: list[Any] = []
    trusted = said.endswith(b"\n") and len(said) <= _REPORT_LENGTH
    for line in said.decode("utf-8", "replace").splitlines():
        mark, _, text = line.partition(" ")
        try:
            if not secrets.compare_digest(mark.encode(), token.encode()):
                raise ValueError
            lines.append(json.loads(text))
        except (ValueError, RecursionError):
            trusted = False
    return Driven(code, lines, trusted)


def rows_of(driven: Driven, rows: list[dict[str, Any]], expected: set[str] | None = None) -> None:
    """Put a driver's lines into `rows`: a row for each test, and at last the number of them, once."""
    numbers = [line["done"] for line in driven.lines if isinstance(line, dict) and "done" in line]
    for line in driven.lines:
        if isinstance(line, dict) and line.get("status") in _STATUS:
            rows.append(row(line.get("name"), line["status"], line.get("message"), line.get("ms")))
    whole = driven.trusted and numbers == [len(rows)] and "done" in driven.lines[-1]
    if not whole:
        raise Broken("gone", f"The program {driven.end} before the tests were done.")
    if expected is not None and {each["name"] for each in rows} != expected:
        raise Broken("gone", "Not every test has reported.")


def row(name: Any, status: str, message: Any = "", ms: Any = 0) -> dict[str, Any]:
    """One line of the report, from whatever a driver said."""
    return {
        "name": str(name)[:200],
        "status": status,
        "message": trimmed(str(message or ""))[:MESSAGE_LENGTH],
        "ms": int(ms) if isinstance(ms, int | float) else 0,
    }


def compiler(argv: list[str], *, of_the_tests: bool = False) -> None:
    """Run a compiler; Broken with what it wrote when it fails. Of the tests' text it may say nothing."""
    made = subprocess.run(argv, stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, cwd=WORK)
    if made.returncode == 0:
        return
    said = trimmed(made.stdout.decode("utf-8", "replace"))
    if of_the_tests:
        # A compiler shows the line it speaks of, and below it where.
        said = re.sub(r"(?m)^.*\n\s*\^\s*$\n?", "", said)
        raise Broken("syntax", "The tests and these files do not fit together.\n" + said)
    raise Broken("syntax", said)


def trimmed(text: str) -> str:
    """A compiler's or a program's text with the learner's file names instead of the cell's paths."""
    return re.sub(r"(?:file://)?(?:/box|/opt/program|/tmp/tests[^/\s]*)/", "", text)


def sources(extension: str) -> list[str]:
    """The learner's files in that language, by path below the work folder."""
    found = []
    for folder, _, names in os.walk(WORK):
        found += [os.path.relpath(f"{folder}/{name}", WORK) for name in names if name.endswith(extension)]
    return sorted(found)

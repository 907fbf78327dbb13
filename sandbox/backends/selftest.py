"""Tries to break out of a cage before anybody else does. One open door and the backend refuses to work."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from sandbox.backends.base import Outcome, Program
from sandbox.languages import Language
from sandbox.types import Limits

_ATTEMPTS = """
import ctypes, json, os, socket, sys
port, secret_file, canary = int(sys.argv[1]), sys.argv[2], sys.argv[3]
found = []

def attempt(what, action):
    try:
        if action():
            found.append(what)
    except (OSError, ValueError):
        pass

def reads_environment():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if canary.encode() in file.read():
                    return True
        except OSError:
            pass
    return canary in str(os.environ)

def writes(path):
    with open(path, "w"):
        return True

def call(number, *arguments):
    return ctypes.CDLL(None, use_errno=True).syscall(number, *arguments) >= 0

attempt("reached the network of this machine", lambda: socket.create_connection(("127.0.0.1", port), 1))
attempt("read a file of this machine", lambda: open(secret_file).read())
attempt("read the accounts of this machine", lambda: open("/etc/passwd").read())
attempt("read the environment of the application", reads_environment)
attempt("wrote to the system", lambda: writes("/usr/canary"))
attempt("wrote beside the work folder", lambda: writes("/canary"))
attempt("made a user namespace", lambda: ctypes.CDLL(None).unshare(0x10000000) == 0)
attempt("used io_uring", lambda: call(425, 1, 0))
attempt("runs as root", lambda: os.getuid() == 0)
attempt("sees processes of this machine", lambda: len([p for p in os.listdir("/proc") if p.isdigit()]) > 4)
attempt("holds an open file of the launcher", lambda: any(
    os.path.exists(f"/proc/self/fd/{fd}") for fd in range(3, 64)))
print(json.dumps(found))
"""


def find_hole(execute: Callable[[Program], Outcome], language: Language) -> str:
    """One sentence on why the cage does not work or does not hold; empty when it does both."""
    canary = os.urandom(12).hex()
    with socket.socket() as listener, tempfile.TemporaryDirectory(prefix="canary-") as folder:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        secret = Path(folder) / "secret.txt"
        secret.write_text(canary)
        secret.chmod(0o644)
        Path(folder).chmod(0o755)
        os.environ["SANDBOX_CANARY"] = canary
        try:
            outcome = execute(
                Program(
                    language=language,
                    files={"main.py": _ATTEMPTS.encode()},
                    entry="main.py",
                    args=(str(listener.getsockname()[1]), str(secret), canary),
                    limits=Limits(cpu_ms=5000, wall_ms=15_000),
                )
            )
        finally:
            os.environ.pop("SANDBOX_CANARY", None)
    if outcome.problem:
        return outcome.problem
    try:
        found = json.loads(outcome.stdout)
    except ValueError:
        tail = outcome.stderr[-200:].decode("utf-8", "replace")
        return f"The sandbox's self-test did not finish ({outcome.end}): {tail}"
    return f"The cage is open: a test program {', '.join(found)}." if found else ""

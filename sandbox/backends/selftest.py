"""Tries to break out of a cage before anybody else does. One open door and the backend refuses to work."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from sandbox.backends.base import Cell, CellLost, Command
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
attempt("used io_uring", lambda: call(425, 1, ctypes.create_string_buffer(120)))
attempt("used a keyring", lambda: call({"x86_64": 250}.get(os.uname().machine, 219), 0, -2, 1))
attempt("runs as root", lambda: os.getuid() == 0)
attempt("has rights", lambda: any(int(line.split()[1], 16) for line in open("/proc/self/status") if line[:3] == "Cap"))
attempt("became root", lambda: os.setuid(0) is None)
attempt("read what belongs to the agent", lambda: open("/proc/1/environ").read() is not None)
attempt("looked into the agent's memory", lambda: open("/proc/1/mem", "rb") is not None)
for number in range(8):
    attempt("opened the agent's files", lambda: os.open(f"/proc/1/fd/{number}", os.O_WRONLY) >= 0)
attempt("took the agent's limits away", lambda: __import__("resource").prlimit(1, 7, (0, 0)) is not None)
attempt("mounted something", lambda: ctypes.CDLL(None).mount(b"x", b"/tmp", b"tmpfs", 0, 0) == 0)
attempt("has a filter that does nothing", lambda: "Seccomp:\t2" not in open("/proc/self/status").read())
attempt("sees processes of this machine", lambda: len([p for p in os.listdir("/proc") if p.isdigit()]) > 4)
attempt("holds an open file of the launcher", lambda: any(
    os.path.exists(f"/proc/self/fd/{fd}") for fd in range(3, 64)))
print(json.dumps(found))
"""


def find_hole(open_cell: Callable[[], Cell]) -> str:
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
        command = Command(
            ["python3", "-s", "-B", "main.py", str(listener.getsockname()[1]), str(secret), canary],
            limits=Limits(cpu_ms=5000, wall_ms=15_000),
        )
        try:
            cell = open_cell()
            try:
                cell.put({"main.py": _ATTEMPTS.encode()})
                outcome = cell.run(command)
            finally:
                cell.close()
        except CellLost as lost:
            return str(lost)
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

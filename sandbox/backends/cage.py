"""The outer cage: what bubblewrap is told to build once, and the trusted program that makes cells inside it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from sandbox.agent.cell import agent_source
from sandbox.backends import seccomp
from sandbox.backends.base import FOLDERS, CellLost, Room
from sandbox.backends.runtimes import Runtimes

FIRST_UID = 65_000  # no account has these
_UIDS = 500
USERS = 9
"""Users of one cell for its programs, taken in turn, besides the one of its agent."""
_BLOCKS = _UIDS // (USERS + 1)

ISOLATION: Sequence[str] = (
    "--unshare-ipc",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--hostname",
    "cell",
    "--new-session",
    "--clearenv",
)

# The agent and the spawner come as one text, so that nothing of them lies where a program could read it.
_BOOT = """
import json, sys, types
for name, text in json.load(sys.stdin).items():
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(text, name, "exec"), module.__dict__)
sys.modules["spawner"].main(sys.modules["agent"])
"""


class Cage:
    """One outer cage and the spawner in it. It ends, with all its cells, with `close` or with this process."""

    def __init__(self, bwrap: str, runtimes: Runtimes, *, watches: bool) -> None:
        self._bwrap = bwrap
        self._root = os.geteuid() == 0
        self._lock = threading.Lock()
        self._next = 0
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, contextlib.ExitStack() as stack:
            self._process = self._start(runtimes, theirs.fileno(), watches, stack)

    @property
    def pid(self) -> int:
        """The launcher's process."""
        return self._process.pid

    def ask(self, room: Room) -> socket.socket:
        """A socket on which the agent of a new cell will say that it is ready."""
        with self._lock:
            block, self._next = self._next, (self._next + 1) % (_BLOCKS - 1)
        ours, theirs = socket.socketpair()
        # So that the agent's first word comes with its process as this machine numbers it.
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        request = {
            "first_user": 1 + block * (USERS + 1) if self._root else 0,
            "users": USERS if self._root else 0,
            "megabytes": room.megabytes,
            "files": room.files + 8,  # those of the cage's own folders
        }
        with theirs:
            try:
                socket.send_fds(self._control, [json.dumps(request).encode()], [theirs.fileno()])
            except OSError as error:
                ours.close()
                raise CellLost(self.problem() or "The cage is gone.") from error
        return ours

    def problem(self) -> str:
        """What the launcher said when it could not build the cage."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        if self._process.poll() is None:
            return ""
        self._said.seek(0)
        lines = self._said.read(2000).decode("utf-8", "replace").strip().splitlines()
        return f"The cage could not be built: {lines[-1][:200] if lines else 'it ended at once'}"

    def alive(self) -> bool:
        """Whether cells can be asked for."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the cage and every cell in it."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def _start(
        self, runtimes: Runtimes, control: int, watches: bool, stack: contextlib.ExitStack
    ) -> subprocess.Popen[bytes]:
        inherited = [control]
        told_read = told_write = go_read = go_write = -1
        if self._root:
            (told_read, told_write), (go_read, go_write) = os.pipe2(os.O_CLOEXEC), os.pipe2(os.O_CLOEXEC)
            stack.callback(os.close, told_read)
            stack.callback(os.close, go_write)
            inherited += [told_write, go_read]
        cage = [self._bwrap, *ISOLATION, *_mounts(runtimes), "--remount-ro", "/", "--chdir", "/", "--"]
        cage += [runtimes.python, "-I", "-S", "-B", "-c", _BOOT, str(control), json.dumps(_config(runtimes, watches))]
        plan = {
            "root": self._root,
            "folders": [str(source) for source, _ in runtimes.shown],
            "tell": told_write,
            "hear": go_read,
            "command": cage,
        }
        stage = files("sandbox.agent").joinpath("stage.py").read_text("utf-8")
        command = [sys.executable, "-I", "-S", "-B", "-c", stage, json.dumps(plan)]
        source = {"agent": agent_source(), "spawner": files("sandbox.agent").joinpath("spawner.py").read_text("utf-8")}
        said = os.memfd_create("said", os.MFD_CLOEXEC)
        self._said = open(said, "rb")  # noqa: PTH123, SIM115 - a file without a name, kept as long as this cage
        process = subprocess.Popen(
            command,
            stdin=sealed(stack, json.dumps(source).encode()),
            stdout=said,
            stderr=said,
            pass_fds=inherited,
            env={},  # process 1 of a cage shows the launcher's environment
            cwd="/",
        )
        if self._root:
            os.close(told_write)
            os.close(go_read)
            if os.read(told_read, 1):
                _map_users(process.pid)
                os.write(go_write, b"\n")
        return process


def _config(runtimes: Runtimes, watches: bool) -> dict[str, object]:
    return {
        "folders": dict(FOLDERS),
        "swept": ["/box", "/tmp", "/dev/shm", FOLDERS["program"], FOLDERS["harness"]],  # noqa: S108 - the cell's own
        "environment": {
            "PATH": runtimes.path,
            "HOME": FOLDERS["work"],
            "TMPDIR": "/tmp",  # noqa: S108 - the cell's own
            "LANG": "C.UTF-8",
            "USER": "learner",
            "PWD": FOLDERS["work"],
        },
        "watches": watches,
        "filter": seccomp.filter_program(watched=watches).hex(),
    }


def _map_users(pid: int) -> None:
    """Users 0 to 499 of the cage are ours from `FIRST_UID` on: its root is nobody here."""
    for name in ("uid_map", "gid_map"):
        Path(f"/proc/{pid}/{name}").write_text(f"0 {FIRST_UID} {_UIDS}\n")


def _mounts(runtimes: Runtimes) -> Iterator[str]:
    """The read-only system, five devices, a /proc, and empty folders that each cell covers with its own."""
    # bubblewrap makes folders on the way to a mount for its own user only.
    for folder in ("/opt", "/etc", "/dev", "/dev/shm", "/tmp", *FOLDERS.values()):  # noqa: S108 - the cell's own
        yield from ("--perms", "0755", "--dir", folder)
    yield from ("--ro-bind", "/usr", "/usr")
    for name in ("/bin", "/lib", "/lib32", "/lib64", "/libx32"):
        path = Path(name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), name)
        elif path.is_dir():
            yield from ("--ro-bind", name, name)
    yield from ("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache")
    yield from ("--ro-bind-try", "/etc/alternatives", "/etc/alternatives")
    for number, (_, place) in enumerate(runtimes.shown):
        yield from ("--ro-bind", f"/mnt/{number}", place)
    for folder in runtimes.covered:
        yield from ("--tmpfs", folder, "--remount-ro", folder)
    yield from ("--proc", "/proc")
    for device in ("null", "zero", "full", "random", "urandom"):
        yield from ("--dev-bind", f"/dev/{device}", f"/dev/{device}")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        yield from ("--symlink", f"/proc/self/fd/{number}", f"/dev/{name}")
    yield from ("--symlink", "/proc/self/fd", "/dev/fd")


def sealed(stack: contextlib.ExitStack, content: bytes) -> int:
    """The bytes as a file without a name that nobody can change, open for reading until the stack ends."""
    fd = os.memfd_create("cell", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    stack.callback(os.close, fd)
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd

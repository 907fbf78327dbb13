"""The embedded backend: cells made inside one bubblewrap cage. docs/judge.md describes its layers."""

from __future__ import annotations

import contextlib
import itertools
import os
import select
import shutil
import signal
import socket
import struct
import sys
import threading

from sandbox.agent.cell import AgentCell
from sandbox.backends import seccomp
from sandbox.backends.base import Capabilities, CellLost, Room
from sandbox.backends.cage import Cage
from sandbox.backends.cgroups import Cgroups, Group
from sandbox.backends.leftovers import end_orphans
from sandbox.backends.runtimes import runtimes
from sandbox.backends.selftest import find_hole

_CLOSING = "The judge is stopping."
_PATIENCE = 10.0
_CREDENTIALS = struct.Struct("3i")
# Of all judges in this process: two with groups of one name would end each other's cells.
_group_numbers = itertools.count()


class BubblewrapBackend:
    """Opens cells under bubblewrap, as root (whose rights it gives up first) or as an ordinary user."""

    def __init__(self, *, cgroups: Cgroups | None = None) -> None:
        self._bwrap = shutil.which("bwrap", path="/usr/bin:/bin:/usr/sbin:/sbin") or ""
        self._cgroups = cgroups
        self._capabilities: Capabilities | None = None
        self._cage: Cage | None = None
        self._lock = threading.RLock()
        self._closing = threading.Event()

    @property
    def name(self) -> str:
        """Its name."""
        return "bubblewrap"

    def probe(self) -> Capabilities:
        """Whether a cage holds here, found by trying to break out of one. The answer is kept."""
        with self._lock:
            if self._capabilities is None:
                self._capabilities = self._try()
            return self._capabilities

    def runtime(self, language: str) -> str:
        """One kind of cell for all languages: this machine's own /usr."""
        return "host"

    def open(self, runtime: str, room: Room = Room()) -> AgentCell:
        """A fresh cell; refuses where no cage works."""
        capabilities = self.probe()
        if not capabilities.works:
            raise CellLost(capabilities.problem)
        return self._opened(room)

    def close(self) -> None:
        """End every cell, and open none any more."""
        self._closing.set()
        with self._lock:
            if self._cage is not None:
                self._cage.close()
                self._cage = None

    def _try(self) -> Capabilities:
        if not sys.platform.startswith("linux"):
            return Capabilities(False, "The sandbox needs Linux; this machine runs something else.")
        if not self._bwrap:
            return Capabilities(False, "The sandbox needs bwrap (bubblewrap), which this machine does not have.")
        if not seccomp.supported():
            return Capabilities(False, "The sandbox has no system call filter for this kind of processor.")
        end_orphans()
        if self._cgroups is None:
            self._cgroups = Cgroups()
        problem = find_hole(lambda: self._opened(Room()))
        if problem:
            return Capabilities(False, problem)
        kind = {2: "cgroup2", 1: "cgroup1"}.get(self._cgroups.version, "watchdog")
        return Capabilities(True, memory=kind)  # type: ignore[arg-type]  # one of the three literals above

    def _opened(self, room: Room) -> AgentCell:
        sock = self._living_cage().ask(room)
        channel = SocketChannel(sock)
        group = None
        try:
            channel.wait(_PATIENCE)
            if not channel.pid:
                raise CellLost(self._problem())
            # Before anything that is not ours is in the cell.
            group = self._group(channel.pid)
            cell = AgentCell(channel, meter=group, closing=self._closing, on_close=group.remove if group else None)
            cell.greet()
        except (OSError, CellLost) as error:
            channel.close()
            if group is not None:
                group.remove()
            raise CellLost(self._problem() if isinstance(error, OSError) else str(error)) from error
        return cell

    def _problem(self) -> str:
        if self._closing.is_set():
            return _CLOSING
        cage = self._cage
        return (cage.problem() if cage is not None else "") or "The cell did not start."

    def _living_cage(self) -> Cage:
        with self._lock:
            if self._closing.is_set():
                raise CellLost(_CLOSING)
            if self._cage is not None and not self._cage.alive():
                self._cage.close()
                self._cage = None
            if self._cage is None:
                watches = self._cgroups is None or self._cgroups.version == 0
                self._cage = Cage(self._bwrap, runtimes(), watches=watches)
            return self._cage

    def _group(self, pid: int) -> Group | None:
        """The cell's control group; where there are none the agent watches instead, but never neither of them."""
        if self._cgroups is None or self._cgroups.version == 0:
            return None
        return self._cgroups.make(f"{os.getpid()}-{next(_group_numbers)}", pid)


class SocketChannel:
    """A socket to an agent, which also says which process of this machine the agent is."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)
        self._first = b""
        self._pidfd = -1
        self.pid = 0

    def wait(self, seconds: float) -> None:
        """Wait for the first word and whom it comes from."""
        self._socket.settimeout(seconds)
        data, extra, _, _ = self._socket.recvmsg(65536, socket.CMSG_SPACE(_CREDENTIALS.size))
        for level, kind, content in extra:
            if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS and data:
                self.pid = _CREDENTIALS.unpack(content[: _CREDENTIALS.size])[0]
                self._pidfd = os.pidfd_open(self.pid)
        self._first = data
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        # An agent reads whenever it is spoken to: one that does not is lost.
        self._socket.settimeout(_PATIENCE)

    def fileno(self) -> int:
        """Readable when `receive` has something."""
        return self._socket.fileno()

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self._socket.sendall(data)

    def receive(self, wait_seconds: float) -> bytes | None:
        """What came, b"" at the end of the stream, None when nothing came in time."""
        if self._first:
            first, self._first = self._first, b""
            return first
        return self._socket.recv(1 << 18) if self._poll.poll(wait_seconds * 1000) else None

    def close(self) -> None:
        """End the agent, which is process 1 of its cell, and with it everything there."""
        self._socket.close()
        if self._pidfd < 0:
            return
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
        # It ends when all others in its namespace have; until then the control group is busy.
        ended = select.poll()
        ended.register(self._pidfd, select.POLLIN)
        ended.poll(2000)
        os.close(self._pidfd)
        self._pidfd = -1

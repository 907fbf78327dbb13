"""The part of the judge that lives inside a cell: it is told what to run, runs it, and says how it ended.

One file, standard library only, for Python 3.9 and later: it is sent into a cell as text and never imported by the
host. It speaks in frames (see sandbox/agent/protocol.py) and is out of reach of what it runs: another user where it may
change users, else process 1 of the cell, which no signal of the cell's reaches, closed to debuggers.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import resource
import select
import signal
import stat
import struct
import sys
import time
from collections.abc import Iterable
from typing import Any, NoReturn

_LENGTHS = struct.Struct(">II")
_LARGEST_FRAME = 160 * 1024 * 1024
_CHUNK = 65536
_TICK = 0.02
_CUT = b"\n[... cut ...]\n"
_PR_SET_DUMPABLE, _PR_SET_NAME, _PR_SET_SECCOMP, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 4, 15, 22, 36, 38
_PR_CAPBSET_READ, _PR_CAPBSET_DROP = 23, 24
_LANDLOCK = 444  # landlock_create_ruleset; add_rule and restrict_self follow
_LIBC = ctypes.CDLL(None, use_errno=True)


def prctl(*arguments: Any) -> None:
    """The system call of that name; OSError when it fails."""
    if _LIBC.prctl(*arguments, *(0,) * (5 - len(arguments))) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


class Stream:
    """One pipe out of the program. Its beginning and its end are kept, `cap` bytes together."""

    def __init__(self, name: str, fd: int, cap: int, keep_end: bool = True) -> None:
        self.name, self.fd, self.cap = name, fd, cap
        self.tail_size = min(cap // 4, 4096) if keep_end else 0
        self.data = bytearray()
        self.tail = bytearray()
        self.open = True
        os.set_blocking(fd, False)

    @property
    def overflowed(self) -> bool:
        """Whether more came than is kept."""
        return bool(self.tail)

    def read(self) -> bytes:
        """What is there now, at most one chunk."""
        try:
            chunk = os.read(self.fd, _CHUNK)
        except BlockingIOError:
            return b""
        except OSError:
            chunk = b""
        if not chunk:
            self.open = False
        return chunk

    def keep(self, chunk: bytes) -> None:
        """Add to what is kept."""
        room = self.cap - len(self.data)
        self.data += chunk[:room]
        if len(chunk) > room:
            self.tail += chunk[room:]
            del self.tail[: -max(1, self.tail_size)]

    def drain(self) -> None:
        """Read what was written before the end: at most what a pipe holds."""
        for _ in range(64):
            chunk = self.read() if self.open else b""
            if not chunk:
                return
            self.keep(chunk)

    def kept(self) -> bytes:
        """All of it, or its beginning and its end."""
        if not self.overflowed or self.tail_size <= len(_CUT):
            return bytes(self.data)
        tail = bytes(self.tail[-(self.tail_size - len(_CUT)) :])
        return bytes(self.data[: self.cap - len(_CUT) - len(tail)]) + _CUT + tail


class Counters:
    """What the cell's own control group counts, where a container shows it to us and the host cannot see it."""

    def __init__(self, top: str = "/sys/fs/cgroup") -> None:
        if os.path.exists(f"{top}/memory.stat"):
            names = ("cpu.stat", "memory.stat", "memory.events")
            self.keys: tuple[str, ...] = ("anon", "shmem")
        else:
            names = ("cpuacct/cpuacct.usage", "memory/memory.stat", "memory/memory.oom_control")
            self.keys = ("rss", "shmem")
        self.cpu_file, self.memory_file, self.kills_file = (
            os.open(f"{top}/{name}", os.O_RDONLY | os.O_CLOEXEC) for name in names
        )
        self.start = (0.0, 0, 0)
        self.begin()

    def begin(self) -> None:
        """Count from here."""
        self.start = (self._cpu(), self._memory_kb(), self._kills())

    def used(self) -> tuple[float, int]:
        """Processor seconds and kilobytes since the beginning, our own seconds left out."""
        return self._cpu() - self.start[0], max(0, self._memory_kb() - self.start[1])

    def starved(self) -> bool:
        """Whether the kernel has ended something because the memory was used up."""
        return self._kills() > self.start[2]

    def _cpu(self) -> float:
        text = os.pread(self.cpu_file, 4096, 0)
        if text[:1].isdigit():
            return int(text) / 1e9 - time.process_time()
        return self._values(text).get("usage_usec", 0) / 1e6 - time.process_time()

    def _memory_kb(self) -> int:
        # Not all that is charged: what the kernel keeps of files that were read is nobody's need.
        values = self._values(os.pread(self.memory_file, 16384, 0))
        return sum(values.get(key, 0) for key in self.keys) // 1024

    def _kills(self) -> int:
        return self._values(os.pread(self.kills_file, 4096, 0)).get("oom_kill", 0)

    @staticmethod
    def _values(text: bytes) -> dict[str, int]:
        return {name: int(value) for name, value in (line.split() for line in text.decode().splitlines())}


class Wire:
    """Frames to and from the host."""

    def __init__(self, fd_in: int, fd_out: int) -> None:
        self.fd_in, self.fd_out = fd_in, fd_out

    def receive(self) -> tuple[Any, list[Any]]:
        """The next message and its parts; the input of a program is an open file. The end of the host is ours too."""
        header_size, blob_size = _LENGTHS.unpack(self._exactly(_LENGTHS.size))
        if header_size + blob_size > _LARGEST_FRAME:
            os._exit(3)
        message = json.loads(self._exactly(header_size))
        sizes = message.get("parts", [])
        if message["do"] != "run" or message["talk"]:
            return message, [self._exactly(size) for size in sizes]
        # Piece by piece, so that it is not held twice: the memory of the cell is the program's.
        stdin = memory_file(self._exactly(min(left, 1 << 20)) for left in range(sizes[0], 0, -(1 << 20)))
        return message, [stdin, *(self._exactly(size) for size in sizes[1:])]

    def send(self, message: dict[str, Any], *parts: bytes) -> None:
        """Send a message with its parts."""
        header = json.dumps({**message, "parts": [len(part) for part in parts]}).encode()
        data = memoryview(b"".join([_LENGTHS.pack(len(header), sum(map(len, parts))), header, *parts]))
        while data:
            try:
                data = data[os.write(self.fd_out, data) :]
            except OSError:
                os._exit(0)

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            try:
                chunk = os.read(self.fd_in, min(size - len(data), 1 << 20))
            except OSError:
                chunk = b""
            if not chunk:
                os._exit(0)
            data += chunk
        return bytes(data)


class Run:
    """One program from its start to the moment when nothing of it lives."""

    def __init__(self, agent: Agent, ask: Any, stdin_fd: int, payload: bytes) -> None:
        self.agent, self.ask, self.limits = agent, ask, ask["limits"]
        self.cpu = 0.0
        self.max_rss_kb = 0
        self.status: int | None = None
        self.live_cpu = 0.0
        self.tree_kb = 0
        self.pending = bytearray()
        self.input_fd = -1
        self.input_ended = False
        self.ended_out = False
        cap = self.limits["output_kb"] * 1024
        ends = {}
        self.streams: dict[str, Stream] = {}
        for name, size in (("stdout", cap), ("stderr", cap), ("report", ask.get("report_bytes", 0))):
            if name != "report" or size:
                read, ends[name] = os.pipe2(os.O_CLOEXEC)
                self.streams[name] = Stream(name, read, size, keep_end=name != "report")
        if stdin_fd < 0:
            stdin_fd, self.input_fd = os.pipe2(os.O_CLOEXEC)
            os.set_blocking(self.input_fd, False)
        files = [stdin_fd, ends["stdout"], ends["stderr"]]
        if "report" in ends:
            files += [memory_file([payload]), ends["report"]]
        failed, self._failed = os.pipe2(os.O_CLOEXEC)
        if agent.counters is not None:
            agent.counters.begin()
        self.started = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            become(agent, ask, files, self._failed)
        for fd in (*files, self._failed):
            os.close(fd)
        self._failed = failed
        self.pidfd = os.pidfd_open(self.pid)

    def follow(self) -> tuple[dict[str, Any], list[bytes]]:
        """Watch until the end, see to it that nothing lives on, and tell."""
        why = self._watch()
        wall_ms = int((time.monotonic() - self.started) * 1000)
        self.end_all()
        for stream in self.streams.values():
            stream.drain()
        problem = os.read(self._failed, 300).decode("utf-8", "replace")
        for fd in (self.pidfd, self._failed, self.input_fd, *(stream.fd for stream in self.streams.values())):
            if fd >= 0:
                os.close(fd)
        number = os.WTERMSIG(self.status) if self.status is not None and os.WIFSIGNALED(self.status) else None
        code = os.WEXITSTATUS(self.status) if self.status is not None and os.WIFEXITED(self.status) else None
        if problem:
            why = "lost"
        elif self.agent.counters is not None and self.agent.counters.starved():
            why = "memory"
        elif why is None:
            why = next((stream.name for stream in self.streams.values() if stream.overflowed), None)
        told = {
            "end": why or ("exit" if number is None else "signal"),
            "code": code if why is None else None,
            "signal": number if why is None else None,
            "cpu_ms": int(max(self.cpu, self.live_cpu) * 1000),
            "wall_ms": wall_ms,
            "memory_kb": max(self.max_rss_kb, self.tree_kb),
            "problem": problem,
            "truncated": [name for name, stream in self.streams.items() if stream.overflowed],
        }
        # What was talked about has been sent already.
        kept = {name: stream.kept() for name, stream in self.streams.items()}
        if self.input_fd >= 0:
            kept["stdout"] = b""
        return told, [kept.get(name, b"") for name in ("stdout", "stderr", "report")]

    def _watch(self) -> str | None:
        poll = select.poll()
        by_fd = {stream.fd: stream for stream in self.streams.values()}
        for fd in (self.pidfd, self.agent.wire.fd_in, *by_fd):
            poll.register(fd, select.POLLIN)
        deadline = self.started + self.limits["wall_ms"] / 1000
        next_look = self.started + _TICK
        while True:
            now = time.monotonic()
            if now >= deadline:
                return "wall"
            wake = min(deadline, next_look) if self.agent.watches else deadline
            if self.input_fd >= 0 and not self.input_ended:
                self._write_input(poll)
            finished = False
            for fd, _ in poll.poll(max(0, wake - now) * 1000 + 0.5):
                if fd == self.pidfd:
                    finished = True
                elif fd in by_fd:
                    if self._read(by_fd[fd], poll):
                        return by_fd[fd].name
                elif fd == self.agent.wire.fd_in:
                    why = self._told()
                    if why:
                        return why
            if finished:
                return None
            if self.agent.watches and time.monotonic() >= next_look:
                over = self._look()
                if over:
                    return over
                next_look = time.monotonic() + _TICK

    def _read(self, stream: Stream, poll: Any) -> bool:
        chunk = stream.read()
        if not stream.open:
            poll.unregister(stream.fd)
        if self.input_fd >= 0 and stream.name == "stdout":
            stream.cap -= len(chunk)
            if stream.cap < 0:
                stream.tail += b"x"
            elif chunk or (not stream.open and not self.ended_out):
                self.ended_out = not chunk
                self.agent.wire.send({"out": "data" if chunk else "end"}, chunk)
        else:
            stream.keep(chunk)
        return stream.overflowed

    def _told(self) -> str | None:
        """What the host says while the program runs: to stop, or what the program is to read."""
        message, parts = self.agent.wire.receive()
        if message["do"] == "stop":
            return str(message["why"])
        if message["do"] == "input" and self.input_fd >= 0:
            self.pending += b"".join(parts)
            self.input_ended = False
        elif message["do"] == "end_input" and self.input_fd >= 0:
            self.input_ended = False
            self.ask["input_closes"] = True
        return None

    def _write_input(self, poll: Any) -> None:
        gone = False
        if self.pending:
            try:
                del self.pending[: os.write(self.input_fd, self.pending[:_CHUNK])]
            except BlockingIOError:
                pass
            except OSError:
                gone = True
        if self.pending and not gone:
            poll.register(self.input_fd, select.POLLOUT)
            return
        with contextlib.suppress(KeyError):
            poll.unregister(self.input_fd)
        self.input_ended = True
        if gone or self.ask.get("input_closes"):
            # Its number stays taken, so that it says that this program is talked with.
            null = os.open("/dev/null", os.O_RDWR | os.O_CLOEXEC)
            os.dup2(null, self.input_fd, inheritable=False)
            os.close(null)
            self.pending.clear()

    def _look(self) -> str | None:
        """Processor time and memory of all that lives here, for cells whose control group the host cannot see."""
        if self.agent.counters is not None:
            self.live_cpu, kilobytes = self.agent.counters.used()
            self.tree_kb = max(self.tree_kb, kilobytes)
            if self.agent.counters.starved():
                return "memory"
            return "cpu" if self.live_cpu * 1000 > self.limits["cpu_ms"] else None
        cpu, sizes = 0, {}
        for name in os.listdir("/proc"):
            if name.isdigit() and int(name) not in self.agent.own_pids:
                ticks, sizes[name] = usage(name)
                cpu += ticks
        self.live_cpu = max(self.live_cpu, self.cpu + cpu / os.sysconf("SC_CLK_TCK"))
        kilobytes, limit = sum(sizes.values()), self.limits["memory_mb"] * 1024
        if kilobytes > limit:
            # What several share was counted for each of them.
            kilobytes = sum(min(size, own_share(name, size)) for name, size in sizes.items())
        self.tree_kb = max(self.tree_kb, kilobytes)
        if kilobytes > limit:
            return "memory"
        return "cpu" if self.live_cpu * 1000 > self.limits["cpu_ms"] else None

    def end_all(self) -> None:
        """Kill everything in the cell but ourselves, and take it off the list."""
        while True:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
            try:
                pid, status, usage = os.wait4(-1, 0)
            except ChildProcessError:
                return
            if pid == self.pid:
                self.status = status
            self.cpu += usage.ru_utime + usage.ru_stime
            self.max_rss_kb = max(self.max_rss_kb, usage.ru_maxrss)


def usage(pid: str) -> tuple[int, int]:
    """Clock ticks of a process and of children it has asked after, and its kilobytes in memory."""
    values = stat_values(f"/proc/{pid}/stat")
    if not values:
        return 0, 0
    ticks, pages = sum(int(value) for value in values[11:15]), int(values[21])
    if values[0] == b"Z":
        # Its first thread has ended, which hides the memory that the others go on using.
        with contextlib.suppress(OSError):
            for task in os.listdir(f"/proc/{pid}/task"):
                thread = stat_values(f"/proc/{pid}/task/{task}/stat")
                pages = max(pages, int(thread[21]) if thread else 0)
    return ticks, pages * (resource.getpagesize() // 1024)


def stat_values(path: str) -> list[bytes]:
    """The fields of a process after its name; none when it has gone."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return []
    try:
        return os.read(fd, 4096).rpartition(b")")[2].split()
    except OSError:
        return []
    finally:
        os.close(fd)


def own_share(pid: str, otherwise: int) -> int:
    """Kilobytes of a process with what it shares divided by those who share it, where it can be had."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1])
    except PermissionError:
        return otherwise  # it hides that
    except OSError:
        pass
    # It has gone, or its first thread only.
    values = stat_values(f"/proc/{pid}/stat")
    return usage(pid)[1] if values and values[0] == b"Z" else 0


def memory_file(pieces: Iterable[bytes]) -> int:
    """The pieces as a file without a name that nobody can change, open at its beginning."""
    fd = os.memfd_create("cell", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    for piece in pieces:
        view = memoryview(piece)
        while view:
            view = view[os.write(fd, view) :]
    # F_ADD_SEALS: seal, shrink, grow, write.
    fcntl.fcntl(fd, 1033, 0x0F)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def become(agent: Agent, ask: Any, files: list[int], failed: int) -> NoReturn:
    """Turn this process into the program: its files, its limits, its user, no rights, the filter."""
    try:
        os.setsid()
        # Where memory runs out, the program goes first and not the agent. Only who can be looked at may say so of
        # himself; nothing of a stranger runs beside us yet.
        prctl(_PR_SET_DUMPABLE, 1)
        with contextlib.suppress(OSError):
            score = os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
            os.write(score, b"1000")
            os.close(score)
        prctl(_PR_SET_NO_NEW_PRIVS, 1)
        if agent.fence >= 0 and _LIBC.syscall(_LANDLOCK + 2, agent.fence, 0) != 0:
            raise OSError(ctypes.get_errno(), "landlock")
        # Above all numbers that are about to be taken.
        copies = [os.dup2(fd, 100 + number, inheritable=False) for number, fd in enumerate((*files, failed))]
        for number, fd in enumerate(copies[:-1]):
            os.dup2(fd, number)
        failed = copies[-1]
        os.closerange(len(files), failed)
        os.closerange(failed + 1, 4096)
        for number in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.umask(0o022)
        if agent.uids is not None:
            for right in agent.rights:
                _LIBC.prctl(_PR_CAPBSET_DROP, right, 0, 0, 0)
            os.setgroups([])
            os.setresgid(agent.uid, agent.uid, agent.uid)
            os.setresuid(agent.uid, agent.uid, agent.uid)
        os.chdir(agent.folders["work"])
        environment = {**agent.environment, **ask["environment"]}
        argv = [str(word) for word in ask["argv"]]
        if len(files) > 3:
            argv += ["3", "4"]
        for kind, value in agent.rlimits(ask):
            resource.setrlimit(kind, value)
        if agent.filter:
            prctl(_PR_SET_SECCOMP, 2, agent.filter)
        for name in candidates(argv[0], environment):
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                os.execve(name, argv, environment)
        raise FileNotFoundError(errno.ENOENT, "There is no such program", argv[0])
    except BaseException as error:
        os.write(failed, f"{ask['argv'][0]}: {error}"[:300].encode("utf-8", "replace"))
    finally:
        os._exit(127)


def candidates(program: str, environment: dict[str, str]) -> list[str]:
    """Where the program may lie."""
    if "/" in program:
        return [program]
    return [f"{folder}/{program}" for folder in environment.get("PATH", "").split(":") if folder]


class Agent:
    """Does what the host asks, one thing after the other."""

    wire: Wire

    def __init__(self, config: Any) -> None:
        self.folders: dict[str, str] = config["folders"]
        self.swept: list[str] = config["swept"]
        self.environment: dict[str, str] = config["environment"]
        self.watches: bool = config["watches"]
        self.counts_processes: bool = config.get("counts_processes", True)
        self.counters = Counters() if config.get("counters") else None
        self.filter = filter_structure(bytes.fromhex(config["filter"])) if config["filter"] else None
        self.files: dict[str, dict[str, bytes]] = {}

    def start(self, wire: Wire, uids: list[int] | None, *, bounded: bool = False) -> NoReturn:
        """Answer on the wire until the host goes.

        `uids` are the first user for programs and how many; None where programs are of our own user. `bounded` says
        that no program that is started can get rights any more.
        """
        self.wire, self.uids = wire, uids
        self.uid = uids[0] if uids else os.getuid()
        self.own_pids = {1, os.getpid()}
        # Under another user than ours the rights of files say the same.
        self.fence = write_fence(self.swept_work(), ["/dev/null", "/dev/zero", "/dev/full"]) if uids is None else -1
        # What we may do, programs can never get: it is taken from them together with their user.
        last = 0 if bounded else 64
        self.rights = [right for right in range(last) if _LIBC.prctl(_PR_CAPBSET_READ, right, 0, 0, 0) == 1]
        if self.uids is None and os.getpid() != 1:
            self.wire.send({"problem": "Programs of one user with the agent need it to be process 1."})
            os._exit(1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        prctl(_PR_SET_CHILD_SUBREAPER, 1)
        prctl(_PR_SET_DUMPABLE, 0)
        self.wire.send({"ready": True})
        while True:
            message, parts = self.wire.receive()
            answer = getattr(self, "do_" + message["do"], None)
            # What comes late for a program that has ended is for nobody.
            if answer is not None:
                answer(message, parts)

    def swept_work(self) -> list[str]:
        """The folders that programs may write."""
        return [folder for folder in self.swept if folder not in (self.folders["program"], self.folders["harness"])]

    def do_put(self, message: Any, parts: list[bytes]) -> None:
        """Lay files in a folder, now and after each reset."""
        files = dict(zip(message["names"], parts))
        self.files.setdefault(message["folder"], {}).update(files)
        self._lay(message["folder"], files)
        self.wire.send({"done": True})

    def do_run(self, message: Any, parts: list[Any]) -> None:
        """Run a program to its end."""
        run = Run(self, message, -1 if message["talk"] else parts[0], parts[1])
        del parts[:]
        told, kept = run.follow()
        self.wire.send(told, *kept)

    def do_get(self, message: Any, parts: list[bytes]) -> None:
        """Regular files of the work folder."""
        names, room = message["names"], message["max_bytes"]
        found: dict[str, bytes] = {}
        for name in walk(self.folders["work"]) if names == "*" else names:
            content = read_regular(self.folders["work"], name, room)
            if content is None:
                continue
            room -= len(content)
            found[name] = content
            if room < 0:
                self.wire.send({"names": [], "too_large": True})
                return
        self.wire.send({"names": list(found), "too_large": False}, *found.values())

    def do_reset(self, message: Any, parts: list[bytes]) -> None:
        """Empty what programs could write, choose another user for the next one, and lay the files again."""
        for folder in self.swept:
            sweep(folder)
        if self.uids is not None:
            self.uid = self.uids[0] + (self.uid - self.uids[0] + 1) % self.uids[1]
        for name in message.get("forget", []):
            self.files.pop(name, None)
        for folder, files in self.files.items():
            self._lay(folder, files)
        self.wire.send({"done": True})

    def _lay(self, folder: str, files: dict[str, bytes]) -> None:
        ours = self.uids is None or folder != "work"
        uid = os.getuid() if ours else self.uid
        mode = 0o755 if folder == "program" else 0o644 if folder == "work" else 0o444
        root = os.open(self.folders[folder], os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for name, content in files.items():
                lay(root, name.split("/"), content, mode, -1 if ours else uid)
        finally:
            os.close(root)

    def rlimits(self, ask: Any) -> list[tuple[int, tuple[int, int]]]:
        """The limits of each process of a program, besides those of all together."""
        limits = ask["limits"]
        # A second more than allowed: the kernel counts this one by ticks, and somebody with a better clock watches.
        seconds = -(-limits["cpu_ms"] // 1000) + 1
        size = limits["file_mb"] << 20
        stack = min(64, limits["memory_mb"]) << 20
        found = [
            (resource.RLIMIT_CPU, (seconds, seconds + 1)),
            (resource.RLIMIT_FSIZE, (size, size)),
            (resource.RLIMIT_NOFILE, (ask.get("open_files", 64),) * 2),
            (resource.RLIMIT_CORE, (0, 0)),
            (resource.RLIMIT_MEMLOCK, (0, 0)),
            (resource.RLIMIT_MSGQUEUE, (0, 0)),
            (resource.RLIMIT_STACK, (stack, stack)),
        ]
        if self.counts_processes:
            # Where programs are of our own user, we are one of those that are counted.
            number = limits["processes"] + (1 if self.uids is None else 0)
            found.append((resource.RLIMIT_NPROC, (number, number)))
        extra = ask["address_space_mb"]
        if extra is not None:
            space = (limits["memory_mb"] + (extra // 2 if self.watches and self.counters is None else extra)) << 20
            found.append((resource.RLIMIT_AS, (space, space)))
        return found


def write_fence(folders: list[str], files: list[str]) -> int:
    """A set of Landlock rules: nothing may be written or made but below these. -1 where the kernel has none."""
    version = _LIBC.syscall(_LANDLOCK, None, 0, 1)
    if version < 2:  # the first could not allow to move files from one folder to another
        return -1
    write, truncate = 1 << 1, 1 << 14 if version >= 3 else 0
    # Removing and making of all kinds, and moving from folder to folder.
    handled = write | truncate | sum(1 << number for number in range(4, 14))
    rules = int(_LIBC.syscall(_LANDLOCK, struct.pack("Q", handled), 8, 0))
    if rules < 0:
        raise OSError(ctypes.get_errno(), "landlock")
    os.set_inheritable(rules, False)
    for path, allowed in [*((path, handled) for path in folders), *((path, write | truncate) for path in files)]:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if _LIBC.syscall(_LANDLOCK + 1, rules, 1, struct.pack("=Qi", allowed, fd), 0) != 0:
                raise OSError(ctypes.get_errno(), "landlock", path)
        finally:
            os.close(fd)
    return rules


def filter_structure(program: bytes) -> Any:
    """The filter as the kernel takes it: a count and a pointer."""
    buffer = ctypes.create_string_buffer(program, len(program))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    structure = Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    structure.kept = buffer
    return ctypes.pointer(structure)


def lay(folder: int, parts: list[str], content: bytes, mode: int, uid: int) -> None:
    """Write a file under an open folder without following a link, its folders made on the way."""
    opened: list[int] = []
    try:
        for part in parts[:-1]:
            with contextlib.suppress(FileExistsError):
                os.mkdir(part, 0o755, dir_fd=folder)
                os.chown(part, uid, uid, dir_fd=folder, follow_symlinks=False)
            folder = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            opened.append(folder)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(parts[-1], dir_fd=folder)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(parts[-1], flags, 0o600, dir_fd=folder)
        opened.append(fd)
        view = memoryview(content)
        while view:
            view = view[os.write(fd, view) :]
        os.fchmod(fd, mode)
        os.fchown(fd, uid, uid)
    finally:
        for fd in opened:
            os.close(fd)


def sweep(top: str) -> None:
    """Empty a folder that a stranger has written. No path is walked: folders inside are brought up and emptied here."""
    number = 0
    # It is where something is mounted, so nobody can have put a link in its place.
    if os.geteuid() == os.stat(top).st_uid:
        os.chmod(top, os.stat(top).st_mode & 0o7777 | 0o700)
    root = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        while True:
            entries = os.listdir(root)
            if not entries:
                return
            for name in entries:
                if not stat.S_ISDIR(os.lstat(name, dir_fd=root).st_mode):
                    os.unlink(name, dir_fd=root)
                    continue
                os.chmod(name, 0o700, dir_fd=root)
                inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=root)
                try:
                    for child in os.listdir(inner):
                        if stat.S_ISDIR(os.lstat(child, dir_fd=inner).st_mode):
                            number += 1
                            os.chmod(child, 0o700, dir_fd=inner)
                            target = f"{number}.{time.monotonic_ns()}"
                            os.rename(child, target, src_dir_fd=inner, dst_dir_fd=root)
                        else:
                            os.unlink(child, dir_fd=inner)
                finally:
                    os.close(inner)
                os.rmdir(name, dir_fd=root)
    finally:
        os.close(root)


def walk(top: str) -> list[str]:
    """Paths of the regular files below a folder, links not followed, at most some levels deep."""
    found = []
    for folder, folders, names in os.walk(top):
        depth = os.path.relpath(folder, top).count("/")
        if depth > 6:
            folders.clear()
        for name in names:
            path = os.path.join(folder, name)
            if stat.S_ISREG(os.lstat(path).st_mode):
                found.append(os.path.relpath(path, top))
    return sorted(found)


def read_regular(top: str, name: str, limit: int) -> bytes | None:
    """A file's content, one byte more than `limit` at most; None when it is no regular file reached without links."""
    folder = os.open(top, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    opened = [folder]
    try:
        *parents, last = name.split("/")
        for part in parents:
            folder = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            opened.append(folder)
        fd = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        opened.append(fd)
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        data = bytearray()
        while len(data) <= limit:
            chunk = os.read(fd, min(1 << 20, limit + 1 - len(data)))
            if not chunk:
                break
            data += chunk
        return bytes(data)
    except OSError:
        return None
    finally:
        for fd in opened:
            os.close(fd)


def main() -> NoReturn:
    """Serve on stdin and stdout, as a container does; the first line of the arguments is the configuration."""
    wire = Wire(os.dup(0), os.dup(1))
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    config = json.loads(sys.argv[1])
    Agent(config).start(wire, config["uids"])


if __name__ == "__main__":
    main()

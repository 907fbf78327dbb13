"""The embedded backend: one bubblewrap cage per run. docs/judge.md describes its layers."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import math
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sandbox.backends import seccomp
from sandbox.backends.base import Capabilities, End, Outcome, Program
from sandbox.backends.cgroups import Cgroups, Group
from sandbox.backends.leftovers import end_orphans
from sandbox.backends.selftest import find_hole
from sandbox.backends.supervise import Supervisor
from sandbox.languages import LANGUAGES
from sandbox.languages.base import Runtime

_TOOLS = ("bwrap", "unshare", "setpriv", "prlimit", "mount", "mkdir", "sh")
_FIRST_UID = 65_000  # one per slot, so that cells of one machine never share a user; no account has these
_INODES = 1000
_WORK = "/box"
_HARNESS = "/opt/judge"
_CLOSING = "The judge is stopping."

# Steps into the control group before anything else, so that all that follows is counted and held by it.
_JOIN = 'n=$1; shift; while [ "$n" -gt 0 ]; do echo 0 > "$1" || exit 97; shift; n=$((n-1)); done; exec "$@"'

# In a mount namespace of our own: the work folders on one small tmpfs, which bubblewrap cannot limit by inodes, and the
# runtime at a place that a user without rights can reach. Arguments: mount, mkdir, tmpfs options, runtime, the rest.
_FURNISH = """
mount=$1; mkdir=$2; options=$3; runtime=$4; shift 4
"$mount" -t tmpfs -o "$options" cell /mnt || exit 98
"$mkdir" -m 1777 /mnt/box /mnt/tmp /mnt/shm || exit 98
if [ -n "$runtime" ]; then "$mkdir" /mnt/runtime && "$mount" --bind "$runtime" /mnt/runtime || exit 98; fi
exec "$@"
"""


class BubblewrapBackend:
    """Runs programs under bubblewrap, as root (stepping down first) or as an ordinary user."""

    def __init__(self, *, cgroups: Cgroups | None = None) -> None:
        self._tools = {name: shutil.which(name, path="/usr/bin:/bin:/usr/sbin:/sbin") or "" for name in _TOOLS}
        self._cgroups = cgroups
        self._numbers = itertools.count()
        self._capabilities: Capabilities | None = None
        self._lock = threading.Lock()
        self._closing = threading.Event()

    def probe(self) -> Capabilities:
        """Whether a cage holds here, found by trying to break out of one. The answer is kept."""
        with self._lock:
            if self._capabilities is None:
                self._capabilities = self._try()
            return self._capabilities

    def execute(self, program: Program, *, slot: int) -> Outcome:
        """Run one program in a fresh cage; refuses where no cage works."""
        capabilities = self.probe()
        if not capabilities.works:
            return Outcome(end="no_cage", problem=capabilities.problem)
        return self._execute(program, slot)

    def close(self) -> None:
        """End every program that is running, as lost, and start none any more."""
        self._closing.set()

    def _try(self) -> Capabilities:
        if not sys.platform.startswith("linux"):
            return Capabilities(False, "The sandbox needs Linux; this machine runs something else.")
        missing = [name for name, path in self._tools.items() if not path]
        if missing:
            return Capabilities(False, f"The sandbox needs {' and '.join(missing)}, which this machine does not have.")
        if not seccomp.supported():
            return Capabilities(False, "The sandbox has no system call filter for this kind of processor.")
        end_orphans()
        if self._cgroups is None:
            self._cgroups = Cgroups()
        problem = find_hole(lambda program: self._execute(program, slot=499), LANGUAGES["python"])
        if problem:
            return Capabilities(False, problem)
        kind = {2: "cgroup2", 1: "cgroup1"}.get(self._cgroups.version, "watchdog")
        return Capabilities(True, memory=kind)  # type: ignore[arg-type]  # one of the three literals above

    def _execute(self, program: Program, slot: int) -> Outcome:
        limits = program.limits
        if self._closing.is_set():
            return Outcome(end="lost", problem=_CLOSING)
        group = None
        if self._cgroups is not None:
            # Besides the program: the launcher, process 1 of the cell, and one helper while it is furnished.
            name = f"{os.getpid()}-{next(self._numbers)}"
            group = self._cgroups.make(name, memory_mb=limits.memory_mb, processes=limits.processes + 3)
        try:
            return self._launch(program, slot, group)
        except OSError as error:
            return Outcome(end="lost", problem=f"The cage could not be started: {error.strerror}.")
        finally:
            if group is not None:
                group.remove()

    def _launch(self, program: Program, slot: int, group: Group | None) -> Outcome:
        with contextlib.ExitStack() as stack:
            info_read, info_write = _pipe(stack)
            streams: list[tuple[End, int, int]] = []
            ends: dict[str, int] = {}
            for name, cap in self._stream_caps(program).items():
                read, ends[name] = _pipe(stack)
                streams.append((name, read, cap))
            stdin = _sealed(stack, program.stdin)
            inherited = [info_write]
            command = self._command(program, slot, group, info_write, ends.get("report"), stack, inherited)
            process = subprocess.Popen(
                command,
                stdin=stdin,
                stdout=ends["stdout"],
                stderr=ends["stderr"],
                pass_fds=inherited,
                env={},  # process 1 of a cell shows the launcher's environment to everything in it
                cwd="/",
            )
            for fd in (info_write, *ends.values()):
                os.close(fd)
            outcome = Supervisor(
                process,
                limits=program.limits,
                group=group,
                info_fd=info_read,
                streams=streams,
                closing=self._closing,
            ).follow()
        return replace(outcome, problem=_CLOSING) if outcome.end == "lost" else _launch_problem(outcome)

    @staticmethod
    def _stream_caps(program: Program) -> dict[End, int]:
        output = program.limits.output_kb * 1024
        caps: dict[End, int] = {"stdout": output, "stderr": output}
        if program.harness is not None:
            caps["report"] = program.report_bytes
        return caps

    def _command(
        self,
        program: Program,
        slot: int,
        group: Group | None,
        info_fd: int,
        report_fd: int | None,
        stack: contextlib.ExitStack,
        inherited: list[int],
    ) -> list[str]:
        tools = self._tools
        runtime = program.language.runtime()
        root = os.geteuid() == 0
        limits = program.limits
        command: list[str] = []
        if group is not None:
            files = group.join_files
            command += [tools["sh"], "-c", _JOIN, "join", str(len(files)), *files]
        # An ordinary user needs a user namespace to mount in; root does not, and steps down right after.
        command += [tools["unshare"], *(["--mount"] if root else ["--user", "--map-root-user", "--mount"]), "--"]
        size = f"size={2 * limits.file_mb + 8}m,nr_inodes={_INODES},nosuid,nodev,mode=0755"
        command += [tools["sh"], "-c", _FURNISH, "furnish", tools["mount"], tools["mkdir"], size]
        command += [str(runtime.prefix or "")]
        if root:
            uid = str(_FIRST_UID + slot)
            command += [tools["setpriv"], "--reuid", uid, "--regid", uid, "--clear-groups", "--"]
        command += [tools["bwrap"], *_ISOLATION, *_system_mounts(runtime)]
        for name, content in program.files.items():
            fd = _sealed(stack, content)
            inherited.append(fd)
            command += ["--perms", "0644", "--file", str(fd), f"{_WORK}/{name}"]
        for name, content in (program.harness or {}).items():
            fd = _sealed(stack, content)
            inherited.append(fd)
            command += ["--perms", "0444", "--file", str(fd), f"{_HARNESS}/{name}"]
        for name, value in {**_ENVIRONMENT, **program.language.environment}.items():
            command += ["--setenv", name, value]
        filter_fd = _sealed(stack, seccomp.filter_program())
        inherited.append(filter_fd)
        command += ["--remount-ro", "/", "--chdir", _WORK, "--seccomp", str(filter_fd), "--info-fd", str(info_fd), "--"]
        command += [tools["prlimit"], *_rlimits(program, counted=group is not None), "--"]
        if program.harness is None or program.language.unit_tests is None:
            return [*command, *program.language.run(runtime, program.entry), *program.args]
        main = f"{_HARNESS}/sandbox/harness/{program.language.harness}/main.py"
        payload_fd = _sealed(stack, program.payload)
        inherited += [payload_fd, report_fd if report_fd is not None else -1]
        return [*command, *program.language.unit_tests(runtime, main), str(payload_fd), str(report_fd)]


_ISOLATION: Sequence[str] = (
    "--unshare-user",
    "--disable-userns",
    "--unshare-ipc",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--uid",
    "1000",
    "--gid",
    "1000",
    "--hostname",
    "cell",
    "--cap-drop",
    "ALL",
    "--die-with-parent",
    "--new-session",
    "--clearenv",
)

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": _WORK, "TMPDIR": "/tmp", "LANG": "C.UTF-8", "USER": "learner"}  # noqa: S108 - the cell's own


def _system_mounts(runtime: Runtime) -> Iterator[str]:
    """The read-only system, five devices, an own /proc, and the three folders that can be written."""
    yield from ("--ro-bind", "/usr", "/usr")
    if not runtime.program.startswith("/usr/local/") and Path("/usr/local").is_dir():
        yield from ("--tmpfs", "/usr/local", "--remount-ro", "/usr/local")
    for name in ("/bin", "/lib", "/lib32", "/lib64", "/libx32"):
        path = Path(name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), name)
        elif path.is_dir():
            yield from ("--ro-bind", name, name)
    yield from ("--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache")
    if runtime.prefix is not None:
        yield from ("--ro-bind", "/mnt/runtime", "/opt/runtime")
    for folder in runtime.hidden:
        yield from ("--tmpfs", folder, "--remount-ro", folder)
    yield from ("--proc", "/proc")
    for device in ("null", "zero", "full", "random", "urandom"):
        yield from ("--dev-bind", f"/dev/{device}", f"/dev/{device}")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        yield from ("--symlink", f"/proc/self/fd/{number}", f"/dev/{name}")
    yield from ("--symlink", "/proc/self/fd", "/dev/fd")
    yield from ("--bind", "/mnt/shm", "/dev/shm", "--bind", "/mnt/tmp", "/tmp", "--bind", "/mnt/box", _WORK)  # noqa: S108


def _rlimits(program: Program, *, counted: bool) -> Iterator[str]:
    limits = program.limits
    seconds = math.ceil(limits.cpu_ms / 1000)
    yield f"--cpu={seconds}:{seconds + 1}"
    # In the cell's user namespace this counts the cell alone; the prlimit process itself becomes the program.
    yield f"--nproc={limits.processes + 2}"
    yield f"--fsize={limits.file_mb * 1024 * 1024}"
    yield "--nofile=64"
    yield "--core=0"
    yield "--memlock=0"
    yield "--msgqueue=0"
    yield f"--stack={min(64, limits.memory_mb) * 1024 * 1024}"
    extra = program.language.address_space_mb
    if extra is not None:
        yield f"--as={(limits.memory_mb + (extra if counted else extra // 2)) * 1024 * 1024}"


def _pipe(stack: contextlib.ExitStack) -> tuple[int, int]:
    """A pipe whose reading end is closed with the stack; the writing end is closed once the cell has it."""
    read, write = os.pipe2(os.O_CLOEXEC)
    stack.callback(os.close, read)
    return read, write


def _sealed(stack: contextlib.ExitStack, content: bytes) -> int:
    """The bytes as a file without a name that nobody can change, open for reading."""
    fd = os.memfd_create("cell", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    stack.callback(os.close, fd)
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]
    fcntl.fcntl(fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def _launch_problem(outcome: Outcome) -> Outcome:
    """An ending that is the launcher's own: it never got to start the program."""
    message = outcome.stderr.decode("utf-8", "replace")
    ours = message.startswith(("bwrap: ", "unshare: ", "setpriv: ", "mount: ", "prlimit: ", "join: ", "furnish: "))
    if outcome.code not in (None, 0) and ours and not outcome.stdout:
        return Outcome(end="lost", problem=f"The cage could not be started: {message.splitlines()[0][:200]}")
    return outcome

"""Makes cells by forking: an interpreter that has started once, in a cage that stands already, is copied for each cell.

Runs inside bubblewrap's cage, as root of a user namespace that is nobody outside, and is trusted: it hears the judge
only, and no program of a stranger ever runs in it. Each cell is a child with mount, process, network and IPC
namespaces, a user namespace and a file system for writing of its own; it gives up every right that the agent does not
need before it says that it is ready. One file, standard library only; sent in as text, with the agent.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import gc
import json
import os
import signal
import socket
import struct
import sys
from typing import Any, NoReturn

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEWNS, _NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_PR_CAPBSET_DROP, _PR_SET_NAME, _PR_SET_NO_NEW_PRIVS = 24, 15, 38
# What the agent does as root of its cell: CHOWN, DAC_OVERRIDE, FOWNER, KILL, SETGID, SETUID.
_KEPT = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 5 | 1 << 6 | 1 << 7
# Where programs have its user: SYS_PTRACE, to see programs in /proc that do not want to be seen.
_KEPT_ALONE = 1 << 19
_STAGE = "/tmp"
_PLACES = {"box": "/box", "shm": "/dev/shm", "program": "/opt/program", "judge": "/opt/judge"}
# World-readable files of /proc that tell of the machine and not of the cell.
_COVERED = ("keys", "cmdline", "interrupts", "diskstats")


def call(name: str, *arguments: Any) -> None:
    """A function of the C library by name; OSError when it fails."""
    if getattr(_LIBC, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """mount(2)."""
    call("mount", source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def prepare() -> None:
    """Once, before the first cell."""
    _LIBC.mount.argtypes = (ctypes.c_char_p,) * 3 + (ctypes.c_ulong, ctypes.c_char_p)
    # Nothing that is mounted in a cell may appear anywhere else.
    mount("none", "/", "none", _MS_REC | _MS_PRIVATE)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a cell ended
    gc.collect()
    gc.freeze()
    gc.disable()  # a look at every object would make a copy of every page


def serve(control: socket.socket, agent: Any, config: Any) -> NoReturn:
    """Make a cell for each message, on the socket that comes with it, until the judge goes."""
    own_processes = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    # Made before it is copied, so that no cell has to make it again.
    ready = agent.Agent(config)
    prepare()
    while True:
        data, fds, _, _ = socket.recv_fds(control, 4096, 1)
        if not data or not fds:
            os._exit(0)
        try:
            open_cell(json.loads(data), fds[0], own_processes, agent, config, ready)
        except OSError as error:
            tell(agent, fds[0], f"A cell could not be made: {error}")
        finally:
            os.close(fds[0])


def open_cell(ask: Any, fd: int, own_processes: int, agent: Any, config: Any, ready: Any) -> None:
    """Fork process 1 of a cell, and give it the users it asks for: only we may."""
    ours, theirs = socket.socketpair()
    call("unshare", _NEWPID)
    pid = os.fork()
    if pid == 0:
        ours.close()
        try:
            enter(ask, fd, theirs, config)
            ready.start(agent.Wire(3, 3), [1000, ask["users"]] if ask["users"] else None, bounded=True)
        except BaseException as error:
            tell(agent, 3, f"A cell could not be made: {error}")
        finally:
            os._exit(1)
    theirs.close()
    try:
        call("setns", own_processes, _NEWPID)
        if ours.recv(1):
            first, users = ask["first_user"], ask["users"]
            rows = f"0 {first} 1\n1000 {first + 1} {users}\n" if users else f"1000 {first} 1\n"
            for name in ("uid_map", "gid_map"):
                fd_map = os.open(f"/proc/{pid}/{name}", os.O_WRONLY | os.O_CLOEXEC)
                try:
                    os.write(fd_map, rows.encode())
                finally:
                    os.close(fd_map)
            ours.send(b"1")
    except BaseException:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
        raise
    finally:
        ours.close()


def enter(ask: Any, fd: int, parent: socket.socket, config: Any) -> None:
    """From a copy of the spawner to process 1 of a cell: namespaces, files, users, and then no rights."""
    os.dup2(fd, 100)
    os.dup2(parent.fileno(), 101)
    os.dup2(100, 3)
    os.dup2(101, 4)
    os.closerange(5, 4096)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    call("prctl", _PR_SET_NAME, b"cell", 0, 0, 0)
    call("unshare", _NEWNS | _NEWNET | _NEWIPC)
    furnish(ask)
    loopback()
    call("unshare", _NEWUSER)
    os.write(4, b"1")
    if os.read(4, 1) != b"1":
        os._exit(1)
    os.close(4)
    if ask["users"]:
        os.setgroups([])
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
    with contextlib.suppress(OSError):
        fd = os.open("/proc/sys/user/max_user_namespaces", os.O_WRONLY | os.O_CLOEXEC)
        os.write(fd, b"0")
        os.close(fd)
    drop(config["last_capability"], _KEPT if ask["users"] else _KEPT_ALONE)


def furnish(ask: Any) -> None:
    """An own /proc, and one small file system for all that can be written, in place of the cage's empty folders."""
    root = ask["first_user"]
    options = f"size={ask['megabytes']}m,nr_inodes={ask['files']},mode=0755,uid={root},gid={root}"
    mount("cell", _STAGE, "tmpfs", _MS_NOSUID | _MS_NODEV, options)
    for name in ("box", "tmp", "shm", "program", "judge"):
        path = f"{_STAGE}/{name}"
        os.mkdir(path)
        os.chown(path, root, root)
        os.chmod(path, 0o755 if name in ("program", "judge") else 0o1777)
    for name, place in _PLACES.items():
        mount(f"{_STAGE}/{name}", place, "none", _MS_BIND)
    mount(f"{_STAGE}/tmp", _STAGE, "none", _MS_BIND)
    # Where programs have the agent's user, the kernel shows them in /proc what they may look into, and no agent.
    mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, "" if ask["users"] else "hidepid=2")
    for name in _COVERED:
        if os.path.exists(f"/proc/{name}"):
            mount("/dev/null", f"/proc/{name}", "none", _MS_BIND)
    os.chdir("/box")


def loopback() -> None:
    """Bring up `lo`, which is all there is: programs may talk with themselves."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        up = struct.pack("16sh14x", b"lo", 1)  # IFF_UP
        fcntl.ioctl(sock, 0x8914, up)  # SIOCSIFFLAGS


def drop(last: int, kept: int) -> None:
    """Give up all capabilities but `kept`, for good: none can be had back by starting a program."""
    prctl = _LIBC.prctl
    for number in range(last + 1):
        if prctl(_PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"capability {number} cannot be dropped")
    header = struct.pack("II", 0x20080522, 0)
    low, high = kept & 0xFFFFFFFF, kept >> 32
    call("capset", header, struct.pack("6I", low, low, 0, high, high, 0))
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def tell(agent: Any, fd: int, problem: str) -> None:
    """Say why there is no cell."""
    with contextlib.suppress(OSError):
        agent.Wire(fd, fd).send({"problem": problem})


def main(agent: Any) -> NoReturn:
    """Serve on the socket whose number is the first argument, with the configuration that is the second."""
    control = socket.socket(fileno=int(sys.argv[1]))
    control.set_inheritable(False)
    with open("/proc/sys/kernel/cap_last_cap") as file:
        last = int(file.read())
    serve(control, agent, {**json.loads(sys.argv[2]), "last_capability": last})

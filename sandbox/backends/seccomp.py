"""The system call filter, as the BPF program that the agent loads before a program starts.

Written as an assembler of forty lines because the filter is a flat list: no library is needed for it.
"""

from __future__ import annotations

import errno
import platform
import struct

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JEQ = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JGE = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_JSET = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_ERRNO = 0x00050000

# Offsets in struct seccomp_data; both machines are little endian, so the low half of an argument comes first.
_NUMBER, _ARCH, _ARG0, _ARG1 = 0, 4, 16, 24

NEW_NAMESPACES = 0x7E020080  # CLONE_NEW{TIME,NS,CGROUP,UTS,IPC,USER,PID,NET}
SOCKET_FAMILIES = (1, 2, 10)  # unix, inet, inet6: on a network of their own. No netlink, packet, vsock, alg…
TERMINAL_COMMANDS = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX

_ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# (x86_64, aarch64); None where the machine has no such call. Calls above 423 have the same number on both.
DENIED: dict[str, tuple[int | None, int | None]] = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "perf_event_open": (298, 241),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "setns": (308, 268),
    "unshare": (272, 97),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "syslog": (103, 116),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "iopl": (172, None),
    "ioperm": (173, None),
    "modify_ldt": (154, None),
    "personality": (135, 92),
    "vhangup": (153, 58),
    "lookup_dcookie": (212, 18),
    "fanotify_init": (300, 262),
    "memfd_secret": (447, 447),
    "uselib": (134, None),
    "ustat": (136, None),
    "sysfs": (139, None),
    # What would outlive a run inside its cell, or be seen by a neighbour through a file that both may read.
    "shmget": (29, 194),
    "msgget": (68, 186),
    "semget": (64, 190),
    "mq_open": (240, 180),
    "flock": (73, 32),
    "inotify_add_watch": (254, 27),
    "fanotify_mark": (301, 263),
}
# Calls on a process, by the argument that says which: 0 is the caller itself, all others are refused. Where a program
# has the same user as the agent, nothing else would keep it from slowing the agent or taking its files away.
ON_A_PROCESS: dict[str, tuple[int, int, int]] = {
    # name: (x86_64, aarch64, argument)
    "prlimit64": (302, 261, 0),
    "sched_setaffinity": (203, 122, 0),
    "sched_setscheduler": (144, 119, 0),
    "sched_setparam": (142, 118, 0),
    "sched_setattr": (314, 274, 0),
    "setpriority": (141, 140, 1),
    "ioprio_set": (251, 30, 1),
}
_MEMFD_CREATE = (319, 279)
_CLONE = (56, 220)
_CLONE3 = (435, 435)
_SOCKET = (41, 198)
_SOCKETPAIR = (53, 199)
_IOCTL = (16, 29)


def _op(code: int, value: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, jump_true, jump_false, value)


def _refuse(error: int) -> bytes:
    return _op(_RETURN, _ERRNO | error)


def supported(machine: str | None = None) -> bool:
    """Whether the filter knows this machine's system calls."""
    return (machine or platform.machine()) in _ARCHES


def filter_program(machine: str | None = None, *, watched: bool = False) -> bytes:
    """The filter: a short list of refused calls, no new namespaces, few socket families, one architecture."""
    machine = machine or platform.machine()
    column = 0 if machine == "x86_64" else 1
    ops = [
        _op(_LOAD, _ARCH),
        _op(_JEQ, _ARCHES[machine], 1, 0),
        _op(_RETURN, _KILL_PROCESS),
        _op(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":  # the x32 forms of the same calls
        ops += [_op(_JGE, 0x40000000, 0, 1), _refuse(errno.ENOSYS)]
    if watched:  # no process's memory, so that nobody who adds these up would see it
        ops += [_op(_JEQ, _MEMFD_CREATE[column], 0, 1), _refuse(errno.ENOSYS)]
    # glibc falls back to clone, whose flags a filter can see.
    ops += [_op(_JEQ, _CLONE3[column], 0, 1), _refuse(errno.ENOSYS)]
    for pair in DENIED.values():
        number = pair[column]
        if number is not None:
            ops += [_op(_JEQ, number, 0, 1), _refuse(errno.EPERM)]
    ops += [_op(_JEQ, _CLONE[column], 0, 4), _op(_LOAD, _ARG0), _op(_JSET, NEW_NAMESPACES, 0, 1)]
    ops += [_refuse(errno.EPERM), _op(_RETURN, _ALLOW)]
    for call in (_SOCKET, _SOCKETPAIR):
        families = [_op(_JEQ, family, 0, 1) + _op(_RETURN, _ALLOW) for family in SOCKET_FAMILIES]
        ops += [_op(_JEQ, call[column], 0, 2 * len(families) + 2), _op(_LOAD, _ARG0), *families]
        ops += [_refuse(errno.EAFNOSUPPORT)]
    for on_process in ON_A_PROCESS.values():
        argument = _ARG0 + 8 * on_process[2]
        # Skipped unless it is this call; the number is not loaded any more after the argument was, so both ways return.
        ops += [_op(_JEQ, on_process[column], 0, 4), _op(_LOAD, argument), _op(_JEQ, 0, 0, 1), _op(_RETURN, _ALLOW)]
        ops += [_refuse(errno.EPERM)]
    ops += [_op(_JEQ, _IOCTL[column], 0, 5), _op(_LOAD, _ARG1)]
    for command in TERMINAL_COMMANDS:
        ops += [_op(_JEQ, command, 0, 1), _refuse(errno.EPERM)]
    ops += [_op(_RETURN, _ALLOW)]
    return b"".join(ops)

"""The system call profile of a Docker cell, made from the one list that every backend refuses."""

from __future__ import annotations

import errno
import json
import platform
from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.backends import seccomp

_ARCHITECTURES = {"x86_64": ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"], "aarch64": ["SCMP_ARCH_AARCH64"]}


def profile(machine: str | None = None) -> str:
    """The profile as the engine takes it: all is allowed but what `sandbox.backends.seccomp` lists.

    The engine's own profile lets vsock and io_uring through, and what it refuses differs from version to version.
    Calls of 32-bit programs belong to an architecture that is not named here; they end the program.
    """
    rules = [_refuse(sorted(seccomp.DENIED), errno.EPERM), _refuse(["clone3"], errno.ENOSYS)]
    rules += [_refuse(["clone"], errno.EPERM, _masked(0, bit)) for bit in _bits(seccomp.NEW_NAMESPACES)]
    # A rule compares an argument once, so "none of these" is told as each of the others.
    last = max(seccomp.SOCKET_FAMILIES)
    others = [number for number in range(last) if number not in seccomp.SOCKET_FAMILIES]
    conditions = [*(_compared(0, "SCMP_CMP_EQ", number) for number in others), _compared(0, "SCMP_CMP_GT", last)]
    rules += [_refuse(["socket", "socketpair"], errno.EAFNOSUPPORT, condition) for condition in conditions]
    for call, (_, _, index) in seccomp.ON_A_PROCESS.items():
        rules.append(_refuse([call], errno.EPERM, _compared(index, "SCMP_CMP_NE", 0)))
    for command in seccomp.TERMINAL_COMMANDS:
        rules.append(_refuse(["ioctl"], errno.EPERM, _compared(1, "SCMP_CMP_EQ", command)))
    architectures = _ARCHITECTURES[machine or platform.machine()]
    return json.dumps({"defaultAction": "SCMP_ACT_ALLOW", "architectures": architectures, "syscalls": rules})


def _refuse(names: Sequence[str], error: int, *conditions: dict[str, Any]) -> dict[str, Any]:
    return {"names": list(names), "action": "SCMP_ACT_ERRNO", "errnoRet": error, "args": list(conditions)}


def _compared(index: int, operator: str, value: int) -> dict[str, Any]:
    return {"index": index, "op": operator, "value": value}


def _masked(index: int, bit: int) -> dict[str, Any]:
    return {"index": index, "op": "SCMP_CMP_MASKED_EQ", "value": bit, "valueTwo": bit}


def _bits(mask: int) -> Iterator[int]:
    return (1 << place for place in range(mask.bit_length()) if mask >> place & 1)

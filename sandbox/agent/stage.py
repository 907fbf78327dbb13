"""Prepares the ground for the cage and becomes bubblewrap: one file, standard library only, run by path by the host.

In a mount namespace of its own it shows interpreters at places that a user without rights can reach. Then it becomes
root of a user namespace in which root is nobody: started as root, of users that the judge gives it; else of its own.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from typing import Any

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEWNS, _NEWUSER = 0x00020000, 0x10000000
_MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18


def call(name: str, *arguments: Any) -> None:
    """A function of the C library by name; it ends this process when it fails."""
    if getattr(_LIBC, name)(*arguments) != 0:
        sys.exit(f"{name}: {os.strerror(ctypes.get_errno())}")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """mount(2)."""
    call("mount", source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def main() -> None:
    """The argument says which folders to show, which descriptors the judge speaks through, and what to become."""
    plan = json.loads(sys.argv[1])
    tell, hear = plan["tell"], plan["hear"]
    if not plan["root"]:
        user, group = os.getuid(), os.getgid()
        call("unshare", _NEWUSER | _NEWNS)
        for name, row in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(row)
    else:
        call("unshare", _NEWNS)
    mount("none", "/", "none", _MS_REC | _MS_PRIVATE)
    mount("cell", "/mnt", "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=0755")
    for number, folder in enumerate(plan["folders"]):
        os.mkdir(f"/mnt/{number}")
        mount(folder, f"/mnt/{number}", "none", _MS_BIND)
    if plan["root"]:
        call("unshare", _NEWUSER)
        os.write(tell, b"1")
        if not os.read(hear, 1):
            sys.exit("The judge has gone.")
        os.setgroups([])
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
        os.close(tell)
        os.close(hear)
    os.execve(plan["command"][0], plan["command"], {})


if __name__ == "__main__":
    main()

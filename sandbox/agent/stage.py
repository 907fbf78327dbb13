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
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_BIND, _MS_REC, _MS_PRIVATE = 1, 2, 4, 4096, 16384, 1 << 18

_NOTHING = "/mnt/nothing"


def call(name: str, *arguments: Any) -> None:
    """A function of the C library by name; it ends this process when it fails."""
    if getattr(_LIBC, name)(*arguments) != 0:
        sys.exit(f"{name}: {os.strerror(ctypes.get_errno())}")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """mount(2)."""
    call("mount", source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), options.encode())


def show(folder: str, place: str) -> None:
    """Show a folder elsewhere, read-only.

    Seen through an overlay, /proc/self/mountinfo does not tell where it lies on this machine; where the kernel has none
    to give, it is shown as it is.
    """
    os.mkdir(place)
    os.chdir(folder)
    flags = ctypes.c_ulong(_MS_RDONLY | _MS_NOSUID | _MS_NODEV)
    if _LIBC.mount(b"cell", place.encode(), b"overlay", flags, f"lowerdir=.:{_NOTHING}".encode()) != 0:
        mount(folder, place, "none", _MS_BIND)
    os.chdir("/")


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
    os.mkdir(_NOTHING)
    for number, folder in enumerate(plan["folders"]):
        show(folder, f"/mnt/{number}")
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

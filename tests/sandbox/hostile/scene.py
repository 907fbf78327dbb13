"""The host as an attacker would like to meet it: secrets to read, files to change, doors to knock at.

All of it is open to every user of the machine, so that only the cage stands between it and a program.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]


class Scene:
    """Canaries on the host, made once. `touched` tells what became of them."""

    def __init__(self) -> None:
        self.canary = f"canary-{secrets.token_hex(12)}"
        self.folder = Path(tempfile.mkdtemp(prefix="hostile-scene-"))
        self.folder.chmod(0o777)
        self._write("secret.txt", f"canary-in-a-file {self.canary}", 0o644)
        self._write("victim.txt", "untouched", 0o666)
        self._write("data/app.sqlite3", f"canary-in-the-data {self.canary}", 0o666)
        (self.folder / "data").chmod(0o777)
        os.environ["SECRET_KEY"] = self.canary
        self._sockets: list[tuple[str, socket.socket]] = []
        self._tcp4 = self._listen(socket.AF_INET, ("127.0.0.1", 0))
        self._tcp6 = self._listen(socket.AF_INET6, ("::1", 0))
        self._udp = self._listen(socket.AF_INET, ("127.0.0.1", 0), socket.SOCK_DGRAM)
        self._listen(socket.AF_UNIX, str(self.folder / "listener.sock"))
        (self.folder / "listener.sock").chmod(0o777)
        self.abstract = f"hostile-{self.canary[7:19]}"
        self._listen(socket.AF_UNIX, f"\0{self.abstract}")
        self.bystander = subprocess.Popen(["/bin/sleep", "3600"], env={"SECRET": self.canary}, start_new_session=True)
        self._before = self._tree()

    def close(self) -> None:
        """Take the canaries away."""
        self.bystander.kill()
        self.bystander.wait()
        for _, one in self._sockets:
            one.close()
        os.environ.pop("SECRET_KEY", None)
        shutil.rmtree(self.folder)

    def _write(self, name: str, text: str, mode: int) -> None:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(mode)

    def _listen(self, family: int, address: object, kind: int = socket.SOCK_STREAM) -> int:
        one = socket.socket(family, kind)
        try:
            one.bind(address)  # type: ignore[arg-type]
        except OSError:  # a machine without IPv6
            one.close()
            return 9
        if kind == socket.SOCK_STREAM:
            one.listen()
        one.setblocking(False)
        self._sockets.append((str(address), one))
        return int(one.getsockname()[1]) if family != socket.AF_UNIX else 0

    def words(self) -> Mapping[str, str]:
        """What stands for what in the text of a program."""
        return {
            "@SECRET@": str(self.folder / "secret.txt"),
            "@VICTIM@": str(self.folder / "victim.txt"),
            "@FOLDER@": str(self.folder),
            "@DATA@": str(self.folder / "data"),
            "@REPOSITORY@": str(REPOSITORY),
            "@HOME@": str(Path.home() / ".ssh"),
            "@PORT4@": str(self._tcp4),
            "@PORT6@": str(self._tcp6),
            "@PORTU@": str(self._udp),
            "@ABSTRACT@": self.abstract,
            "@ADDRESS@": _own_address(),
            "@PASSWD@": _digest("/etc/passwd"),
            "@HOSTNAME@": _digest("/etc/hostname"),
            "@MACHINE@": _digest("/etc/machine-id"),
        }

    def secrets(self) -> tuple[str, ...]:
        """Texts of the host that may stand in no result."""
        found = [self.canary, "canary-in", "root:x:0:", str(REPOSITORY), str(self.folder)]
        if not sys.base_prefix.startswith("/usr"):
            found.append(sys.base_prefix)
        with contextlib.suppress(OSError):
            found += [line for line in Path("/etc/shadow").read_text().splitlines() if ":$" in line]
        return tuple(found)

    def touched(self) -> list[str]:
        """What has been read, changed, knocked at or killed since the beginning."""
        found = []
        if self._tree() != self._before:
            found.append(f"files of the host: {self._tree()}")
        for address, one in self._sockets:
            with contextlib.suppress(BlockingIOError):
                if one.type == socket.SOCK_DGRAM:
                    found.append(f"a datagram at {address}: {one.recv(100)!r}")
                else:
                    one.accept()[0].close()
                    found.append(f"a connection at {address!r}")
        if self.bystander.poll() is not None:
            found.append("a process of the host ended")
        elif Path(f"/proc/{self.bystander.pid}/stat").read_text().rpartition(")")[2].split()[0] not in "SRDI":
            found.append("a process of the host was stopped")
        return found

    def _tree(self) -> dict[str, tuple[int, int, str]]:
        found = {}
        for path in sorted(self.folder.rglob("*")):
            status = path.lstat()
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12] if stat.S_ISREG(status.st_mode) else ""
            found[path.name] = (status.st_mode, status.st_nlink, digest)
        return found


def _digest(path: str) -> str:
    with contextlib.suppress(OSError):
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    return "absent"


def _own_address() -> str:
    """An address of this machine that is not its loopback, where it has one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, contextlib.suppress(OSError):
        one.connect(("10.255.255.255", 9))
        return str(one.getsockname()[0])
    return "127.0.0.1"

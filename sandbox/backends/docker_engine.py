"""What the Docker backend asks of the engine: start a cell, change its limits, end it, clear what others left."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sandbox.backends.docker_stream import AttachedStream

_LABEL = "learning.sandbox"
_OWNER = "learning.sandbox.owner"
_BORN = "learning.sandbox.born"
_MB = 1024 * 1024
_CALL_SECONDS = 20

# What the engine itself hides, and what else tells about the machine. Control groups stay: the agent counts by them.
_MASKED = (
    *(f"/proc/{name}" for name in ("acpi", "asound", "cmdline", "diskstats", "interrupts", "kcore", "keys", "scsi")),
    *(f"/proc/{name}" for name in ("latency_stats", "sched_debug", "timer_list", "timer_stats")),
    *(f"/sys/{name}" for name in ("block", "bus", "class", "dev", "devices", "firmware", "hypervisor", "kernel")),
    *(f"/sys/{name}" for name in ("module", "power")),
)


class EngineProblem(Exception):
    """Why the engine cannot do it, in one sentence."""


@dataclass(frozen=True, slots=True)
class ContainerSpec:
    """One cell as the engine starts it. `folders` are its writable places: path to the options of a tmpfs."""

    image: str
    command: Sequence[str]
    memory_mb: int
    processes: int
    cpus: float
    seccomp: str
    folders: Mapping[str, str]


class Engine:
    """One Docker engine, through the `docker` package. Safe to share between threads."""

    def __init__(self, url: str | None = None) -> None:
        """`url` is as in DOCKER_HOST, whose value (or the usual socket) is taken when none is given."""
        self._url = url or os.environ.get("DOCKER_HOST") or None
        self._client: Any = None

    def connect(self) -> None:
        """Reach the engine; EngineProblem says why it cannot be reached."""
        try:
            import docker
        except ImportError:
            raise EngineProblem("The Docker backend needs the Python package docker, which is not installed.") from None
        try:
            self._client = docker.APIClient(base_url=self._url, version="auto", timeout=_CALL_SECONDS)
            version = self._client.version()
        except Exception as error:  # the package lets requests' and urllib3's errors through as they come
            raise EngineProblem(
                f"No Docker engine answers at {self._url or 'the usual socket'}: {_short(error)}"
            ) from None
        if version.get("Os") != "linux":
            raise EngineProblem("The Docker engine does not run Linux containers.")

    def describe(self) -> str:
        """Versions of the engine and of what it starts containers with, for a health page."""
        version = self._call(self._client.version)
        parts = {part["Name"]: part["Version"] for part in version.get("Components") or ()}
        return f"Docker {version['Version']}" + (f", runc {parts['runc']}" if "runc" in parts else "")

    def cgroup(self) -> Literal["cgroup1", "cgroup2"]:
        """How the engine holds what its containers use."""
        return "cgroup2" if str(self._call(self._client.info).get("CgroupVersion")) == "2" else "cgroup1"

    def image_labels(self, image: str) -> Mapping[str, str] | None:
        """The labels of an image, None where the engine does not have it."""
        import docker.errors

        try:
            found = self._client.inspect_image(image)
        except docker.errors.NotFound:
            return None
        except Exception as error:
            raise EngineProblem(f"The Docker engine failed: {_short(error)}") from None
        labels: Mapping[str, str] = (found.get("Config") or {}).get("Labels") or {}
        return labels

    def start(self, spec: ContainerSpec) -> tuple[str, AttachedStream]:
        """A running container and the connection to its process. It ends and goes when the connection is closed."""
        created = self._call(
            self._client.create_container,
            image=spec.image,
            command=list(spec.command),
            entrypoint=[],
            hostname="cell",
            user="0:0",
            working_dir="/",
            environment={"PATH": "/usr/bin:/bin"},
            stdin_open=True,
            # An agent is ended, not asked: it has nothing to put away, and an engine that stops need not wait for it.
            stop_signal="SIGKILL",
            stop_timeout=0,
            labels={_LABEL: "cell", _OWNER: _owner(), _BORN: str(int(time.time()))},
            host_config=self._host_config(spec),
        )
        container: str = created["Id"]
        try:
            parameters = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
            raw = self._call(self._client.attach_socket, container, params=parameters)
            self._call(self._client.start, container)
        except EngineProblem:
            self.remove(container)
            raise
        # The object above the socket holds the response, without which the connection is closed when collected.
        return container, AttachedStream(getattr(raw, "_sock", raw), keep=raw)

    def set_memory(self, container: str, memory_mb: int) -> None:
        """Change how much memory a running container may hold."""
        size = memory_mb * _MB
        self._call(self._client.update_container, container, mem_limit=size, memswap_limit=size)

    def remove(self, container: str) -> None:
        """End a container and take it away; it may be gone already, or the engine itself."""
        with contextlib.suppress(Exception):
            self._client.remove_container(container, force=True, v=True)

    def clear(self, *, oldest_seconds: float) -> int:
        """Remove the cells of judges that are no more, and any that is older than cells are ever kept."""
        count = 0
        for found in self._call(self._client.containers, all=True, filters={"label": f"{_LABEL}=cell"}):
            labels = found.get("Labels") or {}
            age = time.time() - float(labels.get(_BORN) or 0)
            if _is_gone(labels.get(_OWNER, "")) or age > oldest_seconds:
                self.remove(found["Id"])
                count += 1
        return count

    def close(self) -> None:
        """Close the connections to the engine."""
        if self._client is not None:
            self._client.close()

    def _host_config(self, spec: ContainerSpec) -> Any:
        memory = spec.memory_mb * _MB
        config = self._client.create_host_config(
            auto_remove=True,
            network_mode="none",
            ipc_mode="none",
            cgroupns="private",
            read_only=True,
            cap_drop=["ALL"],
            # For the agent alone: it gives programs another user, which has none of these, ends what that user runs,
            # and lays and clears away that user's files.
            cap_add=["SETUID", "SETGID", "SETPCAP", "KILL", "CHOWN", "FOWNER", "DAC_OVERRIDE"],
            security_opt=["no-new-privileges", f"seccomp={spec.seccomp}"],
            mem_limit=memory,
            memswap_limit=memory,
            pids_limit=spec.processes,
            nano_cpus=int(spec.cpus * 1e9),
            tmpfs=dict(spec.folders),
            log_config={"Type": "none"},
            ulimits=[{"Name": "core", "Soft": 0, "Hard": 0}, {"Name": "memlock", "Soft": 0, "Hard": 0}],
            # What would outlast a program in a container that serves the next one: there is none of it.
            sysctls={
                "kernel.shmmni": "0",
                "kernel.msgmni": "0",
                "kernel.sem": "0 0 0 0",
                "fs.mqueue.queues_max": "0",
                # The engine allows ICMP sockets to every group; no other cage does.
                "net.ipv4.ping_group_range": "1 0",
            },
            dns=["127.0.0.1"],
        )
        # The package has no argument for it.
        config["MaskedPaths"] = list(_MASKED)
        return config

    def _call(self, action: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return action(*args, **kwargs)
        except Exception as error:  # as in connect
            raise EngineProblem(f"The Docker engine failed: {_short(error)}") from None


def _owner() -> str:
    return f"{socket.gethostname()}|{os.getpid()}|{_started(os.getpid())}"


def _is_gone(owner: str) -> bool:
    host, _, process = owner.partition("|")
    pid, _, started = process.partition("|")
    if host != socket.gethostname():
        return not host  # the cells of another machine on a shared engine are its own affair until they are too old
    return not pid.isdigit() or _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process began, in the kernel's count: its number may have been given again since."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _short(error: Exception) -> str:
    text = str(getattr(error, "explanation", "") or error).strip().splitlines()
    return (text[0] if text else type(error).__name__)[:200]

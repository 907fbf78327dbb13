"""A Docker engine of the tests' own, started by hand beside whatever the machine has, and taken away whole.

SANDBOX_TEST_DOCKER=0 leaves it out; an address (unix://…) takes the engine there, and the images that it has, instead.
SANDBOX_TEST_IMAGES=all builds all images and not only those that come quickly.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path

from sandbox.images import FAMILIES, RECIPE_LABEL, BuildProblem, build, image_name, recipe

_PACKAGES = {"dockerd": "docker.io", "debootstrap": "debootstrap"}
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SETTING = os.environ.get("SANDBOX_TEST_DOCKER", "")


class NoEngine(Exception):
    """Why there is no engine here, or none with images."""


def families() -> tuple[str, ...]:
    """The images that these tests have."""
    return tuple(FAMILIES) if os.environ.get("SANDBOX_TEST_IMAGES") == "all" else ("python", "native")


@cache
def prepared() -> OwnEngine:
    """The engine of this test run with its images, on a base made from the machine's own mirror."""
    engine = _of_this_run()
    try:
        missing = [family for family in families() if not engine.has(family)]
        if missing:
            build(missing, base="local", url=engine.url)
    except BuildProblem as problem:
        raise NoEngine(f"no images: {str(problem)[-500:]}") from None
    return engine


@cache
def _of_this_run() -> OwnEngine:
    if "://" in _SETTING:
        return OwnEngine(_SETTING)
    problem = _why_not()
    if problem:
        raise NoEngine(f"no Docker engine: {problem}")
    engine = OwnEngine()
    atexit.register(engine.remove)
    engine.start()
    return engine


def _why_not() -> str:
    """Why no engine can be started here, after trying to install it; empty when it can."""
    if _SETTING == "0":
        return "SANDBOX_TEST_DOCKER is 0"
    if os.geteuid() != 0:
        return "starting one needs root"
    missing = [package for tool, package in _PACKAGES.items() if not shutil.which(tool, path=_PATH)]
    if not missing:
        return ""
    apt = shutil.which("apt-get")
    if apt is None:
        return f"{' and '.join(missing)} are not installed, and this is no Debian"
    install = [apt, "install", "--yes", "--no-install-recommends", *missing]
    # The service that the package brings stays off: these tests start an engine of their own.
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in (install, [apt, "update"], install):
        done = subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
        if done and command is install:
            return ""
    return f"the packages {' and '.join(missing)} cannot be installed"


class OwnEngine:
    """dockerd on a socket in a folder of its own: no bridge, no firewall rules, no registry. Or one that is there."""

    def __init__(self, address: str = "") -> None:
        """With an address nothing is ever started, stopped or removed."""
        self.folder = None if address else Path(tempfile.mkdtemp(prefix="engine-"))
        self.url = address or f"unix://{self.folder}/engine.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process, 0 where it is not ours."""
        return self._process.pid if self._process is not None else 0

    def start(self) -> None:
        """Start it, and wait until it answers."""
        assert self.folder is not None
        command = ["dockerd", "--data-root", f"{self.folder}/data", "--exec-root", f"{self.folder}/exec"]
        command += ["--host", self.url, "--pidfile", f"{self.folder}/pid", "--bridge=none", "--iptables=false"]
        command += ["--ip6tables=false", "--exec-opt", "native.cgroupdriver=cgroupfs"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env={"PATH": _PATH})
        deadline = time.monotonic() + 60
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"dockerd did not start:\n{(self.folder / 'log').read_text()[-1500:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it and all that it runs; what it stored stays."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def remove(self) -> None:
        """End it and leave nothing of it."""
        self.stop()
        if self.folder is not None:
            for mount in sorted(self.mounts(), reverse=True):
                subprocess.run(["umount", "--lazy", mount], check=False)
            shutil.rmtree(self.folder)

    def mounts(self) -> list[str]:
        """What is mounted below its folder."""
        lines = Path("/proc/self/mountinfo").read_text().splitlines()
        return [place for line in lines if (place := line.split()[4]).startswith(f"{self.folder}/")]

    def containers(self, *, running: bool = False, owner: int | None = None) -> list[str]:
        """The containers that it has, or only those that run, or those of one process's judge."""
        with self._client() as client:
            found = client.containers(all=not running)
        if owner is not None:
            found = [each for each in found if f"|{owner}|" in each["Labels"].get("learning.sandbox.owner", "")]
        return [each["Id"] for each in found]

    def has(self, family: str) -> bool:
        """Whether it has an image that is made as it is made today."""
        with self._client() as client:
            found = client.images(name=image_name(family))
        return any((image.get("Labels") or {}).get(RECIPE_LABEL) == recipe(family) for image in found)

    def _client(self):
        import docker

        return contextlib.closing(docker.APIClient(base_url=self.url, version="1.41", timeout=30))

    def _answers(self) -> bool:
        try:
            with self._client() as client:
                return bool(client.ping())
        except OSError:  # those of requests are of that kind
            return False

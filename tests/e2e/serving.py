"""The product as an operator starts it: a process that can be stopped, killed and started again on the same data."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[2]
START_SECONDS = 300  # the first start on a fresh checkout builds the front end


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """`python -m lms_app run` on SQLite in a folder of its own, with the demo loaded."""

    def __init__(self, data: Path, *, port: int = 0, **settings: str) -> None:
        """`settings` are environment variables beside those that are always set here."""
        self.data = data
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = data / "server.log"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        """The settings it runs with, for commands on the same data."""
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("LLM_", "REFLEX_"))}
        environment |= {
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "DATA_DIR": str(self.data),
            "DATABASE_URL": f"sqlite:///{self.data / 'site.sqlite3'}",
            "REDIS_URL": "",
            "DEMO": "true",
            # People who register in tests come from addresses of their own: one address may register only so many.
            "TRUSTED_PROXY_HOPS": "1",
            **self._settings,
        }
        return environment

    def start(self) -> None:
        """Start, and return when pages are served."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lms_app", "run"],
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready(self._process)

    @property
    def pid(self) -> int:
        """The process that was started; the others are below it."""
        assert self._process is not None
        return self._process.pid

    def end(self, within: float) -> int:
        """Ask it to stop and return its exit code; raises TimeoutExpired when it is not gone in so many seconds."""
        assert self._process is not None
        self._process.terminate()
        code = self._process.wait(timeout=within)
        self._process = None
        return code

    def stop(self) -> None:
        """Stop in good order."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """End every process of it at once, as a power cut would."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise RuntimeError(f"The site did not start:\n{self.log.read_text()[-4000:]}")
            try:
                if httpx.get(f"{self.address}/ping", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
        raise RuntimeError(f"The site did not answer in {START_SECONDS} s:\n{self.log.read_text()[-4000:]}")

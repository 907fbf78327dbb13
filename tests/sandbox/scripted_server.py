"""A judge server whose judge does what a program's input says, so that HTTP can be tested where no cage works.

As a program (`python scripted_server.py LOG [PORT]`) it serves until it is killed and writes the name of each job that
begins to LOG.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sandbox import JudgeRequest, JudgeResult, Progress, RunRequest, RunResult, Verdict
from sandbox.backends.base import Capabilities
from sandbox.serve import Bounds, JudgeServer
from sandbox.types import CaseResult

TOKEN = "only-for-tests-" + "0123456789abcdef" * 2


class ScriptedJudge:
    """`{"sleep": 1, "say": "x", "reason": "lost", "fail": true}` as the input of a run is what comes of it."""

    def __init__(self, log: Path | None = None) -> None:
        self._log = log
        self._closing = threading.Event()
        self.works = True

    def probe(self) -> Capabilities:
        return Capabilities(self.works, "" if self.works else "There is no cage.", memory="cgroup1")

    def run(self, request: RunRequest) -> RunResult:
        script = json.loads(request.stdin or "{}")
        self._note(request.entry)
        if script.get("refuse"):
            raise ValueError("entry: 'x' is not among the files")
        if script.get("fail"):
            raise RuntimeError("secret of the server")
        if self._closing.wait(script.get("sleep", 0)):
            return RunResult(Verdict.INTERNAL_ERROR, reason="lost", message="The judge is stopping.")
        if reason := script.get("reason"):
            return RunResult(Verdict.INTERNAL_ERROR, reason=reason, message="so it was asked")
        return RunResult(Verdict.ACCEPTED, stdout=script.get("say", request.entry), exit_code=0, time_ms=3)

    def judge(self, request: JudgeRequest, progress: Progress | None = None) -> JudgeResult:
        for number, case in enumerate(request.cases):
            if progress is not None:
                progress(number, len(request.cases))
            time.sleep(json.loads(case.stdin).get("sleep", 0) if case.stdin else 0)
        tests = tuple(CaseResult(case.name, Verdict.ACCEPTED, hidden=case.hidden, points=1.0) for case in request.cases)
        return JudgeResult(Verdict.ACCEPTED, len(tests), len(tests), 100.0, tests)

    def close(self) -> None:
        self._closing.set()

    def _note(self, name: str) -> None:
        if self._log is not None:
            with self._log.open("a") as log:
                log.write(f"{name}\n")


@contextlib.contextmanager
def serving(judge: ScriptedJudge, bounds: Bounds | None = None) -> Iterator[JudgeServer]:
    """A server in this process, on a free port."""
    server = JudgeServer(
        judge, token=TOKEN, bounds=bounds or Bounds(places=2), backend="scripted", languages=["python"]
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


@dataclass(slots=True)
class Machine:
    """A server in a process of its own."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def machine(*command: str, **environment: str) -> Iterator[Machine]:
    """Start a server by `command` and wait until it says where it listens."""
    with subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **environment},
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith("Judging on http://"), line
            yield Machine(line.split()[2].rstrip(":"), process)
        finally:
            process.kill()


def scripted_machine(log: Path, port: int = 0) -> contextlib.AbstractContextManager[Machine]:
    """A scripted server in a process of its own."""
    return machine(__file__, str(log), str(port))


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def wait_for(what, seconds: float = 20.0) -> None:
    """Until `what()` is true; fails the test when it does not become so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


if __name__ == "__main__":
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    scripted = JudgeServer(
        ScriptedJudge(Path(sys.argv[1])),
        token=TOKEN,
        bounds=Bounds(places=4, line=40),
        port=port,
        backend="scripted",
        languages=["python"],
    )
    sys.stdout.write(f"Judging on {scripted.url}:\n")
    sys.stdout.flush()
    scripted.serve_forever()

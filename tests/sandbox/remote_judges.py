"""Judges on other machines for tests, and jobs that do as they are told there."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripted_server import TOKEN

from sandbox import RunRequest
from sandbox.backends.remote import RemoteJudge
from sandbox.backends.remote_servers import Pace

FAST = Pace(interval_seconds=0.1, answer_seconds=1.0, lost_after_seconds=1.5)


@contextlib.contextmanager
def remote(*urls: str, token: str = TOKEN, **more: Any) -> Iterator[RemoteJudge]:
    judge = RemoteJudge(urls, token, **{"pace": FAST, "wait_seconds": 20, "patience_seconds": 5, **more})
    try:
        yield judge
    finally:
        judge.close()


def job(name: str = "main.py", **script: Any) -> RunRequest:
    return RunRequest("python", {name: ""}, name, stdin=json.dumps(script))


def begun(*logs: Path) -> Counter[str]:
    """How often each job began, by what the machines wrote down."""
    return Counter(name for log in logs if log.exists() for name in log.read_text().split())

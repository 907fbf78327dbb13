"""A worker process for test_jobs_killed.py: its jobs write a row, and can be told to hang before or after that.

Run as ``python -m tests.services.job_worker FOLDER``; it writes a line to FOLDER/log for each thing it does.
"""

import sys
import time
from pathlib import Path
from typing import Any

from services import models  # noqa: F401  (every table, for foreign keys)
from services.platform import audit, jobs, leases, queues
from services.platform.actor import Actor
from services.platform.database import unit_of_work

FOLDER = Path(sys.argv[1])


def note(what: str) -> None:
    with (FOLDER / "log").open("a") as file:
        file.write(what + "\n")


def hang_once(when: str, payload: dict[str, Any]) -> None:
    """Stop for good where the payload says so, but only in the first worker that comes here."""
    marker = FOLDER / f"hung-{payload['name']}"
    if payload["hang"] == when and not marker.exists():
        marker.touch()
        note(f"{payload['name']} hangs {when}")
        time.sleep(600)


@jobs.handler("testing.effect")
def effect(actor: Actor, payload: dict[str, Any]) -> None:
    note(f"{payload['name']} begun")
    hang_once("before", payload)
    with unit_of_work(actor) as session:
        audit.record(session, actor, "testing.effect", payload["name"])
        jobs.complete(session)
    hang_once("after", payload)


if __name__ == "__main__":
    leases.LEASE_SECONDS = 3.0
    queues.HEARTBEAT_SECONDS = 0.3
    queues.SWEEP_SECONDS = 0.3
    workers = queues.Workers(threads=2)
    workers.start()
    note("working")
    time.sleep(600)

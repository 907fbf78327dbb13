"""The judge's place in the job queue."""

from typing import Any

from services.coding import submitting
from services.platform.actor import Actor
from services.platform.jobs import handler


def _gave_up(actor: Actor, payload: dict[str, Any], _error: str) -> None:
    submitting.give_up(actor, submission_id=payload["submission_id"])


@handler(submitting.JOB, max_attempts=8, gave_up=_gave_up)
def judge_submission(actor: Actor, payload: dict[str, Any]) -> None:
    """Judge the submission that a job names."""
    submitting.judge_pending(actor, submission_id=payload["submission_id"])

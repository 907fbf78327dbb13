"""The judge's places in the job queue."""

from typing import Any

from services.coding import rejudging, verdicts, waiting
from services.coding.similarity import comparing as _comparing  # noqa: F401  (declares its own job)
from services.platform.actor import Actor
from services.platform.jobs import handler


def _gave_up(actor: Actor, payload: dict[str, Any], _error: str) -> None:
    verdicts.give_up(actor, submission_id=payload["submission_id"])


@handler(waiting.JOB, max_attempts=8, gave_up=_gave_up)
def judge_submission(actor: Actor, payload: dict[str, Any]) -> None:
    """Judge the submission that a job names."""
    verdicts.judge_pending(actor, submission_id=payload["submission_id"])


def _stopped(actor: Actor, payload: dict[str, Any], _error: str) -> None:
    rejudging.stop(actor, rejudging_id=payload["rejudging_id"])


@handler(rejudging.JOB, max_attempts=8, gave_up=_stopped)
def judge_one_anew(actor: Actor, payload: dict[str, Any]) -> None:
    """Judge the next submission of an exercise whose tests have changed, and promise the one after it."""
    rejudging.judge_next(actor, rejudging_id=payload["rejudging_id"])

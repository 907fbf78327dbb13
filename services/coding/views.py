"""From rows to what a learner sees."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.coding.files import file_views
from services.coding.models import Submission
from services.coding.schemas import CheckLine, DiffLine, FailingCase, SubmissionRow, SubmissionView
from services.coding.waiting import OPEN, WAITED_TOO_LONG, expired

ROW_COLUMNS = ("id", "number", "status", "verdict", "score", "passed", "total", "created_at")
"""What a line of the list needs; files and results stay in the database."""


def submission_row(values: Sequence[Any]) -> SubmissionRow:
    """A line of the list, from the columns named above."""
    found = dict(zip(ROW_COLUMNS, values, strict=True))
    return SubmissionRow(**{**found, "id": str(found["id"]), "created_at": found["created_at"].isoformat()})


def address_of(course: str, lesson: str, block: str) -> str:
    """Return the page on which an exercise stands, at its place there."""
    return f"/learn/{course}/{lesson}#{block}"


def submission_view(submission: Submission, place: int = 0) -> SubmissionView:
    """A submission with its judgement; ``place`` is where it stands in the queue of the judge.

    What waited too long is shown as what it is before its turn comes, when that is written down.
    """
    result = submission.result
    if submission.status == "queued" and expired(submission.created_at):
        overdue = submission.message or WAITED_TOO_LONG
        return replace(_view(submission, result, place=0), status="failed", finished=True, message=overdue)
    return _view(submission, result, place=place)


def _view(submission: Submission, result: Mapping[str, Any], *, place: int) -> SubmissionView:
    return SubmissionView(
        id=str(submission.id),
        exercise_id=str(submission.exercise_id),
        user_id=str(submission.user_id),
        number=submission.number,
        status=submission.status,
        finished=submission.status not in OPEN,
        verdict=submission.verdict,
        accepted=submission.verdict == "accepted",
        score=submission.score,
        passed=submission.passed,
        total=submission.total,
        created_at=submission.created_at.isoformat(),
        finished_at=submission.finished_at.isoformat() if submission.finished_at else "",
        message=submission.message or result.get("message", ""),
        files=file_views(submission.files),
        checks=check_lines(result),
        failing=failing_case(result),
        compile_log=result.get("compile_log", ""),
        output=result.get("output", ""),
        time_ms=result.get("time_ms", 0),
        longest_ms=result.get("longest_ms", result.get("time_ms", 0)),
        memory_kb=result.get("memory_kb", 0),
        place=place,
        tests_done=submission.cases_done if submission.status == "running" else 0,
        tests_total=submission.cases_total if submission.status == "running" else 0,
        rejudged_at=submission.rejudged_at.isoformat() if submission.rejudged_at else "",
    )


def check_lines(result: Mapping[str, Any]) -> list[CheckLine]:
    """The tests of a stored judgement."""
    return [CheckLine(**check) for check in result.get("checks", [])]


def failing_case(result: Mapping[str, Any]) -> FailingCase | None:
    """The failing case of a stored judgement."""
    stored = result.get("failing")
    if not stored:
        return None
    return FailingCase(**{**stored, "diff": [DiffLine(**line) for line in stored["diff"]]})

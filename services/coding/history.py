"""What somebody handed in before at an exercise: listed page by page, and compared."""

import sqlalchemy as sa
from sqlmodel import col

from services.coding.diff import code_diff
from services.coding.loading import readable_submission, studied_exercise
from services.coding.models import Submission
from services.coding.schemas import CompareView, FileChange, HistoryPage, SubmissionRow
from services.coding.views import ROW_COLUMNS, submission_row
from services.platform.actor import Actor
from services.platform.database import reading
from services.platform.errors import Invalid
from services.platform.messages import N_
from services.platform.permissions import Permission, require_person

_ROWS_LISTED = 50
_MOST_ROWS = 100


def submissions(actor: Actor, *, exercise_id: object) -> list[SubmissionRow]:
    """One's own last submissions at an exercise, the newest first."""
    return history(actor, exercise_id=exercise_id, limit=_ROWS_LISTED).rows


def history(actor: Actor, *, exercise_id: object, cursor: object = "", limit: object = 30) -> HistoryPage:
    """One's own submissions at an exercise page by page, the newest first; ``cursor`` is what the page before gave."""
    user_id = require_person(actor, Permission.learn)
    before, wanted = _parse_cursor(cursor), _parse_limit(limit)
    with reading(actor) as session:
        exercise = studied_exercise(session, actor, exercise_id)
        asked = (
            sa.select(*(getattr(Submission, name) for name in ROW_COLUMNS))
            .where(col(Submission.exercise_id) == exercise.id, col(Submission.user_id) == user_id)
            .order_by(col(Submission.number).desc())
            .limit(wanted + 1)
        )
        if before:
            asked = asked.where(col(Submission.number) < before)
        found = [submission_row(row) for row in session.execute(asked).all()]
    rows = found[:wanted]
    return HistoryPage(rows=rows, next_cursor=str(rows[-1].number) if len(found) > wanted else "")


def compare(actor: Actor, *, submission_id: object, other_id: object) -> CompareView:
    """What changed between two submissions of one person at one exercise, from the earlier to the later."""
    with reading(actor) as session:
        one, other = (readable_submission(session, actor, wanted) for wanted in (submission_id, other_id))
    if (one.exercise_id, one.user_id) != (other.exercise_id, other.user_id):
        problem = N_("Only two submissions of one person at one exercise can be compared.")
        raise Invalid(problem, fields={"other": problem})
    before, after = sorted((one, other), key=lambda each: each.number)
    names = [*before.files, *(name for name in after.files if name not in before.files)]
    return CompareView(
        before=_row(before),
        after=_row(after),
        files=[_change(name, before.files.get(name, ""), after.files.get(name, "")) for name in names],
    )


def _change(name: str, before: str, after: str) -> FileChange:
    return FileChange(name=name, same=before == after, lines=[] if before == after else code_diff(before, after))


def _row(found: Submission) -> SubmissionRow:
    return submission_row([getattr(found, name) for name in ROW_COLUMNS])


def _parse_cursor(cursor: object) -> int:
    if cursor in ("", None):
        return 0
    # As many digits as the numbers of submissions have: every database takes them.
    if not isinstance(cursor, str) or not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 9):
        raise Invalid("This page does not exist.", fields={"cursor": "This page does not exist."})
    return int(cursor)


def _parse_limit(limit: object) -> int:
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _MOST_ROWS:
        problem = N_("A page has 1 to 100 lines.")
        raise Invalid(problem, fields={"limit": problem})
    return limit

"""What somebody handed in before at an exercise: listed page by page, and compared."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from services.coding.diff import code_diff
from services.coding.loading import readable_submission, studied_exercise
from services.coding.models import Submission
from services.coding.schemas import (
    CompareView,
    FileChange,
    HistoryPage,
    OwnSubmissionRow,
    OwnSubmissionsPage,
    SubmissionRow,
)
from services.coding.views import ROW_COLUMNS, address_of, submission_row
from services.courses.models import Block, Course, Exercise, Lesson
from services.enrolment import seat_of, with_seat
from services.platform.actor import Actor
from services.platform.database import reading
from services.platform.errors import Forbidden, Invalid, NotFound
from services.platform.ids import parse_id
from services.platform.messages import N_
from services.platform.permissions import Permission, require_person
from services.platform.statements import Asked, Found

_ROWS_LISTED = 50
_MOST_ROWS = 100
_NEWEST = UUID(int=2**128 - 1)  # stands after every id there will ever be

_of_person = Asked(
    with_seat(
        sa.select(
            *(getattr(Submission, name) for name in ROW_COLUMNS),
            col(Exercise.id), col(Exercise.title), col(Exercise.language), col(Course.slug), col(Course.title),
            col(Lesson.slug), col(Block.key), col(Block.retired),
        )
        .select_from(Submission)
        .join(Exercise, col(Exercise.id) == col(Submission.exercise_id))
        .join(Block, col(Block.id) == col(Exercise.block_id))
        .join(Lesson, col(Lesson.id) == col(Exercise.lesson_id))
    )
    .where(col(Submission.user_id) == sa.bindparam("user_id"), col(Submission.id) < sa.bindparam("before"))
    .order_by(col(Submission.id).desc())
    .limit(sa.bindparam("wanted"))
)  # fmt: skip


def submissions(actor: Actor, *, exercise_id: object) -> list[SubmissionRow]:
    """One's own last submissions at an exercise, the newest first."""
    return history(actor, exercise_id=exercise_id, limit=_ROWS_LISTED).rows


def history(actor: Actor, *, exercise_id: object, cursor: object = "", limit: object = 30) -> HistoryPage:
    """One's own submissions at an exercise page by page, the newest first; ``cursor`` is what the page before gave."""
    user_id = require_person(actor, Permission.learn)
    before, wanted = _parse_cursor(cursor), parse_limit(limit)
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


def my_submissions(actor: Actor, *, cursor: object = "", limit: object = 30) -> OwnSubmissionsPage:
    """One's own submissions at all exercises, the newest first; ids grow with time, and the last one is the cursor."""
    user_id = require_person(actor, Permission.learn)
    before, wanted = _parse_place(cursor), parse_limit(limit)
    with reading(actor) as session:
        found = _of_person.rows(session, user_id=user_id, before=before, wanted=wanted + 1)
    rows = [_own_row(actor, row) for row in found[:wanted]]
    return OwnSubmissionsPage(rows=rows, next_cursor=rows[-1].id if len(found) > wanted else "")


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


def _own_row(actor: Actor, found: Found) -> OwnSubmissionRow:
    row = submission_row(found[: len(ROW_COLUMNS)])
    exercise_id, title, language, course, course_title, lesson, block, retired = found[len(ROW_COLUMNS) :][:8]
    return OwnSubmissionRow(
        id=row.id,
        exercise_id=str(exercise_id),
        exercise_title=title,
        course_title=course_title,
        language=language,
        address=address_of(course, lesson, block) if not retired and _may_study(actor, found) else "",
        number=row.number,
        status=row.status,
        verdict=row.verdict,
        score=row.score,
        passed=row.passed,
        total=row.total,
        created_at=row.created_at,
    )


def _may_study(actor: Actor, found: Found) -> bool:
    try:
        seat_of(actor, found)
    except (NotFound, Forbidden):
        return False
    return True


def _parse_place(cursor: object) -> UUID:
    if cursor in ("", None):
        return _NEWEST
    try:
        return parse_id(cursor)
    except NotFound:
        raise Invalid("This page does not exist.", fields={"cursor": "This page does not exist."}) from None


def _parse_cursor(cursor: object) -> int:
    if cursor in ("", None):
        return 0
    # As many digits as the numbers of submissions have: every database takes them.
    if not isinstance(cursor, str) or not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 9):
        raise Invalid("This page does not exist.", fields={"cursor": "This page does not exist."})
    return int(cursor)


def parse_limit(limit: object) -> int:
    """Return how many lines a page is to have."""
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _MOST_ROWS:
        problem = N_("A page has 1 to 100 lines.")
        raise Invalid(problem, fields={"limit": problem})
    return limit

"""An exercise before it is handed in: seen, drafted, hinted at."""

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.coding import machine
from services.coding.files import file_views, parse_files
from services.coding.loading import own_draft, studied_exercise
from services.coding.models import Draft, Submission
from services.coding.schemas import DraftView, ExerciseView, HintView
from services.coding.seats import content, exercise_seat, own_work
from services.coding.views import ROW_COLUMNS, submission_row
from services.platform import clock
from services.platform.actor import Actor
from services.platform.database import reading, table_of, unit_of_work
from services.platform.errors import Invalid, NotFound
from services.platform.ids import parse_id
from services.platform.permissions import Permission, require_person
from services.platform.statements import Asked, Changed

_ROWS_SHOWN = 10


_table = table_of(Draft)
_first = insert(_table).values(
    course_id=sa.bindparam("of_course"),
    exercise_id=sa.bindparam("of_exercise"),
    user_id=sa.bindparam("of_user"),
    files=sa.bindparam("files_now"),
    saved_at=sa.bindparam("now"),
)
_save = Changed(
    _first.on_conflict_do_update(
        index_elements=[_table.c.user_id, _table.c.exercise_id],
        set_={"files": _first.excluded.files, "saved_at": _first.excluded.saved_at},
    )
)
_newest = Asked(
    sa.select(*(getattr(Submission, name) for name in ROW_COLUMNS))
    .where(col(Submission.exercise_id) == sa.bindparam("wanted_id"), col(Submission.user_id) == sa.bindparam("user_id"))
    .order_by(col(Submission.number).desc())
    .limit(_ROWS_SHOWN)
)


def exercise_view(actor: Actor, *, exercise_id: object) -> ExerciseView:
    """The exercise as this person meets it, with their draft and their last submissions."""
    user_id = require_person(actor, Permission.learn)
    wanted = parse_id(exercise_id)
    with reading(actor) as session:
        seat, work = own_work(session, actor, wanted)
        exercise = content(session, seat, wanted)
        rows = _newest.rows(session, wanted_id=wanted, user_id=user_id)
    return replace(
        exercise.view,
        files=file_views(exercise.starter if work.files is None else work.files),
        starter=list(exercise.view.starter),
        cases=list(exercise.view.cases),
        has_draft=work.files is not None,
        draft_saved_at=work.saved_at,
        submissions=[submission_row(row) for row in rows],
        solved=work.solved,
        problem=machine.NO_LANGUAGE if machine.language_problem(exercise.view.language) else "",
    )


def hint(actor: Actor, *, exercise_id: object, number: object) -> HintView:
    """One hint, from 1: the page asks for the next when the learner does, and has none that was not asked for."""
    require_person(actor, Permission.learn)
    if isinstance(number, bool) or not isinstance(number, int):
        raise Invalid("A hint has a number.", fields={"number": "A hint has a number."})
    wanted = parse_id(exercise_id)
    with reading(actor) as session:
        hints = content(session, exercise_seat(session, actor, wanted), wanted).hints
    if not 1 <= number <= len(hints):
        raise NotFound("There is no such hint.")
    return HintView(number=number, total=len(hints), html=hints[number - 1])


def save_draft(actor: Actor, *, exercise_id: object, files: object) -> DraftView:
    """Keep what is in the editor; the last save wins."""
    user_id = require_person(actor, Permission.learn)
    parsed, now = parse_files(files), clock.now()
    wanted = parse_id(exercise_id)
    with unit_of_work(actor) as session:
        seat = exercise_seat(session, actor, wanted)
        _save.run(
            session,
            of_course=seat.revision.course_id,
            of_exercise=wanted,
            of_user=user_id,
            files_now=parsed,
            now=now,
        )
    return DraftView(str(wanted), now.isoformat(), file_views(parsed))


def reset_draft(actor: Actor, *, exercise_id: object) -> DraftView:
    """Forget the draft and go back to the starter."""
    user_id = require_person(actor, Permission.learn)
    with unit_of_work(actor) as session:
        exercise = studied_exercise(session, actor, exercise_id)
        draft = own_draft(session, exercise, user_id, lock=True)
        if draft is not None:
            session.delete(draft)
    return DraftView(str(exercise.id), "", file_views(exercise.starter))

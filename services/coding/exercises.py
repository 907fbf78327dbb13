"""An exercise before it is handed in: seen and hinted at."""

from dataclasses import replace

import sqlalchemy as sa
from sqlmodel import col

from services.coding import machine
from services.coding.drafts import aside_views, draft_files
from services.coding.files import file_views
from services.coding.models import Submission
from services.coding.schemas import ExerciseView, HintView
from services.coding.seats import content, exercise_seat, own_work
from services.coding.views import ROW_COLUMNS, submission_row
from services.platform.actor import Actor
from services.platform.database import reading
from services.platform.errors import Invalid, NotFound
from services.platform.ids import parse_id
from services.platform.permissions import Permission, require_person
from services.platform.statements import Asked

_ROWS_SHOWN = 10

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
        files=file_views(draft_files(work.draft, exercise.starter)),
        starter=list(exercise.view.starter),
        cases=list(exercise.view.cases),
        has_draft=work.draft.version is not None,
        draft_saved_at=work.draft.saved_at,
        submissions=[submission_row(row) for row in rows],
        solved=work.solved,
        asides=aside_views(work.draft),
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

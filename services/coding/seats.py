"""What a learner's events at an exercise need: the right to be there, and the exercise as everybody meets it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.coding import judging
from services.coding.files import file_views
from services.coding.loading import public_task
from services.coding.models import Draft, Submission
from services.coding.schemas import CaseView, ExerciseView
from services.courses import kept
from services.courses.models import Exercise, Lesson
from services.enrolment import Seat, seat_of, with_seat
from services.platform.actor import Actor
from services.platform.cache import Kept
from services.platform.richtext import render
from services.platform.statements import Asked


@dataclass(frozen=True, slots=True)
class Content:
    """An exercise without anybody's work in it; ``hints`` are HTML. Nothing hidden is even read."""

    view: ExerciseView
    hints: tuple[str, ...]
    starter: dict[str, str]


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A person's draft at an exercise as it is stored; version None: there is none."""

    version: int | None = None
    files: dict[str, str] = field(default_factory=dict)
    saved_at: str = ""
    written: dict[str, str] = field(default_factory=dict)
    asides: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A person's draft at an exercise, and whether they have solved it."""

    draft: KeptDraft
    solved: bool


_of_exercise = col(Exercise.id) == sa.bindparam("wanted_id")
_at_exercise = Asked(
    with_seat(
        sa.select(col(Exercise.id)).select_from(Exercise).join(Lesson, col(Lesson.id) == col(Exercise.lesson_id))
    ).where(_of_exercise)
)
_solved = sa.exists().where(
    col(Submission.exercise_id) == col(Exercise.id),
    col(Submission.user_id) == sa.bindparam("user_id"),
    col(Submission.verdict) == "accepted",
)
_own_draft = (col(Draft.exercise_id) == col(Exercise.id)) & (col(Draft.user_id) == sa.bindparam("user_id"))
_DRAFT = (col(Draft.version), col(Draft.files), col(Draft.saved_at), col(Draft.written), col(Draft.asides))


def _with_draft(*more: sa.ColumnElement[Any]) -> Asked:
    return Asked(
        with_seat(
            sa.select(*_DRAFT, *more)
            .select_from(Exercise)
            .join(Lesson, col(Lesson.id) == col(Exercise.lesson_id))
            .outerjoin(Draft, _own_draft)
        ).where(_of_exercise)
    )


_drafted = _with_draft()
_with_work = _with_draft(_solved)
_contents: Kept[Content] = Kept(500)


def exercise_seat(session: Session, actor: Actor, exercise_id: UUID) -> Seat:
    """Return the actor's place at an exercise whose lesson they may study."""
    return seat_of(actor, _at_exercise.first(session, wanted_id=exercise_id, user_id=actor.user_id))


def own_draft(session: Session, actor: Actor, exercise_id: UUID) -> tuple[Seat, KeptDraft]:
    """Return the actor's place at an exercise, and their draft at it."""
    row = _drafted.first(session, wanted_id=exercise_id, user_id=actor.user_id)
    return seat_of(actor, row), _kept(row)


def own_work(session: Session, actor: Actor, exercise_id: UUID) -> tuple[Seat, OwnWork]:
    """Return the actor's place at an exercise, and their work at it."""
    row = _with_work.first(session, wanted_id=exercise_id, user_id=actor.user_id)
    seat = seat_of(actor, row)
    return seat, OwnWork(_kept(row), row is not None and bool(row[len(_DRAFT)]))


def _kept(row: Sequence[Any] | None) -> KeptDraft:
    if row is None or row[0] is None:
        return KeptDraft()
    version, files, saved_at, written, asides = row[: len(_DRAFT)]
    return KeptDraft(version, files, saved_at.isoformat(), written or {}, asides or {})


def content(session: Session, seat: Seat, exercise_id: UUID) -> Content:
    """Return an exercise at which the caller has a place, as everybody meets it."""
    return kept(session, _contents, (seat.revision, exercise_id), lambda: _load(session, exercise_id))


def _load(session: Session, exercise_id: UUID) -> Content:
    exercise = session.scalars(sa.select(Exercise).where(col(Exercise.id) == exercise_id)).one()
    starter, task = file_views(exercise.starter), public_task(session, exercise)
    view = ExerciseView(
        id=str(exercise.id),
        slug=exercise.slug,
        title=exercise.title,
        course_id=str(exercise.course_id),
        lesson_id=str(exercise.lesson_id),
        language=exercise.language,
        difficulty=exercise.difficulty,
        instructions_html=render(exercise.instructions),
        hints=len(exercise.hints),
        entry=exercise.entry,
        files=starter,
        starter=starter,
        has_draft=False,
        draft_saved_at="",
        cases=[CaseView(str(case.get("name", "")), case["stdin"], case["expected"]) for case in exercise.public_cases],
        limits=judging.limits_view(task.limits),
        submissions=[],
        solved=False,
        runs=task.runs,
    )
    return Content(view, tuple(render(hint) for hint in exercise.hints), dict(exercise.starter))

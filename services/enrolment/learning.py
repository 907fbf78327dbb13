"""What a learner does in a course: join it, read a lesson, spend time, finish."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses import lesson_content, skeleton, visible_course, visible_lesson
from services.courses.folding import storable
from services.courses.models import Block, Course, Lesson
from services.courses.policy import can_edit_courses
from services.courses.schemas import LessonView
from services.enrolment.access import (
    ENROL_FIRST,
    CourseSeat,
    course_seat,
    enrolment_of,
    learnt_lesson,
    progress_row,
    require_place,
    seat_of,
    studied,
    with_seat,
)
from services.enrolment.completion import apply_rule, finish
from services.enrolment.models import Enrolment, LessonProgress
from services.enrolment.overview import progress_of
from services.enrolment.schemas import EnrolmentView, LessonState, Progress
from services.platform import audit, clock
from services.platform.actor import Actor
from services.platform.database import reading, table_of, unit_of_work
from services.platform.errors import Conflict, Forbidden, Invalid, NotFound
from services.platform.ids import parse_id
from services.platform.messages import N_
from services.platform.permissions import Permission, require, require_person
from services.platform.statements import Asked, Changed

_ENROLMENT, _PROGRESS = table_of(Enrolment), table_of(LessonProgress)
_LONGEST_BEAT = 60
_BY_ITSELF = {
    "quiz": N_("This lesson is finished when you pass its quiz."),
    "exercise": N_("This lesson is finished when you solve its exercise."),
    "time": N_("This lesson is finished when you have spent its reading time here."),
}


def enrol(actor: Actor, *, course_id: object) -> EnrolmentView:
    """Join a published course (free). Joining again changes nothing; coming back finds everything as it was."""
    require(actor, Permission.learn)
    user_id = require_person(actor)
    with unit_of_work(actor) as session:
        course = visible_course(session, actor, course_id)
        if course.status != "published":
            raise Conflict("This course is not published.")
        made = Enrolment(organisation_id=actor.organisation_id, user_id=user_id, course_id=course.id)
        row, created = _own(session, actor, course), False
        if row is None:
            try:
                with session.begin_nested():
                    session.add(made)
                row, created = made, True
            except IntegrityError:  # the same person was enrolled at this very moment
                row = _own(session, actor, course)
                if row is None:
                    raise
        if not row.active:
            row.active, row.last_active_at, created = True, clock.now(), True
        if created:
            audit.record(session, actor, "course.enrol", course, slug=course.slug)
        return EnrolmentView(str(course.id), course.slug, course.title, row.created_at.isoformat(), created)


def _own(session: Session, actor: Actor, course: Course) -> Enrolment | None:
    return session.scalar(
        sa.select(Enrolment)
        .where(col(Enrolment.user_id) == actor.user_id, col(Enrolment.course_id) == course.id)
        .with_for_update()
    )


def cancel_enrolment(actor: Actor, *, course_id: object) -> None:
    """Leave a course. What was done in it is kept for the day one comes back."""
    require_person(actor)
    with unit_of_work(actor) as session:
        course = visible_course(session, actor, course_id)
        row = enrolment_of(session, actor, course.id, lock=True)
        if row is not None:
            row.active = False
            audit.record(session, actor, "course.leave", course, slug=course.slug)


def lesson_view(actor: Actor, *, course_slug: object, lesson_slug: object) -> LessonView:
    """Return a lesson at its address, for those who take the course or teach."""
    with reading(actor) as session:
        return _view(session, actor, course_seat(session, actor, course_slug), lesson_slug)


def lesson_by_id(actor: Actor, *, lesson_id: object) -> LessonView:
    """Return a lesson by its id, for those who take the course or teach."""
    with reading(actor) as session:
        lesson, course = visible_lesson(session, actor, lesson_id)
        return _view(session, actor, course_seat(session, actor, course.id), lesson.slug)


def _view(session: Session, actor: Actor, course: CourseSeat, slug_or_id: object) -> LessonView:
    drafts = can_edit_courses(actor)
    order = skeleton(session, course.revision)
    shown = order.shown(drafts=drafts)
    at = next((number for number, line in enumerate(shown) if slug_or_id in (line.slug, str(line.id))), None)
    if at is None:
        raise NotFound
    require_place(actor, course.enrolment_id)
    lesson = shown[at]
    return LessonView(
        id=str(lesson.id),
        slug=lesson.slug,
        title=lesson.title,
        course_id=str(course.revision.course_id),
        course_slug=course.slug,
        course_title=course.title,
        module_title=order.module_title(lesson.module_id),
        language=course.language,
        minutes=lesson.minutes,
        number=at + 1,
        total=len(shown),
        completion=lesson.completion,
        blocks=lesson_content(session, course.revision, lesson.id),
        previous_slug=shown[at - 1].slug if at else "",
        next_slug=shown[at + 1].slug if at + 1 < len(shown) else "",
    )


_own_progress = (col(LessonProgress.lesson_id) == col(Lesson.id)) & (
    col(LessonProgress.user_id) == sa.bindparam("user_id")
)
_at_lesson = Asked(
    with_seat(
        sa.select(
            col(LessonProgress.id), col(LessonProgress.block_key), col(LessonProgress.completed_at),
            col(LessonProgress.seconds),
        )
        .select_from(Lesson)
        .outerjoin(LessonProgress, _own_progress)
    ).where(col(Lesson.id) == sa.bindparam("lesson_id"))
)  # fmt: skip
_known_block = Asked(
    sa.select(col(Block.id)).where(
        col(Block.lesson_id) == sa.bindparam("lesson_id"), col(Block.key) == sa.bindparam("block_key")
    )
)
_be_at = Changed(
    sa.update(_ENROLMENT)
    .where(_ENROLMENT.c.id == sa.bindparam("enrolment_id"))
    .values(last_lesson_id=sa.bindparam("lesson_id"), last_active_at=sa.bindparam("now"))
)
_begin = Changed(
    insert(_PROGRESS)
    .values(
        user_id=sa.bindparam("of_user"),
        course_id=sa.bindparam("of_course"),
        lesson_id=sa.bindparam("of_lesson"),
        block_key=sa.bindparam("place"),
    )
    .on_conflict_do_nothing()  # another tab of the same person was first
)
_set_place = Changed(
    sa.update(_PROGRESS).where(_PROGRESS.c.id == sa.bindparam("progress_id")).values(block_key=sa.bindparam("place"))
)


def open_lesson(actor: Actor, *, lesson_id: object) -> LessonState:
    """Note that the learner is in this lesson; returns the block where they were and whether it is finished."""
    with unit_of_work(actor) as session:
        return _be_in(session, actor, parse_id(lesson_id), None)


def remember_place(actor: Actor, *, lesson_id: object, block_key: object) -> LessonState:
    """Note the block that is being read, to go on there."""
    if not isinstance(block_key, str) or not storable(block_key, 80):
        raise Invalid("There is no such place in this lesson.", fields={"block_key": "There is no such place."})
    with unit_of_work(actor) as session:
        return _be_in(session, actor, parse_id(lesson_id), block_key)


def _be_in(session: Session, actor: Actor, lesson_id: UUID, place: str | None) -> LessonState:
    """Note where the learner is: in the lesson, and at the block ``place`` of it when one is given."""
    row = _at_lesson.first(session, lesson_id=lesson_id, user_id=actor.user_id)
    seat = seat_of(actor, row)
    if place is not None and _known_block.first(session, lesson_id=lesson_id, block_key=place) is None:
        raise NotFound("There is no such place in this lesson.")
    if row is None or seat.enrolment_id is None or not seat.published:
        return LessonState(str(lesson_id), place or "", False, 0)
    _be_at.run(session, enrolment_id=seat.enrolment_id, lesson_id=lesson_id, now=clock.now())
    if row[0] is None:
        begun = {"of_user": actor.user_id, "of_course": seat.revision.course_id, "of_lesson": lesson_id}
        if _begin.run(session, **begun, place=place or ""):
            return LessonState(str(lesson_id), place or "", False, 0)
        row = _at_lesson.rows(session, lesson_id=lesson_id, user_id=actor.user_id)[0]
    progress_id, known_place, completed_at, seconds = row[:4]
    if place is not None and place != known_place:
        _set_place.run(session, progress_id=progress_id, place=place)
    return LessonState(str(lesson_id), known_place if place is None else place, completed_at is not None, seconds)


def add_time(actor: Actor, *, lesson_id: object, seconds: object) -> bool:
    """Count time in a lesson; returns whether the lesson is finished by it.

    No more than a minute at once, and over all tabs no more than has passed since time was counted last.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 0:
        raise Invalid("The time must be a number of seconds.", fields={"seconds": "This must be a number of seconds."})
    with unit_of_work(actor) as session:
        lesson, enrolment = learnt_lesson(session, actor, lesson_id)
        if enrolment is None:
            return False
        progress = progress_row(session, enrolment, lesson)
        now = clock.now()
        since = max(enrolment.last_beat_at or enrolment.created_at, enrolment.created_at)
        counted = max(0, min(seconds, _LONGEST_BEAT, int((now - since).total_seconds())))
        if counted:
            enrolment.last_beat_at = now
            progress.seconds += counted
        enrolment.last_active_at = now
        return apply_rule(session, enrolment, lesson, progress)


def complete_lesson(actor: Actor, *, lesson_id: object) -> Progress:
    """Finish a lesson by the learner's own word, where its rule leaves it to them. Doing it again changes nothing."""
    user_id = require_person(actor)
    with unit_of_work(actor) as session:
        lesson, enrolment = learnt_lesson(session, actor, lesson_id)
        if lesson.status != "published":
            raise Forbidden("This lesson is a draft.")
        if enrolment is None:
            raise Forbidden(ENROL_FIRST)
        progress = progress_row(session, enrolment, lesson)
        if progress.completed_at is None and not apply_rule(session, enrolment, lesson, progress):
            if lesson.completion in _BY_ITSELF:
                raise Conflict(_BY_ITSELF[lesson.completion])
            finish(session, enrolment, progress)
        enrolment.last_active_at = clock.now()
        session.flush()
        return progress_of(session, user_id, lesson)


def progress(actor: Actor, *, lesson_id: object) -> Progress:
    """Return how far this person is in a lesson and its course."""
    with reading(actor) as session:
        lesson, course = visible_lesson(session, actor, lesson_id)
        studied(session, actor, lesson, course)
        return progress_of(session, actor.user_id, lesson)

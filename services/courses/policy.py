"""Who may do what with courses: loading is checking."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses.folding import storable
from services.courses.models import Course, Lesson
from services.platform.actor import Actor
from services.platform.errors import Forbidden, NotFound
from services.platform.ids import parse_id
from services.platform.permissions import Permission, allowed, require


def can_edit_courses(actor: Actor) -> bool:
    """Whether the actor may write courses of their organisation, and so see its drafts."""
    return allowed(actor, Permission.edit_courses)


def in_sight(actor: Actor, *statuses: str) -> bool:
    """Whether the actor may see what has, and stands in what has, these statuses: the published, or what they edit."""
    return all(status == "published" for status in statuses) or can_edit_courses(actor)


def visible_course(session: Session, actor: Actor, slug_or_id: object) -> Course:
    """Return a course of the actor's organisation that is published, or that they may edit."""
    course = _find(session, slug_or_id)
    if course is None or not in_sight(actor, course.status):
        raise NotFound
    return course


def editable_course(session: Session, actor: Actor, slug_or_id: object) -> Course:
    """Return a course that the actor may write."""
    course = visible_course(session, actor, slug_or_id)
    if not can_edit_courses(actor):
        require(actor, Permission.edit_courses)
        raise Forbidden("You may not change this course.")
    return course


def visible_lesson(session: Session, actor: Actor, lesson_id: object) -> tuple[Lesson, Course]:
    """Return a lesson that is in the actor's sight, with its course. Reading it may need more, such as enrolment."""
    found = session.execute(
        sa.select(Lesson, Course)
        .join(Course, col(Course.id) == col(Lesson.course_id))
        .where(col(Lesson.id) == parse_id(lesson_id))
    ).one_or_none()
    return _checked(actor, (found[0], found[1]) if found else None)


def visible_lesson_at(session: Session, actor: Actor, course: object, slug: object) -> tuple[Lesson, Course]:
    """Return the lesson at an address: a course's slug or id, and the lesson's slug or id in it."""
    row = visible_course(session, actor, course)
    if not isinstance(slug, str) or not storable(slug, 80):
        raise NotFound
    wanted = sa.or_(col(Lesson.slug) == slug, col(Lesson.id) == _id_or_none(slug))
    lesson = session.scalars(sa.select(Lesson).where(col(Lesson.course_id) == row.id, wanted)).first()
    return _checked(actor, (lesson, row) if lesson else None)


def _checked(actor: Actor, found: tuple[Lesson, Course] | None) -> tuple[Lesson, Course]:
    if found is None:
        raise NotFound
    lesson, course = found
    if not in_sight(actor, lesson.status, course.status):
        raise NotFound
    return lesson, course


def _find(session: Session, slug_or_id: object) -> Course | None:
    if isinstance(slug_or_id, UUID):
        return session.get(Course, slug_or_id)
    if not isinstance(slug_or_id, str) or not storable(slug_or_id, 80):
        return None
    found = session.scalar(sa.select(Course).where(col(Course.slug) == slug_or_id))
    identifier = None if found else _id_or_none(slug_or_id)
    return session.get(Course, identifier) if identifier else found


def _id_or_none(text: str) -> UUID | None:
    try:
        return parse_id(text)
    except NotFound:
        return None

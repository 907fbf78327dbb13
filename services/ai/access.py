"""Loading is checking: the rows of the tutor that this person may reach."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services import enrolment
from services.ai.models import Conversation, Message
from services.courses.folding import storable
from services.courses.models import Course, Lesson, Module
from services.platform.actor import Actor
from services.platform.errors import Invalid, NotFound
from services.platform.ids import parse_id
from services.platform.permissions import Permission, allowed, require
from services.platform.statements import Asked


def lesson_to_ask(session: Session, actor: Actor, lesson_id: object, course: object = None) -> tuple[Lesson, Course]:
    """Return the lesson asked about; of a course (slug or id) the first. Checks that the actor studies it."""
    require(actor, Permission.ask_tutor)
    if not lesson_id and not course:
        raise Invalid("Say which lesson or course you ask about.", fields={"lesson_id": "Give one."})
    wanted = parse_id(lesson_id) if lesson_id else _first_lesson(session, course)
    lesson = enrolment.studied_lesson(session, actor, wanted)
    found = session.get(Course, lesson.course_id)
    if found is None:
        raise NotFound
    return lesson, found


_own_conversation = Asked(
    enrolment.with_seat(
        sa.select(col(Conversation.id))
        .select_from(Lesson)
        .outerjoin(
            Conversation,
            (col(Conversation.lesson_id) == col(Lesson.id)) & (col(Conversation.user_id) == sa.bindparam("user_id")),
        )
    ).where(col(Lesson.id) == sa.bindparam("wanted_id"))
)


def own_conversation(session: Session, actor: Actor, lesson_id: object) -> UUID | None:
    """Return the actor's conversation about a lesson that they study, or None when nothing was asked yet."""
    require(actor, Permission.ask_tutor)
    if not lesson_id:
        raise Invalid("Say which lesson or course you ask about.", fields={"lesson_id": "Give one."})
    row = _own_conversation.first(session, wanted_id=parse_id(lesson_id), user_id=actor.user_id)
    enrolment.seat_of(actor, row)
    return row[0] if row is not None else None


def _first_lesson(session: Session, course: object) -> UUID:
    if not isinstance(course, str) or not storable(course, 80):
        raise NotFound
    try:
        which = col(Course.id) == parse_id(course)
    except NotFound:
        which = col(Course.slug) == course
    found = session.scalar(
        sa.select(col(Lesson.id))
        .join(Module, col(Module.id) == Lesson.module_id)
        .join(Course, col(Course.id) == Lesson.course_id)
        .where(which, col(Lesson.status) == "published")
        .order_by(col(Module.position), col(Lesson.position))
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def may_see_drafts(actor: Actor) -> bool:
    """Whether lessons in draft may stand behind this person's answers."""
    return allowed(actor, Permission.edit_courses)


def own_answer(session: Session, actor: Actor, message_id: object, *, lock: bool = False) -> Message:
    """Return an answer of the actor's own conversation; everybody else's does not exist."""
    require(actor, Permission.ask_tutor)
    query = (
        sa.select(Message)
        .join(Conversation, col(Conversation.id) == Message.conversation_id)
        .where(
            col(Message.id) == parse_id(message_id),
            col(Message.role) == "answer",
            col(Conversation.user_id) == actor.user_id,
        )
    )
    found = session.scalar(query.with_for_update(of=Message) if lock else query)
    if found is None:
        raise NotFound
    return found

"""What pages and programs ask of the tutor: ask, read again, follow, stop, try again."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from services.ai import gateway, store, texts
from services.ai.access import lesson_to_ask, own_answer, own_conversation
from services.ai.live import Snapshot
from services.ai.models import Conversation, Message
from services.ai.runner import runner
from services.ai.schemas import RUNNING, Ask, Chunk, ConversationView, Exchange, MessageView, parse_ask
from services.ai.views import Screen, message_view, snapshot_of
from services.courses.models import Course, Lesson
from services.platform import clock, rate
from services.platform.actor import Actor
from services.platform.database import reading, unit_of_work
from services.platform.errors import Conflict
from services.platform.ids import parse_id
from services.platform.permissions import require_person

_PAGE = 30  # messages
_QUESTIONS_A_MINUTE = 12
_BATCH_SECONDS = 0.05
_TO_DRAWING = 5  # how much longer a follower waits than it draws
_LOOK_SECONDS = 0.5  # how often to look at a row that another process writes


def ask(
    actor: Actor,
    *,
    question: str,
    lesson_id: str = "",
    course: str = "",
    about: object = None,
    client_key: str | None = None,
) -> Exchange:
    """Save a question and begin to answer it. The same ``client_key`` again gives back the exchange that is there."""
    sent = parse_ask(question, about, client_key)
    try:
        row, answer, begun = _save_question(actor, sent, lesson_id, course)
    except IntegrityError:  # the first question, or the same one, was sent twice at this moment: now it is there
        row, answer, begun = _save_question(actor, sent, lesson_id, course)
    if begun:
        runner().start(actor, answer.id, answer.lease)
    return Exchange(
        conversation_id=str(row.conversation_id),
        question=message_view(row, actor.language),
        answer=message_view(answer, actor.language, _snapshot(answer)),
    )


def _save_question(actor: Actor, sent: Ask, lesson_id: object, course: object) -> tuple[Message, Message, bool]:
    with unit_of_work(actor) as session:
        lesson, of = lesson_to_ask(session, actor, lesson_id, course)
        conversation = _conversation_for(session, actor, lesson, of)
        if sent.client_key and (before := _sent_before(session, conversation, sent.client_key)):
            return (*before, False)
        rate.limiter.take(f"tutor:{actor.user_id}", _QUESTIONS_A_MINUTE, 60)
        _refuse_while_running(session, conversation)
        question = Message(
            organisation_id=actor.organisation_id,
            conversation_id=conversation.id,
            role="question",
            text=sent.question,
            about={key: value for key, value in sent.about.model_dump().items() if value},
            client_key=sent.client_key,
        )
        session.add(question)
        session.flush()
        answer = Message(
            organisation_id=actor.organisation_id,
            conversation_id=conversation.id,
            question_id=question.id,
            role="answer",
            status="queued",
            lease=secrets.token_hex(8),
        )
        session.add(answer)
        return question, answer, True


def _conversation_for(session: Session, actor: Actor, lesson: Lesson, course: Course) -> Conversation:
    """Return the conversation, locked, so that two questions of one person do not pass the checks together."""
    found = session.scalar(_conversation_of(actor, lesson).with_for_update())
    if found is None:
        found = Conversation(
            organisation_id=actor.organisation_id,
            user_id=require_person(actor),
            course_id=course.id,
            lesson_id=lesson.id,
        )
        session.add(found)
        session.flush()
    return found


def _conversation_of(actor: Actor, lesson: Lesson) -> sa.Select[Conversation]:
    return sa.select(Conversation).where(
        col(Conversation.user_id) == actor.user_id, col(Conversation.lesson_id) == lesson.id
    )


def _sent_before(session: Session, conversation: Conversation, client_key: str) -> tuple[Message, Message] | None:
    question = session.scalar(
        sa.select(Message).where(col(Message.conversation_id) == conversation.id, col(Message.client_key) == client_key)
    )
    if question is None:
        return None
    return question, session.scalars(sa.select(Message).where(col(Message.question_id) == question.id)).one()


def _refuse_while_running(session: Session, conversation: Conversation) -> None:
    running = session.scalars(
        sa.select(Message).where(col(Message.conversation_id) == conversation.id, col(Message.status).in_(RUNNING))
    ).all()
    for answer in running:
        if not store.is_lost(answer):
            raise Conflict(texts.WAIT)
        answer.status, answer.error, answer.lease = "failed", texts.INTERRUPTED, ""


def conversation(actor: Actor, *, lesson_id: str, before: str = "") -> ConversationView:
    """Return the newest messages about a lesson, or those before the message ``before``."""
    with reading(actor) as session:
        found = own_conversation(session, actor, lesson_id)
        if found is None:
            return ConversationView(
                id="", lesson_id=str(parse_id(lesson_id)), messages=[], offline=not gateway.configured()
            )
        query = sa.select(Message).where(col(Message.conversation_id) == found)
        if before:
            query = query.where(col(Message.id) < parse_id(before))
        rows = list(session.scalars(query.order_by(col(Message.id).desc()).limit(_PAGE + 1)))
    if lost := [row for row in rows if store.is_lost(row)]:
        store.mark_lost(actor, [row.id for row in lost])
        for row in lost:
            row.status, row.error = "failed", texts.INTERRUPTED
    shown = rows[:_PAGE][::-1]
    views = [message_view(row, actor.language, _snapshot(row)) for row in shown]
    return ConversationView(
        id=str(found),
        lesson_id=str(parse_id(lesson_id)),
        messages=views,
        running_id=next((view.id for view in reversed(views) if view.running), ""),
        older_before=str(shown[0].id) if len(rows) > _PAGE else "",
        offline=not gateway.configured(),
    )


def message(actor: Actor, *, message_id: str) -> MessageView:
    """Return one of the actor's own answers as it is now."""
    row = _look(actor, message_id)
    return message_view(row, actor.language, _snapshot(row))


def _look(actor: Actor, message_id: object) -> Message:
    with reading(actor) as session:
        row = own_answer(session, actor, message_id)
    if store.is_lost(row):
        store.mark_lost(actor, [row.id])
        row.status, row.error = "failed", texts.INTERRUPTED
    return row


def _snapshot(row: Message) -> Snapshot:
    """The answer as this process knows it; what it writes itself is ahead of the row."""
    live = runner().live(row.id) if row.status in RUNNING else None
    return live.snapshot() if live else snapshot_of(row)


async def follow(actor: Actor, *, message_id: str) -> AsyncGenerator[Chunk, None]:
    """Yield an answer as it grows: first all there is, then what is new, at most every 50 ms, until it ends.

    Any number may follow one answer; when they go away it goes on. An answer that another process writes is read from
    its row, and one whose process died ends as failed.
    """
    tutor = runner()
    row = await tutor.in_pool(_look, actor, message_id)
    screen = Screen(str(row.id), actor.language)
    if live := tutor.live(row.id):
        with live.followed() as news:
            while True:
                news.clear()
                now = live.snapshot()
                begun = time.monotonic()
                chunk = await tutor.in_pool(screen.next, now)
                took = time.monotonic() - begun
                if chunk:
                    yield chunk
                if not now.running:
                    return
                await news.wait()
                # Drawing costs time, and more of it when many follow: then each of them gets fewer, larger pieces.
                await asyncio.sleep(min(1, max(_BATCH_SECONDS, _TO_DRAWING * took)))
    while True:
        now = snapshot_of(row)
        if chunk := screen.next(now):
            yield chunk
        if not now.running:
            return
        await asyncio.sleep(_LOOK_SECONDS)
        row = await tutor.in_pool(_look, actor, message_id)


def stop(actor: Actor, *, message_id: str) -> MessageView:
    """End an answer; what it has written stays. One that has ended already is returned as it is."""
    with unit_of_work(actor) as session:
        row = own_answer(session, actor, message_id, lock=True)
        live = runner().live(row.id)
        if row.status in RUNNING:
            now = live.snapshot() if live else snapshot_of(row)
            store.close(row, Snapshot(now.text, "stopped", "", now.source, now.citations))
    if live and row.status == "stopped":
        live.end("stopped", text=row.text)
        runner().cancel(row.id)
    return message_view(row, actor.language)


def retry(actor: Actor, *, message_id: str) -> MessageView:
    """Answer the same question again, in the place of an answer that failed or was stopped."""
    with unit_of_work(actor) as session:
        row = own_answer(session, actor, message_id, lock=True)
        owner = session.get_one(Conversation, row.conversation_id)
        lesson, course = lesson_to_ask(session, actor, owner.lesson_id)
        rate.limiter.take(f"tutor:{actor.user_id}", _QUESTIONS_A_MINUTE, 60)
        _refuse_while_running(session, _conversation_for(session, actor, lesson, course))
        if row.status == "done":
            raise Conflict("This answer is whole. Ask a new question instead.")
        row.text, row.status, row.error, row.source, row.citations = "", "queued", "", "", []
        row.lease, row.beat_at, row.updated_at = secrets.token_hex(8), clock.now(), clock.now()
    runner().start(actor, row.id, row.lease)
    return message_view(row, actor.language, _snapshot(row))

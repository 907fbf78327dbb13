"""The row of an answer while its task writes it. Whoever lost the lease writes no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.ai import texts
from services.ai.gateway import Usage
from services.ai.live import Snapshot
from services.ai.models import Conversation, Message
from services.ai.schemas import RUNNING
from services.platform import clock
from services.platform.actor import Actor
from services.platform.database import reading, unit_of_work

STALE_AFTER = timedelta(seconds=20)
_HISTORY = 8


@dataclass(frozen=True, slots=True)
class Task:
    """What a task needs to know to answer: the question, what it points at, and what was said before."""

    question: str
    about: dict[str, str]
    lesson_id: UUID
    history: list[tuple[str, str]]  # question and answer, oldest first
    hints: int  # given in this conversation about the same block


def begin(actor: Actor, answer_id: UUID, lease: str) -> Task | None:
    """Return the task of an answer whose lease is held; None when another has it by now."""
    with reading(actor) as session:
        answer = session.get(Message, answer_id)
        if answer is None or answer.lease != lease or answer.status not in RUNNING or answer.question_id is None:
            return None
        question = session.get_one(Message, answer.question_id)
        conversation = session.get_one(Conversation, answer.conversation_id)
        before = session.scalars(
            sa.select(Message)
            .where(col(Message.conversation_id) == conversation.id, col(Message.id) < question.id)
            .order_by(col(Message.id).desc())
            .limit(_HISTORY)
        ).all()
        return Task(
            question=question.text,
            about=question.about,
            lesson_id=conversation.lesson_id,
            history=_pairs(before),
            hints=_hints(session, conversation.id, question),
        )


def _pairs(newest_first: Sequence[Message]) -> list[tuple[str, str]]:
    questions = {message.id: message.text for message in newest_first if message.role == "question"}
    return [
        (questions[message.question_id], message.text)
        for message in reversed(newest_first)
        if message.role == "answer" and message.text and message.question_id in questions
    ]


def _hints(session: Session, conversation_id: UUID, question: Message) -> int:
    """How many hints were given about the exercise that this question is about."""
    answers = session.scalars(
        sa.select(col(Message.about)).where(
            col(Message.conversation_id) == conversation_id,
            col(Message.role) == "answer",
            col(Message.id) < question.id,
        )
    )
    block = question.about.get("block_key", "")
    return sum(1 for about in answers if "hint" in about and (not block or about["hint"] == block))


def save(actor: Actor, answer_id: UUID, lease: str, now: Snapshot) -> bool:
    """Save the text so far and show that its task lives; False when the answer is no longer this task's."""
    with unit_of_work(actor) as session:
        at = clock.now()
        saved = session.scalar(
            sa.update(Message)
            .where(col(Message.id) == answer_id, col(Message.lease) == lease, col(Message.status).in_(RUNNING))
            .values(
                text=now.text,
                status=now.status,
                source=now.source,
                citations=list(now.citations),
                beat_at=at,
                updated_at=at,
            )
            .returning(col(Message.id))
        )
        return saved is not None


def finish(
    actor: Actor, answer_id: UUID, lease: str, end: Snapshot, *, model: str, usage: Usage, hint: str | None
) -> None:
    """Save how an answer ended, unless somebody ended it before, and what it cost in any case."""
    with unit_of_work(actor) as session:
        answer = session.scalar(sa.select(Message).where(col(Message.id) == answer_id).with_for_update())
        if answer is None:
            return
        answer.tokens_in += usage.tokens_in
        answer.tokens_out += usage.tokens_out
        answer.tokens_estimated = answer.tokens_estimated or usage.estimated
        if answer.lease != lease:
            return
        answer.model = model
        if answer.status in RUNNING:
            close(answer, end)
            if hint is not None and end.status == "done":
                answer.about = {"hint": hint}


def close(answer: Message, end: Snapshot) -> None:
    """Put the end of an answer into its row."""
    answer.text, answer.status, answer.error = end.text, end.status, end.error
    answer.source, answer.citations = end.source, list(end.citations)
    answer.beat_at = answer.updated_at = clock.now()


def is_lost(answer: Message) -> bool:
    """Whether the task of this answer must have died: nothing has come from it for longer than it may be silent."""
    return answer.status in RUNNING and answer.beat_at < clock.now() - STALE_AFTER


def mark_lost(actor: Actor, answer_ids: list[UUID]) -> None:
    """Mark answers as failed whose task died; what it wrote stays."""
    with unit_of_work(actor) as session:
        session.execute(
            sa.update(Message)
            .where(
                col(Message.id).in_(answer_ids),
                col(Message.status).in_(RUNNING),
                col(Message.beat_at) < clock.now() - STALE_AFTER,
            )
            .values(status="failed", error=texts.INTERRUPTED, lease="", updated_at=clock.now())
        )

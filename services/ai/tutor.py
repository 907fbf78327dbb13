"""The tutor: finds passages, then lets a model answer from them, or quotes them itself where no model is set."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.ai import gateway, offline, prompts
from services.ai.access import lesson_to_ask, may_see_drafts
from services.ai.material import ExerciseAsked, Material
from services.ai.retrieval import Passage, course_index
from services.ai.schemas import CitationView
from services.ai.store import Task
from services.courses.models import Block, Exercise, Lesson
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.database import reading


@dataclass(slots=True)
class Answer:
    """An answer being prepared and written: where it comes from, what it may cite, what it costs."""

    source: str = ""
    model: str = ""
    passages: Sequence[Passage] = ()
    messages: list[gateway.ChatMessage] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    usage: gateway.Usage = field(default_factory=gateway.Usage)
    hint: str | None = None  # the block whose next hint was given

    def citations(self, cited: Sequence[int]) -> tuple[dict[str, Any], ...]:
        """Return the citations of the passages ``cited``, numbered in that order."""
        return tuple(asdict(_citation(number, self.passages[n - 1])) for number, n in enumerate(cited, start=1))


def _citation(number: int, passage: Passage) -> CitationView:
    return CitationView(
        number=number,
        title=passage.title,
        lesson_slug=passage.lesson_slug,
        block_key=passage.block_key,
        href=passage.href,
        quote=offline.excerpt(passage.text),
    )


def prepare(actor: Actor, task: Task, answer: Answer) -> None:
    """Gather what the answer stands on. Everything comes from what this person may read."""
    with reading(actor) as session:
        lesson, course = lesson_to_ask(session, actor, task.lesson_id)
        index = course_index(session, course, drafts=may_see_drafts(actor) and lesson.status != "published")
        exercise = _exercise_asked(session, lesson, task)
    material = Material(
        question=task.question,
        about=task.about,
        history=task.history,
        language=actor.language,
        course_title=course.title,
        lesson_id=str(lesson.id),
        lesson_title=lesson.title,
        index=index,
        exercise=exercise,
    )
    if gateway.configured():
        answer.source, answer.model = "model", settings().llm_model[:120]
        answer.passages = material.passages()
        answer.messages = prompts.build(material, answer.passages)
    else:
        written = offline.compose(material)
        answer.source, answer.passages, answer.paragraphs = "offline", written.passages, written.paragraphs
    if exercise and material.wants_hint:
        answer.hint = exercise.block_key


def _exercise_asked(session: Session, lesson: Lesson, task: Task) -> ExerciseAsked | None:
    """Return the exercise the question points at, or the only one of its lesson; with the hints given so far."""
    rows = session.execute(
        sa.select(col(Block.key), col(Exercise.title), col(Exercise.instructions), col(Exercise.hints))
        .join(Block, col(Block.id) == Exercise.block_id)
        .where(col(Exercise.lesson_id) == lesson.id)
        .order_by(col(Block.position))
    ).all()
    pointed = task.about.get("block_key", "")
    found = [row for row in rows if row.key == pointed] or (list(rows) if len(rows) == 1 else [])
    if not found:
        return None
    row = found[0]
    return ExerciseAsked(row.key, row.title, row.instructions, list(row.hints), task.hints, pointed=row.key == pointed)


async def write(answer: Answer) -> AsyncGenerator[str, None]:
    """Yield the answer's Markdown piece by piece."""
    if answer.source == "offline":
        for paragraph in answer.paragraphs:
            yield paragraph + "\n\n"
        return
    async with aclosing(gateway.stream(answer.messages, answer.usage)) as pieces:
        async for piece in pieces:
            yield piece

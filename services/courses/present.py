"""The course as it is in the database, as a package in memory; what is kept only for learners' work stays out."""

from collections import defaultdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses.judging_rows import case_of, judging_of
from services.courses.models import Block, Course, Exercise, ExerciseKey, Lesson, Module, Question, QuestionKey, Quiz
from services.courses.package.docs import (
    BlockDoc,
    Case,
    CourseDoc,
    CoursePack,
    ExerciseDoc,
    ExercisePack,
    LessonDoc,
    LessonPack,
    ModulePack,
    QuestionDoc,
    QuizDoc,
)


def pack_of(session: Session, course: Course) -> CoursePack:
    """Return the course in memory, without its media, in as many queries whatever its size."""
    blocks: dict[UUID, list[Block]] = defaultdict(list)
    for block in session.scalars(
        sa.select(Block)
        .where(col(Block.course_id) == course.id, col(Block.retired).is_(False))
        .order_by(col(Block.position))
    ):
        blocks[block.lesson_id].append(block)
    exercises = _exercises(session, course.id)
    quizzes = _quizzes(session, course.id)
    lessons: dict[UUID, list[LessonPack]] = defaultdict(list)
    for lesson in session.scalars(
        sa.select(Lesson)
        .where(col(Lesson.course_id) == course.id, col(Lesson.retired).is_(False))
        .order_by(col(Lesson.position))
    ):
        docs = tuple(BlockDoc(b.key, b.kind, b.title, b.text, b.data) for b in blocks[lesson.id])
        own = [b.id for b in blocks[lesson.id]]
        lessons[lesson.module_id].append(
            LessonPack(
                lesson.slug,
                LessonDoc(lesson.title, lesson.minutes, lesson.completion, lesson.status, docs),
                tuple(exercises[i] for i in own if i in exercises),
                tuple(quizzes[i] for i in own if i in quizzes),
            )
        )
    modules = session.scalars(
        sa.select(Module).where(col(Module.course_id) == course.id).order_by(col(Module.position))
    )
    return CoursePack(
        _course(course),
        tuple(ModulePack(m.slug, m.title, m.summary, tuple(lessons[m.id])) for m in modules if lessons[m.id]),
    )


def _course(row: Course) -> CourseDoc:
    return CourseDoc(
        row.slug, row.title, row.summary, row.description, row.language, row.level, row.category, tuple(row.tags),
        tuple(row.outcomes), tuple(row.prerequisites), tuple(row.authors), row.licence, row.status,
    )  # fmt: skip


def _cases(rows: list[dict[str, Any]]) -> tuple[Case, ...]:
    return tuple(case_of(row) for row in rows)


def _exercises(session: Session, course_id: UUID) -> dict[UUID, ExercisePack]:
    found = session.execute(
        sa.select(Exercise, ExerciseKey)
        .join(ExerciseKey, col(ExerciseKey.exercise_id) == col(Exercise.id))
        .where(col(Exercise.course_id) == course_id)
    )
    return {row.block_id: _exercise(row, key) for row, key in found}


def _exercise(row: Exercise, key: ExerciseKey) -> ExercisePack:
    judging, files = judging_of(key.judging)
    doc = ExerciseDoc(
        row.title, row.language, row.difficulty, row.entry, row.limits, tuple(row.hints), key.mode, key.checker,
        _cases(row.public_cases), _cases(key.hidden_cases), judging, tuple(row.topics),
    )  # fmt: skip
    return ExercisePack(row.slug, doc, row.instructions, row.starter, key.tests, key.support, key.reference, **files)


def _quizzes(session: Session, course_id: UUID) -> dict[UUID, tuple[str, QuizDoc]]:
    questions: dict[UUID, list[QuestionDoc]] = defaultdict(list)
    for row, key in session.execute(
        sa.select(Question, QuestionKey)
        .join(QuestionKey, col(QuestionKey.question_id) == col(Question.id))
        .join(Quiz, col(Quiz.id) == col(Question.quiz_id))
        .where(col(Quiz.course_id) == course_id)
        .order_by(col(Question.position))
    ):
        choices = tuple((choice["key"], choice["text"]) for choice in row.choices)
        questions[row.quiz_id].append(
            QuestionDoc(row.key, row.kind, row.text, key.answer, choices, row.points, key.explanation, key.taught_in)
        )
    return {
        row.block_id: (
            row.slug,
            QuizDoc(row.title, row.introduction, row.pass_percent, row.attempts_allowed, tuple(questions[row.id])),
        )
        for row in session.scalars(sa.select(Quiz).where(col(Quiz.course_id) == course_id))
    }

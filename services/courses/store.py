"""Writes a course in memory to the database: what is there keeps its identifiers, so learners' work stays attached."""

import hashlib
from dataclasses import asdict
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses.folding import fold, plain
from services.courses.hooks import Held, held
from services.courses.judging_rows import case_row, judging_row
from services.courses.models import (
    Block,
    Course,
    CourseFile,
    Exercise,
    ExerciseKey,
    Lesson,
    Module,
    Question,
    QuestionKey,
    Quiz,
)
from services.courses.package.docs import BlockDoc, CoursePack, ExercisePack, LessonPack, QuestionDoc, QuizDoc
from services.courses.revision import touch
from services.platform.actor import Actor
from services.platform.database import OrganisationRow

R = TypeVar("R", Module, Lesson, Block, Exercise, Quiz)


def store(session: Session, actor: Actor, pack: CoursePack, storage_keys: dict[str, str]) -> tuple[Course, bool]:
    """Make the course of this organisation what ``pack`` says; return it and whether it is new."""
    slug = pack.course.slug
    course = session.scalar(sa.select(Course).where(col(Course.slug) == slug).with_for_update())
    created = course is None
    if course is None:
        course = Course(organisation_id=actor.organisation_id, slug=slug, title=pack.course.title)
        session.add(course)
    values: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(pack.course).items()}
    words = [pack.course.title, pack.course.summary, *pack.course.tags, *pack.course.outcomes]
    _set(course, **values, search=fold("\n".join(words)))
    touch(session, course)
    session.flush()
    _Writer(session, actor.organisation_id, course.id, pack).write()
    _store_files(session, course, pack, storage_keys)
    session.flush()
    return course, created


def _set(row: OrganisationRow, **values: Any) -> None:
    """Set what differs, so that an unchanged row is not written."""
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)


class _Writer:
    """Holds the rows that are there, by their names, and those that the package wants."""

    def __init__(self, session: Session, organisation_id: UUID, course_id: UUID, pack: CoursePack) -> None:
        self.session = session
        self.organisation_id = organisation_id
        self.course_id = course_id
        self.pack = pack
        self.modules = {row.slug: row for row in self._all(Module)}
        self.lessons = {row.slug: row for row in self._all(Lesson)}
        self.blocks = {row.id: row for row in self._all(Block)}
        self.exercises = {row.slug: row for row in self._all(Exercise)}
        self.quizzes = {row.slug: row for row in self._all(Quiz)}
        of_course = sa.select(col(Exercise.id)).where(col(Exercise.course_id) == course_id)
        self.exercise_keys = {
            row.exercise_id: row
            for row in session.scalars(sa.select(ExerciseKey).where(col(ExerciseKey.exercise_id).in_(of_course)))
        }
        quizzes = sa.select(col(Quiz.id)).where(col(Quiz.course_id) == course_id)
        asked = list(session.scalars(sa.select(Question).where(col(Question.quiz_id).in_(quizzes))))
        self.questions = {(row.quiz_id, row.key): row for row in asked}
        questions = sa.select(col(Question.id)).where(col(Question.quiz_id).in_(quizzes))
        self.question_keys = {
            row.question_id: row
            for row in session.scalars(sa.select(QuestionKey).where(col(QuestionKey.question_id).in_(questions)))
        }
        self.kept: set[UUID] = set()
        self.fresh: dict[type[OrganisationRow], list[OrganisationRow]] = {table: [] for table in _PARENTS_FIRST}
        self.later: list[tuple[OrganisationRow, dict[str, Any]]] = []

    def _all(self, table: type[R]) -> list[R]:
        return list(self.session.scalars(sa.select(table).where(col(table.course_id) == self.course_id)))

    def write(self) -> None:
        """Bring modules, lessons, blocks, exercises and quizzes to what the package says; remove the rest."""
        work = held(self.session, self.course_id)
        stays = self._stays(work)
        plan = self._match_blocks()
        self._free_block_keys(plan, stays)
        position = 0
        for number, module in enumerate(self.pack.modules):
            row = self._row(self.modules.get(module.slug), Module, slug=module.slug)
            self._put(row, position=number, title=module.title, summary=module.summary)
            for lesson in module.lessons:
                self._lesson(row, position, lesson, plan)
                position += 1
        self._save()
        self._remove(work, stays)

    def _new(self, row: OrganisationRow) -> None:
        self.fresh[type(row)].append(row)

    def _put(self, row: OrganisationRow, **values: Any) -> None:
        """Set the values of a new row at once, of one that is there after the new ones are saved."""
        if sa.inspect(row).transient:
            _set(row, **values)
        else:
            self.later.append((row, values))

    def _save(self) -> None:
        """Insert in batches, parents first; then rows that are there can be moved to them."""
        for rows in self.fresh.values():
            self.session.add_all(rows)
            self.session.flush()
        for row, values in self.later:
            _set(row, **values)
        self.session.flush()

    def _row(self, row: R | None, table: type[R], **names: Any) -> R:
        if row is None:
            row = table(organisation_id=self.organisation_id, course_id=self.course_id, **_BLANK[table], **names)
            self._new(row)
        self.kept.add(row.id)
        return row

    def _match_blocks(self) -> dict[tuple[str, str], Block]:
        """Return which row each block of the package continues: by its exercise or quiz, else by lesson and key."""
        taken: set[UUID] = set()
        plan: dict[tuple[str, str], Block] = {}
        exercise_at = {slug: row.block_id for slug, row in self.exercises.items()}
        quiz_at = {slug: row.block_id for slug, row in self.quizzes.items()}
        standing = {*exercise_at.values(), *quiz_at.values()}
        by_key = {(row.lesson_id, row.key): row for row in self.blocks.values() if row.id not in standing}
        for lesson in self._pack_lessons():
            row = self.lessons.get(lesson.slug)
            for block in lesson.doc.blocks:
                if block.kind in ("exercise", "quiz"):
                    stands = exercise_at if block.kind == "exercise" else quiz_at
                    found = self.blocks.get(stands[block.data["ref"]]) if block.data["ref"] in stands else None
                else:
                    found = by_key.get((row.id, block.key)) if row else None
                if found and found.id not in taken:
                    taken.add(found.id)
                    plan[lesson.slug, block.key] = found
        return plan

    def _free_block_keys(self, plan: dict[tuple[str, str], Block], stays: set[UUID]) -> None:
        """Give a passing key to blocks that change theirs or leave, so that a swap never breaks uniqueness midway."""
        target = {row.id: (lesson, key) for (lesson, key), row in plan.items()}
        slugs = {row.id: row.slug for row in self.lessons.values()}
        for row in self.blocks.values():
            at_home = row.id not in target and row.lesson_id in stays
            if not at_home and target.get(row.id) != (slugs.get(row.lesson_id), row.key):
                row.key = _gone(row.id)
        self.session.flush()

    def _pack_lessons(self) -> list[LessonPack]:
        return [lesson for module in self.pack.modules for lesson in module.lessons]

    def _lesson(self, module: Module, position: int, pack: LessonPack, plan: dict[tuple[str, str], Block]) -> None:
        row = self._row(self.lessons.get(pack.slug), Lesson, slug=pack.slug, module_id=module.id)
        doc = pack.doc
        self._put(row, module_id=module.id, position=position, title=doc.title, minutes=doc.minutes,
             completion=doc.completion, status=doc.status, retired=False)  # fmt: skip
        exercises = {each.slug: each for each in pack.exercises}
        quizzes = dict(pack.quizzes)
        for number, block in enumerate(doc.blocks):
            self._block(row, number, block, plan.get((pack.slug, block.key)), exercises, quizzes)

    def _block(
        self,
        lesson: Lesson,
        position: int,
        doc: BlockDoc,
        row: Block | None,
        exercises: dict[str, ExercisePack],
        quizzes: dict[str, QuizDoc],
    ) -> None:
        row = self._row(row, Block, lesson_id=lesson.id, key=doc.key)
        words = [doc.title, plain(doc.text), doc.data.get("alt", ""), doc.data.get("caption", "")]
        if doc.kind == "exercise":
            exercise = exercises[doc.data["ref"]]
            self._exercise(lesson, row, exercise)
            words = [exercise.doc.title, plain(exercise.instructions)]
        elif doc.kind == "quiz":
            quiz = quizzes[doc.data["ref"]]
            self._quiz(lesson, row, doc.data["ref"], quiz)
            words = [quiz.title, plain(quiz.introduction)]
        elif doc.kind == "code":
            words = [doc.title, " ".join(doc.text.split())]
        self._put(row, lesson_id=lesson.id, position=position, key=doc.key, kind=doc.kind, title=doc.title,
             text=doc.text, data=doc.data, retired=False, search=fold("\n".join(filter(None, words))))  # fmt: skip

    def _exercise(self, lesson: Lesson, block: Block, pack: ExercisePack) -> None:
        doc = pack.doc
        known = self.exercises.get(pack.slug)
        row = self._row(known, Exercise, slug=pack.slug, lesson_id=lesson.id, block_id=block.id)
        self._put(row, lesson_id=lesson.id, block_id=block.id, title=doc.title, language=doc.language,
             difficulty=doc.difficulty, topics=list(doc.topics), instructions=pack.instructions, hints=list(doc.hints),
             starter=pack.starter, entry=doc.entry, limits=doc.limits,
             public_cases=[case_row(case) for case in doc.public])  # fmt: skip
        key = self.exercise_keys.get(row.id)
        if key is None:
            key = ExerciseKey(organisation_id=self.organisation_id, exercise_id=row.id)
            self._new(key)
        self._put(key, mode=doc.mode, checker=doc.checker, hidden_cases=[case_row(case) for case in doc.hidden],
             tests=pack.tests, support=pack.support, reference=pack.reference, judging=judging_row(pack))  # fmt: skip

    def _quiz(self, lesson: Lesson, block: Block, slug: str, doc: QuizDoc) -> None:
        row = self._row(self.quizzes.get(slug), Quiz, slug=slug, lesson_id=lesson.id, block_id=block.id)
        self._put(row, lesson_id=lesson.id, block_id=block.id, title=doc.title, introduction=doc.introduction,
             pass_percent=doc.pass_percent, attempts_allowed=doc.attempts)  # fmt: skip
        for position, question in enumerate(doc.questions):
            self._question(row, position, question)

    def _question(self, quiz: Quiz, position: int, doc: QuestionDoc) -> None:
        row = self.questions.get((quiz.id, doc.key))
        if row is None:
            row = Question(organisation_id=self.organisation_id, quiz_id=quiz.id, position=position, key=doc.key,
                           kind=doc.kind, text=doc.text)  # fmt: skip
            self._new(row)
        self.kept.add(row.id)
        choices = [{"key": key, "text": text} for key, text in doc.choices]
        self._put(row, position=position, kind=doc.kind, text=doc.text, choices=choices, points=doc.points)
        key = self.question_keys.get(row.id)
        if key is None:
            key = QuestionKey(organisation_id=self.organisation_id, question_id=row.id, answer=doc.answer)
            self._new(key)
        self._put(key, answer=doc.answer, explanation=doc.explanation, taught_in=doc.taught_in)

    def _stays(self, work: Held) -> set[UUID]:
        """Return the lessons that left the package but hold learners' work, their own or that of what stands there."""
        lessons = {lesson.slug for lesson in self._pack_lessons()}
        standing = [row for row in self.exercises.values() if row.id in work.exercises]
        standing_quizzes = [row for row in self.quizzes.values() if row.id in work.quizzes]
        exercises = {each.slug for lesson in self._pack_lessons() for each in lesson.exercises}
        quizzes = {slug for lesson in self._pack_lessons() for slug, _ in lesson.quizzes}
        needed = set(work.lessons) | {row.lesson_id for row in standing if row.slug not in exercises}
        needed |= {row.lesson_id for row in standing_quizzes if row.slug not in quizzes}
        return {row.id for row in self.lessons.values() if row.slug not in lessons and row.id in needed}

    def _remove(self, work: Held, stays: set[UUID]) -> None:
        """Delete what the package no longer has; what learners' work refers to is kept out of sight instead."""
        kept_modules: set[UUID] = set()
        for lesson in self.lessons.values():
            if lesson.id in stays:
                kept_modules.add(lesson.module_id)
                _set(lesson, status="draft", retired=True)
        kept_blocks = {row.id for row in self.blocks.values() if row.id in self.kept or row.lesson_id in stays}
        doomed: dict[Any, set[UUID]] = {Exercise: set(), Quiz: set()}
        owners: list[Exercise | Quiz] = [*self.exercises.values(), *self.quizzes.values()]
        for row in owners:
            if row.id in self.kept or row.lesson_id in stays:
                continue
            if row.id in work.exercises | work.quizzes:
                kept_blocks.add(row.block_id)
                _set(self.blocks[row.block_id], retired=True)
            else:
                doomed[type(row)].add(row.id)
        doomed[Question] = {row.id for row in self.questions.values() if row.quiz_id in self.kept} - self.kept
        doomed[Block] = set(self.blocks) - kept_blocks
        doomed[Lesson] = {row.id for row in self.lessons.values()} - self.kept - stays
        doomed[Module] = {row.id for row in self.modules.values()} - self.kept - kept_modules
        self.session.flush()
        for table, ids in doomed.items():
            if ids:
                self.session.execute(sa.delete(table).where(table.id.in_(ids)))


_PARENTS_FIRST = (Module, Lesson, Block, Exercise, ExerciseKey, Quiz, Question, QuestionKey)
_BLANK: dict[Any, dict[str, Any]] = {
    Module: {"position": 0, "title": ""},
    Lesson: {"position": 0, "title": ""},
    Block: {"position": 0, "kind": ""},
    Exercise: {"title": ""},
    Quiz: {"title": ""},
}


def _gone(block_id: UUID) -> str:
    return f"gone-{block_id.hex}"


def _store_files(session: Session, course: Course, pack: CoursePack, storage_keys: dict[str, str]) -> None:
    known = {
        row.path: row for row in session.scalars(sa.select(CourseFile).where(col(CourseFile.course_id) == course.id))
    }
    wanted: dict[str, dict[str, Any]] = {}
    for path, text in pack.sources.items():
        content = text.encode()
        kind = "text/markdown" if path.endswith(".md") else "text/plain"
        wanted[path] = {"text": text, "media_type": kind, "size": len(content), "sha256": _sha(content)}
    for item in pack.media:
        wanted[item.path] = {
            "storage_key": storage_keys[item.path],
            "media_type": item.media_type,
            "size": len(item.content),
            "sha256": _sha(item.content),
        }
    for path, values in wanted.items():
        row = known.get(path)
        if row is None:
            row = CourseFile(organisation_id=course.organisation_id, course_id=course.id, path=path,
                             media_type="", sha256="")  # fmt: skip
            session.add(row)
        _set(row, **({"text": None, "storage_key": None} | values))
    if gone := [row.id for path, row in known.items() if path not in wanted]:
        session.execute(sa.delete(CourseFile).where(col(CourseFile.id).in_(gone)))


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

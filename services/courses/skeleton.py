"""The order of a course: its modules and lessons, kept under the course's revision."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses.models import Block, Exercise, Lesson, Module, Quiz
from services.courses.revision import Revision, kept
from services.platform.cache import Kept


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson in its place, with how many exercises and quizzes stand in it."""

    id: UUID
    module_id: UUID
    slug: str
    title: str
    minutes: int
    completion: str
    status: str
    exercises: int
    quizzes: int


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Every module (id, title, summary) and lesson of a course, drafts too, in reading order."""

    modules: tuple[tuple[UUID, str, str], ...]
    lessons: tuple[LessonLine, ...]

    def shown(self, *, drafts: bool) -> list[LessonLine]:
        """Return the lessons that are published, or all."""
        return [line for line in self.lessons if drafts or line.status == "published"]

    def module_title(self, module_id: UUID) -> str:
        """Return the title of a module of this course."""
        return next((title for identifier, title, _ in self.modules if identifier == module_id), "")


_skeletons: Kept[Skeleton] = Kept(200)


def skeleton(session: Session, revision: Revision) -> Skeleton:
    """Return the order of a course that the caller has loaded, which is checking: four queries when it is not kept."""
    return kept(session, _skeletons, revision, lambda: _load(session, revision.course_id))


def _load(session: Session, course_id: UUID) -> Skeleton:
    counts: dict[type[Exercise | Quiz], dict[UUID, int]] = {}
    for table in (Exercise, Quiz):
        standing = (
            sa.select(col(table.lesson_id), sa.func.count())
            .join(Block, col(Block.id) == col(table.block_id))
            .where(col(table.course_id) == course_id, col(Block.retired).is_(False))
            .group_by(col(table.lesson_id))
        )
        counts[table] = dict(iter(session.execute(standing)))
    lessons = session.scalars(
        sa.select(Lesson)
        .join(Module, col(Module.id) == col(Lesson.module_id))
        .where(col(Lesson.course_id) == course_id)
        .order_by(col(Module.position), col(Lesson.position), col(Lesson.id))
    )
    modules = session.execute(
        sa.select(col(Module.id), col(Module.title), col(Module.summary))
        .where(col(Module.course_id) == course_id)
        .order_by(col(Module.position), col(Module.id))
    )
    return Skeleton(
        modules=tuple((identifier, title, summary) for identifier, title, summary in modules),
        lessons=tuple(
            LessonLine(
                row.id, row.module_id, row.slug, row.title, row.minutes, row.completion, row.status,
                counts[Exercise].get(row.id, 0), counts[Quiz].get(row.id, 0),
            )
            for row in lessons
        ),
    )  # fmt: skip

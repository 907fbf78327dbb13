"""The catalogue: which courses there are, found by words and narrowed by filters, a page at a time."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses import folding
from services.courses.hooks import taken_courses
from services.courses.models import Block, Course, Exercise, Lesson, Quiz
from services.courses.policy import can_edit_courses
from services.courses.schemas import CataloguePage, CourseCard, Facet
from services.platform.actor import Actor
from services.platform.database import reading
from services.platform.errors import Invalid, NotFound
from services.platform.ids import parse_id

_MOST = 100
_FACETS = ("level", "language", "category")


def catalogue(
    actor: Actor,
    *,
    text: object = "",
    level: object = "",
    language: object = "",
    category: object = "",
    cursor: object = "",
    limit: object = 30,
) -> CataloguePage:
    """Return a page of the courses this person may see, newest first, with counts for each filter.

    A filter's own counts are those of the other filters, so that they tell what choosing another value would find.
    """
    chosen = {
        "level": _word(level, "level"),
        "language": _word(language, "language"),
        "category": _word(category, "category"),
    }
    size = min(max(limit, 1), _MOST) if isinstance(limit, int) and not isinstance(limit, bool) else 30
    base = _in_sight(actor) + [col(Course.search).like(folding.like(t), escape="\\") for t in folding.terms(text)]
    filters = {name: [getattr(Course, name) == value] if value else [] for name, value in chosen.items()}
    everything = base + [condition for name in _FACETS for condition in filters[name]]
    with reading(actor) as session:
        total = session.scalar(sa.select(sa.func.count()).select_from(Course).where(*everything)) or 0
        facets = {
            name: _facet(session, name, base + [c for other in _FACETS if other != name for c in filters[other]])
            for name in _FACETS
        }
        page = sa.select(Course).where(*everything).order_by(col(Course.id).desc()).limit(size + 1)
        rows = list(session.scalars(page.where(*_after(cursor))))
        return CataloguePage(
            cards=cards(session, actor, rows[:size]),
            total=total,
            next_cursor=str(rows[size - 1].id) if len(rows) > size else "",
            levels=facets["level"],
            languages=facets["language"],
            categories=facets["category"],
        )


def hits(words: str, text: object) -> list[tuple[str, bool]]:
    """Return a title or summary cut into pieces, each with whether it is what the search ``text`` found."""
    return folding.hits(words, folding.terms(text))


def _in_sight(actor: Actor) -> list[sa.ColumnElement[bool]]:
    return [] if can_edit_courses(actor) else [col(Course.status) == "published"]


def _word(value: object, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not folding.storable(value, 80):
        raise Invalid("This filter cannot be used.", fields={name: "This filter cannot be used."})
    return value


def _after(cursor: object) -> list[sa.ColumnElement[bool]]:
    if not cursor:
        return []
    try:
        return [col(Course.id) < parse_id(cursor)]
    except NotFound:
        raise Invalid("This page does not exist.", fields={"cursor": "This page does not exist."}) from None


def _facet(session: Session, name: str, conditions: list[Any]) -> list[Facet]:
    column = getattr(Course, name)
    found = session.execute(
        sa.select(column, sa.func.count()).where(*conditions, column != "").group_by(column).order_by(column)
    )
    return [Facet(value, count) for value, count in found]


def cards(session: Session, actor: Actor, courses: list[Course]) -> list[CourseCard]:
    """Return the cards of courses, in two queries whatever their number."""
    ids = [course.id for course in courses]
    if not ids:
        return []
    published = (col(Lesson.course_id) == col(Course.id)) & (col(Lesson.status) == "published")

    def standing(table: type[Exercise | Quiz]) -> sa.ScalarSelect[int]:
        return (
            sa.select(sa.func.count(col(table.id)))
            .join(Lesson, col(Lesson.id) == col(table.lesson_id))
            .join(Block, col(Block.id) == col(table.block_id))
            .where(published, col(Block.retired).is_(False))
            .correlate(Course)
            .scalar_subquery()
        )

    lessons = sa.select(sa.func.count(col(Lesson.id))).where(published).correlate(Course).scalar_subquery()
    minutes = sa.select(sa.func.coalesce(sa.func.sum(col(Lesson.minutes)), 0)).where(published).correlate(Course)
    figures = {
        row[0]: row[1:]
        for row in session.execute(
            sa.select(col(Course.id), lessons, standing(Exercise), standing(Quiz), minutes.scalar_subquery()).where(
                col(Course.id).in_(ids)
            )
        )
    }
    taken = taken_courses(session, actor.user_id, ids)
    return [_card(course, figures[course.id], enrolled=course.id in taken) for course in courses]


def _card(course: Course, figures: Any, *, enrolled: bool) -> CourseCard:
    lessons, exercises, quizzes, minutes = figures
    return CourseCard(
        id=str(course.id),
        slug=course.slug,
        title=course.title,
        summary=course.summary,
        language=course.language,
        level=course.level,
        category=course.category,
        tags=list(course.tags),
        lessons=lessons,
        exercises=exercises,
        quizzes=quizzes,
        minutes=int(minutes),
        enrolled=enrolled,
    )

"""The practice library: every exercise that is open to a person, found by words, topic, level, language and status.

What is open is what the lessons say: published exercises of the courses one takes, for those who teach of all courses,
and drafts only for those who edit them. The exercises of a course are kept under its revision, so a page of the
library costs the same few queries however many there are, and is searched, counted and sorted in memory.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from sandbox import LANGUAGES
from services.coding.history import parse_limit
from services.coding.models import Draft, Submission
from services.coding.schemas import PracticePage, PracticeRow
from services.coding.views import address_of
from services.courses import can_edit_courses, folding
from services.courses.models import Block, Exercise, Lesson, Module
from services.courses.schemas import Facet
from services.enrolment import OpenCourse, open_courses
from services.platform.actor import Actor
from services.platform.cache import Kept
from services.platform.database import reading
from services.platform.errors import Invalid
from services.platform.permissions import Permission, require_person
from services.platform.statements import Asked

LEVELS = {"beginner": 3, "intermediate": 7, "advanced": 10}
"""The levels of the catalogue, each with the highest difficulty that belongs to it."""

STATUSES = ("new", "tried", "solved")
_FILTERS = ("level", "topic", "language", "status")
_SOLVED_FOR_A_LEVEL = 3
_CURSOR = re.compile(r"([0-9]{1,4})-([0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class _Item:
    """An exercise as it stands in its course, without anybody's work; ``search`` are its words, folded."""

    id: UUID
    title: str
    language: str
    difficulty: int
    level: str
    topics: tuple[str, ...]
    lesson_slug: str
    lesson_title: str
    block_key: str
    published: bool
    search: str


@dataclass(frozen=True, slots=True)
class _Own:
    """An exercise with its course and how far one is at it."""

    item: _Item
    course: OpenCourse
    status: str
    last_at: datetime | None

    def has(self, name: str, value: str) -> bool:
        """Whether the filter lets it pass."""
        return value in self.values(name)

    def values(self, name: str) -> tuple[str, ...]:
        """What it counts for in a filter."""
        if name == "topic":
            return self.item.topics
        return (self.status if name == "status" else str(getattr(self.item, name)),)


_Order = tuple[int, str]

_items: Kept[tuple[_Item, ...]] = Kept(500)
_submitted = Asked(
    sa.select(
        col(Submission.exercise_id),
        sa.func.max(col(Submission.created_at)),
        sa.func.max(sa.case((col(Submission.verdict) == "accepted", 1), else_=0)),
    )
    .where(col(Submission.user_id) == sa.bindparam("user_id"))
    .group_by(col(Submission.exercise_id))
)
_drafted = Asked(
    sa.select(col(Draft.exercise_id), col(Draft.saved_at)).where(col(Draft.user_id) == sa.bindparam("user_id"))
)


def level_of(difficulty: int) -> str:
    """Return the level that a difficulty from 1 to 10 belongs to."""
    return next((level for level, most in LEVELS.items() if difficulty <= most), "advanced")


def practice_library(
    actor: Actor,
    *,
    text: object = "",
    level: object = "",
    topic: object = "",
    language: object = "",
    status: object = "",
    cursor: object = "",
    limit: object = 30,
) -> PracticePage:
    """Return a page of the exercises that this person may open now, with counts for each filter.

    What is not solved comes first: that of one's own level, then of the levels nearest to it (a harder one before an
    easier), in each first what was begun, then from the easiest on. One's own level is the highest at which one has
    solved three exercises.
    """
    user_id = require_person(actor, Permission.learn)
    given = zip(_FILTERS, (level, topic, language, status), strict=True)
    chosen = {name: word for name, value in given if (word := _word(value, name))}
    after, size = _parse_cursor(cursor), parse_limit(limit)
    with reading(actor) as session:
        courses = open_courses(session, actor)
        items = _items_of(session, courses)
        work = _work(session, user_id)
    drafts = can_edit_courses(actor)
    everything = [
        _Own(item, course, *work.get(item.id, ("new", None)))
        for course in courses
        for item in items[course.revision.course_id]
        if item.published or drafts
    ]
    own_level = _own_level(everything)
    found, facets = _narrowed(_matching(everything, text), chosen)
    ordered = sorted(((_order(each, own_level), each) for each in found), key=lambda pair: pair[0])
    rest = [(order, each) for order, each in ordered if after is None or order > after]
    return PracticePage(
        rows=[_row(each) for _, each in rest[:size]],
        total=len(found),
        next_cursor="{}-{}".format(*rest[size - 1][0]) if len(rest) > size else "",
        levels=_facets(facets["level"], LEVELS),
        topics=_facets(facets["topic"]),
        languages=_facets(facets["language"], LANGUAGES),
        statuses=_facets(facets["status"], STATUSES),
        exercises=len(everything),
        solved=sum(each.status == "solved" for each in everything),
        own_level=own_level,
    )


def _items_of(session: Session, courses: list[OpenCourse]) -> dict[UUID, tuple[_Item, ...]]:
    """Return the exercises of courses that the caller may study: one query for all those that are not kept."""
    known = {course.revision: _items.find(course.revision) for course in courses}
    lacking = [revision for revision, items in known.items() if items is None]
    loaded = _load(session, [revision.course_id for revision in lacking]) if lacking else {}
    for revision in lacking:
        _items.put(revision, tuple(loaded.get(revision.course_id, ())))
    return {
        revision.course_id: items if items is not None else tuple(loaded.get(revision.course_id, ()))
        for revision, items in known.items()
    }


def _load(session: Session, course_ids: list[UUID]) -> Mapping[UUID, list[_Item]]:
    found: dict[UUID, list[_Item]] = defaultdict(list)
    rows = session.execute(
        sa.select(
            col(Exercise.course_id), col(Exercise.id), col(Exercise.title), col(Exercise.language),
            col(Exercise.difficulty), col(Exercise.topics), col(Module.title), col(Lesson.slug), col(Lesson.title),
            col(Lesson.status), col(Block.key),
        )
        .join(Block, col(Block.id) == col(Exercise.block_id))
        .join(Lesson, col(Lesson.id) == col(Exercise.lesson_id))
        .join(Module, col(Module.id) == col(Lesson.module_id))
        .where(
            col(Exercise.course_id).in_(course_ids), col(Block.retired).is_(False), col(Lesson.retired).is_(False)
        )
    )  # fmt: skip
    for course_id, identifier, title, language, difficulty, topics, module, slug, lesson, status, key in rows:
        named = tuple(topics) or (module,)
        label = LANGUAGES[language].label if language in LANGUAGES else language
        found[course_id].append(
            _Item(
                identifier, title, language, difficulty, level_of(difficulty), named, slug, lesson, key,
                status == "published", folding.fold("\n".join((title, lesson, label, *named))),
            )
        )  # fmt: skip
    return found


def _work(session: Session, user_id: UUID) -> dict[UUID, tuple[str, datetime]]:
    """Return by exercise what came of one's work at it, and when one last worked there."""
    found = {exercise: ("tried", at) for exercise, at in _drafted.rows(session, user_id=user_id)}
    for exercise, at, accepted in _submitted.rows(session, user_id=user_id):
        last = max(at, found[exercise][1]) if exercise in found else at
        found[exercise] = ("solved" if accepted else "tried", last)
    return found


def _matching(everything: list[_Own], text: object) -> list[_Own]:
    terms = folding.terms(text)
    if not terms:
        return everything
    titles = {each.course.slug: folding.fold(each.course.title) for each in everything}
    return [
        each
        for each in everything
        if all(term in each.item.search or term in titles[each.course.slug] for term in terms)
    ]


def _narrowed(found: list[_Own], chosen: dict[str, str]) -> tuple[list[_Own], dict[str, Counter[str]]]:
    """Return what passes every filter, and for each filter how many of what passes the others have each value."""
    passed: list[_Own] = []
    counts: dict[str, Counter[str]] = {name: Counter() for name in _FILTERS}
    for each in found:
        stopped = [name for name, value in chosen.items() if not each.has(name, value)]
        if not stopped:
            passed.append(each)
        if len(stopped) > 1:
            continue
        for name in stopped or _FILTERS:
            counts[name].update(each.values(name))
    return passed, counts


def _facets(counts: Counter[str], order: Iterable[str] = ()) -> list[Facet]:
    """Return the values in their own order where they have one, else the most frequent first."""
    places = {value: place for place, value in enumerate(order)}
    ranked = sorted(counts.items(), key=lambda each: (places.get(each[0], len(places)), -each[1], each[0]))
    return [Facet(value, count) for value, count in ranked]


def _own_level(everything: list[_Own]) -> str:
    solved = Counter(each.item.level for each in everything if each.status == "solved")
    reached = [level for level in LEVELS if solved[level] >= _SOLVED_FOR_A_LEVEL]
    return reached[-1] if reached else "beginner"


def _order(each: _Own, own_level: str) -> _Order:
    """Return the place of an exercise among the others; a cursor is the place of the last one that was shown."""
    levels = list(LEVELS)
    above = levels.index(each.item.level) - levels.index(own_level)
    parts = (each.status == "solved", abs(above), above < 0, each.status == "new", each.item.difficulty)
    rank = 0
    for part, places in zip(parts, (2, 3, 2, 2, 11), strict=True):
        rank = rank * places + int(part)
    return rank, each.item.id.hex


def _row(each: _Own) -> PracticeRow:
    item, course = each.item, each.course
    return PracticeRow(
        id=str(item.id),
        title=item.title,
        language=item.language,
        difficulty=item.difficulty,
        level=item.level,
        topics=list(item.topics),
        course_slug=course.slug,
        course_title=course.title,
        lesson_slug=item.lesson_slug,
        lesson_title=item.lesson_title,
        address=address_of(course.slug, item.lesson_slug, item.block_key),
        status=each.status,
        last_at=each.last_at.isoformat() if each.last_at else "",
    )


def _word(value: object, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or not folding.storable(value, 200):
        raise Invalid("This filter cannot be used.", fields={name: "This filter cannot be used."})
    return value


def _parse_cursor(cursor: object) -> _Order | None:
    if cursor in ("", None):
        return None
    match = _CURSOR.fullmatch(cursor) if isinstance(cursor, str) else None
    if match is None:
        raise Invalid("This page does not exist.", fields={"cursor": "This page does not exist."})
    return int(match[1]), match[2]

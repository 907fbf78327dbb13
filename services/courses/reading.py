"""What a reader sees of a course: its page, its syllabus, the blocks of a lesson, places that match a search."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.courses import folding
from services.courses.catalogue import cards
from services.courses.models import Block, Exercise, Lesson, Module, Quiz
from services.courses.policy import can_edit_courses, visible_course
from services.courses.revision import Revision, kept, revision_of
from services.courses.schemas import BlockView, CourseDetail, SearchHit, SyllabusLesson, SyllabusModule
from services.courses.skeleton import skeleton
from services.platform import richtext
from services.platform.actor import Actor
from services.platform.cache import Kept
from services.platform.database import reading

_MOST_HITS = 30
_contents: Kept[Sequence[BlockView]] = Kept(500)
_MEDIA_LINK = re.compile(r"(\]\(\s*|^ {0,3}\[[^\]\n]+\]:[ \t]*)(media/)", re.MULTILINE)
_DEFINITION = re.compile(r"^ {0,3}\[([^\]\n]+)\]:[ \t]+\S.*$", re.MULTILINE)


def course_detail(actor: Actor, *, slug: object) -> CourseDetail:
    """Return the course page; drafts of lessons only to those who write courses."""
    with reading(actor) as session:
        course = visible_course(session, actor, slug)
        edits = can_edit_courses(actor)
        return CourseDetail(
            card=cards(session, actor, [course])[0],
            description_html=render(course.description, course.id),
            outcomes=list(course.outcomes),
            prerequisites=list(course.prerequisites),
            authors=list(course.authors),
            licence=course.licence,
            modules=syllabus(session, revision_of(course), drafts=edits),
            status=course.status,
            may_edit=edits,
        )


def syllabus(
    session: Session, revision: Revision, *, drafts: bool, marks: Mapping[UUID, str] | None = None
) -> list[SyllabusModule]:
    """Return modules and lessons of a course that the caller has loaded, in order; ``marks`` are progress by lesson."""
    order = skeleton(session, revision)
    lessons: dict[UUID, list[SyllabusLesson]] = {}
    for line in order.shown(drafts=drafts):
        lessons.setdefault(line.module_id, []).append(
            SyllabusLesson(
                id=str(line.id),
                slug=line.slug,
                title=line.title,
                minutes=line.minutes,
                exercises=line.exercises,
                quizzes=line.quizzes,
                status=line.status,
                progress=(marks or {}).get(line.id, "none"),
            )
        )
    return [SyllabusModule(str(i), title, summary, lessons[i]) for i, title, summary in order.modules if i in lessons]


def lesson_content(session: Session, revision: Revision, lesson_id: UUID) -> list[BlockView]:
    """Return the blocks of a lesson as its readers see them; no answers are read. Three queries when it is not kept."""
    key = (revision, lesson_id)
    found: Sequence[BlockView] = kept(session, _contents, key, lambda: _content(session, revision.course_id, lesson_id))
    return list(found)


def _content(session: Session, course_id: UUID, lesson_id: UUID) -> Sequence[BlockView]:
    blocks = list(
        session.scalars(
            sa.select(Block)
            .where(col(Block.lesson_id) == lesson_id, col(Block.retired).is_(False))
            .order_by(col(Block.position), col(Block.id))
        )
    )
    exercises = _standing(session, Exercise, lesson_id)
    quizzes = _standing(session, Quiz, lesson_id)
    definitions = "\n".join(m[0] for block in blocks if block.kind == "text" for m in _DEFINITION.finditer(block.text))
    return tuple(_view(block, course_id, definitions, exercises, quizzes) for block in blocks)


def _standing(session: Session, table: type[Exercise | Quiz], lesson_id: UUID) -> dict[UUID, tuple[str, str]]:
    """Return what stands at the blocks of a lesson: its id and title."""
    found = session.execute(
        sa.select(col(table.block_id), col(table.id), col(table.title)).where(col(table.lesson_id) == lesson_id)
    )
    return {block: (str(identifier), title) for block, identifier, title in found}


def _view(
    block: Block,
    course_id: UUID,
    definitions: str,
    exercises: dict[UUID, tuple[str, str]],
    quizzes: dict[UUID, tuple[str, str]],
) -> BlockView:
    data = block.data
    exercise_id, exercise_title = exercises.get(block.id, ("", ""))
    quiz_id, quiz_title = quizzes.get(block.id, ("", ""))
    html = ""
    if block.kind in ("text", "prompt"):
        # What a lesson defines once ([name]: address) holds in all of its blocks.
        known = f"{block.text}\n\n{definitions}" if definitions and "[" in block.text else block.text
        html = render(known, course_id)
    elif block.kind == "code":
        html = richtext.code_block(block.text, str(data.get("language", "")))
    return BlockView(
        id=str(block.id),
        key=block.key,
        kind=block.kind,
        title=block.title or exercise_title or quiz_title,
        html=html,
        source=block.text if block.kind in ("code", "prompt") else "",
        language=str(data.get("language", "")),
        runnable=bool(data.get("runnable", False)),
        src=address(str(data.get("src", "")), course_id),
        alt=str(data.get("alt", "")),
        caption=str(data.get("caption", "")),
        exercise_id=exercise_id,
        quiz_id=quiz_id,
    )


def render(markdown: str, course_id: UUID) -> str:
    """Return the safe HTML of a course's text, its pictures at their addresses on this server."""
    if "media/" in markdown:
        markdown = _MEDIA_LINK.sub(lambda m: f"{m[1]}{address('media/', course_id)}", markdown)
    return richtext.render(markdown)


def address(src: str, course_id: UUID) -> str:
    """Return where a picture or film of the course is served from; other addresses stay as they are."""
    return f"/api/v1/courses/{course_id}/files/{src}" if src.startswith("media/") else src


def search_course(actor: Actor, *, course_id: object, text: object) -> list[SearchHit]:
    """Return the places of a course that have all the words, in reading order; of drafts only to who writes them."""
    wanted = folding.terms(text)
    with reading(actor) as session:
        course = visible_course(session, actor, course_id)
        if not wanted:
            return []
        statement = (
            sa.select(Block, col(Lesson.slug), col(Lesson.title), col(Exercise.title), col(Exercise.instructions))
            .join(Lesson, col(Lesson.id) == col(Block.lesson_id))
            .join(Module, col(Module.id) == col(Lesson.module_id))
            .outerjoin(Exercise, col(Exercise.block_id) == col(Block.id))
            .where(col(Block.course_id) == course.id, col(Block.retired).is_(False))
            .where(*(col(Block.search).like(folding.like(term), escape="\\") for term in wanted))
            .order_by(col(Module.position), col(Lesson.position), col(Block.position))
            .limit(_MOST_HITS)
        )
        if not can_edit_courses(actor):
            statement = statement.where(col(Lesson.status) == "published")
        return [
            SearchHit(slug, title, block.key, html)
            for block, slug, title, exercise, instructions in session.execute(statement)
            if (html := folding.excerpt(_words(block, exercise, instructions), wanted))
        ]


def _words(block: Block, exercise: str | None, instructions: str | None) -> str:
    if exercise is not None:
        return f"{exercise} – {folding.plain(instructions or '')}"
    body = " ".join(block.text.split()) if block.kind == "code" else folding.plain(block.text)
    title = "" if body.startswith(block.title) else block.title
    return " – ".join(filter(None, [title, str(block.data.get("alt", "")), str(block.data.get("caption", "")), body]))

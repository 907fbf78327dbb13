"""Courses that are nothing but exercises, for tests of the practice library."""

from uuid import UUID

import sqlalchemy as sa

from services.coding.models import Submission
from services.courses import import_course
from services.courses.models import Course, Exercise
from services.platform.actor import Actor
from services.platform.database import reading, unit_of_work
from tests.packages import zipped

_EXERCISE = """title: {title}
language: {language}
difficulty: {difficulty}
{topics}cases: [{{stdin: x, expected: x}}]
"""
_FILES = {"python": "main.py", "javascript": "main.js", "sql": "main.sql", "c": "main.c"}


def make_library(
    teacher: Actor,
    slug: str,
    *exercises: tuple[str, int, str] | tuple[str, int, str, str],
    draft: bool = False,
    draft_lessons: tuple[str, ...] = (),
) -> str:
    """Import a course of exercises (title, difficulty, language and perhaps topics), a lesson each; returns its id."""
    titles = [exercise[0] for exercise in exercises]
    texts = {
        "course.yaml": f"format: 1\nslug: {slug}\ntitle: Course {slug}\nmodules: [all]\n"
        + ("status: draft\n" if draft else ""),
        "all/module.yaml": f"title: Part {slug}\nlessons: [{', '.join(title.lower() for title in titles)}]\n",
    }
    for title, difficulty, language, *topics in exercises:
        name, root = title.lower(), f"all/{title.lower()}"
        status = "status: draft\n" if title in draft_lessons else ""
        texts[f"{root}/lesson.md"] = f'---\ntitle: Lesson {title}\n{status}---\n\n::exercise{{ref="{name}"}}\n'
        base = f"{root}/{name}.exercise"
        named = f"topics: [{topics[0]}]\n" if topics else ""
        texts[f"{base}/exercise.yaml"] = _EXERCISE.format(
            title=title, language=language, difficulty=difficulty, topics=named
        )
        texts[f"{base}/instructions.md"] = f"{title}.\n"
        texts[f"{base}/starter/{_FILES[language]}"] = "\n"
        texts[f"{base}/reference/{_FILES[language]}"] = "x\n"
    return import_course(teacher, source=zipped({path: text.encode() for path, text in texts.items()})).course_id


def exercise_named(actor: Actor, title: str) -> Exercise:
    """The exercise with this title in the actor's organisation."""
    with reading(actor) as session:
        return session.scalars(sa.select(Exercise).where(Exercise.title == title)).one()


def handed_in(actor: Actor, title: str, verdict: str = "wrong_answer") -> UUID:
    """A submission of the actor's at the exercise with this title, judged so."""
    exercise = exercise_named(actor, title)
    with unit_of_work(actor) as session:
        before = sa.select(sa.func.count()).select_from(Submission).where(Submission.exercise_id == exercise.id)
        made = Submission(
            organisation_id=actor.organisation_id,
            course_id=exercise.course_id,
            exercise_id=exercise.id,
            user_id=actor.user_id,
            number=(session.scalar(before) or 0) + 1,
            files={"main.py": "x"},
            digest="",
            status="done",
            verdict=verdict,
        )
        session.add(made)
        return made.id


def unpublish(actor: Actor, slug: str) -> None:
    """Make a course a draft again."""
    with unit_of_work(actor) as session:
        session.execute(sa.update(Course).where(Course.slug == slug).values(status="draft"))

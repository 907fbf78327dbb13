"""What is kept of a course is never older than the course nor for another organisation, and the right is asked anew."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from services import assessment, coding, courses, enrolment
from services.courses.models import Block, Course, Exercise, Lesson, Module, Question, QuestionKey, Quiz
from services.platform import cache, clock, database
from services.platform.actor import Actor
from services.platform.cache import Kept
from services.platform.errors import Forbidden, NotFound
from services.platform.statements import Asked, Changed
from tests.conftest import People
from tests.course_rows import Made, make_taken_course


@pytest.fixture
def made(people: People) -> Made:
    """A course that both learners of the first organisation take."""
    course = make_taken_course(people.instructor)
    for person in (people.learner, people.other_learner):
        enrolment.enrol(person, course_id=course.course)
    return course


def lesson(actor: Actor, made: Made) -> Any:
    return enrolment.lesson_by_id(actor, lesson_id=made.lesson)


def exercise(actor: Actor, made: Made) -> Any:
    return coding.exercise_view(actor, exercise_id=made.doubling)


def quiz(actor: Actor, made: Made) -> Any:
    return assessment.quiz_view(actor, quiz_id=made.quiz)


def outline(actor: Actor, made: Made) -> Any:
    return enrolment.outline(actor, course=made.course)


def written(people: People, change: Callable[[Any], None], table: Any, identifier: object) -> None:
    """Change a row as an editor, the command line or another process does: through a transaction of its own."""
    with database.unit_of_work(people.instructor) as session:
        change(session.get_one(table, UUID(str(identifier))))


def test_a_changed_block_is_read_at_once(people: People, made: Made) -> None:
    before = lesson(people.learner, made).blocks
    with database.unit_of_work(people.instructor) as session:
        block = session.scalars(sa.select(Block).where(Block.lesson_id == made.lesson)).first()
        assert block
        block.title = "A title of today"
    titles = [block.title for block in lesson(people.learner, made).blocks]
    assert "A title of today" in titles
    assert "A title of today" not in [block.title for block in before]


def test_a_changed_exercise_is_met_at_once(people: People, made: Made) -> None:
    assert exercise(people.learner, made).title != "Doubling anew"
    written(people, lambda row: setattr(row, "title", "Doubling anew"), Exercise, made.doubling)
    assert exercise(people.learner, made).title == "Doubling anew"


def test_a_changed_question_is_asked_at_once_and_an_open_attempt_keeps_its_own(people: People, made: Made) -> None:
    started = assessment.start_attempt(people.learner, quiz_id=made.quiz)
    quiz(people.other_learner, made)
    written(people, lambda row: setattr(row, "text", "Which one now?"), Question, made.questions["one"])
    assert "Which one now?" in quiz(people.other_learner, made).questions[0].html
    assert quiz(people.learner, made).questions[0].html == started.questions[0].html
    fresh = assessment.start_attempt(people.other_learner, quiz_id=made.quiz)
    assert "Which one now?" in fresh.questions[0].html


def test_a_changed_answer_grades_the_next_attempt(people: People, made: Made) -> None:
    """The version that an attempt gets is looked up under the revision, which the answers belong to as well."""

    def handed_in(person: Actor) -> float:
        attempt = assessment.start_attempt(person, quiz_id=made.quiz)
        assessment.save_answers(person, attempt_id=attempt.id, answers={made.questions["truth"]: True})
        return assessment.submit_attempt(person, attempt_id=attempt.id).score

    assert [handed_in(people.learner), handed_in(people.learner)] == [0, 0]
    with database.unit_of_work(people.instructor) as session:
        key = session.scalars(
            sa.select(QuestionKey).where(QuestionKey.question_id == UUID(made.questions["truth"]))
        ).one()
        key.answer = {"value": True}
    assert handed_in(people.learner) == 1


def test_a_lesson_withdrawn_is_gone_at_once(people: People, made: Made) -> None:
    for see in (lesson, exercise, quiz):
        see(people.learner, made)
    written(people, lambda row: setattr(row, "status", "draft"), Lesson, made.lesson)
    for see in (lesson, exercise, quiz):
        with pytest.raises(NotFound):
            see(people.learner, made)
    assert outline(people.learner, made).modules == []
    assert outline(people.instructor, made).modules != []


def test_a_course_withdrawn_is_gone_at_once(people: People, made: Made) -> None:
    for see in (lesson, exercise, quiz, outline):
        see(people.learner, made)
    written(people, lambda row: setattr(row, "status", "draft"), Course, made.course)
    for see in (lesson, exercise, quiz, outline):
        with pytest.raises(NotFound):
            see(people.learner, made)


def test_who_leaves_the_course_is_refused_at_once(people: People, made: Made) -> None:
    for see in (lesson, exercise, quiz):
        see(people.learner, made)
    enrolment.cancel_enrolment(people.learner, course_id=made.course)
    for see in (lesson, exercise, quiz):
        with pytest.raises(Forbidden):
            see(people.learner, made)


def test_what_is_kept_is_not_for_another_organisation(people: People, made: Made) -> None:
    for see in (lesson, exercise, quiz, outline):
        see(people.learner, made)
        for stranger in (people.foreign_learner, people.foreign_admin):
            with pytest.raises(NotFound):
                see(stranger, made)


@pytest.mark.parametrize("see", [lesson, exercise, quiz, outline])
def test_nobody_is_given_the_lists_that_are_kept(people: People, made: Made, see: Callable[..., Any]) -> None:
    """A page may sort or empty what it received; the next reader must not see that."""
    first = see(people.learner, made)
    whole = repr(first)
    for name in ("blocks", "cases", "files", "starter", "questions", "modules"):
        getattr(first, name, []).clear()
    assert repr(see(people.learner, made)) == whole


def test_what_is_undone_is_not_kept(people: People, made: Made) -> None:
    with pytest.raises(LookupError), database.unit_of_work(people.instructor) as session:
        course = session.get_one(Course, made.course)
        session.get_one(Lesson, made.lesson).title = "Never"
        session.flush()
        assert courses.skeleton(session, courses.revision_of(course)).lessons[0].title == "Never"
        raise LookupError
    assert lesson(people.learner, made).title != "Never"


@pytest.mark.parametrize("table", [Module, Lesson, Block, Exercise, Quiz, Question, QuestionKey])
def test_every_change_to_content_gives_the_course_another_revision(
    people: People, made: Made, table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the clock stands still, or is behind that of another machine."""
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)
    seen = set()
    for number in range(3):
        with database.unit_of_work(people.instructor) as session:
            seen.add(session.get_one(Course, made.course).updated_at)
            row = session.scalars(sa.select(table)).first()
            for name in ("title", "text", "explanation"):
                if name in type(row).model_fields:
                    setattr(row, name, f"changed {number}")
    assert len(seen) == 3


@pytest.mark.parametrize(
    "statement",
    [sa.update(Lesson).values(title="In bulk"), sa.delete(Question)],
    ids=["update", "delete"],
)
def test_a_change_in_bulk_is_seen_too(people: People, made: Made, statement: Any) -> None:
    before = (lesson(people.learner, made), quiz(people.learner, made))
    with database.unit_of_work(people.instructor) as session:
        session.execute(statement)
    assert (lesson(people.learner, made), quiz(people.learner, made)) != before


def test_an_import_changes_what_is_kept_of_that_course_only(people: People, made: Made) -> None:
    def revisions() -> dict[UUID, object]:
        with database.reading(people.learner) as session:
            return {row.id: row.updated_at for row in session.scalars(sa.select(Course))}

    other = make_taken_course(people.instructor, slug="other")
    before = revisions()
    written(people, lambda row: setattr(row, "title", "Another"), Exercise, other.doubling)
    changed = {course for course, at in revisions().items() if before[course] != at}
    assert changed == {other.course}


_courses = Asked(sa.select(Course.slug))
_renamed = Changed(
    sa.update(database.table_of(Course)).values(title=sa.bindparam("new_title"), updated_at=sa.bindparam("now"))
)


def test_a_statement_that_is_kept_does_not_cross_organisations(people: People, made: Made) -> None:
    with database.reading(people.learner) as session:
        assert len(_courses.rows(session)) == 1
    with database.unit_of_work(people.foreign_admin) as session:
        assert _courses.rows(session) == []
        assert _renamed.run(session, new_title="Theirs", now=clock.now()) == 0


def test_a_statement_that_is_kept_needs_an_organisation(people: People, made: Made) -> None:
    with pytest.raises(RuntimeError), database.across_organisations() as session:
        _courses.rows(session)


def test_what_was_used_longest_ago_is_forgotten_first() -> None:
    values: Kept[str] = Kept(2)
    for key in ("a", "b", "a", "c"):
        values.get(key, key.upper)
    assert [values.find(key) for key in ("a", "b", "c")] == ["A", None, "C"]
    cache.forget_kept()
    assert values.find("a") is None

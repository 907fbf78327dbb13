"""Who takes a course reads its lessons; what they finish is counted once, by each lesson's own rule."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from services import enrolment
from services.courses import import_course
from services.courses.models import Course, Exercise, Lesson, Quiz
from services.enrolment.models import Enrolment, LessonProgress
from services.platform import clock, database
from services.platform.actor import Actor
from services.platform.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from tests.conftest import People
from tests.packages import small, zipped

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def bring_in(people: People, **front: str) -> dict[str, str]:
    """Import the small course, its first lesson finished by another rule or a draft; returns lesson ids by slug."""
    files = small()
    lines = "".join(f"{name}: {value}\r\n" for name, value in front.items())
    files["01-first/values.md"] = files["01-first/values.md"].replace(
        b"minutes: 7\r\n", b"minutes: 7\r\n" + lines.encode()
    )
    import_course(people.instructor, source=zipped(files))
    with database.reading(people.instructor) as session:
        return {slug: str(i) for slug, i in session.execute(sa.select(Lesson.slug, Lesson.id))}


def the(people: People, table: type[Exercise] | type[Quiz]) -> Exercise | Quiz:
    with database.reading(people.instructor) as session:
        return session.scalars(sa.select(table)).one()


def passed(learner: Actor, thing: Exercise | Quiz) -> None:
    with database.unit_of_work(learner) as session:
        if isinstance(thing, Exercise):
            enrolment.exercise_passed(session, learner, thing)
        else:
            enrolment.quiz_passed(session, learner, thing)


def test_enrolling_twice_at_once_makes_one_enrolment(people: People) -> None:
    bring_in(people)
    with ThreadPoolExecutor(8) as pool:
        views = list(pool.map(lambda _: enrolment.enrol(people.learner, course_id="small"), range(8)))
    assert sum(view.created for view in views) == 1
    with database.reading(people.learner) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Enrolment)) == 1


def test_opening_a_lesson_in_many_tabs_at_once_begins_it_once(people: People) -> None:
    lessons = bring_in(people)
    enrolment.enrol(people.learner, course_id="small")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: enrolment.open_lesson(people.learner, lesson_id=lessons["values"]), range(8)))
    with database.reading(people.learner) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(LessonProgress)) == 1


def test_who_may_enrol(sqlite_people: People) -> None:
    people = sqlite_people
    bring_in(people)
    with pytest.raises(SignInNeeded):
        enrolment.enrol(people.visitor, course_id="small")
    with pytest.raises(NotFound):
        enrolment.enrol(people.foreign_learner, course_id="small")
    for wrong in ("nothing", "", None, 7, {"$ne": 1}, "\x00", "\ud800", "x" * 5000):
        with pytest.raises(NotFound):
            enrolment.enrol(people.learner, course_id=wrong)
    with database.unit_of_work(people.instructor) as session:
        session.execute(sa.update(Course).values(status="draft"))
    with pytest.raises(NotFound):
        enrolment.enrol(people.learner, course_id="small")
    with pytest.raises(Conflict):
        enrolment.enrol(people.instructor, course_id="small")


def test_a_lesson_is_for_those_who_take_the_course_or_teach(people: People) -> None:
    bring_in(people)
    where = {"course_slug": "small", "lesson_slug": "loops"}
    with pytest.raises(SignInNeeded):
        enrolment.lesson_view(people.visitor, **where)
    with pytest.raises(Forbidden):
        enrolment.lesson_view(people.learner, **where)
    with pytest.raises(NotFound):
        enrolment.lesson_view(people.foreign_admin, **where)
    enrolment.enrol(people.learner, course_id="small")
    for actor in (people.learner, people.assistant, people.instructor):
        view = enrolment.lesson_view(actor, **where)
        assert (view.number, view.total, view.previous_slug, view.next_slug) == (2, 2, "values", "")
    kinds = {block.kind: block for block in view.blocks}
    assert kinds["image"].src == f"/api/v1/courses/{view.course_id}/files/media/dot.svg"
    assert kinds["exercise"].exercise_id
    assert kinds["quiz"].quiz_id
    assert (kinds["code"].language, kinds["code"].runnable) == ("python", True)
    enrolment.cancel_enrolment(people.learner, course_id="small")
    with pytest.raises(Forbidden):
        enrolment.lesson_view(people.learner, **where)


def test_a_link_defined_once_holds_in_the_whole_lesson(sqlite_people: People) -> None:
    bring_in(sqlite_people)
    blocks = enrolment.lesson_view(sqlite_people.instructor, course_slug="small", lesson_slug="values").blocks
    assert 'href="https://docs.python.org/3/"' in blocks[2].html
    assert "/files/media/dot.svg" in blocks[1].html
    assert [block.key for block in blocks] == ["text", "value", "names"]


def test_a_draft_lesson_exists_only_for_those_who_write_courses(people: People) -> None:
    lessons = bring_in(people, status="draft")
    enrolment.enrol(people.learner, course_id="small")
    calls = (
        lambda who: enrolment.lesson_view(who, course_slug="small", lesson_slug="values"),
        lambda who: enrolment.open_lesson(who, lesson_id=lessons["values"]),
        lambda who: enrolment.complete_lesson(who, lesson_id=lessons["values"]),
        lambda who: enrolment.remember_place(who, lesson_id=lessons["values"], block_key="text"),
        lambda who: enrolment.add_time(who, lesson_id=lessons["values"], seconds=5),
        lambda who: enrolment.progress(who, lesson_id=lessons["values"]),
    )
    for call in calls:
        for actor in (people.learner, people.assistant):
            with pytest.raises(NotFound):
                call(actor)
    assert calls[0](people.instructor).total == 2
    enrolment.enrol(people.instructor, course_id="small")
    with pytest.raises(Forbidden):
        calls[2](people.instructor)
    outline = enrolment.outline(people.learner, course="small")
    assert [lesson.slug for module in outline.modules for lesson in module.lessons] == ["loops"]


@pytest.mark.parametrize("act", ["open", "place", "time", "complete"])
def test_progress_is_only_for_those_who_are_enrolled(sqlite_people: People, act: str) -> None:
    people = sqlite_people
    lesson = bring_in(people)["values"]
    do = {
        "open": lambda who: enrolment.open_lesson(who, lesson_id=lesson),
        "place": lambda who: enrolment.remember_place(who, lesson_id=lesson, block_key="value"),
        "time": lambda who: enrolment.add_time(who, lesson_id=lesson, seconds=5),
        "complete": lambda who: enrolment.complete_lesson(who, lesson_id=lesson),
    }[act]
    with pytest.raises(Forbidden):
        do(people.learner)
    with pytest.raises(SignInNeeded):
        do(people.visitor)
    with pytest.raises(NotFound):
        do(people.foreign_learner)
    if act == "complete":
        with pytest.raises(Forbidden):
            do(people.instructor)
    else:
        do(people.instructor)  # looking in on a lesson leaves no trace
    with database.reading(people.instructor) as session:
        assert session.scalars(sa.select(LessonProgress)).all() == []


def test_marking_a_lesson_marks_it_for_oneself_only(people: People) -> None:
    lessons = bring_in(people)
    for learner in (people.learner, people.other_learner):
        enrolment.enrol(learner, course_id="small")
    assert enrolment.complete_lesson(people.learner, lesson_id=lessons["values"]).percent == 50
    assert enrolment.complete_lesson(people.learner, lesson_id=lessons["values"]).percent == 50
    assert enrolment.outline(people.other_learner, course="small").percent == 0
    marks = enrolment.outline(people.learner, course="small").modules[0].lessons
    assert [lesson.progress for lesson in marks] == ["completed", "none"]


@pytest.mark.parametrize(("rule", "may"), [("viewed", True), ("manual", True), ("time", False)])
def test_what_a_learners_own_word_finishes(sqlite_people: People, rule: str, may: bool) -> None:
    lessons = bring_in(sqlite_people, completion=rule)
    enrolment.enrol(sqlite_people.learner, course_id="small")
    if may:
        assert enrolment.complete_lesson(sqlite_people.learner, lesson_id=lessons["values"]).lesson_completed
    else:
        with pytest.raises(Conflict):
            enrolment.complete_lesson(sqlite_people.learner, lesson_id=lessons["values"])


def test_an_exercise_finishes_its_lesson_and_the_last_lesson_the_course(people: People) -> None:
    lessons = bring_in(people)
    learner, exercise = people.learner, the(people, Exercise)
    passed(learner, exercise)  # not enrolled: nothing to count
    enrolment.enrol(learner, course_id="small")
    with pytest.raises(Conflict):
        enrolment.complete_lesson(learner, lesson_id=lessons["loops"])
    passed(learner, the(people, Quiz))
    assert not enrolment.progress(learner, lesson_id=lessons["loops"]).lesson_completed
    passed(learner, exercise)
    passed(learner, exercise)
    after = enrolment.progress(learner, lesson_id=lessons["loops"])
    assert (after.lesson_completed, after.course_completed, after.percent) == (True, False, 50)
    done = enrolment.complete_lesson(learner, lesson_id=lessons["values"])
    assert (done.course_completed, done.percent, done.minutes_left) == (True, 100, 0)
    assert enrolment.outline(learner, course="small").completed
    assert enrolment.home(learner).resume is None


def test_a_quiz_finishes_a_lesson_whose_rule_it_is(people: People) -> None:
    files = small()
    files["01-first/loops/lesson.md"] = files["01-first/loops/lesson.md"].replace(b": exercise", b": quiz")
    import_course(people.instructor, source=zipped(files))
    enrolment.enrol(people.learner, course_id="small")
    quiz = the(people, Quiz)
    passed(people.learner, quiz)
    assert enrolment.progress(people.learner, lesson_id=str(quiz.lesson_id)).lesson_completed


def test_time_is_what_the_clock_allows(people: People) -> None:
    lessons = bring_in(people, completion="time")
    learner, lesson = people.learner, lessons["values"]

    def beat(after: float, seconds: int) -> bool:
        with clock.frozen(NOON + timedelta(seconds=after)):
            return enrolment.add_time(learner, lesson_id=lesson, seconds=seconds)

    def counted() -> int:
        with clock.frozen(NOON):
            return enrolment.open_lesson(learner, lesson_id=lesson).seconds

    with clock.frozen(NOON):
        enrolment.enrol(learner, course_id="small")
    beat(30, 30)
    assert counted() == 30
    beat(31, 60)  # one second later
    assert counted() == 31
    beat(31, 60)  # another tab, at the same moment
    assert counted() == 31
    beat(4000, 3000)  # an hour in one beat counts for a minute
    assert counted() == 91
    beat(3000, 60)  # a clock that went back
    assert counted() == 91
    finished = [beat(5000 + n * 60, 60) for n in range(7)]
    assert finished == [False] * 5 + [True, False]  # 7 minutes are 420 seconds


@pytest.mark.parametrize("seconds", [-1, 1.5, "5", None, True, {"a": 1}])
def test_time_must_be_a_number_of_seconds(sqlite_people: People, seconds: object) -> None:
    lessons = bring_in(sqlite_people)
    enrolment.enrol(sqlite_people.learner, course_id="small")
    with pytest.raises(Invalid):
        enrolment.add_time(sqlite_people.learner, lesson_id=lessons["values"], seconds=seconds)


def test_home_leads_back_to_the_very_block(people: People) -> None:
    lessons = bring_in(people)
    learner = people.learner
    with pytest.raises(SignInNeeded):
        enrolment.home(people.visitor)
    assert enrolment.home(learner).courses == []
    enrolment.enrol(learner, course_id="small")
    resume = enrolment.home(learner).resume
    assert resume
    assert (resume.lesson_slug, resume.block_key, resume.percent) == ("values", "", 0)
    enrolment.remember_place(learner, lesson_id=lessons["loops"], block_key="prompt-ask")
    resume = enrolment.home(learner).resume
    assert resume
    assert (resume.slug, resume.lesson_slug, resume.block_key) == ("small", "loops", "prompt-ask")
    assert enrolment.open_lesson(learner, lesson_id=lessons["loops"]).block_key == "prompt-ask"
    place = enrolment.resume_place(learner, course_slug="small")
    assert (place.lesson_slug, place.block_key) == ("loops", "prompt-ask")
    passed(learner, the(people, Exercise))
    assert enrolment.resume_place(learner, course_slug="small").lesson_slug == "values"


@pytest.mark.parametrize("key", ["nothing", "", None, 5, "x" * 500, "\x00", "\ud800"])
def test_a_place_must_be_in_the_lesson(sqlite_people: People, key: object) -> None:
    lessons = bring_in(sqlite_people)
    enrolment.enrol(sqlite_people.learner, course_id="small")
    with pytest.raises((Invalid, NotFound)):
        enrolment.remember_place(sqlite_people.learner, lesson_id=lessons["values"], block_key=key)


def test_leaving_and_coming_back_loses_nothing(people: People) -> None:
    lessons = bring_in(people)
    enrolment.enrol(people.learner, course_id="small")
    enrolment.complete_lesson(people.learner, lesson_id=lessons["values"])
    enrolment.cancel_enrolment(people.learner, course_id="small")
    assert enrolment.my_courses(people.learner) == []
    with pytest.raises(Forbidden):
        enrolment.complete_lesson(people.learner, lesson_id=lessons["values"])
    assert enrolment.enrol(people.learner, course_id="small").created
    assert enrolment.my_courses(people.learner)[0].percent == 50


def test_an_import_keeps_lessons_that_somebody_has_begun(people: People) -> None:
    lessons = bring_in(people)
    learner = people.learner
    enrolment.enrol(learner, course_id="small")
    enrolment.remember_place(learner, lesson_id=lessons["loops"], block_key="exercise-countdown")
    without = {path: content for path, content in small().items() if "/loops/" not in path}
    without["01-first/module.yaml"] = b"title: First steps\nlessons: [values]\n"
    import_course(people.instructor, source=zipped(without))
    with database.reading(people.instructor) as session:
        kept = session.scalars(sa.select(Lesson).where(Lesson.slug == "loops")).one()
        assert (str(kept.id), kept.status, kept.retired) == (lessons["loops"], "draft", True)
        assert session.scalar(sa.select(sa.func.count()).select_from(Exercise)) == 1
    with pytest.raises(NotFound):
        enrolment.lesson_view(learner, course_slug="small", lesson_slug="loops")
    assert enrolment.outline(learner, course="small").modules[0].lessons[0].slug == "values"
    import_course(people.instructor, source=zipped(small()))  # it comes back, and with it the learner's place
    assert enrolment.resume_place(learner, course_slug="small").lesson_slug == "loops"
    assert enrolment.open_lesson(learner, lesson_id=lessons["loops"]).block_key == "exercise-countdown"

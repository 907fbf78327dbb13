"""Opening a lesson in the player: everything that stands in it comes at once, or it is said why not."""

from collections.abc import Callable

import pytest

import lms_app.lms_app  # noqa: F401  (the addresses with their parameters)
from services import coding, enrolment
from services.courses import import_course
from services.platform.actor import Actor
from state.assessment import QuizState
from state.coding import ExerciseState
from state.player import PlayerState
from state.progress import ProgressState
from tests.conftest import People
from tests.packages import small, zipped
from tests.state.conftest import Tab

SessionOf = Callable[[Actor], str]


@pytest.fixture
def course(sqlite_people: People) -> str:
    return import_course(sqlite_people.instructor, source=zipped(small())).course_id


async def open_lesson(tab: Tab, slug: str) -> PlayerState:
    tab.address, tab.parameters = f"/learn/small/{slug}", {"course_at": "small", "lesson_at": slug}
    await tab.send(PlayerState.load)
    return await tab.state(PlayerState)


async def test_a_lesson_comes_with_its_quiz_exercise_draft_place_and_progress(
    tab: Tab, session_of: SessionOf, sqlite_people: People, course: str
):
    learner = sqlite_people.learner
    enrolment.enrol(learner, course_id=course)
    lesson = enrolment.lesson_view(learner, course_slug="small", lesson_slug="loops")
    exercise = next(block.exercise_id for block in lesson.blocks if block.exercise_id)
    quiz = next(block.quiz_id for block in lesson.blocks if block.quiz_id)
    coding.save_draft(learner, exercise_id=exercise, files={"main.py": "mine = 1\n"})
    enrolment.remember_place(learner, lesson_id=lesson.id, block_key="prompt-ask")

    lena = tab.as_person(session_of(learner), key="tab-0002")
    player = await open_lesson(lena, "loops")
    assert player.status == "ready"
    assert player.enrolled
    assert player.outline
    assert player.resume_at == "prompt-ask"
    assert (await lena.state(QuizState)).stages == {quiz: "ready"}
    assert (await lena.state(ExerciseState)).shown[exercise].text == "mine = 1\n"
    assert (await lena.state(ProgressState)).marks[lesson.id] == "started"


async def test_the_next_lesson_of_the_course_keeps_the_outline(
    tab: Tab, session_of: SessionOf, sqlite_people: People, course: str
):
    enrolment.enrol(sqlite_people.learner, course_id=course)
    lena = tab.as_person(session_of(sqlite_people.learner), key="tab-0002")
    await open_lesson(lena, "values")
    sent = len(lena.frames)
    player = await open_lesson(lena, "loops")
    assert player.title
    later = [delta for frame in lena.frames[sent:] for delta in frame.delta.values()]
    assert any("blocks_rx_state_" in delta for delta in later)
    assert not any("outline_rx_state_" in delta for delta in later)


async def test_who_is_not_enrolled_is_told_and_who_is_not_signed_in_is_led_to_sign_in(
    tab: Tab, session_of: SessionOf, sqlite_people: People, course: str
):
    lena = tab.as_person(session_of(sqlite_people.learner), key="tab-0002")
    assert (await open_lesson(lena, "loops")).status == "forbidden"
    visitor = tab.as_person("", key="tab-0003")
    assert (await open_lesson(visitor, "loops")).status == "loading"
    assert "/sign-in?code=needed" in visitor.text

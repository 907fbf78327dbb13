"""Asking the tutor in the page: a question that is sent twice is asked once, and the conversation comes back."""

from collections.abc import Callable, Iterator

import pytest

from services import ai, enrolment
from services.courses.schemas import LessonView
from services.platform import rate
from services.platform.actor import Actor
from state.ai import TutorState
from state.base import speaking
from tests.conftest import People
from tests.state.conftest import Tab
from tests.tutor_course import Made, enrol, make_course

KEY = "5f0c2a"


@pytest.fixture
def course(sqlite_people: People) -> Iterator[Made]:
    made = make_course(sqlite_people)
    enrol(made, sqlite_people.learner)
    rate.limiter.clear()
    yield made
    ai.close()


@pytest.fixture
def lesson(sqlite_people: People, course: Made) -> LessonView:
    return enrolment.lesson_view(sqlite_people.learner, course_slug="python", lesson_slug="loops")


@pytest.fixture
def learner(tab: Tab, session_of: Callable[[Actor], str], sqlite_people: People) -> Tab:
    return tab.as_person(session_of(sqlite_people.learner))


async def opened(tab: Tab, person: Actor, lesson: LessonView) -> TutorState:
    """The tab with the lesson open, as the player opens it."""
    tutor = await tab.state(TutorState)
    with speaking(person):
        tutor._show(lesson, ai.conversation(person, lesson_id=lesson.id))
    return tutor


async def test_a_question_sent_twice_is_asked_once(learner: Tab, sqlite_people: People, lesson: LessonView):
    await opened(learner, sqlite_people.learner, lesson)
    await learner.send(TutorState.ask, question="What does a for loop repeat?", client_key=KEY)
    await learner.send(TutorState.ask, question="What does a for loop repeat?", client_key=KEY)
    tutor = await learner.state(TutorState)
    assert [message.role for message in tutor.recent] == ["question", "answer"]
    assert not tutor.growing
    assert len(ai.conversation(sqlite_people.learner, lesson_id=lesson.id).messages) == 2


async def test_the_same_words_with_another_key_are_another_question(
    learner: Tab, sqlite_people: People, lesson: LessonView
):
    await opened(learner, sqlite_people.learner, lesson)
    for key in (KEY, "91d7be"):
        await learner.send(TutorState.ask, question="What does a for loop repeat?", client_key=key)
    assert len(ai.conversation(sqlite_people.learner, lesson_id=lesson.id).messages) == 4


async def test_sent_again_after_a_reload_it_finds_its_answer(learner: Tab, sqlite_people: People, lesson: LessonView):
    await opened(learner, sqlite_people.learner, lesson)
    await learner.send(TutorState.ask, question="What does a for loop repeat?", client_key=KEY)
    tutor = await opened(learner, sqlite_people.learner, lesson)
    taken = tutor.asked
    await learner.send(TutorState.ask, question="What does a for loop repeat?", client_key=KEY)
    tutor = await learner.state(TutorState)
    assert [message.role for message in tutor.past] == ["question", "answer"]
    assert tutor.recent == []
    assert tutor.asked > taken, "the box is told that its question was taken"

"""Taking a quiz in the page: each answer is saved, nothing right is told before, and events are believed little."""

from collections.abc import Callable

import pytest

from services import assessment
from services.platform.actor import Actor
from state.assessment import QuizState
from state.base import speaking
from state.opening import whole_lesson
from state.shell import ShellState
from tests.conftest import People
from tests.course_rows import SECRETS, Made, make_taken_course
from tests.state.conftest import Tab


@pytest.fixture
def made(sqlite_people: People) -> Made:
    return make_taken_course(sqlite_people.instructor, sqlite_people.learner, sqlite_people.other_learner)


@pytest.fixture
def of(tab: Tab, session_of: Callable[[Actor], str]) -> Callable[[Actor, str], Tab]:
    return lambda person, key="tab-0002": tab.as_person(session_of(person), key=key)


async def opened(tab: Tab, person: Actor, made: Made) -> QuizState:
    """The tab with the lesson open, as the player opens it."""
    lesson = whole_lesson(person, course_slug="small", lesson_slug="loops", outlined="")
    quiz = await tab.state(QuizState)
    with speaking(person):
        quiz._show(lesson.quizzes)
    return quiz


async def begun(tab: Tab, person: Actor, made: Made) -> str:
    """Start the quiz in the page; returns the attempt."""
    await opened(tab, person, made)
    await tab.send(QuizState.start, quiz_id=made.quiz)
    return (await tab.state(QuizState)).views[made.quiz].open_attempt_id


async def answer_all(tab: Tab, attempt: str, made: Made) -> None:
    """Answer every question rightly, with the events that the page sends."""
    q = made.questions
    await tab.send(QuizState.choose, attempt_id=attempt, question_id=q["one"], key="b")
    await tab.send(QuizState.mark, attempt_id=attempt, question_id=q["many"], key="a", on=True)
    await tab.send(QuizState.mark, attempt_id=attempt, question_id=q["many"], key="b", on=True)
    await tab.send(QuizState.mark, attempt_id=attempt, question_id=q["many"], key="c", on=True)
    await tab.send(QuizState.mark, attempt_id=attempt, question_id=q["many"], key="b", on=False)
    await tab.send(QuizState.choose, attempt_id=attempt, question_id=q["truth"], key="false")
    await tab.send(QuizState.write, attempt_id=attempt, question_id=q["word"], text="Sought-Word")
    await tab.send(QuizState.write, attempt_id=attempt, question_id=q["number"], text="31,25")


class TestTaking:
    async def test_each_answer_is_saved_at_once_and_a_reload_shows_it(self, of, sqlite_people, made):
        lena = of(sqlite_people.learner)
        attempt = await begun(lena, sqlite_people.learner, made)
        await lena.send(QuizState.write, attempt_id=attempt, question_id=made.questions["word"], text="loop")
        state = await lena.state(QuizState)
        assert state.saved_at[made.quiz]
        assert state.unanswered[made.quiz] == 4

        again = await opened(of(sqlite_people.learner, "tab-0003"), sqlite_people.learner, made)
        assert again.stages[made.quiz] == "taking"
        assert again.texts[made.questions["word"]] == "loop"

    async def test_all_right_is_passed_and_the_result_explains(self, of, sqlite_people, made):
        lena = of(sqlite_people.learner)
        attempt = await begun(lena, sqlite_people.learner, made)
        await answer_all(lena, attempt, made)
        assert not any(secret in lena.text.replace("Sought-Word", "").replace("31,25", "") for secret in SECRETS)
        await lena.send(QuizState.hand_in, quiz_id=made.quiz, anyway=False)
        state = await lena.state(QuizState)
        assert state.stages[made.quiz] == "result"
        assert state.results[made.quiz].percent == 100
        assert state.views[made.quiz].passed
        assert state.busy == ""
        assert "EXPLAINED" in lena.text

    async def test_open_questions_are_named_before_it_is_handed_in(self, of, sqlite_people, made):
        lena = of(sqlite_people.learner)
        attempt = await begun(lena, sqlite_people.learner, made)
        await lena.send(QuizState.hand_in, quiz_id=made.quiz, anyway=False)
        state = await lena.state(QuizState)
        assert state.asking[made.quiz]
        assert state.stages[made.quiz] == "taking"

        await lena.send(QuizState.choose, attempt_id=attempt, question_id=made.questions["one"], key="a")
        assert not (await lena.state(QuizState)).asking[made.quiz]

        await lena.send(QuizState.hand_in, quiz_id=made.quiz, anyway=True)
        assert (await lena.state(QuizState)).stages[made.quiz] == "result"
        assert not (await lena.state(QuizState)).results[made.quiz].passed

    async def test_another_attempt_begins_empty_and_earlier_ones_can_be_shown(self, of, sqlite_people, made):
        lena = of(sqlite_people.learner)
        attempt = await begun(lena, sqlite_people.learner, made)
        await answer_all(lena, attempt, made)
        await lena.send(QuizState.hand_in, quiz_id=made.quiz, anyway=False)
        await lena.send(QuizState.start, quiz_id=made.quiz)
        state = await lena.state(QuizState)
        assert state.stages[made.quiz] == "taking"
        assert state.views[made.quiz].open_attempt_id != attempt
        assert not state.chosen[made.questions["one"]]
        assert state.texts[made.questions["word"]] == ""

        await lena.send(QuizState.show, attempt_id=attempt)
        assert (await lena.state(QuizState)).results[made.quiz].id == attempt
        await lena.send(QuizState.go_back, quiz_id=made.quiz)
        assert (await lena.state(QuizState)).stages[made.quiz] == "taking"

    async def test_what_cannot_be_a_number_is_refused_beside_its_question(self, of, sqlite_people, made):
        lena = of(sqlite_people.learner)
        attempt = await begun(lena, sqlite_people.learner, made)
        number = made.questions["number"]
        await lena.send(QuizState.write, attempt_id=attempt, question_id=number, text="thirty")
        state = await lena.state(QuizState)
        assert state.problems == {number: "Write a number, such as 12.5."}
        assert state.unanswered[made.quiz] == 5
        await lena.send(QuizState.write, attempt_id=attempt, question_id=number, text="30")
        assert (await lena.state(QuizState)).problems == {}

    async def test_an_answer_that_comes_after_handing_in_changes_nothing(self, of, sqlite_people, made):
        lena = of(sqlite_people.learner)
        attempt = await begun(lena, sqlite_people.learner, made)
        await lena.send(QuizState.hand_in, quiz_id=made.quiz, anyway=True)
        await lena.send(QuizState.write, attempt_id=attempt, question_id=made.questions["word"], text="sought-word")
        assert (await lena.state(QuizState)).results[made.quiz].score == 0
        assert (await lena.state(ShellState)).notice == ""

    async def test_an_attempt_handed_in_in_another_tab_is_shown_as_it_stands(self, of, sqlite_people, made):
        lena = of(sqlite_people.learner)
        attempt = await begun(lena, sqlite_people.learner, made)
        assessment.submit_attempt(sqlite_people.learner, attempt_id=attempt)
        await lena.send(QuizState.choose, attempt_id=attempt, question_id=made.questions["one"], key="b")
        state = await lena.state(QuizState)
        assert state.stages[made.quiz] == "ready"
        assert "submitted" in (await lena.state(ShellState)).notice

    async def test_what_another_tab_saved_is_drawn_when_this_one_loads_again(self, of, sqlite_people, made):
        first = of(sqlite_people.learner)
        attempt = await begun(first, sqlite_people.learner, made)
        q = made.questions
        await first.send(QuizState.write, attempt_id=attempt, question_id=q["word"], text="loop")
        drawn = (await first.state(QuizState)).drawn.get(made.quiz, 0)
        again = await opened(first, sqlite_people.learner, made)
        assert again.drawn.get(made.quiz, 0) == drawn, "nothing new was saved, so nothing that is typed is replaced"

        second = of(sqlite_people.learner, "tab-0003")
        await opened(second, sqlite_people.learner, made)
        await second.send(QuizState.write, attempt_id=attempt, question_id=q["word"], text="for")
        await second.send(QuizState.mark, attempt_id=attempt, question_id=q["many"], key="c", on=True)
        again = await opened(first, sqlite_people.learner, made)
        assert (again.texts[q["word"]], again.chosen[q["many"]]) == ("for", ["c"])
        assert again.drawn[made.quiz] == drawn + 1

    async def test_a_tab_that_is_looked_at_again_takes_what_was_saved_meanwhile(self, of, sqlite_people, made):
        first, second = of(sqlite_people.learner), of(sqlite_people.learner, "tab-0003")
        attempt = await begun(first, sqlite_people.learner, made)
        await opened(second, sqlite_people.learner, made)
        await second.send(QuizState.choose, attempt_id=attempt, question_id=made.questions["one"], key="a")
        quiz = await first.state(QuizState)
        with speaking(sqlite_people.learner):
            await quiz._look_again()
        assert quiz.chosen[made.questions["one"]] == ["a"]
        assert quiz.drawn[made.quiz] == 1


class TestRefusing:
    async def test_a_visitor_can_start_nothing(self, tab, made):
        await tab.send(QuizState.start, quiz_id=made.quiz)
        assert (await tab.state(QuizState)).views == {}
        assert (await tab.state(ShellState)).notice == "Sign in first."

    async def test_another_learner_sees_and_changes_nothing_of_an_attempt(self, of, sqlite_people, made):
        lena, liban = of(sqlite_people.learner), of(sqlite_people.other_learner, "tab-0009")
        attempt = await begun(lena, sqlite_people.learner, made)
        await begun(liban, sqlite_people.other_learner, made)
        await liban.send(QuizState.choose, attempt_id=attempt, question_id=made.questions["one"], key="b")
        await lena.send(QuizState.hand_in, quiz_id=made.quiz, anyway=True)
        assert (await lena.state(QuizState)).results[made.quiz].score == 0
        await liban.send(QuizState.show, attempt_id=attempt)
        assert (await liban.state(QuizState)).results == {}
        assert "EXPLAINED" not in liban.text

    @pytest.mark.parametrize(
        ("handler", "sent"),
        [
            (QuizState.choose, {"key": ["b"]}),
            (QuizState.choose, {"key": "zzz"}),
            (QuizState.choose, {"key": "b", "force": True}),
            (QuizState.mark, {"key": "a", "on": "perhaps"}),
            (QuizState.write, {"text": {"a": 1}}),
            (QuizState.write, {"text": "x" * 200_001}),
        ],
    )
    async def test_odd_arguments_save_nothing(self, of, sqlite_people, made, handler, sent):
        lena = of(sqlite_people.learner)
        attempt = await begun(lena, sqlite_people.learner, made)
        await lena.send(handler, attempt_id=attempt, question_id=made.questions["one"], **sent)
        view = assessment.quiz_view(sqlite_people.learner, quiz_id=made.quiz)
        assert not any(question.answered for question in view.questions)

"""What services say is in the language of the page, also after it was switched there."""

from collections.abc import Callable

import pytest

from components.messages_extract import all_texts
from lms_app.guard import find_actor
from services.coding.schemas import CheckLine, ExerciseRunView
from services.platform.actor import Actor
from services.platform.messages import translate
from state.ai import TutorState
from state.assessment import QuizState
from state.coding_outcome import of_run, told
from state.shell import ShellState
from tests.conftest import People
from tests.course_rows import make_taken_course
from tests.state.conftest import Tab
from tests.state.test_quiz_state import begun


@pytest.fixture
def learner(tab: Tab, session_of: Callable[[Actor], str], sqlite_people: People) -> Tab:
    return tab.as_person(session_of(sqlite_people.learner), key="tab-0002")


async def notice(tab: Tab) -> str:
    return (await tab.state(ShellState)).notice


class TestNotices:
    async def test_a_refusal_follows_each_switch_of_the_page(self, learner: Tab) -> None:
        told = []
        for code in ("en", "ar", "so", "en"):
            await learner.send(ShellState.use_language, code=code)
            await learner.send(TutorState.ask, question="")
            told.append(await notice(learner))
        said = "Write a question first."
        assert told == [said, translate("ar", said), translate("so", said), said]
        assert len(set(told)) == 3

    async def test_a_switch_counts_more_than_the_cookie_the_socket_came_with(self, learner: Tab) -> None:
        learner.language = "so"
        await learner.send(TutorState.stop)
        await learner.send(TutorState.ask, question="")
        assert await notice(learner) == translate("so", "Write a question first.")
        await learner.send(ShellState.use_language, code="ar")
        await learner.send(TutorState.ask, question="")
        assert await notice(learner) == "اكتب سؤالًا أولًا."

    async def test_a_visitor_s_refusal_is_in_their_language_too(self, tab: Tab) -> None:
        await tab.send(ShellState.use_language, code="ar")
        await tab.send(TutorState.ask, question="x")
        assert await notice(tab) == translate("ar", "Sign in first.")

    async def test_what_cannot_be_read_is_refused_in_the_language_of_the_page(self, learner: Tab) -> None:
        await learner.send(ShellState.use_language, code="so")
        await learner.send(QuizState.start, quiz_id={"$ne": 1})
        assert await notice(learner) == translate("so", "What was sent cannot be used. Nothing was changed.")


class TestThePageDecides:
    """A page is sent in the language of the cookie, else of the browser; what is said on it is in the same one."""

    @pytest.mark.parametrize(
        ("cookie", "accepted", "spoken"),
        [("ar", "so,en;q=0.5", "ar"), (None, "so,en;q=0.5", "so"), ("xx", "ar-EG", "ar"), (None, None, "en")],
    )
    async def test_the_language_of_somebody_who_is_signed_in(
        self,
        sqlite_people: People,
        session_of: Callable[[Actor], str],
        cookie: str | None,
        accepted: str | None,
        spoken: str,
    ) -> None:
        found = await find_actor(session_of(sqlite_people.learner), cookie, accepted)
        assert (found.user_id, found.language) == (sqlite_people.learner.user_id, spoken)


class TestWhatStays:
    """What stands on the page for longer is sent as a message, and the page says it anew after a switch."""

    async def test_the_fault_of_an_answer(self, learner: Tab, sqlite_people: People) -> None:
        people = sqlite_people
        made = make_taken_course(people.instructor, people.learner, people.other_learner)
        learner.language = "ar"
        attempt = await begun(learner, people.learner, made)
        number = made.questions["number"]
        await learner.send(QuizState.write, attempt_id=attempt, question_id=number, text="twelve")
        assert (await learner.state(QuizState)).problems == {number: "Write a number, such as 12.5."}

    def test_what_a_test_found_is_sent_in_parts_and_the_tutor_reads_it_whole(self) -> None:
        line = CheckLine(
            "one", passed=False, verdict="wrong_answer", message="Line 2 differs.", hidden=False, time_ms=1
        )
        outcome = of_run(ExerciseRunView("wrong_answer", run=None, checks=[line], failing=None, message=""))
        assert (outcome.checks[0].message, outcome.checks[0].numbers) == ("Line {number} differs.", {"number": 2})
        assert "one: Line 2 differs." in told(outcome)

    def test_the_messages_that_are_sent_like_this_are_known_to_the_catalogues(self) -> None:
        known = {text.singular for text in all_texts()}
        assert {"Line {number} differs.", "Write a number, such as 12.5.", "Enrol in this course first."} <= known

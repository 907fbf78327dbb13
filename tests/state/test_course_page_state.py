"""The page of a course and the home: the one button says what happens next, for each kind of person."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

import lms_app.lms_app  # noqa: F401  (the addresses with their parameters)
from services import enrolment
from services.courses import import_course
from services.courses.models import Course
from services.platform import database
from services.platform.actor import Actor
from state.courses import CoursePageState
from state.home import HomeState
from state.shell import ShellState
from tests.conftest import People
from tests.packages import small, zipped
from tests.state.conftest import Tab


@pytest.fixture
def of(tab: Tab, session_of: Callable[[Actor], str]) -> Callable[..., Tab]:
    return lambda person, key="tab-0002": tab.as_person(session_of(person), key=key)


@pytest.fixture
def course(sqlite_people: People) -> str:
    return import_course(sqlite_people.instructor, source=zipped(small())).course_id


async def opened(tab: Tab, slug: str = "small") -> CoursePageState:
    tab.address, tab.parameters = f"/courses/{slug}", {"course_at": slug}
    await tab.send(CoursePageState.open)
    return await tab.state(CoursePageState)


class TestCoursePage:
    async def test_a_visitor_is_led_to_signing_in_and_back(self, tab: Tab, course: str) -> None:
        state = await opened(tab)
        assert (state.status, state.action) == ("ready", "sign_in")
        assert state.next_at == "/sign-in?next=/courses/small"
        assert not state.may_read

    async def test_a_learner_enrols_begins_and_leaves(self, of, sqlite_people: People, course: str) -> None:
        lena = of(sqlite_people.learner)
        assert (await opened(lena)).action == "enrol"
        await lena.send(CoursePageState.enrol)
        state = await lena.state(CoursePageState)
        assert (state.action, state.enrolled, state.busy) == ("start", True, False)
        assert state.next_at.startswith("/learn/small/")
        assert state.next_title

        lesson = enrolment.lesson_view(
            sqlite_people.learner, course_slug="small", lesson_slug=state.next_at.rpartition("/")[2]
        )
        enrolment.open_lesson(sqlite_people.learner, lesson_id=lesson.id)
        assert (await opened(lena)).action == "continue"

        await lena.send(CoursePageState.leave)
        state = await lena.state(CoursePageState)
        assert (state.action, state.enrolled, state.left) == ("enrol", False, True)

    async def test_lessons_are_sent_when_their_module_is_opened(self, tab: Tab, course: str) -> None:
        state = await opened(tab)
        assert state.opened == {}
        module = state.modules[0].id
        await tab.send(CoursePageState.toggle, module_id=module)
        assert len((await tab.state(CoursePageState)).opened[module]) == state.modules[0].lessons
        await tab.send(CoursePageState.toggle, module_id=module)
        assert (await tab.state(CoursePageState)).opened == {}

    async def test_a_draft_is_missing_to_a_learner_and_marked_to_staff(
        self, of, sqlite_people: People, course: str
    ) -> None:
        with database.unit_of_work(sqlite_people.instructor) as session:
            session.execute(sa.update(Course).values(status="draft"))
        assert (await opened(of(sqlite_people.learner))).status == "missing"
        state = await opened(of(sqlite_people.instructor, "tab-0003"))
        assert (state.draft, state.action, state.may_read) == (True, "none", True)

    async def test_another_organisation_finds_nothing(self, of, sqlite_people: People, course: str) -> None:
        assert (await opened(of(sqlite_people.foreign_learner))).status == "missing"

    @pytest.mark.parametrize("slug", ["nothing", "../etc", "x" * 300, "'; drop table course; --"])
    async def test_what_is_no_course_is_missing(self, tab: Tab, course: str, slug: str) -> None:
        assert (await opened(tab, slug)).status == "missing"

    async def test_a_visitor_enrols_in_nothing(self, tab: Tab, course: str) -> None:
        await opened(tab)
        await tab.send(CoursePageState.enrol)
        assert not (await tab.state(CoursePageState)).enrolled
        assert (await tab.state(ShellState)).notice == "Sign in first."

    @pytest.mark.parametrize("module_id", ["", "nothing", {"a": 1}, 7, None])
    async def test_an_odd_module_opens_nothing(self, tab: Tab, course: str, module_id: object) -> None:
        await opened(tab)
        await tab.send(CoursePageState.toggle, module_id=module_id)
        assert (await tab.state(CoursePageState)).opened == {}


class TestHome:
    async def test_a_visitor_signs_in_first(self, tab: Tab, course: str) -> None:
        await tab.send(HomeState.open)
        assert (await tab.state(HomeState)).status == "loading"
        assert "/sign-in?code=needed" in tab.text

    async def test_without_a_course_there_is_an_invitation(self, of, sqlite_people: People, course: str) -> None:
        lena = of(sqlite_people.learner)
        await lena.send(HomeState.open)
        state = await lena.state(HomeState)
        assert (state.status, list(state.courses), [card.slug for card in state.offers]) == ("ready", [], ["small"])

    async def test_it_leads_back_to_the_very_block(self, of, sqlite_people: People, course: str) -> None:
        lena = of(sqlite_people.learner)
        enrolment.enrol(sqlite_people.learner, course_id=course)
        place = enrolment.resume_place(sqlite_people.learner, course_slug="small")
        lesson = enrolment.lesson_view(sqlite_people.learner, course_slug="small", lesson_slug=place.lesson_slug)
        enrolment.remember_place(sqlite_people.learner, lesson_id=lesson.id, block_key=lesson.blocks[-1].key)
        await lena.send(HomeState.open)
        state = await lena.state(HomeState)
        assert (state.resume.lesson_slug, state.resume.block_key) == (place.lesson_slug, lesson.blocks[-1].key)
        assert list(state.offers) == []

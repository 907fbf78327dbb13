"""The page of an exercise for those who write its course, event by event."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

import lms_app.lms_app  # noqa: F401  (the addresses with their parameters)
from services import coding
from services.coding import judging, machine
from services.coding.judging import Judgement
from services.platform import jobs
from services.platform.actor import Actor
from services.platform.rate import limiter
from state import coding_exercise_admin as module
from state.coding_exercise_admin import TeachingState
from state.shell import ShellState
from tests.conftest import People
from tests.course_rows import Made, make_taken_course
from tests.state.conftest import Tab, session_of, tab

__all__ = ["session_of", "tab"]
Of = Callable[..., Tab]
PROGRAMS = ("one", "two", "three")


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Jobs are run by the tests themselves; the judge is a function, so there is no cage to ask for."""
    monkeypatch.setattr(machine, "require_cage", lambda: None)
    monkeypatch.setattr(module, "_SECONDS_BETWEEN_LOOKS", 0.02)
    jobs.use_queue(lambda _queue, _job: None)
    yield
    jobs.use_queue(None)


@pytest.fixture
def of(tab: Tab, session_of: Callable[[Actor], str]) -> Of:
    return lambda person, key="tab-0002": tab.as_person(session_of(person), key=key)


@pytest.fixture
def right(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The programs that are right; the judge of these tests finds the others wrong."""
    found = {"two"}

    def judge(_task: judging.Task, files: dict[str, str], _progress: object = None) -> Judgement:
        good = files["main.py"] in found
        return Judgement("accepted" if good else "wrong_answer", 100 if good else 0, int(good), 1, {})

    monkeypatch.setattr(judging, "judge_files", judge)
    return found


@pytest.fixture
def made(sqlite_people: People, right: set[str]) -> Made:
    limiter.clear()
    made = make_taken_course(sqlite_people.instructor, sqlite_people.learner)
    for text in PROGRAMS:
        coding.submit(sqlite_people.learner, exercise_id=made.doubling, files={"main.py": text})
    jobs.run_due()
    return made


async def opened(tab: Tab, exercise: str) -> TeachingState:
    tab.address, tab.parameters = f"/teach/exercises/{exercise}", {"exercise_at": exercise}
    await tab.send(TeachingState.open)
    return await tab.state(TeachingState)


async def until(tab: Tab, true: Callable[[TeachingState], bool]) -> TeachingState:
    for _look in range(500):
        state = await tab.state(TeachingState)
        if true(state):
            return state
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come true")


class TestPage:
    async def test_shows_the_exercise_and_the_newest_submissions(
        self, of: Of, sqlite_people: People, made: Made
    ) -> None:
        state = await opened(of(sqlite_people.instructor), made.doubling)
        assert (state.status, state.view.title, state.view.tried, state.rejudging.id) == ("ready", "Doubling", 1, "")
        assert [(row.number, row.verdict) for row in state.rows] == [
            (3, "wrong_answer"),
            (2, "accepted"),
            (1, "wrong_answer"),
        ]

    async def test_more_comes_below(
        self, of: Of, sqlite_people: People, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_PAGE", 2)
        tab = of(sqlite_people.instructor)
        assert [row.number for row in (await opened(tab, made.doubling)).rows] == [3, 2]
        await tab.send(TeachingState.more)
        state = await tab.state(TeachingState)
        assert ([row.number for row in state.rows], state.next_cursor) == ([3, 2, 1], "")

    async def test_a_submission_is_opened_with_its_code_and_verdict(
        self, of: Of, sqlite_people: People, made: Made
    ) -> None:
        tab = of(sqlite_people.instructor)
        row = (await opened(tab, made.doubling)).rows[1]
        await tab.send(TeachingState.show_submission, submission_id=row.id)
        state = await tab.state(TeachingState)
        assert (state.opened, state.opened_name, state.opened_number) == (row.id, sqlite_people.learner.name, 2)
        assert (state.outcome.verdict, [file.name for file in state.files]) == ("accepted", ["main.py"])
        assert "two" in state.files[0].html
        await tab.send(TeachingState.close_submission)
        assert (await tab.state(TeachingState)).opened == ""

    async def test_what_a_learner_wrote_is_text_and_nothing_else(
        self, of: Of, sqlite_people: People, made: Made
    ) -> None:
        bad = "</code></pre><script>alert(1)</script>"
        tab = of(sqlite_people.instructor)
        await opened(tab, made.doubling)
        for text in (bad, bad + "#" * 50_000):
            sent = coding.submit(sqlite_people.learner, exercise_id=made.doubling, files={"main.py": text})
            await tab.send(TeachingState.show_submission, submission_id=sent.id)
            [file] = (await tab.state(TeachingState)).files
            assert "<script" not in file.html and "script" in file.html

    async def test_a_submission_of_another_exercise_is_not_opened(
        self, of: Of, sqlite_people: People, made: Made
    ) -> None:
        other = coding.submit(sqlite_people.learner, exercise_id=made.leap, files={"leap.py": "x"})
        tab = of(sqlite_people.instructor)
        await opened(tab, made.doubling)
        await tab.send(TeachingState.show_submission, submission_id=other.id)
        assert (await tab.state(TeachingState)).opened == ""

    async def test_nobody_else_sees_or_starts_anything(
        self, of: Of, tab: Tab, sqlite_people: People, made: Made
    ) -> None:
        row = coding.handed_in(sqlite_people.instructor, exercise_id=made.doubling).rows[0]
        for key, person, status in (
            ("tab-0011", sqlite_people.learner, "forbidden"),
            ("tab-0012", sqlite_people.assistant, "forbidden"),
            ("tab-0013", sqlite_people.foreign_admin, "missing"),
            ("tab-0014", sqlite_people.foreign_learner, "missing"),
        ):
            theirs = of(person, key)
            assert (await opened(theirs, made.doubling)).status == status
            await theirs.send(TeachingState.rejudge)
            await theirs.send(TeachingState.show_submission, submission_id=row.id)
            assert "HIDDEN-NAME" not in theirs.text and "three" not in theirs.text
        await opened(tab, made.doubling)
        assert "/sign-in?code=needed" in tab.text
        assert coding.teaching_view(sqlite_people.instructor, exercise_id=made.doubling).rejudging is None

    @pytest.mark.parametrize("address", ["nothing", "", "x" * 300, "'; drop table exercise; --"])
    async def test_what_is_no_exercise_is_missing(
        self, of: Of, sqlite_people: People, made: Made, address: str
    ) -> None:
        assert (await opened(of(sqlite_people.instructor), address)).status == "missing"

    @pytest.mark.parametrize("odd", [None, 7, {"a": 1}, "x" * 40, ""])
    async def test_odd_arguments_do_nothing(self, of: Of, sqlite_people: People, made: Made, odd: object) -> None:
        tab = of(sqlite_people.instructor)
        await opened(tab, made.doubling)
        await tab.send(TeachingState.show_submission, submission_id=odd)
        assert (await tab.state(TeachingState)).opened == ""


class TestRejudging:
    async def test_it_is_followed_to_its_end_in_every_tab_and_after_a_reload(
        self, of: Of, sqlite_people: People, made: Made, right: set[str]
    ) -> None:
        right.clear()
        right.add("one")
        first, second = of(sqlite_people.instructor), of(sqlite_people.organisation_admin, "tab-0003")
        await opened(first, made.doubling)
        asked = asyncio.create_task(first.send(TeachingState.rejudge))
        await until(first, lambda state: state.rejudging.status == "running")
        loaded = asyncio.create_task(opened(second, made.doubling))
        await until(second, lambda state: state.rejudging.status == "running")
        await asyncio.to_thread(jobs.run_due, 1)
        for each in (first, second):
            state = await until(each, lambda state: state.rejudging.done == 1)
            assert (state.rejudging.total, state.rejudging.changed) == (3, 1)
        await asyncio.to_thread(jobs.run_due)
        await asyncio.wait_for(asyncio.gather(asked, loaded), 30)
        for each in (first, second):
            state = await each.state(TeachingState)
            assert (state.rejudging.status, state.rejudging.changed, state.busy) == ("done", 2, False)
            assert [(row.number, row.before, row.after) for row in state.changes] == [
                (1, "wrong_answer", "accepted"),
                (2, "accepted", "wrong_answer"),
            ]
            assert [row.verdict for row in state.rows] == ["wrong_answer", "wrong_answer", "accepted"]

    async def test_more_changes_come_below(
        self, of: Of, sqlite_people: People, made: Made, right: set[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        right.update(PROGRAMS)
        coding.rejudge(sqlite_people.instructor, exercise_id=made.doubling)
        jobs.run_due()
        monkeypatch.setattr(module, "_PAGE", 1)
        tab = of(sqlite_people.instructor)
        assert len((await opened(tab, made.doubling)).changes) == 1
        await tab.send(TeachingState.more_changes)
        state = await tab.state(TeachingState)
        assert ([row.number for row in state.changes], state.changes_cursor) == ([1, 3], "")

    async def test_who_goes_elsewhere_is_not_followed(self, of: Of, sqlite_people: People, made: Made) -> None:
        coding.rejudge(sqlite_people.instructor, exercise_id=made.doubling)
        tab = of(sqlite_people.instructor)
        looking = asyncio.create_task(opened(tab, made.doubling))
        await until(tab, lambda state: state.rejudging.status == "running")
        tab.address, tab.parameters = "/catalogue", {}
        await tab.send(TeachingState.close_submission)
        ended, _going_on = await asyncio.wait({looking}, timeout=5)
        looking.cancel()
        assert ended

    async def test_where_no_program_can_be_run_it_says_so(
        self, of: Of, sqlite_people: People, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(machine, "language_problem", lambda _name: "python is not there.")
        tab = of(sqlite_people.instructor)
        assert (await opened(tab, made.doubling)).view.problem == machine.NO_LANGUAGE
        await tab.send(TeachingState.rejudge)
        state = await tab.state(TeachingState)
        assert (state.rejudging.id, state.busy) == ("", False)
        assert (await tab.state(ShellState)).notice == machine.NO_LANGUAGE

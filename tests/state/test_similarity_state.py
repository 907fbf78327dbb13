"""The page of similar programs, event by event."""

import asyncio
from collections.abc import Callable

import pytest

import lms_app.lms_app  # noqa: F401  (the addresses with their parameters)
from services.coding import similarity
from services.platform import jobs
from services.platform.actor import Actor
from state import similarity as module
from state.shell import ShellState
from state.similarity import SimilarityState
from tests.conftest import People
from tests.course_rows import Made, make_taken_course
from tests.services.test_similarity import compare, hand_in, more_learners
from tests.similar_programs import ORIGINAL
from tests.state.conftest import Tab, session_of, tab

__all__ = ["session_of", "tab"]
Of = Callable[..., Tab]


@pytest.fixture
def of(tab: Tab, session_of: Callable[[Actor], str]) -> Of:
    return lambda person, key="tab-0002": tab.as_person(session_of(person), key=key)


@pytest.fixture
def made(sqlite_people: People) -> Made:
    made = make_taken_course(sqlite_people.instructor, sqlite_people.learner, sqlite_people.other_learner)
    for person in (sqlite_people.learner, sqlite_people.other_learner):
        hand_in(person, made, ORIGINAL)
    return made


async def opened(tab: Tab, exercise: str, query: str = "") -> SimilarityState:
    tab.address, tab.parameters = f"/teach/exercises/{exercise}/similarity{query}", {"exercise_at": exercise}
    await tab.send(SimilarityState.open)
    return await tab.state(SimilarityState)


class TestPage:
    async def test_before_the_first_comparison(self, of: Of, sqlite_people: People, made: Made) -> None:
        state = await opened(of(sqlite_people.assistant), made.doubling)
        assert (state.status, state.report.status, list(state.rows)) == ("ready", "none", [])
        assert state.report.exercise_title == "Doubling"

    async def test_the_ranking_and_the_pair_of_the_address(self, of: Of, sqlite_people: People, made: Made) -> None:
        pair = compare(sqlite_people.instructor, made).rows[0].id
        tab = of(sqlite_people.instructor)
        state = await opened(tab, made.doubling, f"?pair={pair}")
        assert ([row.id for row in state.rows], state.pair.row.id) == ([pair], pair)
        assert state.pair.left.files[0].lines[4].text == ORIGINAL.split("\n")[4]

    @pytest.mark.parametrize("query", ["?pair=nothing", "?pair=", "?pair=%00"])
    async def test_an_odd_pair_in_the_address_opens_the_report(
        self, of: Of, sqlite_people: People, made: Made, query: str
    ) -> None:
        state = await opened(of(sqlite_people.instructor), made.doubling, query)
        assert (state.status, state.pair.row.id) == ("ready", "")

    async def test_nobody_else_sees_anything(self, of: Of, tab: Tab, sqlite_people: People, made: Made) -> None:
        pair = compare(sqlite_people.instructor, made).rows[0].id
        for key, person, status in (
            ("tab-0011", sqlite_people.learner, "forbidden"),
            ("tab-0012", sqlite_people.foreign_admin, "missing"),
            ("tab-0013", sqlite_people.foreign_learner, "missing"),
        ):
            theirs = of(person, key)
            assert (await opened(theirs, made.doubling)).status == status
            await theirs.send(SimilarityState.show_pair, pair_id=pair)
            await theirs.send(SimilarityState.write_note, pair_id=pair, text="mine")
            await theirs.send(SimilarityState.start)
            assert "Liban" not in theirs.text and "strip" not in theirs.text
        await opened(tab, made.doubling)
        assert "/sign-in?code=needed" in tab.text
        row = similarity.similar_pair(sqlite_people.instructor, pair_id=pair).row
        assert row.note == ""

    @pytest.mark.parametrize("address", ["nothing", "", "x" * 300, "'; drop table exercise; --"])
    async def test_what_is_no_exercise_is_missing(
        self, of: Of, sqlite_people: People, made: Made, address: str
    ) -> None:
        assert (await opened(of(sqlite_people.instructor), address)).status == "missing"


class TestComparing:
    async def test_it_is_followed_until_it_is_done(
        self, of: Of, sqlite_people: People, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_SECONDS_BETWEEN_LOOKS", 0.02)
        tab = of(sqlite_people.instructor)
        await opened(tab, made.doubling)
        sent = asyncio.create_task(tab.send(SimilarityState.start))
        for _look in range(500):
            if (await tab.state(SimilarityState)).report.status == "queued":
                break
            await asyncio.sleep(0.01)
        await asyncio.to_thread(jobs.run_due)
        await asyncio.wait_for(sent, 30)
        state = await tab.state(SimilarityState)
        assert (state.report.status, state.busy, len(state.rows)) == ("done", False, 1)

    async def test_without_an_exercise_nothing_begins(self, of: Of, sqlite_people: People, made: Made) -> None:
        tab = of(sqlite_people.instructor)
        await tab.send(SimilarityState.start)
        await tab.send(SimilarityState.more)
        await tab.send(SimilarityState.look, looked_at=True)
        assert similarity.similarity(sqlite_people.instructor, exercise_id=made.doubling).status == "none"
        assert (await tab.state(ShellState)).notice == ""

    async def test_more_comes_below(
        self, of: Of, sqlite_people: People, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "_PAGE", 2)
        for pupil in more_learners(sqlite_people.instructor, made, 1):
            hand_in(pupil, made, ORIGINAL)
        compare(sqlite_people.instructor, made)
        tab = of(sqlite_people.instructor)
        assert len((await opened(tab, made.doubling)).rows) == 2
        await tab.send(SimilarityState.more)
        state = await tab.state(SimilarityState)
        assert (len({row.id for row in state.rows}), state.next_cursor) == (3, "")


class TestMarks:
    async def test_a_note_and_a_look_are_kept_and_shown(self, of: Of, sqlite_people: People, made: Made) -> None:
        pair = compare(sqlite_people.instructor, made).rows[0].id
        tab = of(sqlite_people.instructor)
        await opened(tab, made.doubling)
        await tab.send(SimilarityState.show_pair, pair_id=pair)
        await tab.send(SimilarityState.write_note, pair_id=pair, text="Ask them.")
        await tab.send(SimilarityState.look, looked_at=True)
        state = await tab.state(SimilarityState)
        assert (state.saved, state.pair.row.note, state.pair.row.looked_by) == (True, "Ask them.", "Ines")
        assert state.rows[0] == state.pair.row
        await tab.send(SimilarityState.close_pair)
        assert (await tab.state(SimilarityState)).pair.row.id == ""

    async def test_a_pair_of_another_report_is_not_opened(self, of: Of, sqlite_people: People, made: Made) -> None:
        pair = compare(sqlite_people.instructor, made).rows[0].id
        tab = of(sqlite_people.instructor)
        await opened(tab, made.leap)
        await tab.send(SimilarityState.show_pair, pair_id=pair)
        assert (await tab.state(SimilarityState)).pair.row.id == ""

    @pytest.mark.parametrize("odd", [None, 7, {"a": 1}, "x" * 40, ""])
    async def test_odd_arguments_do_nothing(self, of: Of, sqlite_people: People, made: Made, odd: object) -> None:
        tab = of(sqlite_people.instructor)
        await opened(tab, made.doubling)
        await tab.send(SimilarityState.show_pair, pair_id=odd)
        await tab.send(SimilarityState.write_note, pair_id=odd, text=odd)
        assert (await tab.state(SimilarityState)).pair.row.id == ""

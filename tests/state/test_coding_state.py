"""The exercise panel of a tab: the place in the queue, taking back, what was handed in before, and comparing."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

import lms_app.lms_app  # noqa: F401  (every page: what stands in an address is known by its route)
from services import coding
from services.coding import judging
from services.coding.judging import Judgement
from services.coding.schemas import DiffLine
from services.platform import jobs
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.rate import limiter
from state.coding import ExerciseState, _until_next_look
from state.coding_history import HistoryState
from state.player import PlayerState
from state.side_by_side import ComparedRow, folded, paired
from tests.conftest import People
from tests.course_rows import Made, make_taken_course
from tests.state.conftest import Tab


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Jobs are run by the tests themselves, by a judge that finds everything wrong."""
    monkeypatch.setattr(judging, "judge_files", lambda *_: Judgement("wrong_answer", 50, 1, 2, {}))
    jobs.use_queue(lambda _queue, _job: None)
    yield
    jobs.use_queue(None)


@pytest.fixture
def made(sqlite_people: People) -> Made:
    limiter.clear()
    return make_taken_course(sqlite_people.instructor, sqlite_people.learner, sqlite_people.other_learner)


@pytest.fixture
async def lena(tab: Tab, session_of: Callable[[Actor], str], sqlite_people: People, made: Made) -> Tab:
    """A learner's tab with the lesson open."""
    mine = tab.as_person(session_of(sqlite_people.learner), key="tab-0002")
    mine.address, mine.parameters = "/learn/small/loops", {"course_at": "small", "lesson_at": "loops"}
    await mine.send(PlayerState.load)
    return mine


async def until(true: Callable[[], object]) -> None:
    for _ in range(200):
        if await true():  # type: ignore[misc]
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


async def test_one_sees_the_place_and_takes_it_back(lena: Tab, made: Made, sqlite_people: People):
    coding.submit(sqlite_people.other_learner, exercise_id=made.doubling, files={"main.py": "b"})
    waiting = asyncio.create_task(lena.send(ExerciseState.submit, exercise_id=made.doubling))

    async def outcome() -> object:
        return (await lena.state(ExerciseState)).outcomes.get(made.doubling)

    await until(outcome)
    shown = await outcome()
    assert (shown.status, shown.place, shown.kind) == ("queued", 2, "submission")  # type: ignore[attr-defined]
    await lena.send(ExerciseState.cancel, exercise_id=made.doubling)
    await asyncio.wait_for(waiting, 5)
    exercises = await lena.state(ExerciseState)
    assert exercises.outcomes[made.doubling].status == "cancelled"
    assert [row.status for row in exercises.history[made.doubling]] == ["cancelled"]


async def test_what_was_refused_is_said_where_the_result_would_stand(
    lena: Tab, made: Made, monkeypatch: pytest.MonkeyPatch, sqlite_people: People
):
    monkeypatch.setattr(settings(), "judge_waiting", 1)
    coding.submit(sqlite_people.other_learner, exercise_id=made.doubling, files={"main.py": "b"})
    await lena.send(ExerciseState.submit, exercise_id=made.doubling)
    shown = (await lena.state(ExerciseState)).outcomes[made.doubling]
    assert (shown.status, "10 seconds" in shown.message) == ("refused", True)


async def test_older_ones_come_when_they_are_asked_for(lena: Tab, made: Made, sqlite_people: People):
    for number in range(24):
        coding.submit(sqlite_people.learner, exercise_id=made.doubling, files={"main.py": str(number)})
    jobs.run_due()
    await lena.send(PlayerState.load)
    sizes = []
    for _ in range(4):
        exercises = await lena.state(ExerciseState)
        sizes.append((len(exercises.history[made.doubling]), bool(exercises.older[made.doubling])))
        await lena.send(ExerciseState.show_older, exercise_id=made.doubling)
    assert sizes == [(10, True), (20, True), (24, False), (24, False)]


async def test_an_earlier_program_is_handed_in_again(lena: Tab, made: Made, sqlite_people: People):
    first, _second = (
        coding.submit(sqlite_people.learner, exercise_id=made.doubling, files={"main.py": text})
        for text in ("one", "two")
    )
    jobs.run_due()
    again = asyncio.create_task(lena.send(ExerciseState.submit_again, submission_id=first.id))

    async def queued() -> object:
        return len(coding.submissions(sqlite_people.learner, exercise_id=made.doubling)) == 3

    await until(queued)
    await asyncio.to_thread(jobs.run_due)
    await asyncio.wait_for(again, 5)
    exercises = await lena.state(ExerciseState)
    assert exercises.outcomes[made.doubling].verdict == "wrong_answer"
    assert exercises.shown[made.doubling].text != "one"


async def test_two_are_chosen_and_stand_side_by_side(lena: Tab, made: Made, sqlite_people: People):
    texts = ("a = 1\nprint(a)\n", "a = 2\nprint(a)\nprint()\n")
    ids = [
        coding.submit(sqlite_people.learner, exercise_id=made.doubling, files={"main.py": text}).id for text in texts
    ]
    for each in ids:
        await lena.send(HistoryState.choose, exercise_id=made.doubling, submission_id=each)
    history = await lena.state(HistoryState)
    found = history.comparisons[made.doubling]
    assert (found.before, found.after, history.chosen[made.doubling]) == (1, 2, "")
    assert [(row.kind, row.left, row.right) for row in found.files[0].rows] == [
        ("changed", "a = 1", "a = 2"),
        ("same", "print(a)", "print(a)"),
        ("changed", "", "print()"),
    ]
    await lena.send(HistoryState.close, exercise_id=made.doubling)
    assert (await lena.state(HistoryState)).comparisons == {}


async def test_nothing_of_others_is_compared_or_handed_in(lena: Tab, made: Made, sqlite_people: People):
    theirs = coding.submit(sqlite_people.other_learner, exercise_id=made.doubling, files={"main.py": "SECRET"}).id
    mine = coding.submit(sqlite_people.learner, exercise_id=made.doubling, files={"main.py": "mine"}).id
    for each in (mine, theirs):
        await lena.send(HistoryState.choose, exercise_id=made.doubling, submission_id=each)
    await lena.send(ExerciseState.submit_again, submission_id=theirs)
    assert (await lena.state(HistoryState)).comparisons == {}
    assert "SECRET" not in lena.text
    assert len(coding.submissions(sqlite_people.learner, exercise_id=made.doubling)) == 1


def test_one_looks_the_rarer_the_further_back_one_stands():
    pauses = [
        _until_next_look(
            0,
            coding.SubmissionView("", "", "", 1, "queued", False, "", False, 0, 0, 0, "", "", place=place),
            coding.Looks(),
        )
        for place in (0, 1, 2, 5, 500)
    ]
    assert pauses == sorted(pauses) and pauses[0] < pauses[2] < pauses[3] < pauses[-1] == 1.0


class TestComparedRows:
    def test_what_came_stands_beside_what_went(self):
        lines = [
            DiffLine("missing", "a", 1, 0),
            DiffLine("missing", "b", 2, 0),
            DiffLine("extra", "c", 0, 1),
            DiffLine("same", "d", 3, 2),
        ]
        assert paired(lines) == [
            ComparedRow("changed", 1, "a", 1, "c"),
            ComparedRow("changed", 2, "b", 0, ""),
            ComparedRow("same", 3, "d", 2, "d"),
        ]

    def test_what_is_far_from_any_change_is_left_out(self):
        rows = [ComparedRow("same", n, "x", n, "x") for n in range(1, 21)]
        rows[9] = ComparedRow("changed", 10, "x", 10, "y")
        found = folded(rows)
        assert [row.kind for row in found] == ["skipped", *["same"] * 3, "changed", *["same"] * 3, "skipped"]
        assert (found[0].skipped, found[-1].skipped) == (6, 7)
        assert sum(row.skipped or 1 for row in found) == 20

"""How far the judge is with a submission: seen by every process, a few writes at most, and nothing of hidden tests."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from uuid import UUID

import pytest

from services import coding
from services.coding import judging, machine, progress
from services.coding.judging import Judgement
from services.coding.models import Submission
from services.coding.progress import Progress
from services.courses.models import Exercise
from services.platform import jobs
from services.platform.actor import Actor
from services.platform.database import unit_of_work
from services.platform.errors import Unavailable
from services.platform.ids import new_id
from services.platform.rate import limiter
from tests.conftest import People
from tests.counting import statements
from tests.course_rows import Made, make_taken_course

Told = Callable[[int, int], None]


@pytest.fixture(autouse=True)
def _no_queue() -> Iterator[None]:
    jobs.use_queue(lambda _queue, _job: None)
    yield
    jobs.use_queue(None)


@pytest.fixture
def made(people: People) -> Made:
    limiter.clear()
    return make_taken_course(people.instructor, people.learner)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


def hand_in(actor: Actor, made: Made, program: str = "print(4)") -> str:
    return coding.submit(actor, exercise_id=made.doubling, files={"main.py": program}).id


def judge_by(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[Told], None]) -> None:
    def judge(_task: judging.Task, _files: dict[str, str], told: Told) -> Judgement:
        meanwhile(told)
        return Judgement("wrong_answer", 50, 1, 2, {})

    monkeypatch.setattr(judging, "judge_files", judge)


def test_it_is_seen_while_the_program_runs_and_not_after(
    people: People, made: Made, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    mine = hand_in(people.learner, made)
    seen: list[tuple[str, int, int]] = []

    def look() -> None:
        view = coding.submission(people.learner, submission_id=mine)
        seen.append((view.status, view.tests_done, view.tests_total))

    def meanwhile(told: Told) -> None:
        for number in range(4):
            told(number, 4)
            look()
            clock.seconds += 0.3

    judge_by(monkeypatch, meanwhile)
    jobs.run_due()
    look()
    # At 0 and 0.3 s it is too early to say anything, and at 0.9 s too soon after 0.6 s.
    assert seen == [("running", 0, 0), ("running", 0, 0), ("running", 2, 4), ("running", 2, 4), ("done", 0, 0)]


def test_a_quick_submission_costs_no_question_more_and_a_long_one_two_writes_a_second(
    people: People, made: Made, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    def cost(step: float) -> int:
        def meanwhile(told: Told) -> None:
            for number in range(200):
                told(number, 200)
                clock.seconds += step

        judge_by(monkeypatch, meanwhile)
        hand_in(people.learner, made, f"print({step})")
        with statements() as sent:
            jobs.run_due()
        return len([each for each in sent if "cases_done" in each and each.lstrip().startswith("UPDATE")])

    claimed = cost(0.002)  # the claim itself writes its row
    assert claimed <= 1
    assert cost(0.025) - claimed == 9, "of five seconds"


def test_only_the_run_that_has_the_submission_writes(people: People, made: Made, clock: Clock):
    mine = hand_in(people.learner, made)
    stranger = Progress(people.system, UUID(mine), new_id())
    clock.seconds += 1
    stranger(3, 4)
    with unit_of_work(people.system) as session:
        row = session.get_one(Submission, UUID(mine))
        assert (row.cases_done, row.cases_total) == (0, 0)


def test_a_second_run_begins_at_the_beginning(
    people: People, made: Made, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    mine = hand_in(people.learner, made)

    def lost(_task: judging.Task, _files: dict[str, str], told: Told) -> Judgement:
        clock.seconds += 1
        told(3, 4)
        raise Unavailable(judging.LOST)

    monkeypatch.setattr(judging, "judge_files", lost)
    with pytest.raises(Unavailable):
        coding.judge_pending(people.system, submission_id=mine)
    waiting = coding.submission(people.learner, submission_id=mine)
    assert (waiting.status, waiting.tests_done) == ("queued", 0)
    again: list[int] = []
    judge_by(monkeypatch, lambda _told: again.append(coding.submission(people.learner, submission_id=mine).tests_done))
    coding.judge_pending(people.system, submission_id=mine)
    assert again == [0]


@pytest.mark.cage
def test_the_judge_tells_of_every_test_and_of_no_hidden_one(
    people: People, made: Made, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(progress, "_QUIET_SECONDS", 0.0)
    monkeypatch.setattr(progress, "_BETWEEN_SECONDS", 0.0)
    mine = hand_in(people.learner, made)
    seen: list[str] = []
    before = Progress.__call__

    def noted(self: Progress, done: int, total: int) -> None:
        before(self, done, total)
        view = coding.submission(people.learner, submission_id=mine)
        assert (view.tests_done, view.tests_total, view.checks, view.passed) == (done, total, [], 0)
        seen.append(str(asdict(view)))

    monkeypatch.setattr(Progress, "__call__", noted)
    jobs.run_due()
    assert coding.submission(people.learner, submission_id=mine).passed == 1
    assert len(seen) == 2
    assert not any(secret in text for text in seen for secret in ("7421", "14842", "HIDDEN-NAME"))


class TestLanguage:
    def test_what_this_server_cannot_run_is_refused_at_once_and_kept(
        self, people: People, made: Made, monkeypatch: pytest.MonkeyPatch
    ):
        with unit_of_work(people.instructor) as session:
            session.get_one(Exercise, UUID(made.doubling)).language = "c"
        monkeypatch.setattr(machine, "language_problem", lambda name: "gcc is not there." if name == "c" else "")
        page = coding.exercise_view(people.learner, exercise_id=made.doubling)
        with pytest.raises(Unavailable) as refused:
            hand_in(people.learner, made)
        assert refused.value.message == page.problem == machine.NO_LANGUAGE
        after = coding.exercise_view(people.learner, exercise_id=made.doubling)
        assert ([file.text for file in after.files], after.submissions) == (["print(4)"], [])
        coding.submit(people.learner, exercise_id=made.leap, files={"leap.py": "x"})

"""An exercise's tests change, and what was handed in before is judged anew: once each, whatever happens meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from services import coding, enrolment
from services.coding import judging, machine, rejudging
from services.coding.judging import Judgement
from services.coding.models import Submission
from services.courses.models import ExerciseKey
from services.platform import clock, jobs
from services.platform.actor import Actor
from services.platform.database import reading, unit_of_work
from services.platform.errors import Forbidden, LimitReached, NotFound, SignInNeeded, Unavailable
from services.platform.models import AuditEntry, Job
from services.platform.rate import limiter
from tests.conftest import People
from tests.course_rows import Made, make_taken_course


@pytest.fixture(autouse=True)
def _no_queue() -> Iterator[None]:
    """Jobs are run by the tests themselves."""
    jobs.use_queue(lambda _queue, _job: None)
    yield
    jobs.use_queue(None)


@pytest.fixture(autouse=True)
def _cage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge of these tests is a function, below; there is no cage to ask for."""
    monkeypatch.setattr(machine, "require_cage", lambda: None)


@pytest.fixture
def made(people: People) -> Made:
    limiter.clear()
    return make_taken_course(people.instructor, people.learner, people.other_learner)


class Judge:
    """Accepts the programs it is told to, and counts what it was asked."""

    def __init__(self) -> None:
        self.right: set[str] = set()
        self.met: list[str] = []
        self.busy = 0

    def __call__(self, _task: judging.Task, files: dict[str, str], _progress: object = None) -> Judgement:
        if self.busy:
            self.busy -= 1
            raise LimitReached(machine.BUSY, retry_after=1)
        self.met.append(files["main.py"])
        right = files["main.py"] in self.right
        return Judgement("accepted" if right else "wrong_answer", 100 if right else 0, int(right), 1, {})


@pytest.fixture
def judge(monkeypatch: pytest.MonkeyPatch) -> Judge:
    made = Judge()
    monkeypatch.setattr(judging, "judge_files", made)
    return made


def hand_in(actor: Actor, made: Made, *programs: str) -> list[str]:
    return [coding.submit(actor, exercise_id=made.doubling, files={"main.py": text}).id for text in programs]


def verdicts_of(actor: Actor, ids: list[str]) -> list[str]:
    return [coding.submission(actor, submission_id=each).verdict for each in ids]


@pytest.fixture
def before(people: People, made: Made, judge: Judge) -> list[str]:
    """Three submissions of two people, of which only the first was right."""
    judge.right = {"one"}
    ids = [*hand_in(people.learner, made, "one", "two"), *hand_in(people.other_learner, made, "three")]
    jobs.run_due()
    judge.met.clear()
    judge.right = {"two"}  # the tests change
    return ids


def progress(people: People, view: coding.RejudgingView) -> tuple[str, int, int, int, int]:
    now = coding.rejudge_progress(people.instructor, rejudging_id=view.id)
    return now.status, now.total, now.done, now.changed, now.kept


class TestRejudge:
    def test_gives_each_its_new_verdict_and_keeps_the_old_until_then(
        self, people: People, made: Made, judge: Judge, before: list[str]
    ):
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)
        assert (started.status, started.total, started.done) == ("running", 3, 0)
        assert verdicts_of(people.instructor, before) == ["accepted", "wrong_answer", "wrong_answer"]
        jobs.run_due(limit=1)
        assert verdicts_of(people.instructor, before) == ["wrong_answer", "wrong_answer", "wrong_answer"]
        assert progress(people, started) == ("running", 3, 1, 1, 0)
        jobs.run_due()
        assert verdicts_of(people.instructor, before) == ["wrong_answer", "accepted", "wrong_answer"]
        assert progress(people, started) == ("done", 3, 3, 2, 0)
        assert judge.met == ["one", "two", "three"]
        renewed = coding.submission(people.learner, submission_id=before[1])
        assert renewed.rejudged_at and renewed.finished_at

    @pytest.mark.cage
    def test_by_the_tests_as_they_are_now(self, people: People, made: Made):
        mine = hand_in(people.learner, made, "print(2 * int(input()))")
        jobs.run_due()
        assert verdicts_of(people.learner, mine) == ["accepted"]
        with unit_of_work(people.instructor) as session:
            asked = sa.select(ExerciseKey).where(ExerciseKey.exercise_id == UUID(made.doubling))
            key = session.scalars(asked).one()
            key.hidden_cases = [{"name": "HIDDEN-NAME", "stdin": "3\n", "expected": "7\n"}]
        coding.rejudge(people.instructor, exercise_id=made.doubling)
        jobs.run_due()
        assert verdicts_of(people.learner, mine) == ["wrong_answer"]

    def test_what_is_right_now_counts_for_its_owner(self, people: People, judge: Judge):
        made = make_taken_course(people.instructor, people.learner, completion="exercise", slug="other")
        hand_in(people.learner, made, "two")
        leap = coding.submit(people.learner, exercise_id=made.leap, files={"main.py": "two"})
        jobs.run_due()
        judge.right = {"two"}
        coding.rejudge(people.instructor, exercise_id=made.doubling)
        coding.rejudge(people.instructor, exercise_id=made.leap)
        jobs.run_due()
        assert coding.submission(people.learner, submission_id=leap.id).accepted
        assert enrolment.outline(people.learner, course="other").modules[0].lessons[0].progress == "completed"

    def test_asked_for_twice_it_is_done_once(self, people: People, made: Made, judge: Judge, before: list[str]):
        first = coding.rejudge(people.instructor, exercise_id=made.doubling)
        assert coding.rejudge(people.organisation_admin, exercise_id=made.doubling).id == first.id
        jobs.run_due()
        assert judge.met == ["one", "two", "three"]
        later = coding.rejudge(people.instructor, exercise_id=made.doubling)
        jobs.run_due()
        assert progress(people, later) == ("done", 3, 3, 0, 0)

    def test_what_waits_meets_the_new_tests_anyway_and_what_failed_stays(
        self, people: People, made: Made, judge: Judge, before: list[str]
    ):
        failed, waiting = hand_in(people.learner, made, "four", "five")
        coding.give_up(people.system, submission_id=failed)
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)
        later = hand_in(people.learner, made, "six")[0]
        assert started.total == 3
        jobs.run_due()
        assert "four" not in judge.met and judge.met.count("six") == 1
        assert coding.submission(people.learner, submission_id=failed).status == "failed"
        assert verdicts_of(people.learner, [waiting, later]) == ["wrong_answer"] * 2
        # One that was being judged when it began may have met the old tests, so it is judged once more.
        assert progress(people, started) == ("done", 4, 4, 2, 0)

    def test_an_exercise_without_submissions_is_done_at_once(self, people: People, made: Made):
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)
        jobs.run_due()
        assert progress(people, started) == ("done", 0, 0, 0, 0)

    def test_learners_who_wait_are_not_kept_waiting(self, people: People, made: Made, judge: Judge, before: list[str]):
        coding.rejudge(people.instructor, exercise_id=made.doubling)
        hand_in(people.learner, made, "four")
        hand_in(people.other_learner, made, "five")
        jobs.run_due()
        assert {judge.met.index("four"), judge.met.index("five")} == {1, 2}

    def test_is_written_down(self, people: People, made: Made, judge: Judge, before: list[str]):
        coding.rejudge(people.instructor, exercise_id=made.doubling)
        jobs.run_due()
        with reading(people.instructor) as session:
            rows = session.scalars(
                sa.select(AuditEntry).where(AuditEntry.action.like("%rejudge%")).order_by(AuditEntry.created_at)
            ).all()
        assert [(row.action, row.facts) for row in rows] == [
            ("exercise.rejudge", {"total": 3}),
            ("submission.rejudge", {"before": "accepted", "after": "wrong_answer"}),
            ("submission.rejudge", {"before": "wrong_answer", "after": "accepted"}),
            ("exercise.rejudged", {"total": 3, "changed": 2, "kept": 0}),
        ]
        assert rows[0].actor_id == people.instructor.user_id

    def test_needs_a_judge(self, people: People, made: Made, monkeypatch: pytest.MonkeyPatch):
        def none() -> None:
            raise Unavailable(machine.NO_CAGE)

        monkeypatch.setattr(machine, "require_cage", none)
        with pytest.raises(Unavailable):
            coding.rejudge(people.instructor, exercise_id=made.doubling)

    def test_is_for_those_who_write_the_course(self, people: People, made: Made, before: list[str]):
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)
        for actor, refusal in (
            (people.learner, Forbidden),
            (people.assistant, Forbidden),
            (people.visitor, SignInNeeded),
            (people.foreign_admin, NotFound),
        ):
            with pytest.raises(refusal):
                coding.rejudge(actor, exercise_id=made.doubling)
            with pytest.raises(refusal):
                coding.rejudge_progress(actor, rejudging_id=started.id)
        for wrong in (None, "x", {}, "0190a000-0000-7000-8000-000000000000"):
            with pytest.raises(NotFound):
                coding.rejudge(people.instructor, exercise_id=wrong)
            with pytest.raises(NotFound):
                coding.rejudge_progress(people.instructor, rejudging_id=wrong)
        for function in (rejudging.judge_next, rejudging.stop):
            with pytest.raises(Forbidden):
                function(people.instructor, rejudging_id=started.id)


class TestTrouble:
    def test_killed_in_the_middle_it_goes_on_where_it_was(
        self, people: People, made: Made, judge: Judge, before: list[str]
    ):
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)
        jobs.run_due(limit=1)
        begun = rejudging._begin(people.system, started.id)  # and the process ends here
        assert begun is not None
        jobs.run_due()
        assert judge.met == ["one", "two", "three"]
        assert progress(people, started) == ("done", 3, 3, 2, 0)

    def test_a_dead_worker_that_comes_back_writes_nothing(
        self, people: People, made: Made, judge: Judge, before: list[str], monkeypatch: pytest.MonkeyPatch
    ):
        """While one judges, its lease is lost and another does the same and all that follows."""
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)

        def slow(task: judging.Task, files: dict[str, str]) -> Judgement:
            monkeypatch.setattr(judging, "judge_files", judge)
            for _ in range(4):
                rejudging.judge_next(people.system, rejudging_id=started.id)
            return Judgement("memory_limit", 0, 0, 1, {})

        monkeypatch.setattr(judging, "judge_files", slow)
        rejudging.judge_next(people.system, rejudging_id=started.id)
        assert verdicts_of(people.instructor, before) == ["wrong_answer", "accepted", "wrong_answer"]
        assert progress(people, started) == ("done", 3, 3, 2, 0)

    def test_a_program_that_kills_the_server_twice_keeps_its_verdict(
        self, people: People, made: Made, judge: Judge, before: list[str]
    ):
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)
        for _ in range(2):
            assert rejudging._begin(people.system, started.id) is not None
        jobs.run_due()
        assert verdicts_of(people.instructor, before) == ["accepted", "accepted", "wrong_answer"]
        assert progress(people, started) == ("done", 3, 3, 1, 1)

    def test_a_busy_judge_is_asked_again(self, people: People, made: Made, judge: Judge, before: list[str]):
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)
        judge.busy = 3
        at = clock.now()
        for _ in range(4):
            at += timedelta(minutes=5)
            with clock.frozen(at):
                jobs.run_due()
        assert progress(people, started) == ("done", 3, 3, 2, 0)

    def test_a_judge_that_is_gone_ends_it_visibly(self, people: People, made: Made, judge: Judge, before: list[str]):
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)
        judge.busy = 100
        at = clock.now()
        for _ in range(8):
            at += timedelta(minutes=10)
            with clock.frozen(at):
                jobs.run_due()
        assert progress(people, started) == ("failed", 3, 0, 0, 0)
        assert verdicts_of(people.instructor, before) == ["accepted", "wrong_answer", "wrong_answer"]
        with reading(people.system) as session:
            assert session.scalar(sa.select(sa.func.count(Job.id)).where(Job.status == "dead")) == 1
        judge.busy = 0
        again = coding.rejudge(people.instructor, exercise_id=made.doubling)
        assert again.id != started.id
        jobs.run_due()
        assert progress(people, again)[0] == "done"
        with reading(people.system) as session:
            assert session.scalar(sa.select(sa.func.count(Submission.id))) == 3

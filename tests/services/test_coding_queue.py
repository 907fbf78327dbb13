"""The queue of the judge: fair between people, bounded, told where one stands, and left when one likes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services import coding
from services.coding import judging, machine, verdicts
from services.coding.judging import Judgement
from services.coding.models import Submission
from services.coding.waiting import WAITED_TOO_LONG
from services.platform import clock, jobs, leases
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.database import reading, unit_of_work
from services.platform.errors import Conflict, Invalid, LimitReached, NotFound, SignInNeeded
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


@pytest.fixture
def made(people: People) -> Made:
    limiter.clear()
    return make_taken_course(people.instructor, people.learner, people.other_learner, people.assistant)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A judge that accepts everything at once, and notes the programs in the order in which it met them."""
    seen: list[str] = []

    def judge(_task: judging.Task, files: dict[str, str], _progress: object = None) -> Judgement:
        seen.append(files["main.py"])
        return Judgement("accepted", 100, 2, 2, {})

    monkeypatch.setattr(judging, "judge_files", judge)
    return seen


def hand_in(actor: Actor, made: Made, *programs: str) -> list[str]:
    return [coding.submit(actor, exercise_id=made.doubling, files={"main.py": text}).id for text in programs]


def status(actor: Actor, submission_id: str) -> str:
    return coding.submission(actor, submission_id=submission_id).status


class TestTurns:
    def test_who_sends_many_does_not_delay_the_first_of_another(self, people: People, made: Made, judged: list[str]):
        hand_in(people.learner, made, *(f"a{n}" for n in range(10)))
        hand_in(people.other_learner, made, "b0")
        jobs.run_due()
        assert judged.index("b0") <= 1

    def test_people_take_turns(self, people: People, made: Made, judged: list[str]):
        hand_in(people.learner, made, "a0", "a1", "a2", "a3")
        hand_in(people.other_learner, made, "b0", "b1")
        hand_in(people.assistant, made, "c0")
        jobs.run_due()
        assert judged == ["a0", "b0", "c0", "a1", "b1", "a2", "a3"]

    def test_who_comes_back_at_once_does_not_keep_another_out(self, people: People, made: Made, judged: list[str]):
        """Two who hand in again as soon as they are judged never leave the line empty; a third has two waiting."""
        hand_in(people.learner, made, "a0", "a1")
        for round_ in range(4):
            hand_in(people.other_learner, made, f"b{round_}")
            hand_in(people.assistant, made, f"c{round_}")
            for _ in range(2):
                jobs.run_due(limit=1)
        assert "a1" in judged

    def test_nobody_pays_later_for_turns_that_nobody_else_wanted(self, people: People, made: Made, judged: list[str]):
        hand_in(people.learner, made, *(f"a{n}" for n in range(5)))
        jobs.run_due()
        hand_in(people.other_learner, made, "b0", "b1")
        hand_in(people.learner, made, "a5")
        judged.clear()
        jobs.run_due()
        assert judged == ["b0", "a5", "b1"]

    def test_a_message_leads_to_whoever_is_first(self, people: People, made: Made, judged: list[str]):
        sent: list[object] = []
        jobs.use_queue(lambda _queue, job: sent.append(job))
        hand_in(people.learner, made, "a0", "a1")
        hand_in(people.other_learner, made, "b0")
        for job in reversed(sent):
            jobs.run(job)
        assert judged == ["a0", "b0", "a1"]

    def test_each_is_judged_once_by_several_workers_at_once(self, people: People, made: Made, judged: list[str]):
        sent: list[object] = []
        jobs.use_queue(lambda _queue, job: sent.append(job))
        hand_in(people.learner, made, *(f"a{n}" for n in range(20)))
        hand_in(people.other_learner, made, *(f"b{n}" for n in range(20)))
        with ThreadPoolExecutor(8) as pool:
            done = list(pool.map(jobs.run, sent))
        assert all(done)
        assert sorted(judged) == sorted(f"{letter}{n}" for letter in "ab" for n in range(20))

    def test_people_of_another_school_stand_in_the_same_line(self, people: People, made: Made, judged: list[str]):
        other = make_taken_course(people.foreign_admin, people.foreign_learner)
        hand_in(people.learner, made, "a0", "a1")
        hand_in(people.foreign_learner, other, "f0")
        jobs.run_due()
        assert judged == ["a0", "f0", "a1"]


class TestPlace:
    def test_counts_who_is_before_one_and_changes_as_they_are_judged(
        self, people: People, made: Made, judged: list[str]
    ):
        mine = hand_in(people.learner, made, "a0", "a1")
        theirs = hand_in(people.other_learner, made, "b0")

        def places() -> list[int]:
            return [
                coding.submission(people.instructor, submission_id=each).place for each in (mine[0], theirs[0], mine[1])
            ]

        assert places() == [1, 2, 3]
        jobs.run_due(limit=1)
        assert places() == [0, 1, 2]
        jobs.run_due()
        assert places() == [0, 0, 0]

    def test_is_told_when_handing_in(self, people: People, made: Made):
        views = [
            coding.submit(people.learner, exercise_id=made.doubling, files={"main.py": str(n)}).place for n in range(3)
        ]
        assert views == [1, 2, 3]

    def test_asks_no_more_queries_the_longer_the_line(self, people: People, made: Made):
        from tests.counting import statements

        first = hand_in(people.learner, made, "a0")[0]
        with statements() as few:
            coding.submission(people.learner, submission_id=first)
        last = hand_in(people.learner, made, *(f"a{n}" for n in range(1, 20)))[-1]
        with statements() as many:
            assert coding.submission(people.learner, submission_id=last).place == 20
        assert len(many) == len(few)


class TestBounds:
    def test_a_full_line_says_when_to_come_back_and_keeps_the_code(
        self, people: People, made: Made, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(settings(), "judge_waiting", 2)
        hand_in(people.learner, made, "a0", "a1")
        with pytest.raises(LimitReached) as refused:
            hand_in(people.other_learner, made, "print('kept')")
        assert refused.value.retry_after and refused.value.retry_after >= 10
        kept = coding.exercise_view(people.other_learner, exercise_id=made.doubling)
        assert [file.text for file in kept.files] == ["print('kept')"]
        assert kept.submissions == []
        coding.cancel(people.learner, submission_id=coding.submissions(people.learner, exercise_id=made.doubling)[0].id)
        hand_in(people.other_learner, made, "print('kept')")

    def test_too_often_is_too_often(self, people: People, made: Made):
        for _ in range(60):
            limiter.take(f"submit:{people.learner.user_id}", 60, 60)
        with pytest.raises(LimitReached):
            hand_in(people.learner, made, "a0")
        hand_in(people.other_learner, made, "b0")

    def test_who_waits_too_long_waits_no_longer_and_is_told(self, people: People, made: Made, judged: list[str]):
        late = hand_in(people.learner, made, "a0")[0]
        with clock.frozen(clock.now() + timedelta(minutes=settings().judge_wait_minutes)):
            shown = coding.submission(people.learner, submission_id=late)
            assert (shown.status, shown.finished, shown.message) == ("failed", True, WAITED_TOO_LONG)
            again = hand_in(people.learner, made, "a0")[0]
            assert again != late
            jobs.run_due()
            assert judged == ["a0"]
            assert [status(people.learner, each) for each in (late, again)] == ["failed", "done"]
            assert coding.submission(people.learner, submission_id=late).message == WAITED_TOO_LONG


class TestCancel:
    def test_takes_it_out_of_the_line(self, people: People, made: Made, judged: list[str]):
        first, second, third = hand_in(people.learner, made, "a0", "a1", "a2")
        cancelled = coding.cancel(people.learner, submission_id=second)
        assert (cancelled.status, cancelled.finished, cancelled.verdict) == ("cancelled", True, "")
        assert coding.submission(people.learner, submission_id=third).place == 2
        jobs.run_due()
        assert judged == ["a0", "a2"]
        assert [status(people.learner, each) for each in (first, second, third)] == ["done", "cancelled", "done"]
        with reading(people.learner) as session:
            asked = sa.select(AuditEntry.target_id).where(AuditEntry.action == "submission.cancel")
            assert session.scalars(asked).all() == [second]

    def test_again_or_too_late_changes_nothing(self, people: People, made: Made, judged: list[str]):
        mine = hand_in(people.learner, made, "a0")[0]
        jobs.run_due()
        assert coding.cancel(people.learner, submission_id=mine).status == "done"
        other = hand_in(people.learner, made, "a1")[0]
        assert [coding.cancel(people.learner, submission_id=other).status for _ in range(2)] == ["cancelled"] * 2

    def test_what_is_being_judged_goes_on(self, people: People, made: Made):
        mine = hand_in(people.learner, made, "a0")[0]
        verdicts._claim(people.system, mine)
        with pytest.raises(Conflict):
            coding.cancel(people.learner, submission_id=mine)
        assert status(people.learner, mine) == "running"

    def test_a_worker_that_has_just_taken_the_job_judges_nothing(self, people: People, made: Made, judged: list[str]):
        mine = hand_in(people.learner, made, "a0")[0]
        with reading(people.system) as session:
            job_id = session.scalars(sa.select(Job.id)).one()
        claim = leases.take(job_id)
        assert claim is not None
        coding.cancel(people.learner, submission_id=mine)
        coding.judge_pending(people.system, submission_id=claim.payload["submission_id"])
        assert (judged, status(people.learner, mine)) == ([], "cancelled")

    def test_only_ones_own(self, people: People, made: Made):
        mine = hand_in(people.learner, made, "a0")[0]
        for actor in (people.other_learner, people.instructor, people.foreign_admin):
            with pytest.raises(NotFound):
                coding.cancel(actor, submission_id=mine)
        with pytest.raises(SignInNeeded):
            coding.cancel(people.visitor, submission_id=mine)
        with pytest.raises(NotFound):
            coding.cancel(people.learner, submission_id="x")


class TestRequestKey:
    def test_the_same_request_is_the_first_one_however_late(self, people: People, made: Made, judged: list[str]):
        def send() -> str:
            files = {"main.py": "a0"}
            return coding.submit(people.learner, exercise_id=made.doubling, files=files, request_key="k-1").id

        first = send()
        jobs.run_due()
        with clock.frozen(clock.now() + timedelta(hours=5)):
            assert send() == first
        assert judged == ["a0"]

    def test_at_once_from_several_connections(self, people: People, made: Made):
        def send(_: int) -> str:
            files = {"main.py": "a0"}
            return coding.submit(people.learner, exercise_id=made.doubling, files=files, request_key="k-1").id

        with ThreadPoolExecutor(6) as pool:
            assert len(set(pool.map(send, range(6)))) == 1

    def test_two_keys_are_two_requests(self, people: People, made: Made):
        sent = [
            coding.submit(people.learner, exercise_id=made.doubling, files={"main.py": "a0"}, request_key=key).id
            for key in ("k-1", "k-2")
        ]
        assert len(set(sent)) == 2

    def test_a_key_of_other_files_or_of_another_exercise_is_refused(self, people: People, made: Made):
        coding.submit(people.learner, exercise_id=made.doubling, files={"main.py": "a0"}, request_key="k-1")
        for exercise, text in ((made.doubling, "a1"), (made.leap, "a0")):
            with pytest.raises(Invalid) as refused:
                coding.submit(people.learner, exercise_id=exercise, files={"main.py": text}, request_key="k-1")
            assert list(refused.value.fields) == ["Idempotency-Key"]
        coding.submit(people.other_learner, exercise_id=made.doubling, files={"main.py": "b"}, request_key="k-1")

    @pytest.mark.parametrize("key", ["x" * 81, "مفتاح", "a\nb", 5, ["x"], "\ud800"])
    def test_what_is_no_key(self, people: People, made: Made, key: object):
        with pytest.raises(Invalid):
            coding.submit(people.learner, exercise_id=made.doubling, files={"main.py": "a0"}, request_key=key)


class TestDeath:
    """The process that judges ends without a word."""

    def test_once_it_is_judged_again(self, people: People, made: Made, judged: list[str]):
        mine = hand_in(people.learner, made, "a0")[0]
        verdicts._claim(people.system, mine)
        coding.judge_pending(people.system, submission_id=mine)
        assert (status(people.learner, mine), judged) == ("done", ["a0"])

    def test_twice_it_is_ours_and_no_try_of_the_learner(self, people: People, made: Made, judged: list[str]):
        mine = hand_in(people.learner, made, "a0")[0]
        for _ in range(2):
            assert verdicts._claim(people.system, mine) is not None
        coding.judge_pending(people.system, submission_id=mine)
        shown = coding.submission(people.learner, submission_id=mine)
        assert (shown.status, shown.verdict, shown.message) == ("failed", "internal_error", verdicts.OURS)
        assert (shown.score, shown.accepted, judged) == (0, False, [])

    def test_a_judge_that_says_it_cannot_has_not_died(
        self, people: People, made: Made, monkeypatch: pytest.MonkeyPatch
    ):
        mine = hand_in(people.learner, made, "a0")[0]

        def refuse(*_: object) -> Judgement:
            raise LimitReached(machine.BUSY, retry_after=1)

        monkeypatch.setattr(judging, "judge_files", refuse)
        for _ in range(3):
            with pytest.raises(LimitReached):
                coding.judge_pending(people.system, submission_id=mine)
        assert status(people.learner, mine) == "queued"
        with unit_of_work(people.system) as session:
            assert session.scalars(sa.select(Submission)).one().died_at is None

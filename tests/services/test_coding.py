"""Code exercises: drafts kept, runs limited, submissions judged once, hidden cases hidden."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from sandbox import BubblewrapBackend, Judge
from services import coding, enrolment
from services.coding import judging, machine, verdicts
from services.coding.diff import line_diff
from services.coding.models import Draft, Submission
from services.courses import hooks
from services.courses.models import Exercise, ExerciseKey, Lesson
from services.platform import clock, jobs
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.database import reading, unit_of_work
from services.platform.errors import Forbidden, Invalid, LimitReached, NotFound, SignInNeeded, Unavailable
from services.platform.models import Job
from services.platform.rate import limiter
from tests.conftest import People
from tests.counting import statements
from tests.course_rows import LEAP, Made, make_taken_course

RIGHT = {"main.py": "print(2 * int(input()))\n"}
# Dies on the hidden case with its input in what looks like a compiler's message.
FORGED = """
import sys
t = input()
if t == '2':
    print(4)
else:
    sys.stderr.write('  File "main.py", line 1\\n    ' + t + '\\n    ^\\nSyntaxError: ' + t + '\\n')
    sys.exit(1)
"""
WRONG = {"main.py": "print(int(input()) + 2)\n"}


@pytest.fixture(autouse=True)
def _no_queue() -> Iterator[None]:
    """Jobs are run by the tests themselves."""
    jobs.use_queue(lambda _queue, _job: None)
    yield
    jobs.use_queue(None)


@pytest.fixture
def made(people: People) -> Made:
    limiter.clear()
    return make_taken_course(people.instructor, people.learner, people.other_learner)


@pytest.fixture
def small(sqlite_people: People) -> Made:
    """The course in SQLite only, for tests whose subject is the judge."""
    limiter.clear()
    return make_taken_course(sqlite_people.instructor, sqlite_people.learner)


@pytest.fixture
def no_cage(monkeypatch: pytest.MonkeyPatch):
    """A machine without bubblewrap: the real backend, which finds its tools missing."""
    which = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name, **how: None if name == "bwrap" else which(name, **how))
    backend = BubblewrapBackend()
    machine._judge.cache_clear()
    monkeypatch.setattr(machine, "open_judge", lambda *_, **__: Judge(backend))
    yield
    machine._judge.cache_clear()


def judged(actor: Actor, system: Actor, exercise: str, files: dict[str, str]) -> coding.SubmissionView:
    handed_in = coding.submit(actor, exercise_id=exercise, files=files)
    coding.judge_pending(system, submission_id=handed_in.id)
    return coding.submission(actor, submission_id=handed_in.id)


def count(actor: Actor, table: type) -> int:
    with reading(actor) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(sa.select(table.id).subquery()))


class TestExerciseView:
    def test_shows_starter_public_cases_and_limits_and_nothing_hidden(self, people: People, made: Made):
        view = coding.exercise_view(people.learner, exercise_id=made.doubling)
        assert view.files == view.starter == [coding.FileView("main.py", "n = int(input())\n")]
        assert (view.has_draft, view.solved, view.hints, view.entry) == (False, False, 2, "main.py")
        assert view.cases == [coding.CaseView("two", "2\n", "4\n")]
        assert (view.limits.cpu_ms, view.limits.memory_mb) == (1000, 128)
        assert "<em>double</em>" in view.instructions_html
        text = json.dumps(asdict(view))
        for hidden in ("7421", "14842", "HIDDEN-NAME", "2 * int", "SECOND-HINT"):
            assert hidden not in text

    def test_shows_no_unit_tests(self, people: People, made: Made):
        text = json.dumps(asdict(coding.exercise_view(people.learner, exercise_id=made.leap)))
        assert "LeapTest" not in text and "% 400" not in text

    def test_only_for_those_who_take_the_course(self, people: People, made: Made):
        for foreign in (people.foreign_learner, people.foreign_admin):
            with pytest.raises(NotFound):
                coding.exercise_view(foreign, exercise_id=made.doubling)
        with pytest.raises(SignInNeeded):
            coding.exercise_view(people.visitor, exercise_id=made.doubling)
        other = make_taken_course(people.instructor, slug="other")
        with pytest.raises(Forbidden):
            coding.exercise_view(people.learner, exercise_id=other.doubling)

    @pytest.mark.parametrize("value", [None, "", "x", {}, 5, "0190a000-0000-7000-8000-000000000000"])
    def test_an_exercise_that_is_none(self, people: People, made: Made, value: object):
        with pytest.raises(NotFound):
            coding.exercise_view(people.learner, exercise_id=value)

    def test_asks_no_more_queries_for_more_submissions(self, people: People, made: Made):
        coding.submit(people.learner, exercise_id=made.doubling, files=RIGHT)
        with statements() as few:
            coding.exercise_view(people.learner, exercise_id=made.doubling)
        with unit_of_work(people.system) as session:
            first = session.scalars(sa.select(Submission)).one()
            for number in range(2, 30):
                values = first.model_dump(exclude={"id", "number"})
                session.add(Submission(**values, number=number))
        with statements() as many:
            view = coding.exercise_view(people.learner, exercise_id=made.doubling)
        assert len(many) == len(few)
        assert [row.number for row in view.submissions] == list(range(29, 19, -1))


class TestHint:
    def test_gives_one_at_a_time(self, people: People, made: Made):
        first = coding.hint(people.learner, exercise_id=made.doubling, number=1)
        assert (first.number, first.total) == (1, 2) and "First hint" in first.html
        assert "SECOND-HINT" in coding.hint(people.learner, exercise_id=made.doubling, number=2).html

    @pytest.mark.parametrize(("number", "refusal"), [(0, NotFound), (3, NotFound), (-1, NotFound), (10**30, NotFound)])
    def test_there_is_no_other(self, people: People, made: Made, number: int, refusal: type[Exception]):
        with pytest.raises(refusal):
            coding.hint(people.learner, exercise_id=made.doubling, number=number)

    @pytest.mark.parametrize("number", [None, "1", 1.0, True, [1], {}])
    def test_wants_a_number(self, people: People, made: Made, number: object):
        with pytest.raises(Invalid):
            coding.hint(people.learner, exercise_id=made.doubling, number=number)

    def test_only_for_those_who_take_the_course(self, people: People, made: Made):
        with pytest.raises(NotFound):
            coding.hint(people.foreign_learner, exercise_id=made.doubling, number=1)
        with pytest.raises(SignInNeeded):
            coding.hint(people.visitor, exercise_id=made.doubling, number=1)


class TestDraft:
    def test_is_kept_per_person_and_given_back(self, people: People, made: Made):
        files = {"main.py": "# بداية\n", "own.py": ""}
        saved = coding.save_draft(people.learner, exercise_id=made.doubling, files=files)
        assert saved.saved_at
        view = coding.exercise_view(people.learner, exercise_id=made.doubling)
        assert view.has_draft and {file.name: file.text for file in view.files} == files
        assert not coding.exercise_view(people.other_learner, exercise_id=made.doubling).has_draft
        coding.save_draft(people.learner, exercise_id=made.doubling, files=RIGHT)
        assert count(people.learner, Draft) == 1

    def test_two_first_saves_at_once_make_one_draft(self, people: People, made: Made):
        def save(number: int) -> None:
            coding.save_draft(people.learner, exercise_id=made.doubling, files={"main.py": str(number)})

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(save, range(8)))
        assert count(people.learner, Draft) == 1

    def test_reset_goes_back_to_the_starter(self, people: People, made: Made):
        coding.save_draft(people.learner, exercise_id=made.doubling, files=RIGHT)
        coding.save_draft(people.other_learner, exercise_id=made.doubling, files=RIGHT)
        reset = coding.reset_draft(people.learner, exercise_id=made.doubling)
        assert reset.files == [coding.FileView("main.py", "n = int(input())\n")]
        assert not coding.exercise_view(people.learner, exercise_id=made.doubling).has_draft
        assert coding.exercise_view(people.other_learner, exercise_id=made.doubling).has_draft
        coding.reset_draft(people.learner, exercise_id=made.doubling)

    @pytest.mark.parametrize(
        "files",
        [
            None,
            {},
            [],
            "main.py",
            {"main.py": None},
            {"main.py": ["x"]},
            {5: "x"},
            {"../up.py": ""},
            {"/etc/passwd": ""},
            {"a\\b.py": ""},
            {".hidden": ""},
            {"a.py": "", "a.py/b.py": ""},
            {"nul.py": "\0"},
            {"half.py": "\ud800"},
            {"\ud800.py": ""},
            {"x" * 121: ""},
            {"big.py": "x" * (256 * 1024 + 1)},
            {"big.py": "س" * (128 * 1024 + 1)},
            {"a.py": "x" * 200_000, "b.py": "x" * 200_000},
            {f"{n}.py": "" for n in range(21)},
        ],
        ids=lambda files: str(files)[:30].encode("ascii", "replace").decode(),
    )
    def test_refuses_what_are_no_files(self, people: People, made: Made, files: object):
        for function in (coding.save_draft, coding.submit, coding.run_exercise):
            with pytest.raises(Invalid):
                function(people.learner, exercise_id=made.doubling, files=files)
        assert count(people.learner, Draft) == count(people.learner, Submission) == 0

    def test_only_for_those_who_take_the_course(self, people: People, made: Made):
        for actor, refusal in ((people.foreign_learner, NotFound), (people.visitor, SignInNeeded)):
            with pytest.raises(refusal):
                coding.save_draft(actor, exercise_id=made.doubling, files=RIGHT)
            with pytest.raises(refusal):
                coding.reset_draft(actor, exercise_id=made.doubling)


class TestSubmit:
    def test_writes_a_row_and_its_job_together(self, people: People, made: Made):
        view = coding.submit(people.learner, exercise_id=made.doubling, files=RIGHT)
        assert (view.status, view.number, view.finished, view.verdict) == ("queued", 1, False, "")
        with reading(people.system) as session:
            assert [job.payload for job in session.scalars(sa.select(Job))] == [{"submission_id": view.id}]

    def test_a_double_click_hands_in_once(self, people: People, made: Made):
        with ThreadPoolExecutor(10) as pool:
            views = pool.map(lambda _: coding.submit(people.learner, exercise_id=made.doubling, files=RIGHT), range(10))
        assert len({view.id for view in views}) == 1
        assert count(people.system, Submission) == count(people.system, Job) == 1

    def test_the_same_files_later_are_a_new_try(self, people: People, made: Made):
        first = coding.submit(people.learner, exercise_id=made.doubling, files=WRONG)
        coding.give_up(people.system, submission_id=first.id)
        assert coding.submit(people.learner, exercise_id=made.doubling, files=WRONG).number == 2

    def test_few_wait_per_person(self, people: People, made: Made, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(settings(), "judge_waiting_each", 3)
        for n in range(3):
            coding.submit(people.learner, exercise_id=made.doubling, files={"main.py": f"# {n}"})
        with pytest.raises(LimitReached) as refused:
            coding.submit(people.learner, exercise_id=made.leap, files={"leap.py": LEAP})
        assert refused.value.retry_after
        coding.submit(people.other_learner, exercise_id=made.doubling, files=RIGHT)

    def test_only_for_those_who_take_the_course(self, people: People, made: Made):
        for actor, refusal in (
            (people.foreign_learner, NotFound),
            (people.foreign_admin, NotFound),
            (people.visitor, SignInNeeded),
            (people.system, SignInNeeded),
        ):
            with pytest.raises(refusal):
                coding.submit(actor, exercise_id=made.doubling, files=RIGHT)
        assert count(people.system, Submission) == 0


class TestSubmission:
    def test_is_for_its_owner_and_those_who_teach(self, people: People, made: Made):
        mine = coding.submit(people.learner, exercise_id=made.doubling, files=RIGHT)
        for actor in (people.learner, people.instructor, people.assistant):
            assert coding.submission(actor, submission_id=mine.id) == mine
        for actor in (people.other_learner, people.foreign_learner, people.foreign_admin):
            with pytest.raises(NotFound):
                coding.submission(actor, submission_id=mine.id)
        with pytest.raises(SignInNeeded):
            coding.submission(people.visitor, submission_id=mine.id)

    @pytest.mark.parametrize("value", [None, "x", {}, "0190a000-0000-7000-8000-000000000000"])
    def test_one_that_is_none(self, people: People, made: Made, value: object):
        with pytest.raises(NotFound):
            coding.submission(people.learner, submission_id=value)

    def test_the_list_holds_my_own(self, people: People, made: Made):
        coding.submit(people.other_learner, exercise_id=made.doubling, files=RIGHT)
        mine = [
            coding.submit(people.learner, exercise_id=made.doubling, files={"main.py": str(n)}).id for n in range(2)
        ]
        assert [row.id for row in coding.submissions(people.learner, exercise_id=made.doubling)] == mine[::-1]
        with pytest.raises(NotFound):
            coding.submissions(people.foreign_learner, exercise_id=made.doubling)
        with pytest.raises(SignInNeeded):
            coding.submissions(people.visitor, exercise_id=made.doubling)


@pytest.mark.cage
class TestJudging:
    def test_accepts_what_is_right(self, people: People, made: Made):
        view = judged(people.learner, people.system, made.doubling, RIGHT)
        assert (view.status, view.verdict, view.accepted, view.passed, view.total) == ("done", "accepted", True, 2, 2)
        assert view.finished_at and view.score == 100
        assert coding.exercise_view(people.learner, exercise_id=made.doubling).solved
        assert not coding.exercise_view(people.other_learner, exercise_id=made.doubling).solved

    def test_shows_the_failing_public_case_with_its_difference(self, people: People, made: Made):
        view = judged(people.learner, people.system, made.doubling, {"main.py": "print(int(input()) + 3)"})
        assert view.verdict == "wrong_answer"
        assert (view.failing.stdin, view.failing.expected, view.failing.got) == ("2\n", "4\n", "5\n")
        assert [(line.kind, line.text) for line in view.failing.diff] == [("missing", "4"), ("extra", "5")]

    @pytest.mark.parametrize(
        "source",
        [
            "print(int(input()) + 2)",
            "import sys; t = sys.stdin.read(); print(4 if t == '2\\n' else t, file=sys.stdout); sys.stderr.write(t)",
            "t = input()\nif t != '2': raise SystemExit('leak ' + t)\nprint(4)",
            "t = input()\nif t != '2': raise RuntimeError('leak ' + t)\nprint(4)",
            "t = input()\nif t != '2': exec('leak ' + t + ' (')\nprint(4)",
            "t = input()\nif t != '2': raise SyntaxError(t)\nprint(4)",
            "t = input()\nprint(4 if t == '2' else t * 10**6)",
            FORGED,
        ],
    )
    def test_of_a_hidden_case_tells_only_whether_it_passed(self, sqlite_people: People, small: Made, source: str):
        view = judged(sqlite_people.learner, sqlite_people.system, small.doubling, {"main.py": source})
        assert not view.accepted and view.passed == 1
        hidden = view.checks[1]
        assert (hidden.name, hidden.hidden, hidden.passed, hidden.message) == ("1", True, False, "")
        told = json.dumps(asdict(view) | {"files": []})
        for secret in ("7421", "14842", "HIDDEN-NAME"):
            assert secret not in told

    def test_unit_tests_tell_their_names_and_messages(self, people: People, made: Made):
        view = judged(
            people.learner, people.system, made.leap, {"leap.py": "def leap_year(year):\n    return year % 4 == 0\n"}
        )
        assert (view.verdict, view.passed, view.total) == ("wrong_answer", 1, 2)
        failed = next(check for check in view.checks if not check.passed)
        assert "test_year_divisible_by_100" in failed.name and "True" in failed.message
        assert judged(people.learner, people.system, made.leap, {"leap.py": LEAP}).accepted

    def test_a_syntax_error_is_told(self, sqlite_people: People, small: Made):
        view = judged(sqlite_people.learner, sqlite_people.system, small.doubling, {"main.py": "print((\n"})
        assert view.verdict == "compile_error" and "SyntaxError" in view.compile_log

    @pytest.mark.parametrize(
        ("source", "verdict"),
        [
            ("while True: pass", "time_limit"),
            ("x = bytearray(10**9)", "memory_limit"),
            ("while True: print('x' * 1000)", "output_limit"),
            ("import os\nwhile True: os.fork()", None),
            ("import os, signal; os.kill(os.getppid(), signal.SIGSTOP); print(4)", None),
            ("import socket; socket.create_connection(('169.254.169.254', 80), 2)", "runtime_error"),
            ("print(open('/proc/1/environ').read()); raise SystemExit(3)", None),
            ("import sys; sys.exit(0)", "wrong_answer"),
        ],
    )
    def test_hostile_programs_get_a_verdict_and_no_points(
        self, sqlite_people: People, small: Made, source: str, verdict: str | None
    ):
        view = judged(sqlite_people.learner, sqlite_people.system, small.doubling, {"main.py": source})
        assert view.status == "done" and not view.accepted
        assert verdict is None or view.verdict == verdict

    @pytest.mark.parametrize(
        "source",
        [
            "import os; os._exit(0)",
            "import sys, unittest\nunittest.TestCase.assertIs = lambda *a: None\ndef leap_year(year): return None",
            "import sys\nprint('OK'); sys.exit(0)",
            "class Same:\n    __eq__ = lambda *a: True\ndef leap_year(year): return Same()",
        ],
    )
    def test_a_program_that_works_on_its_tests_instead_gets_no_points(
        self, sqlite_people: People, small: Made, source: str
    ):
        files = {"leap.py": source, "leap_test.py": "import unittest\n"}
        assert not judged(sqlite_people.learner, sqlite_people.system, small.leap, files).accepted

    def test_judges_once_however_often_it_is_asked(self, people: People, made: Made):
        first = judged(people.learner, people.system, made.doubling, RIGHT)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: coding.judge_pending(people.system, submission_id=first.id), range(4)))
        assert coding.submission(people.learner, submission_id=first.id) == first

    def test_a_run_whose_worker_died_is_judged_by_the_next(self, people: People, made: Made):
        view = coding.submit(people.learner, exercise_id=made.doubling, files=RIGHT)
        dead = verdicts._claim(people.system, view.id)
        assert coding.submission(people.learner, submission_id=view.id).status == "running"
        assert jobs.run_due() == 1
        done = coding.submission(people.learner, submission_id=view.id)
        assert done.accepted
        # The dead one comes back to life, too late.
        verdicts._finish(people.system, view.id, dead[0], judging.Judgement("wrong_answer", 0, 0, 2, {}))
        assert coding.submission(people.learner, submission_id=view.id) == done

    def test_of_two_workers_the_later_one_writes(self, people: People, made: Made):
        view = coding.submit(people.learner, exercise_id=made.doubling, files=RIGHT)
        earlier, later = (verdicts._claim(people.system, view.id)[0] for _ in range(2))
        verdicts._finish(people.system, view.id, earlier, judging.Judgement("wrong_answer", 0, 0, 2, {}))
        assert coding.submission(people.learner, submission_id=view.id).status == "running"
        verdicts._finish(people.system, view.id, later, judging.Judgement("accepted", 100, 2, 2, {}))
        assert coding.submission(people.learner, submission_id=view.id).accepted

    def test_a_worker_killed_in_the_middle_is_followed_by_another(self, sqlite_people: People, small: Made):
        # The first worker's program sleeps until the worker is killed; the row then gets files that are quick.
        learner = sqlite_people.learner
        slow = {"main.py": "import time\ntime.sleep(6)\nprint(2 * int(input()))\n"}
        view = coding.submit(learner, exercise_id=small.doubling, files=slow)
        worker = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from services import coding, models\nfrom services.platform import jobs\njobs.run_due()",
            ],
            cwd=Path(__file__).parents[2],
            env=os.environ | {"DATABASE_URL": settings().database_url},
        )
        try:
            while coding.submission(learner, submission_id=view.id).status != "running":
                assert worker.poll() is None
                time.sleep(0.05)
        finally:
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert coding.submission(learner, submission_id=view.id).status == "running"
        with unit_of_work(sqlite_people.system) as session:
            session.scalars(sa.select(Submission)).one().files = RIGHT
        with clock.frozen(clock.now() + timedelta(minutes=2)):
            assert jobs.sweep() == 1
            assert jobs.run_due() == 1
            assert jobs.run_due() == 0
        assert coding.submission(learner, submission_id=view.id).accepted
        assert jobs.counts()["done"] == 1

    def test_the_job_judges(self, people: People, made: Made):
        view = coding.submit(people.learner, exercise_id=made.doubling, files=RIGHT)
        assert jobs.run_due() == 1
        assert coding.submission(people.learner, submission_id=view.id).accepted
        assert jobs.counts()["done"] == 1

    def test_passing_completes_a_lesson_whose_rule_is_its_exercises(self, people: People):
        made = make_taken_course(people.instructor, people.learner, completion="exercise")
        for exercise, files in ((made.doubling, RIGHT), (made.leap, {"leap.py": LEAP})):
            judged(people.learner, people.system, exercise, files)
        assert enrolment.outline(people.learner, course="small").modules[0].lessons[0].progress == "completed"

    def test_only_the_system_judges(self, people: People, made: Made):
        view = coding.submit(people.learner, exercise_id=made.doubling, files=RIGHT)
        for actor in (people.learner, people.instructor, people.visitor):
            with pytest.raises(Forbidden):
                coding.judge_pending(actor, submission_id=view.id)
            with pytest.raises(Forbidden):
                coding.give_up(actor, submission_id=view.id)
        with pytest.raises(NotFound):
            coding.judge_pending(people.system, submission_id="x")


class TestWithoutACage:
    def test_nothing_runs(self, sqlite_people: People, small: Made, no_cage: None):
        learner = sqlite_people.learner
        with pytest.raises(Unavailable):
            coding.run_code(learner, language="python", source="print(1)")
        with pytest.raises(Unavailable):
            coding.run_exercise(learner, exercise_id=small.doubling, files=RIGHT)
        with pytest.raises(Unavailable):
            coding.judge_reference(sqlite_people.instructor, course="small")

    def test_a_submission_waits_visibly_then_fails_visibly(self, sqlite_people: People, small: Made, no_cage: None):
        learner = sqlite_people.learner
        view = coding.submit(learner, exercise_id=small.doubling, files=RIGHT)
        at = clock.now()
        assert jobs.run_due() == 1
        waiting = coding.submission(learner, submission_id=view.id)
        assert (waiting.status, waiting.message) == ("queued", machine.NO_CAGE)
        for _ in range(10):
            at += timedelta(minutes=5)
            with clock.frozen(at):
                jobs.run_due()
        failed = coding.submission(learner, submission_id=view.id)
        assert (failed.status, failed.finished, failed.message) == ("failed", True, machine.NO_CAGE)
        assert jobs.counts()["dead"] == 1


@pytest.mark.cage
class TestRunCode:
    def test_runs_with_input_and_files(self, sqlite_people: People, small: Made):
        ran = coding.run_code(
            sqlite_people.learner,
            language="python",
            source="import helper; print(helper.twice(input())); import sys; sys.exit(3)",
            stdin="ab\n",
            files={"helper.py": "def twice(x): return x * 2\n"},
        )
        assert (ran.stdout, ran.exit_code, ran.signal, ran.verdict) == ("abab\n", 3, None, "runtime_error")

    def test_limits_are_clamped_to_the_ceiling(self, sqlite_people: People, small: Made):
        ran = coding.run_code(
            sqlite_people.learner,
            language="python",
            source="import resource; print(resource.getrlimit(resource.RLIMIT_CPU)[0])",
            limits={"cpu_ms": 10**9, "wall_ms": 1e300, "memory_mb": 128},
        )
        assert int(ran.stdout) <= 10

    def test_a_person_has_few_runs_at_once(self, sqlite_people: People, small: Made):
        def run(_number: int) -> str:
            try:
                return coding.run_code(
                    sqlite_people.learner, language="python", source="import time; time.sleep(1)"
                ).verdict
            except LimitReached:
                return "refused"

        with ThreadPoolExecutor(6) as pool:
            assert sorted(pool.map(run, range(6))) == ["accepted"] * 2 + ["refused"] * 4

    def test_runs_per_minute_are_limited(self, sqlite_people: People, small: Made):
        for _ in range(30):
            limiter.take(f"run:{sqlite_people.learner.user_id}", 30, 60)
        with pytest.raises(LimitReached):
            coding.run_code(sqlite_people.learner, language="python", source="")

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"language": "cobol"}, "language"),
            ({"language": ["python"]}, "language"),
            ({"source": None}, "source"),
            ({"source": "\ud800"}, "source"),
            ({"source": "x" * (256 * 1024 + 1)}, "source"),
            ({"stdin": 5}, "stdin"),
            ({"stdin": "x" * (1024 * 1024 + 1)}, "stdin"),
            ({"files": {"main.py": "x"}}, "files"),
            ({"limits": [1]}, "limits"),
            ({"limits": {"cpu_ms": "5"}}, "limits.cpu_ms"),
            ({"limits": {"cpu_ms": True}}, "limits.cpu_ms"),
            ({"limits": {"cpu_ms": float("nan")}}, "limits.cpu_ms"),
            ({"limits": {"network": 1}}, "limits.network"),
        ],
        ids=lambda value: str(value)[:30].encode("ascii", "replace").decode(),
    )
    def test_says_which_field_is_wrong(self, sqlite_people: People, small: Made, wrong: dict, field: str):
        with pytest.raises(Invalid) as refused:
            coding.run_code(sqlite_people.learner, **({"language": "python", "source": "print(1)"} | wrong))
        assert list(refused.value.fields) == [field]

    def test_is_for_people_who_are_signed_in(self, sqlite_people: People, small: Made):
        with pytest.raises(SignInNeeded):
            coding.run_code(sqlite_people.visitor, language="python", source="print(1)")


@pytest.mark.cage
class TestRunExercise:
    def test_with_own_input(self, sqlite_people: People, small: Made):
        ran = coding.run_exercise(sqlite_people.learner, exercise_id=small.doubling, files=WRONG, stdin="40")
        assert (ran.run.stdout, ran.checks) == ("42\n", [])

    def test_without_input_against_the_public_cases(self, sqlite_people: People, small: Made):
        ran = coding.run_exercise(sqlite_people.learner, exercise_id=small.doubling, files=WRONG)
        assert (ran.verdict, [check.name for check in ran.checks]) == ("accepted", ["two"])
        ran = coding.run_exercise(sqlite_people.learner, exercise_id=small.doubling, files={"main.py": "print(1)"})
        assert (ran.verdict, ran.failing.got) == ("wrong_answer", "1\n")
        assert count(sqlite_people.learner, Submission) == 0

    def test_of_unit_tests_runs_the_program_itself(self, sqlite_people: People, small: Made):
        ran = coding.run_exercise(
            sqlite_people.learner, exercise_id=small.leap, files={"leap.py": LEAP + "print(leap_year(2000))"}
        )
        assert ran.run.stdout == "True\n"

    def test_what_was_not_sent_comes_from_the_starter(self, sqlite_people: People, small: Made):
        ran = coding.run_exercise(
            sqlite_people.learner, exercise_id=small.doubling, files={"own.py": ""}, stdin="no number"
        )
        assert "ValueError" in ran.run.stderr

    def test_only_for_those_who_take_the_course(self, people: People, made: Made):
        for actor, refusal in ((people.foreign_learner, NotFound), (people.visitor, SignInNeeded)):
            with pytest.raises(refusal):
                coding.run_exercise(actor, exercise_id=made.doubling, files=RIGHT)


@pytest.mark.cage
class TestJudgeReference:
    def test_reports_each_exercise(self, people: People, made: Made):
        seen: list[str] = []
        report = coding.judge_reference(people.instructor, course="small", progress=lambda row: seen.append(row.slug))
        assert [(row.slug, row.reference, row.passed, row.total) for row in report.rows] == [
            ("doubling", "accepted", 2, 2),
            ("leap", "accepted", 2, 2),
        ]
        assert (report.references_accepted, report.starters_accepted) == (2, [])
        assert {row.starter for row in report.rows} == {"wrong_answer"}
        assert seen == ["doubling", "leap"]

    def test_names_what_is_wrong_and_takes_drafts_in(self, people: People, made: Made):
        with unit_of_work(people.instructor) as session:
            session.scalars(sa.select(Lesson)).one().status = "draft"
            leap = session.scalars(sa.select(Exercise).where(Exercise.slug == "leap")).one()
            leap.starter = {"leap.py": LEAP}
            key = session.scalars(sa.select(ExerciseKey).where(ExerciseKey.exercise_id == leap.id)).one()
            key.reference = {"leap.py": "def leap_year(year):\n    return True\n"}
        report = coding.judge_reference(people.instructor, course="small")
        leap_row = report.rows[1]
        assert leap_row.draft and leap_row.reference == "wrong_answer"
        assert "test_year_divisible_by_100" in leap_row.message
        assert report.starters_accepted == ["leap"]

    def test_is_for_those_who_write_courses(self, people: People, made: Made):
        for actor, refusal in (
            (people.learner, Forbidden),
            (people.assistant, Forbidden),
            (people.visitor, SignInNeeded),
            (people.foreign_admin, NotFound),
        ):
            with pytest.raises(refusal):
                coding.judge_reference(actor, course="small")
        with pytest.raises(NotFound):
            coding.judge_reference(people.instructor, course="nothing")


class TestLineDiff:
    def test_tells_missing_from_extra_with_line_numbers(self):
        found = line_diff("a\nb\nc\n", "a\nB\nc\nd")
        assert [(line.kind, line.text, line.expected_line, line.got_line) for line in found] == [
            ("same", "a", 1, 1),
            ("missing", "b", 2, 0),
            ("extra", "B", 0, 2),
            ("same", "c", 3, 3),
            ("extra", "d", 0, 4),
        ]

    def test_lines_that_differ_stand_in_pairs_with_what_differs_in_them(self):
        found = line_diff("2 h 5 min\n0 h\n", "2 h 125 min\n0 H\n")
        assert [(line.kind, line.text[line.changed_from : line.changed_to]) for line in found] == [
            ("missing", ""),
            ("extra", "12"),
            ("missing", "h"),
            ("extra", "H"),
        ]

    def test_white_space_at_ends_does_not_count(self):
        assert {line.kind for line in line_diff("a\nb\n\n", "a  \nb")} == {"same"}

    def test_of_endless_output_only_the_beginning_is_compared(self):
        assert len(line_diff("a\n", "x" * 10**6 + "\n" + "y\n" * 10**5)) == 201


def test_an_import_keeps_an_exercise_that_somebody_worked_at(people: People, made: Made):
    coding.save_draft(people.learner, exercise_id=made.doubling, files=RIGHT)
    coding.submit(people.learner, exercise_id=made.leap, files={"leap.py": LEAP})
    with reading(people.instructor) as session:
        assert {str(each) for each in hooks.held(session, made.course).exercises} == {made.doubling, made.leap}

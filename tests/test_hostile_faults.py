"""Bad luck: a full disk, a clock that jumps, a network that breaks off. Nothing acknowledged is lost."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services import accounts, assessment, coding, enrolment
from services.accounts.models import User
from services.accounts.sessions import open_session
from services.platform import clock, database, jobs
from services.platform.actor import Actor
from services.platform.errors import SignInNeeded, Unavailable
from services.platform.rate import limiter
from tests.api_clients import client_of
from tests.conftest import People
from tests.course_rows import Made, make_taken_course


@pytest.fixture
def made(sqlite_people: People) -> Made:
    limiter.clear()
    accounts.ensure_default_organisation()
    return make_taken_course(sqlite_people.instructor, sqlite_people.learner)


@contextmanager
def full_disk() -> Iterator[None]:
    """SQLite itself refuses to grow, with the error that a full disk gives."""
    engine = database.engine()
    engine.dispose()
    with closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as alone:
        alone.execute("VACUUM")  # else what other tests deleted leaves room
        pages = alone.execute("PRAGMA page_count").fetchone()[0]

    def limit(connection: Any, _record: object) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    sa.event.listen(engine, "connect", limit)
    engine.dispose()
    try:
        yield
    finally:
        sa.event.remove(engine, "connect", limit)
        engine.dispose()


class TestFullDisk:
    def test_what_cannot_be_kept_is_refused_and_what_was_kept_is_still_there(
        self, sqlite_people: People, made: Made, caplog: pytest.LogCaptureFixture
    ) -> None:
        learner = client_of(sqlite_people.learner)
        attempt = assessment.start_attempt(sqlite_people.learner, quiz_id=made.quiz).id
        assessment.save_answers(sqlite_people.learner, attempt_id=attempt, answers={made.questions["one"]: "a"})
        files = {"files": {"main.py": "#" + "x" * 200_000}}
        with full_disk(), caplog.at_level(logging.ERROR):
            refused = learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=files)
            read = learner.get(f"/api/v1/quizzes/{made.quiz}")
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert "try again" in refused.json()["detail"]
        assert "disk is full" in caplog.text
        assert read.json()["questions"][0]["saved_choices"] == ["a"]
        assert learner.get(f"/api/v1/exercises/{made.doubling}").json()["submissions"] == []
        assert learner.post(f"/api/v1/exercises/{made.doubling}/submissions", json=files).status_code == 202
        assert assessment.submit_attempt(sqlite_people.learner, attempt_id=attempt).questions[0].choices[0].chosen

    def test_a_transaction_that_ran_out_of_disk_left_nothing_behind(self, sqlite_people: People, made: Made) -> None:
        with full_disk(), pytest.raises(Unavailable):
            coding.submit(sqlite_people.learner, exercise_id=made.doubling, files={"main.py": "#" + "x" * 200_000})
        with database.engine().connect() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert coding.submissions(sqlite_people.learner, exercise_id=made.doubling) == []


JUMPS = [timedelta(hours=2), timedelta(hours=-2)]


class TestClock:
    @pytest.mark.parametrize("jump", JUMPS, ids=["forward", "back"])
    def test_a_quiz_goes_on_when_the_clock_jumps_under_it(
        self, sqlite_people: People, made: Made, jump: timedelta
    ) -> None:
        learner = sqlite_people.learner
        attempt = assessment.start_attempt(learner, quiz_id=made.quiz).id
        assessment.save_answers(learner, attempt_id=attempt, answers={made.questions["one"]: "a"})
        with clock.frozen(clock.now() + jump):
            assessment.save_answers(learner, attempt_id=attempt, answers=made.right())
            assert assessment.submit_attempt(learner, attempt_id=attempt).passed
            again = assessment.start_attempt(learner, quiz_id=made.quiz)
        assert again.number == 2
        view = assessment.quiz_view(learner, quiz_id=made.quiz)
        assert [row.number for row in view.attempts] == [2, 1]

    @pytest.mark.parametrize("jump", JUMPS, ids=["forward", "back"])
    def test_a_browsers_session_goes_on(self, sqlite_people: People, jump: timedelta) -> None:
        with database.unit_of_work(sqlite_people.learner) as session:
            user = session.get_one(User, sqlite_people.learner.user_id)
            _row, cookie = open_session(session, user, kind="browser", user_agent="test")
        with clock.frozen(clock.now() + jump):
            accounts.forget_resolved()
            assert accounts.resolve(cookie)

    @pytest.mark.parametrize("jump", JUMPS, ids=["forward", "back"])
    def test_a_client_refreshes_and_goes_on(self, sqlite_people: People, jump: timedelta) -> None:
        accounts.create_user(sqlite_people.admin, name="Nora", email="nora@example.org", password="correct horse 42")
        pair = accounts.sign_in_for_tokens(sqlite_people.visitor, email="nora@example.org", password="correct horse 42")
        with clock.frozen(clock.now() + jump):
            fresh = accounts.refresh(pair.refresh_token)
            assert accounts.resolve_access(fresh.access_token)
            with pytest.raises(SignInNeeded):
                accounts.refresh(pair.refresh_token)

    def test_time_in_a_lesson_is_never_taken_back_nor_given_away(self, sqlite_people: People, made: Made) -> None:
        learner = sqlite_people.learner
        start = clock.now()
        enrolment.open_lesson(learner, lesson_id=made.lesson)
        for jump, expected in ((60, 60), (-7200, 60), (0, 60), (90, 90)):
            with clock.frozen(start + timedelta(seconds=jump)):
                enrolment.add_time(learner, lesson_id=made.lesson, seconds=60)
            assert spent(learner, made) == expected

    def test_a_submission_is_judged_when_the_clock_jumps_ahead(self, sqlite_people: People, made: Made) -> None:
        handed_in = hand_in(sqlite_people.learner, made)
        with clock.frozen(clock.now() + timedelta(hours=2)):
            jobs.run_due()
        assert coding.submission(sqlite_people.learner, submission_id=handed_in).finished

    def test_a_submission_waits_while_the_clock_is_behind_and_is_not_lost(
        self, sqlite_people: People, made: Made
    ) -> None:
        handed_in = hand_in(sqlite_people.learner, made)
        with clock.frozen(clock.now() - timedelta(hours=2)):
            jobs.run_due()
            assert coding.submission(sqlite_people.learner, submission_id=handed_in).status == "queued"
        jobs.run_due()
        assert coding.submission(sqlite_people.learner, submission_id=handed_in).finished


def hand_in(learner: Actor, made: Made) -> str:
    return coding.submit(learner, exercise_id=made.doubling, files={"main.py": "print(2 * int(input()))\n"}).id


def spent(learner: Actor, made: Made) -> int:
    return enrolment.open_lesson(learner, lesson_id=made.lesson).seconds

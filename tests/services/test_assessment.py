"""Taking a quiz: saved answers are kept, graded once, and nothing right is told before."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import pytest
import sqlalchemy as sa

from services import assessment, enrolment
from services.accounts.models import User
from services.assessment.models import Attempt, AttemptAnswer, QuizVersion
from services.courses import hooks
from services.courses.models import Question, QuestionKey, Quiz
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.database import reading, unit_of_work
from services.platform.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound, SignInNeeded
from tests.conftest import People
from tests.counting import statements
from tests.course_rows import SECRETS, Made, make_taken_course


@pytest.fixture
def made(people: People) -> Made:
    return make_taken_course(people.instructor, people.learner, people.other_learner)


def started(actor: Actor, made: Made) -> str:
    return assessment.start_attempt(actor, quiz_id=made.quiz).id


def submitted(actor: Actor, made: Made, answers: dict[str, object] | None = None) -> assessment.AttemptResult:
    attempt = started(actor, made)
    assessment.save_answers(actor, attempt_id=attempt, answers=answers or made.right())
    return assessment.submit_attempt(actor, attempt_id=attempt)


def count(actor: Actor, table: type) -> int:
    with reading(actor) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(sa.select(table.id).subquery()))


def at_once(times: int, work: Callable[[], object]) -> list[object]:
    """Do it that often in parallel; errors are results."""

    def one(_number: int) -> object:
        try:
            return work()
        except Exception as error:
            return error

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


class TestQuizView:
    def test_shows_the_questions_in_order_before_any_attempt(self, people: People, made: Made):
        view = assessment.quiz_view(people.learner, quiz_id=made.quiz)
        assert [question.key for question in view.questions] == ["one", "many", "truth", "word", "number"]
        assert [choice.key for choice in view.questions[1].choices] == ["a", "b", "c", "d"]
        assert "<strong>one</strong>" in view.questions[0].html
        assert (view.may_start, view.open_attempt_id, view.attempts, view.max_score) == (True, "", [], 6)

    def test_shows_the_open_attempt_with_what_was_saved(self, people: People, made: Made):
        attempt = started(people.learner, made)
        saved = {
            made.questions["many"]: ["c", "a"],
            made.questions["truth"]: True,
            made.questions["word"]: "  بحث ",
        }
        assessment.save_answers(people.learner, attempt_id=attempt, answers=saved)
        view = assessment.quiz_view(people.learner, quiz_id=made.quiz)
        by_key = {question.key: question for question in view.questions}
        assert view.open_attempt_id == attempt
        assert by_key["many"].saved_choices == ["a", "c"]
        assert by_key["truth"].saved_choices == ["true"]
        assert by_key["word"].saved_text == "  بحث "
        assert not by_key["one"].answered and by_key["word"].answered and by_key["word"].saved_at

    def test_lists_my_attempts_and_nobody_elses(self, people: People, made: Made):
        submitted(people.other_learner, made)
        submitted(people.learner, made, {made.questions["one"]: "b"})
        best = submitted(people.learner, made)
        view = assessment.quiz_view(people.learner, quiz_id=made.quiz)
        assert [row.number for row in view.attempts] == [2, 1]
        assert view.attempts[0].id == best.id
        assert (view.best_percent, view.passed) == (100, True)

    def test_needs_enrolment_and_an_account_of_the_organisation(self, people: People, made: Made):
        with pytest.raises(Forbidden):
            assessment.quiz_view(make_stranger(people), quiz_id=made.quiz)
        with pytest.raises(SignInNeeded):
            assessment.quiz_view(people.visitor, quiz_id=made.quiz)
        for foreign in (people.foreign_learner, people.foreign_admin):
            with pytest.raises(NotFound):
                assessment.quiz_view(foreign, quiz_id=made.quiz)

    @pytest.mark.parametrize("value", [None, "", "x", {"$ne": 1}, 7, "0" * 36, ["a"], "\0"])
    def test_an_id_that_is_none_does_not_exist(self, people: People, made: Made, value: object):
        with pytest.raises(NotFound):
            assessment.quiz_view(people.learner, quiz_id=value)

    def test_asks_no_more_queries_for_more_questions_and_attempts(self, people: People, made: Made):
        submitted(people.learner, made)
        with statements() as few:
            assessment.quiz_view(people.learner, quiz_id=made.quiz)
        add_questions(people.instructor, made, 20)
        for _ in range(5):
            submitted(people.learner, made)
        with statements() as many:
            assessment.quiz_view(people.learner, quiz_id=made.quiz)
        assert len(many) == len(few)


def make_stranger(people: People) -> Actor:
    """A learner of the same organisation who does not take the course."""
    with unit_of_work(people.system) as session:
        user = User(
            organisation_id=people.learner.organisation_id,
            email="sami@home.example",
            email_key="sami@home.example",
            name="Sami",
            password_hash="!",
            role="learner",
        )
        session.add(user)
    return Actor(organisation_id=user.organisation_id, role=people.learner.role, user_id=user.id)


def add_questions(actor: Actor, made: Made, number: int) -> None:
    with unit_of_work(actor) as session:
        quiz = session.scalars(sa.select(Quiz)).one()
        own = {"organisation_id": actor.organisation_id}
        for n in range(number):
            question = Question(**own, quiz_id=quiz.id, position=10 + n, key=f"x{n}", kind="truefalse", text="?")
            session.add(question)
            session.flush()
            session.add(QuestionKey(**own, question_id=question.id, answer={"value": True}))


class TestStartAttempt:
    def test_gives_an_open_attempt_and_the_same_one_again(self, people: People, made: Made):
        first = assessment.start_attempt(people.learner, quiz_id=made.quiz)
        again = assessment.start_attempt(people.learner, quiz_id=made.quiz)
        assert (first.id, first.number, first.status) == (again.id, 1, "open")
        assert len(first.questions) == 5

    def test_fifty_at_once_with_one_left_make_one_attempt(self, people: People):
        made = make_taken_course(people.instructor, people.learner, attempts=2)
        submitted(people.learner, made)
        results = at_once(50, lambda: assessment.start_attempt(people.learner, quiz_id=made.quiz).id)
        assert len(set(map(str, results))) == 1
        assert count(people.learner, Attempt) == 2
        assessment.submit_attempt(people.learner, attempt_id=results[0])
        with pytest.raises(LimitReached):
            assessment.start_attempt(people.learner, quiz_id=made.quiz)
        view = assessment.quiz_view(people.learner, quiz_id=made.quiz)
        assert (view.attempts_left, view.may_start) == (0, False)

    def test_people_who_start_together_share_one_version(self, people: People, made: Made):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda actor: started(actor, made), [people.learner, people.other_learner]))
        assert count(people.learner, Attempt) == 2
        assert count(people.learner, QuizVersion) == 1

    def test_a_quiz_without_questions_cannot_be_started(self, people: People, made: Made):
        with unit_of_work(people.instructor) as session:
            session.execute(sa.delete(Question))
        with pytest.raises(Conflict):
            assessment.start_attempt(people.learner, quiz_id=made.quiz)
        assert not assessment.quiz_view(people.learner, quiz_id=made.quiz).may_start

    def test_only_for_those_who_take_the_course(self, people: People, made: Made):
        for actor, refusal in (
            (people.foreign_learner, NotFound),
            (people.foreign_admin, NotFound),
            (make_stranger(people), Forbidden),
            (people.visitor, SignInNeeded),
            (people.system, SignInNeeded),
        ):
            with pytest.raises(refusal):
                assessment.start_attempt(actor, quiz_id=made.quiz)
        assert count(people.learner, Attempt) == 0

    def test_an_attempt_keeps_the_questions_it_was_started_with(self, people: People, made: Made):
        attempt = started(people.learner, made)
        with unit_of_work(people.instructor) as session:
            question = session.scalars(sa.select(Question).where(Question.key == "one")).one()
            question.text, question.choices = "Changed", [{"key": "z", "text": "z"}]
            key = session.scalars(sa.select(QuestionKey).where(QuestionKey.question_id == question.id)).one()
            key.answer = {"choices": ["z"]}
        assessment.save_answers(people.learner, attempt_id=attempt, answers=made.right())
        assert assessment.submit_attempt(people.learner, attempt_id=attempt).percent == 100
        assert "Changed" in assessment.start_attempt(people.learner, quiz_id=made.quiz).questions[0].html


class TestSaveAnswers:
    def test_each_answer_is_a_row_that_a_later_save_replaces(self, people: People, made: Made):
        attempt = started(people.learner, made)
        one, word = made.questions["one"], made.questions["word"]
        saved = assessment.save_answers(people.learner, attempt_id=attempt, answers={one: "a"})
        assert (saved.answered, saved.total) == (1, 5)
        saved = assessment.save_answers(people.learner, attempt_id=attempt, answers={one: "b", word: "x"})
        assert saved.answered == 2 and saved.saved_at
        again = assessment.save_answers(people.learner, attempt_id=attempt, answers={one: "b", word: "x"})
        assert again.answered == 2
        assert count(people.learner, AttemptAnswer) == 2

    def test_an_answer_can_be_taken_back(self, people: People, made: Made):
        attempt = started(people.learner, made)
        assessment.save_answers(people.learner, attempt_id=attempt, answers=made.right())
        nothing = dict.fromkeys(made.questions.values())
        assert assessment.save_answers(people.learner, attempt_id=attempt, answers=nothing).answered == 0
        result = assessment.submit_attempt(people.learner, attempt_id=attempt)
        assert {question.outcome for question in result.questions} == {"unanswered"}

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("one", "z"),
            ("one", ["b"]),
            ("one", 1),
            ("one", {"$ne": None}),
            ("many", "a"),
            ("many", ["a", "nope"]),
            ("many", [["a"]]),
            ("many", {"a": True}),
            ("truth", "true"),
            ("truth", 1),
            ("word", 5),
            ("word", "x" * 1001),
            ("word", "nul\0"),
            ("word", "half \ud800"),
            ("number", "five"),
            ("number", "9**9**9"),
            ("number", "__import__('os')"),
            ("number", "NaN"),
            ("number", float("nan")),
            ("number", float("inf")),
            pytest.param("number", 10**5000, id="thousands of digits"),
            ("number", True),
            ("number", []),
        ],
    )
    def test_refuses_what_is_no_answer_to_the_question(self, people: People, made: Made, key: str, value: object):
        attempt = started(people.learner, made)
        answers = {made.questions["word"]: "kept out too", made.questions[key]: value}
        with pytest.raises(Invalid) as refused:
            assessment.save_answers(people.learner, attempt_id=attempt, answers=answers)
        assert list(refused.value.fields) == [made.questions[key]]
        assert count(people.learner, AttemptAnswer) == 0

    @pytest.mark.parametrize("name", ["", "x", "0190a000-0000-7000-8000-000000000000", "a" * 5000])
    def test_refuses_a_question_of_something_else(self, people: People, made: Made, name: str):
        attempt = started(people.learner, made)
        with pytest.raises(Invalid):
            assessment.save_answers(people.learner, attempt_id=attempt, answers={name: "b"})

    def test_refuses_a_choice_of_another_quizs_question(self, people: People, made: Made):
        other = make_taken_course(people.instructor, people.learner, slug="other")
        attempt = started(people.learner, made)
        with pytest.raises(Invalid):
            assessment.save_answers(people.learner, attempt_id=attempt, answers={other.questions["one"]: "b"})

    @pytest.mark.parametrize("answers", [None, {}, [], "x", 5, {str(n): "a" for n in range(501)}])
    def test_refuses_what_is_no_set_of_answers(self, people: People, made: Made, answers: object):
        attempt = started(people.learner, made)
        with pytest.raises(Invalid):
            assessment.save_answers(people.learner, attempt_id=attempt, answers=answers)

    def test_refuses_answers_after_submission(self, people: People, made: Made):
        result = submitted(people.learner, made, {made.questions["one"]: "a"})
        with pytest.raises(Conflict):
            assessment.save_answers(people.learner, attempt_id=result.id, answers=made.right())
        assert assessment.attempt_result(people.learner, attempt_id=result.id).percent == 0

    def test_nobody_saves_in_anothers_attempt(self, people: People, made: Made):
        attempt = started(people.learner, made)
        for actor, refusal in (
            (people.other_learner, NotFound),
            (people.foreign_learner, NotFound),
            (people.foreign_admin, NotFound),
            (people.instructor, Forbidden),
            (people.visitor, SignInNeeded),
        ):
            with pytest.raises(refusal):
                assessment.save_answers(actor, attempt_id=attempt, answers=made.right())
        assert count(people.learner, AttemptAnswer) == 0

    def test_parallel_saves_of_one_question_leave_one_row(self, people: People, made: Made):
        attempt = started(people.learner, made)
        answers = {made.questions["word"]: "x"}
        results = at_once(
            10, lambda: assessment.save_answers(people.learner, attempt_id=attempt, answers=answers).answered
        )
        assert results == [1] * 10
        assert count(people.learner, AttemptAnswer) == 1


class TestSubmitAttempt:
    def test_grades_and_explains(self, people: People, made: Made):
        answers = made.right() | {made.questions["many"]: ["a"], made.questions["word"]: "no"}
        result = submitted(people.learner, made, answers)
        assert (result.score, result.max_score, result.percent, result.passed) == (4.0, 6, 66, True)
        assert [question.outcome for question in result.questions] == ["right", "partly", "right", "wrong", "right"]
        word = result.questions[3]
        assert (word.your_answer, word.right_answer, word.points) == ("no", "sought-word", 0)
        assert "EXPLAINED word" in word.explanation_html
        assert word.taught_in_href == "/learn/small/loops#loops-taught-here"
        assert [(choice.key, choice.chosen, choice.right) for choice in result.questions[1].choices] == [
            ("a", True, True),
            ("b", False, False),
            ("c", False, True),
            ("d", False, False),
        ]

    def test_an_unanswered_quiz_is_failed(self, people: People, made: Made):
        attempt = started(people.learner, made)
        result = assessment.submit_attempt(people.learner, attempt_id=attempt)
        assert (result.score, result.passed) == (0, False)

    def test_fifty_at_once_give_one_graded_result(self, people: People, made: Made):
        attempt = started(people.learner, made)
        assessment.save_answers(people.learner, attempt_id=attempt, answers=made.right())
        results = at_once(50, lambda: assessment.submit_attempt(people.learner, attempt_id=attempt))
        assert all(result == results[0] for result in results)
        assert results[0].percent == 100
        assert assessment.submit_attempt(people.learner, attempt_id=attempt) == results[0]

    def test_only_its_owner_submits_it(self, people: People, made: Made):
        attempt = started(people.learner, made)
        for actor, refusal in (
            (people.other_learner, NotFound),
            (people.foreign_admin, NotFound),
            (people.assistant, Forbidden),
            (people.visitor, SignInNeeded),
        ):
            with pytest.raises(refusal):
                assessment.submit_attempt(actor, attempt_id=attempt)
        assert assessment.quiz_view(people.learner, quiz_id=made.quiz).open_attempt_id == attempt

    @pytest.mark.parametrize("value", [None, "x", {}, "0190a000-0000-7000-8000-000000000000"])
    def test_an_attempt_that_is_none(self, people: People, made: Made, value: object):
        with pytest.raises(NotFound):
            assessment.submit_attempt(people.learner, attempt_id=value)


class TestAttemptResult:
    def test_is_for_its_owner_and_those_who_teach(self, people: People, made: Made):
        result = submitted(people.learner, made)
        for actor in (people.learner, people.instructor, people.assistant, people.organisation_admin):
            assert assessment.attempt_result(actor, attempt_id=result.id) == result
        for actor in (people.other_learner, people.foreign_learner, people.foreign_admin):
            with pytest.raises(NotFound):
                assessment.attempt_result(actor, attempt_id=result.id)
        with pytest.raises(SignInNeeded):
            assessment.attempt_result(people.visitor, attempt_id=result.id)

    def test_there_is_none_before_submission(self, people: People, made: Made):
        attempt = started(people.learner, made)
        for actor in (people.learner, people.instructor):
            with pytest.raises(Conflict):
                assessment.attempt_result(actor, attempt_id=attempt)


def test_passing_completes_a_lesson_whose_rule_is_its_quiz(people: People):
    made = make_taken_course(people.instructor, people.learner, completion="quiz")
    submitted(people.learner, made, {made.questions["one"]: "a"})
    assert enrolment.outline(people.learner, course="small").modules[0].lessons[0].progress != "completed"
    submitted(people.learner, made)
    assert enrolment.outline(people.learner, course="small").modules[0].lessons[0].progress == "completed"


def test_nothing_right_is_told_before_submission(people: People, made: Made):
    attempt = started(people.learner, made)
    shown = [
        assessment.quiz_view(people.learner, quiz_id=made.quiz),
        assessment.start_attempt(people.learner, quiz_id=made.quiz),
        assessment.save_answers(people.learner, attempt_id=attempt, answers={made.questions["number"]: "5"}),
        assessment.quiz_view(people.learner, quiz_id=made.quiz),
    ]
    for view in shown:
        text = json.dumps(asdict(view))
        assert not [secret for secret in SECRETS if secret in text]
        assert not {"right", "explanation", "taught_in", "outcome", "tolerance", "accept"} & keys_in(asdict(view))


def keys_in(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value) | {key for part in value.values() for key in keys_in(part)}
    return {key for part in value for key in keys_in(part)} if isinstance(value, list) else set()


_SAVES_AND_HANGS = """
import sys, time
from uuid import UUID
from services import assessment, models
from services.platform.actor import Actor, Role
organisation, user, attempt, question = sys.argv[1:]
actor = Actor(organisation_id=UUID(organisation), role=Role.learner, user_id=UUID(user))
assessment.save_answers(actor, attempt_id=attempt, answers={question: "kept"})
print("acknowledged", flush=True)
time.sleep(600)
"""


def test_a_server_killed_after_a_save_has_lost_nothing(sqlite_people: People):
    people = sqlite_people
    made = make_taken_course(people.instructor, people.learner)
    attempt = started(people.learner, made)
    ids = [people.learner.organisation_id, people.learner.user_id, attempt, made.questions["word"]]
    server = subprocess.Popen(
        [sys.executable, "-c", _SAVES_AND_HANGS, *map(str, ids)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"DATABASE_URL": settings().database_url},
    )
    try:
        assert server.stdout.readline() == b"acknowledged\n"
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
    by_key = {q.key: q for q in assessment.quiz_view(people.learner, quiz_id=made.quiz).questions}
    assert by_key["word"].saved_text == "kept"


def test_an_import_keeps_a_quiz_that_somebody_took(people: People, made: Made):
    started(people.learner, made)
    with reading(people.instructor) as session:
        assert str(next(iter(hooks.held(session, made.course).quizzes))) == made.quiz

"""Taking a quiz: see it, start, save, submit, and see what was right."""

import sqlalchemy as sa
from sqlmodel import col

from services.accounts.models import User
from services.assessment import seats
from services.assessment.answers import is_answered, parse_answers
from services.assessment.loading import own_attempt, readable_attempt, studied_quiz
from services.assessment.models import Attempt
from services.assessment.results import grade_attempt, result_of
from services.assessment.schemas import AttemptResult, AttemptView, QuizView, SavedAnswers
from services.assessment.versions import current_version
from services.assessment.views import attempt_row, attempt_view, question_views
from services.courses.models import Quiz
from services.enrolment import quiz_passed
from services.platform import audit, clock
from services.platform.actor import Actor
from services.platform.database import reading, unit_of_work
from services.platform.errors import Conflict, LimitReached
from services.platform.ids import parse_id
from services.platform.permissions import Permission, require_person
from services.platform.rate import limiter
from services.platform.statements import Asked

_STARTS_PER = (20, 60.0)
_hold_person = Asked(
    sa.select(col(User.id)).where(col(User.id) == sa.bindparam("wanted_id")).with_for_update(key_share=True)
)


def quiz_view(actor: Actor, *, quiz_id: object) -> QuizView:
    """The quiz as this person meets it: the open attempt with its saved answers, or what a new one would ask."""
    user_id = require_person(actor, Permission.learn)
    wanted = parse_id(quiz_id)
    with reading(actor) as session:
        quiz = seats.content(session, seats.quiz_seat(session, actor, wanted), wanted)
        attempts = seats.attempts(session, wanted, user_id)
        opened = next((attempt for attempt in attempts if attempt.status == "open"), None)
        questions = seats.questions_of(session, opened.version_id) if opened else quiz.questions
        answers = seats.answers(session, opened.id) if opened else {}
    left = max(0, quiz.attempts_allowed - len(attempts))
    return QuizView(
        id=str(wanted),
        title=quiz.title,
        introduction_html=quiz.introduction_html,
        course_id=quiz.course_id,
        lesson_id=quiz.lesson_id,
        pass_percent=quiz.pass_percent,
        attempts_allowed=quiz.attempts_allowed,
        attempts_left=left,
        may_start=opened is None and bool(questions) and (quiz.attempts_allowed == 0 or left > 0),
        questions=question_views(questions, answers),
        max_score=sum(question["points"] for question in questions),
        open_attempt_id=str(opened.id) if opened else "",
        open_attempt_number=opened.number if opened else 0,
        attempts=[attempt_row(attempt) for attempt in attempts],
        best_percent=max((attempt.percent for attempt in attempts if attempt.status == "submitted"), default=0),
        passed=any(attempt.passed for attempt in attempts),
    )


def start_attempt(actor: Actor, *, quiz_id: object) -> AttemptView:
    """Start an attempt, or go on with the open one."""
    user_id = require_person(actor, Permission.learn)
    wanted = parse_id(quiz_id)
    with unit_of_work(actor) as session:
        seat = seats.quiz_seat(session, actor, wanted)
        # One person's starts follow each other, so that fifty at once count the same attempts.
        _hold_person.first(session, wanted_id=user_id)
        attempts = seats.attempts(session, wanted, user_id)
        opened = next((attempt for attempt in attempts if attempt.status == "open"), None)
        if opened is not None:
            questions = seats.questions_of(session, opened.version_id)
            return attempt_view(opened, wanted, questions, seats.answers(session, opened.id))
        allowed = seats.content(session, seat, wanted).attempts_allowed
        if allowed and len(attempts) >= allowed:
            raise LimitReached("You have used all {count} attempts at this quiz.", count=allowed)
        # An attempt that was handed in is never deleted: a loop that starts and submits would fill the disk.
        limiter.take(f"attempt:{user_id}", *_STARTS_PER)
        version_id = current_version(session, seat.revision, wanted)
        attempt = Attempt(
            organisation_id=actor.organisation_id,
            quiz_id=wanted,
            course_id=seat.revision.course_id,
            user_id=user_id,
            version_id=version_id,
            number=attempts[0].number + 1 if attempts else 1,
        )
        session.add(attempt)
        audit.record(session, actor, "attempt.start", attempt, number=attempt.number)
        return attempt_view(attempt, wanted, seats.questions_of(session, version_id), {})


def save_answers(actor: Actor, *, attempt_id: object, answers: object) -> SavedAnswers:
    """Save answers by question id, each as a row of its own; all or, when one is refused, none."""
    wanted = parse_id(attempt_id)
    with unit_of_work(actor) as session:
        status, version_id = seats.own_attempt_seat(session, actor, wanted)
        if status != "open":
            raise Conflict("This attempt has been submitted; its answers can no longer change.")
        questions = seats.questions_of(session, version_id)
        saved = {question: row.answer for question, row in seats.answers(session, wanted).items()}
        now = clock.now()
        for question_id, stored in parse_answers(answers, questions).items():
            seats.put_answer(session, wanted, question_id, stored, now, first=question_id not in saved)
            saved[question_id] = stored
    return SavedAnswers(
        attempt_id=str(wanted),
        saved_at=now.isoformat(),
        answered=sum(is_answered(answer) for answer in saved.values()),
        total=len(questions),
    )


def submit_attempt(actor: Actor, *, attempt_id: object) -> AttemptResult:
    """Hand the attempt in and grade it. Handing it in again changes nothing and gives the same result."""
    with unit_of_work(actor) as session:
        attempt = own_attempt(session, actor, attempt_id)
        if attempt.status == "open":
            quiz: Quiz = studied_quiz(session, actor, attempt.quiz_id)
            grade_attempt(session, quiz, attempt)
            if attempt.passed:
                quiz_passed(session, actor, quiz)
            audit.record(session, actor, "attempt.submit", attempt, percent=attempt.percent, passed=attempt.passed)
        return result_of(session, attempt)


def attempt_result(actor: Actor, *, attempt_id: object) -> AttemptResult:
    """A submitted attempt with right answers and explanations: one's own, or a learner's for those who teach."""
    with reading(actor) as session:
        return result_of(session, readable_attempt(session, actor, attempt_id))

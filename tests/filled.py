"""An organisation in which everything exists once: a row in every table, and the ids that routes ask for."""

from dataclasses import dataclass
from uuid import UUID

from services import accounts, ai, assessment, coding, enrolment
from services.accounts.models import User
from services.accounts.sessions import open_session
from services.coding.models import Rejudging, RenewedVerdict
from services.coding.similarity.models import SimilarityReport, SimilarPair
from services.courses import import_course
from services.platform import clock
from services.platform.actor import Actor
from services.platform.database import unit_of_work
from services.platform.ids import new_id
from tests.conftest import People
from tests.course_rows import Made, make_taken_course
from tests.packages import small, zipped


@dataclass(frozen=True)
class Filled:
    """The ids of one learner's things."""

    made: Made
    course: str
    file: str
    attempt: str
    submission: str
    rejudge: str
    pair: str
    answer: str

    def parameters(self) -> dict[str, str]:
        """What stands for each parameter in the address of a route."""
        return {
            "course": self.course,
            "path": self.file,
            "lesson_id": str(self.made.lesson),
            "quiz_id": self.made.quiz,
            "exercise_id": self.made.doubling,
            "attempt_id": self.attempt,
            "submission_id": self.submission,
            "other_id": self.submission,
            "rejudge_id": self.rejudge,
            "pair_id": self.pair,
            "answer_id": self.answer,
        }


def fill(people: People) -> Filled:
    """Fill the first organisation: an imported course, another that its learner works in, and an API client."""
    accounts.ensure_default_organisation()
    learner: Actor = people.learner
    imported = import_course(people.instructor, source=zipped(small()))
    made = make_taken_course(people.instructor, learner, slug="taken")
    enrolment.open_lesson(learner, lesson_id=made.lesson)
    attempt = assessment.start_attempt(learner, quiz_id=made.quiz)
    assessment.save_answers(learner, attempt_id=attempt.id, answers={made.questions["one"]: "a"})
    files = {"main.py": "print(2 * int(input()))\n"}
    coding.save_draft(learner, exercise_id=made.doubling, files=files)
    submission = coding.submit(learner, exercise_id=made.doubling, files=files)
    asked = ai.ask(learner, question="What is a loop?", lesson_id=str(made.lesson))
    _exchange_a_refresh_token(learner)
    rejudge = _rejudged(people.instructor, made, submission.id)
    pair = _similar(people, made, submission.id)
    return Filled(made, imported.course_id, "media/dot.svg", attempt.id, submission.id, rejudge, pair, asked.answer.id)


def _rejudged(teacher: Actor, made: Made, submission: str) -> str:
    """Rows of its own making: the service would refuse where no program can be run."""
    own = {"organisation_id": teacher.organisation_id}
    with unit_of_work(teacher) as session:
        row = Rejudging(**own, course_id=made.course, exercise_id=UUID(made.doubling))
        session.add(row)
        session.flush()
        changed = {"before": "accepted", "after": "wrong_answer", "score_before": 100, "score_after": 50}
        session.add(RenewedVerdict(**own, rejudging_id=row.id, submission_id=UUID(submission), **changed))
    return str(row.id)


def _similar(people: People, made: Made, submission: str) -> str:
    """A pair of similar programs, as a comparison leaves it."""
    own = {"organisation_id": people.instructor.organisation_id}
    with unit_of_work(people.instructor) as session:
        report = SimilarityReport(
            **own, course_id=made.course, exercise_id=UUID(made.leap), claim=new_id(), started_at=clock.now()
        )
        session.add(report)
        session.flush()
        pair = SimilarPair(
            **own,
            report_id=report.id,
            left_user_id=people.learner.user_id,
            right_user_id=people.other_learner.user_id,
            left_submission_id=UUID(submission),
            right_submission_id=UUID(submission),
            place=1,
            similarity=1,
            left_share=1,
            right_share=1,
            worth_a_look=True,
        )
        session.add(pair)
    return str(pair.id)


def _exchange_a_refresh_token(person: Actor) -> None:
    with unit_of_work(person) as session:
        user = session.get_one(User, person.user_id)
        _row, refresh_token = open_session(session, user, kind="api", user_agent="test")
    accounts.refresh(refresh_token)

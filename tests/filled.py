"""An organisation in which everything exists once: a row in every table, and the ids that routes ask for."""

from dataclasses import dataclass

from services import accounts, ai, assessment, coding, enrolment
from services.accounts.models import User
from services.accounts.sessions import open_session
from services.courses import import_course
from services.platform.actor import Actor
from services.platform.database import unit_of_work
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
    return Filled(made, imported.course_id, "media/dot.svg", attempt.id, submission.id, asked.answer.id)


def _exchange_a_refresh_token(person: Actor) -> None:
    with unit_of_work(person) as session:
        user = session.get_one(User, person.user_id)
        _row, refresh_token = open_session(session, user, kind="api", user_agent="test")
    accounts.refresh(refresh_token)

"""A small course as rows: a quiz with a question of each kind, and code exercises, for tests of what stands on it."""

from dataclasses import dataclass
from uuid import UUID

from services import enrolment
from services.courses.models import (
    Block,
    Course,
    Exercise,
    ExerciseKey,
    Lesson,
    Module,
    Question,
    QuestionKey,
    Quiz,
)
from services.platform.actor import Actor
from services.platform.database import unit_of_work

SECRETS = ("EXPLAINED", "sought-word", "31.25", "loops-taught-here")
"""What stands only in answers, explanations and places of this quiz; nobody may meet it before handing in."""


@dataclass(frozen=True)
class Made:
    """The ids of what was made; questions by their key."""

    course: UUID
    lesson: UUID
    quiz: str
    questions: dict[str, str]
    doubling: str
    leap: str

    def right(self) -> dict[str, object]:
        """An answer to each question, all right."""
        return {
            self.questions["one"]: "b",
            self.questions["many"]: ["a", "c"],
            self.questions["truth"]: False,
            self.questions["word"]: "Sought-Word",
            self.questions["number"]: "31,25",
        }


QUESTIONS: list[tuple[str, str, list[str], dict, int]] = [
    ("one", "single", ["a", "b", "c"], {"choices": ["b"]}, 1),
    ("many", "multiple", ["a", "b", "c", "d"], {"choices": ["a", "c"]}, 2),
    ("truth", "truefalse", [], {"value": False}, 1),
    ("word", "short", [], {"accept": ["sought-word"], "case": False}, 1),
    ("number", "numeric", [], {"number": 31.25, "tolerance": 0.5}, 1),
]
LEAP_TESTS = """import unittest
from leap import leap_year


class LeapTest(unittest.TestCase):
    def test_year_divisible_by_4(self):
        self.assertIs(leap_year(1996), True)

    def test_year_divisible_by_100(self):
        self.assertIs(leap_year(1900), False)
"""
LEAP = "def leap_year(year):\n    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)\n"


def make_course(actor: Actor, *, attempts: int = 0, slug: str = "small", completion: str = "manual") -> Made:
    """Insert the course in the actor's organisation."""
    with unit_of_work(actor) as session:
        own = {"organisation_id": actor.organisation_id}
        course = Course(**own, slug=slug, title="Small")
        session.add(course)
        session.flush()
        own["course_id"] = course.id
        module = Module(**own, position=1, slug="m", title="M")
        session.add(module)
        session.flush()
        lesson = Lesson(**own, module_id=module.id, position=1, slug="loops", title="Loops", completion=completion)
        session.add(lesson)
        session.flush()
        blocks = [
            Block(**own, lesson_id=lesson.id, position=n, key=key, kind=kind)
            for n, (key, kind) in enumerate(
                [("loops-taught-here", "text"), ("check", "quiz"), ("doubling", "exercise"), ("leap", "exercise")]
            )
        ]
        session.add_all(blocks)
        session.flush()
        at = {**own, "lesson_id": lesson.id}
        quiz = Quiz(**at, block_id=blocks[1].id, slug="check", title="Check", attempts_allowed=attempts)
        doubling = Exercise(
            **at,
            block_id=blocks[2].id,
            slug="doubling",
            title="Doubling",
            instructions="Print the *double*.",
            hints=["First hint", "SECOND-HINT"],
            starter={"main.py": "n = int(input())\n"},
            entry="main.py",
            limits={"cpu_seconds": 1, "memory_mb": 128},
            public_cases=[{"name": "two", "stdin": "2\n", "expected": "4\n"}],
        )
        leap = Exercise(
            **at,
            block_id=blocks[3].id,
            slug="leap",
            title="Leap",
            starter={"leap.py": "def leap_year(year):\n    pass\n"},
            entry="leap.py",
        )
        session.add_all([quiz, doubling, leap])
        session.flush()
        own.pop("course_id")
        session.add(
            ExerciseKey(
                **own,
                exercise_id=doubling.id,
                hidden_cases=[{"name": "HIDDEN-NAME", "stdin": "7421\n", "expected": "14842\n"}],
                reference={"main.py": "print(2 * int(input()))\n"},
            )
        )
        session.add(
            ExerciseKey(
                **own,
                exercise_id=leap.id,
                mode="unit_tests",
                tests={"leap_test.py": LEAP_TESTS},
                reference={"leap.py": LEAP},
            )
        )
        questions: dict[str, str] = {}
        for position, (key, kind, choices, answer, points) in enumerate(QUESTIONS):
            question = Question(
                **own,
                quiz_id=quiz.id,
                position=position,
                key=key,
                kind=kind,
                text=f"Question **{key}**?",
                choices=[{"key": choice, "text": f"choice {choice}"} for choice in choices],
                points=points,
            )
            session.add(question)
            session.flush()
            session.add(
                QuestionKey(
                    **own,
                    question_id=question.id,
                    answer=answer,
                    explanation=f"EXPLAINED {key}",
                    taught_in="loops-taught-here",
                )
            )
            questions[key] = str(question.id)
        return Made(course.id, lesson.id, str(quiz.id), questions, str(doubling.id), str(leap.id))


def make_taken_course(teacher: Actor, *learners: Actor, **how: object) -> Made:
    """The same, with learners enrolled in it."""
    made = make_course(teacher, **how)  # type: ignore[arg-type]  # handed through
    for learner in learners:
        enrolment.enrol(learner, course_id=str(made.course))
    return made

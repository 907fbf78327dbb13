"""A person of the tests: made by the API, so that a browser test begins where its subject begins."""

import itertools
import secrets
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml

COURSE = "python-with-a-tutor"
DEMO = Path(__file__).parents[2] / "lms_app" / "demo" / COURSE
PASSWORD = "four quiet words here"
JUDGE_SECONDS = 60
_addresses = itertools.count(1)


def new_email() -> str:
    """An address that nobody has registered."""
    return f"person-{secrets.token_hex(6)}@example.org"


@cache
def quiz_source(title: str) -> dict[str, Any]:
    """A quiz of the demo course as its author wrote it, with the answers."""
    quizzes = (yaml.safe_load(path.read_text()) for path in DEMO.rglob("*.quiz.yaml"))
    return next(quiz for quiz in quizzes if quiz["title"] == title)


def right_answer(question: dict[str, Any]) -> Any:
    """The right answer to a question as the API takes it."""
    if question["kind"] == "single":
        return next(choice["key"] for choice in question["choices"] if choice.get("right"))
    if question["kind"] == "multiple":
        return [choice["key"] for choice in question["choices"] if choice.get("right")]
    answer = question["answer"]
    if question["kind"] == "short":
        return answer[0] if isinstance(answer, list) else answer
    return answer if question["kind"] == "truefalse" else str(answer)


def reference(lesson: str) -> dict[str, str]:
    """The author's own solution of the exercise in a lesson's folder, by file name."""
    folder = next(DEMO.glob(f"*/{lesson}/*.exercise/reference"))
    return {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}


@dataclass
class Person:
    """Somebody with an account, and what they do through the API."""

    site: str
    email: str
    token: str

    def call(self, method: str, path: str, **body: Any) -> Any:
        """Call the API as this person and return what it answers."""
        headers = {"authorization": f"Bearer {self.token}"}
        answer = httpx.request(method, f"{self.site}/api/v1/{path}", json=body or None, headers=headers, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def enrol(self) -> "Person":
        """Enrol in the demo course."""
        self.call("POST", f"courses/{COURSE}/enroll")
        return self

    def lessons(self) -> dict[str, dict[str, Any]]:
        """The lessons of the demo course by their slug, in order."""
        outline = self.call("GET", f"courses/{COURSE}/outline")
        return {lesson["slug"]: lesson for module in outline["modules"] for lesson in module["lessons"]}

    def finish(self, slug: str, lesson_id: str) -> None:
        """Do what the lesson's rule asks for: pass its quiz, solve its exercise, or say that it is read."""
        lesson = self.call("GET", f"lessons/{lesson_id}")
        if lesson["completion"] == "quiz":
            self.pass_quiz(next(block["quiz_id"] for block in lesson["blocks"] if block["quiz_id"]))
        elif lesson["completion"] == "exercise":
            exercise_id = next(block["exercise_id"] for block in lesson["blocks"] if block["exercise_id"])
            self.solve(exercise_id, reference(slug))
        else:
            self.call("POST", f"lessons/{lesson_id}/complete")

    def pass_quiz(self, quiz_id: str) -> None:
        """Take a quiz and answer everything right."""
        source = {question["key"]: question for question in quiz_source(self._title(quiz_id))["questions"]}
        attempt = self.call("POST", f"quizzes/{quiz_id}/attempts")
        answers = {question["id"]: right_answer(source[question["key"]]) for question in attempt["questions"]}
        self.call("PUT", f"attempts/{attempt['id']}/answers", answers=answers)
        result = self.call("POST", f"attempts/{attempt['id']}/submit")
        assert result["passed"], result

    def _title(self, quiz_id: str) -> str:
        return str(self.call("GET", f"quizzes/{quiz_id}")["title"])

    def exercise(self, slug: str) -> str:
        """The id of the exercise in a lesson."""
        lesson = self.call("GET", f"lessons/{self.lessons()[slug]['id']}")
        return str(next(block["exercise_id"] for block in lesson["blocks"] if block["exercise_id"]))

    def solve(self, exercise_id: str, files: dict[str, str]) -> None:
        """Hand a program in and wait until it is accepted."""
        submission = self.hand_in(exercise_id, files)
        assert submission["accepted"], submission

    def hand_in(self, exercise_id: str, files: dict[str, str]) -> dict[str, Any]:
        """Hand a program in and wait for what the judge says of it."""
        sent = self.call("POST", f"exercises/{exercise_id}/submissions", files=files)
        submission: dict[str, Any] = sent
        deadline = time.monotonic() + JUDGE_SECONDS
        while not submission["finished"] and time.monotonic() < deadline:
            time.sleep(0.3)
            submission = self.call("GET", f"submissions/{submission['id']}")
        assert submission["status"] == "done", submission
        return submission


def register(site: str, name: str = "Hodan Ali", language: str = "en") -> Person:
    """Make an account through the API, from an address of its own."""
    number = next(_addresses)
    email = new_email()
    answer = httpx.post(
        f"{site}/api/v1/auth/register",
        json={"name": name, "email": email, "password": PASSWORD, "language": language},
        headers={"x-forwarded-for": f"10.20.{number // 250}.{number % 250 + 1}"},
        timeout=30,
    )
    answer.raise_for_status()
    return Person(site, email, answer.json()["access_token"])

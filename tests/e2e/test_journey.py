"""A new person takes the demo course from the catalogue to its end, in two languages and on two devices."""

import json
import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.people import COURSE, PASSWORD, Person, new_email, quiz_source
from tests.e2e.steps import SLOW, Frames, Steps

pytestmark = pytest.mark.browser

TITLE = "Python with a tutor"
SOLUTION = 'total = int(input())\nprint(f"{total // 60} h {total % 60} min")\n'
QUESTIONS = quiz_source("Names and values")["questions"]


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_new_person_takes_the_course_from_end_to_end(site: str, open_tab: OpenTab, language: str, phone: bool):
    page = open_tab(language, phone=phone)
    steps = Steps(page, language, phone=phone)
    email = new_email()

    _find_the_course(page, steps)
    _register_and_enrol(page, steps, email)
    _read(page, steps)
    _ask(page, steps)
    _fail_and_pass_the_exercise(page, steps)
    _fail_and_pass_the_quiz(page, steps)
    _finish(page, steps, Person(site, email, _token(site, email)))


def _find_the_course(page: Page, steps: Steps) -> None:
    page.goto("/")
    expect(page).to_have_url(re.compile("/catalogue$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(steps.t("Catalogue"))
    box = page.get_by_role("searchbox")
    box.press_sequentially("zzzz")
    expect(page.get_by_text(steps.t("No course fits"))).to_be_visible()
    box.fill("")
    box.press_sequentially("python")
    row = page.locator(".course-row", has_text=TITLE)
    expect(row.locator("mark").first).to_have_text("Python")
    row.get_by_role("link", name=TITLE).click()
    expect(page).to_have_url(re.compile(f"/courses/{COURSE}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def _register_and_enrol(page: Page, steps: Steps, email: str) -> None:
    page.get_by_role("link", name=steps.t("Sign in to enrol")).click()
    onward = page.get_by_role("link", name=steps.t("Make an account"))
    expect(onward).to_have_attribute("href", re.compile("next="))
    onward.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(steps.t("Make an account"))
    expect(page.locator("input[name=next]")).to_have_value(f"/courses/{COURSE}")
    steps.register("هدى علي", email)
    expect(page).to_have_url(re.compile(f"/courses/{COURSE}$"))
    steps.button("Enrol").click()
    page.get_by_role("link", name=steps.t("Start: {lesson}", lesson="A first program")).click()
    expect(page.locator(".lesson-head h1")).to_have_text("A first program")


def _read(page: Page, steps: Steps) -> None:
    sample = page.locator("[data-kind=code]").first
    steps.button("Run", sample).click()
    expect(sample.locator(".stream")).to_contain_text("I am a program", timeout=SLOW)
    steps.button("Done, next lesson").click()
    expect(page.locator(".lesson-head h1")).to_have_text("Values")
    steps.choose_lesson("names", "Names", "First steps")
    steps.pane("Outline")
    expect(steps.in_outline("a-first-program")).to_contain_text(steps.t("Finished"))
    steps.pane("Lesson")


def _ask(page: Page, steps: Steps) -> None:
    answer = steps.ask("What does input() give me, a number or a string?")
    steps.follow(answer.locator(".tutor-source").first)
    # The passage may stand in another lesson: back is where the question was asked.
    if not page.url.split("#")[0].endswith("/names"):
        page.go_back()
    expect(page.locator(".lesson-head h1")).to_have_text("Names")
    steps.pane("Tutor")
    expect(page.locator(".tutor-question")).to_contain_text("What does input() give me")
    steps.pane("Lesson")


def _fail_and_pass_the_exercise(page: Page, steps: Steps) -> None:
    steps.write_program("print(input())\n")
    panel = steps.hand_in_program("Wrong answer")
    expect(panel.locator(".diff-missing", has_text="2 h 5 min")).to_be_visible()
    expect(panel.locator(".diff-extra", has_text="125")).to_be_visible()
    steps.write_program(SOLUTION)
    steps.hand_in_program("Accepted")
    expect(page.locator(".exercise-head").first).to_contain_text(steps.t("Solved"))


def _fail_and_pass_the_quiz(page: Page, steps: Steps) -> None:
    quiz = steps.start_quiz()
    steps.answer(quiz, QUESTIONS, right=False)
    steps.hand_in_quiz(quiz)
    expect(quiz.locator(".quiz-score")).to_contain_text(steps.t("Not passed yet"))
    expect(quiz.locator(".quiz-why")).to_have_count(len(QUESTIONS))
    expect(quiz).to_contain_text("One equals sign is an instruction")
    quiz = steps.start_quiz()
    steps.answer(quiz, QUESTIONS, right=True)
    steps.hand_in_quiz(quiz)
    expect(quiz.locator(".quiz-score")).to_contain_text(steps.t("Passed"))
    expect(page.get_by_text(steps.t("You have finished this lesson."))).to_be_visible()


def _finish(page: Page, steps: Steps, person: Person) -> None:
    lessons = person.lessons()
    last = list(lessons)[-1]
    for slug, lesson in lessons.items():
        if lesson["progress"] != "completed" and slug != last:
            person.finish(slug, lesson["id"])
    steps.open_lesson(last)
    steps.button("Done").click()
    expect(page.get_by_text(steps.t("You have finished the course"))).to_be_visible()
    page.goto("/home")
    row = page.locator(".course-row", has_text=TITLE)
    expect(row).to_contain_text(steps.t("Finished"))
    expect(row.get_by_role("progressbar")).to_have_attribute("value", "100")


def _token(site: str, email: str) -> str:

    answer = httpx.post(f"{site}/api/v1/auth/login", json={"email": email, "password": PASSWORD})
    return str(answer.raise_for_status().json()["access_token"])


class TestQuizSecrets:
    """What is right is told after handing in, and not a byte of it before."""

    TOLD_AFTERWARDS = ("right_answer", "explanation_html")

    def test_no_frame_and_no_answer_tells_what_is_right_before_it_is_handed_in(
        self, open_tab: OpenTab, learner: Person
    ):
        page = open_tab(person=learner)
        frames, steps = Frames(page), Steps(page)
        steps.open_lesson("names")
        quiz = steps.start_quiz()
        steps.answer(quiz, QUESTIONS, right=False)
        before = frames.text() + json.dumps(self._by_the_api(learner), ensure_ascii=False)
        told = re.findall(r'"(right|answer|tolerance|explanation\w*|right_answer\w*)\W*":', before)
        assert not told
        assert not [question for question in QUESTIONS if question["explanation"][:40] in before]
        assert "What does this program show" in before, "nothing was recorded"

        steps.hand_in_quiz(quiz)
        after = frames.text()
        assert re.search(r'"right\W*":', after), "the keys that must not come before are named otherwise"
        assert "One equals sign is an instruction" in after

    def test_hidden_tests_are_never_sent(self, open_tab: OpenTab, learner: Person):
        page = open_tab(person=learner)
        frames, steps = Frames(page), Steps(page)
        steps.open_lesson("names")
        steps.write_program("print('x')\n")
        steps.hand_in_program("Wrong answer")
        told = frames.text()
        assert "2 h 5 min" in told, "the public test was not recorded"
        assert "23 h 59 min" not in told
        assert "total // 60" not in told, "the author's own solution"

    def _by_the_api(self, learner: Person) -> list[object]:
        lesson = learner.call("GET", f"lessons/{learner.lessons()['names']['id']}")
        quiz_id = next(block["quiz_id"] for block in lesson["blocks"] if block["quiz_id"])
        return [lesson, learner.call("GET", f"quizzes/{quiz_id}"), learner.call("GET", f"courses/{COURSE}")]

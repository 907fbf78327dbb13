"""The work inside a lesson: panes that alone scroll, two tabs, the exercise, citations, search, and the phone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.people import COURSE, Person, quiz_source
from tests.e2e.steps import SLOW, Steps

pytestmark = pytest.mark.browser

QUESTIONS = quiz_source("Names and values")["questions"]
NEARLY = 'total = int(input())\nprint(f"{total // 60} h {total} min")\n'
SOLVED = 'total = int(input())\nprint(f"{total // 60} h {total % 60} min")\n'

# Whatever could move though it must not: the document, the frames of the player, and the tutor's pane as a whole.
MOVED = """() => {
  const root = document.scrollingElement;
  const frames = [...document.querySelectorAll(".player, .player-main, .split, .tutor-pane")];
  const moved = frames.filter((each) => each.scrollHeight > each.clientHeight || each.scrollTop);
  const tall = moved.map((each) => each.className);
  if (root.scrollHeight > innerHeight || root.scrollTop || root.scrollLeft) tall.push("document");
  return tall;
}"""


class TestFrame:
    @pytest.mark.parametrize(
        ("language", "size"),
        [("en", (1280, 900)), ("en", (1440, 700)), ("en", (900, 600)), ("ar", (1280, 900)), ("ar", None), ("so", None)],
    )
    def test_only_the_panes_scroll(
        self, open_tab: OpenTab, learner: Person, language: str, size: tuple[int, int] | None
    ):
        phone = size is None or size[0] < 1024
        look = {"phone": True} if size is None else {"viewport": {"width": size[0], "height": size[1]}}
        steps = Steps(open_tab(language, person=learner, **look), language, phone=phone)
        page = steps.page
        steps.open_lesson("names")
        assert page.evaluate(MOVED) == []
        for part in (".exercise", ".quiz", ".lesson-end"):
            page.locator(part).evaluate("(each) => each.scrollIntoView({ block: 'center' })")
            assert page.evaluate(MOVED) == [], part
        steps.ask("What does input() give me, a number or a string?")
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(MOVED) == [], "the tutor"

    def test_the_time_left_of_a_long_course_is_told_in_hours(self, open_tab: OpenTab, learner: Person):
        steps = Steps(open_tab(person=learner))
        steps.open_lesson("names")
        expect(steps.page.locator(".bar")).to_contain_text(re.compile("About [0-9] hours left"))

    def test_a_folded_side_keeps_its_name_and_opens_by_a_press(self, open_tab: OpenTab, learner: Person):
        steps = Steps(open_tab(person=learner))
        page = steps.page
        steps.open_lesson("names")
        page.locator("body").press("[")
        strip = page.get_by_role("button", name="Unfold: Outline")
        expect(strip).to_contain_text("Outline")
        strip.click()
        expect(page.locator("#pane-player-0")).to_be_visible()
        expect(page.get_by_role("button", name="Fold: Outline")).to_be_focused()


class TestTwoTabs:
    def test_answers_of_another_tab_are_drawn_when_this_one_is_loaded_again(self, open_tab: OpenTab, learner: Person):
        first = Steps(open_tab(person=learner))
        first.open_lesson("names")
        quiz = first.start_quiz()
        quiz.locator("input.control").first.fill("7")
        expect(quiz.locator(".quiz-saved")).to_contain_text("Saved")
        second = Steps(first.page.context.new_page())
        second.open_lesson("names")
        other = second.page.locator(".quiz")
        expect(other.locator("input.control").first).to_have_value("7")
        second.answer(other, QUESTIONS, right=True)
        first.page.reload()
        expect(quiz.locator("input.control").first).to_have_value("9")
        for question, choice in ((1, 0), (2, 1), (3, 1)):
            expect(quiz.locator(".quiz-question").nth(question).locator("input").nth(choice)).to_be_checked()

    def test_a_tab_that_is_looked_at_again_shows_the_other_ones_draft_and_answers(
        self, open_tab: OpenTab, learner: Person
    ):
        first = Steps(open_tab(person=learner))
        first.open_lesson("names")
        quiz = first.start_quiz()
        first.program()
        _leave(first.page)
        second = Steps(first.page.context.new_page())
        second.open_lesson("names")
        second.write_program("print('from the second tab')\n")
        expect(second.page.locator(".exercise-saved")).to_contain_text("Saved")
        second.answer(second.page.locator(".quiz"), QUESTIONS, right=True)
        first.page.wait_for_timeout(1100)  # a look away of less than a second asks the server nothing
        _come_back(first.page)
        expect(quiz.locator("input.control").first).to_have_value("9")
        expect(first.page.locator(".monaco-editor .view-line").first).to_contain_text("from the second tab")


class TestExercise:
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_on_a_laptop_with_the_outline_folded_the_task_stands_beside_the_editor(
        self, open_tab: OpenTab, learner: Person, language: str
    ):
        steps = Steps(open_tab(language, person=learner, viewport={"width": 1440, "height": 900}), language)
        page = steps.page
        steps.open_lesson("names")
        task, work = page.locator(".exercise-task"), page.locator(".exercise-work")
        assert _box(task)["y"] < _box(work)["y"], "one above the other while both sides are open"
        page.locator("body").press("[")
        expect(page.locator("#pane-player-0")).to_be_hidden()
        task_box, work_box = _box(task), _box(work)
        assert abs(task_box["y"] - work_box["y"]) < 2
        assert work_box["width"] > 400
        assert (task_box["x"] < work_box["x"]) == (language == "en")

    def test_a_verdict_comes_by_itself_with_the_difference_and_is_kept_in_the_list(
        self, open_tab: OpenTab, learner: Person
    ):
        steps = Steps(open_tab(person=learner))
        page = steps.page
        steps.open_lesson("names")
        steps.write_program(NEARLY)
        panel = steps.hand_in_program("Wrong answer")
        expect(panel.locator(".compare-left.diff-missing .diff-text")).to_have_text("2 h 5 min")
        expect(panel.locator(".compare-right.diff-extra .diff-text")).to_have_text("2 h 125 min")
        expect(panel.locator(".diff-extra mark")).to_have_text("12")
        steps.write_program(SOLVED)
        steps.hand_in_program("Accepted")
        expect(page.locator(".exercise-head")).to_contain_text("Solved")
        history = page.locator(".exercise-history")
        history.locator("summary").click()
        expect(history.locator("li")).to_have_count(2)
        expect(history.locator("li").nth(0)).to_contain_text("Accepted")
        expect(history.locator("li").nth(1)).to_contain_text("Wrong answer")
        page.reload()
        history.locator("summary").click()
        page.get_by_role("button", name="Result of submission 1").click()
        expect(panel.locator(".outcome-head")).to_contain_text("Wrong answer")
        page.get_by_role("button", name="Use the code of submission 1").click()
        expect(page.locator(".monaco-editor .view-line").nth(1)).to_contain_text("{total} min")
        steps.button("Bring my code back").click()
        expect(page.locator(".monaco-editor .view-line").nth(1)).to_contain_text("{total % 60} min")

    def test_on_a_phone_signs_are_pressed_and_a_block_is_indented(self, open_tab: OpenTab, learner: Person):
        steps = Steps(open_tab(person=learner, phone=True), phone=True)
        page = steps.page
        steps.open_lesson("names")
        box = page.locator(".editor-plain")
        box.fill("")
        box.press_sequentially("for each in")
        for sign in ("[", "]", ":"):
            page.locator(".editor-key", has_text=sign).tap()
        page.keyboard.press("Enter")
        page.keyboard.type("print(each)")
        expect(box).to_have_value("for each in[]:\n    print(each)")
        expect(page.locator(".exercise-saved")).to_contain_text("Saved")
        assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.editor-plain')).fontSize)") >= 16


class TestFinding:
    @pytest.mark.parametrize(("language", "phone"), [("en", False), ("ar", True)])
    def test_a_number_in_an_answer_leads_to_its_place_in_another_lesson(
        self, open_tab: OpenTab, learner: Person, language: str, phone: bool
    ):
        steps = Steps(open_tab(language, person=learner, phone=phone), language, phone=phone)
        page = steps.page
        steps.open_lesson("values")
        answer = steps.ask("What does input() give me, a number or a string?")
        number = answer.locator(".prose a.cite").first
        expect(number).to_have_text("1")
        href = number.get_attribute("href") or ""
        assert href.startswith(f"/learn/{COURSE}/names#")
        steps.follow(number)
        expect(page.locator(".lesson-head h1")).to_have_text("Names")
        if phone:
            expect(page.get_by_role("tab", name=steps.t("Lesson"), exact=True)).to_have_attribute(
                "aria-selected", "true"
            )

    def test_what_is_found_is_marked_and_leads_to_its_block(self, open_tab: OpenTab, learner: Person):
        steps = Steps(open_tab(person=learner))
        page = steps.page
        steps.open_lesson("values")
        page.keyboard.press("/")
        page.keyboard.type("loop")
        hits = page.locator(".outline-hit")
        expect(hits.first.locator("mark").first).to_have_text(re.compile("loop", re.IGNORECASE))
        expect(page.locator(".outline-found", has_text="Loops that end")).to_have_count(1)
        steps.follow(hits.first)
        expect(page.locator(".lesson-head h1")).to_have_text("Loops that end")
        marked = (
            "[...CSS.highlights.get('found')].map((at) => at.startContainer.data.slice(at.startOffset, at.endOffset))"
        )
        words = page.evaluate(marked)
        assert words and {word.lower() for word in words} == {"loop"}
        page.locator("#course-search").fill("zzzzq")
        expect(page.get_by_text("Nothing found")).to_be_visible(timeout=SLOW)


def _leave(page: Page) -> None:
    """Another tab is before the eyes now."""
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )


def _come_back(page: Page) -> None:
    """This tab is before the eyes again."""
    page.evaluate("delete document.visibilityState; document.dispatchEvent(new Event('visibilitychange'))")


def _box(place: Locator) -> dict[str, float]:
    box = place.bounding_box()
    assert box
    return dict(box)

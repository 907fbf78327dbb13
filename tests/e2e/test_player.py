"""The player and its frame: keys, panes, what a reload keeps, and what a cut connection or a dead server cost."""

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import DESKTOP, OpenTab, sign_in, watch
from tests.e2e.people import COURSE, PASSWORD, Person, quiz_source, register
from tests.e2e.serving import Site
from tests.e2e.steps import SLOW, Steps
from tests.fake_provider import FakeProvider, Reply

pytestmark = pytest.mark.browser

QUESTIONS = quiz_source("Names and values")["questions"]
FOCUS_STEPS = 80  # more stops of the Tab key than any of these pages has


@pytest.fixture
def lesson(open_tab: OpenTab, learner: Person) -> Steps:
    """A learner before the lesson with an exercise and a quiz."""
    steps = Steps(open_tab(person=learner))
    steps.open_lesson("names")
    return steps


class TestPanes:
    def test_the_divider_follows_the_hand_and_stays(self, lesson: Steps):
        page = lesson.page
        outline, handle = page.locator("#pane-player-0"), page.get_by_role("separator").first
        before = _width(outline)
        box = handle.bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 4  # the middle is the button that folds
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 40, y)
        page.mouse.move(x + 90, y)
        assert _width(outline) == pytest.approx(before + 90, abs=3), "it follows before the hand lets go"
        page.mouse.up()
        page.reload()
        expect(page.locator(".outline-lesson").first).to_be_visible()
        assert _width(outline) == pytest.approx(before + 90, abs=3)
        page.get_by_role("separator").first.dblclick(position={"x": 4, "y": 100})
        assert _width(outline) == pytest.approx(before, abs=3)

    @pytest.mark.parametrize(("language", "wider"), [("en", "ArrowRight"), ("ar", "ArrowLeft")])
    def test_the_divider_moves_by_keyboard_towards_the_arrow(
        self, open_tab: OpenTab, learner: Person, language: str, wider: str
    ):
        steps = Steps(open_tab(language, person=learner), language)
        steps.open_lesson("names")
        outline, handle = steps.page.locator("#pane-player-0"), steps.page.get_by_role("separator").first
        before, said = _width(outline), int(handle.get_attribute("aria-valuenow") or 0)
        handle.focus()
        steps.page.keyboard.press(wider)
        steps.page.keyboard.press(wider)
        expect(handle).to_have_attribute("aria-valuenow", str(said + 4))
        assert _width(outline) > before + 30

    def test_the_brackets_fold_the_sides_but_never_in_a_field(self, lesson: Steps):
        page = lesson.page
        outline, tutor = page.locator("#pane-player-0"), page.locator("#pane-player-2")
        page.keyboard.press("[")
        expect(outline).to_be_hidden()
        page.keyboard.press("]")
        expect(tutor).to_be_hidden()
        page.reload()
        expect(page.locator(".lesson-head h1")).to_have_text("Names")
        expect(outline).to_be_hidden()
        page.keyboard.press("[")
        page.keyboard.press("]")
        expect(outline).to_be_visible()
        expect(tutor).to_be_visible()
        box = page.get_by_label("Your question to the tutor")
        box.press_sequentially("a[0] j k ?")
        expect(box).to_have_value("a[0] j k ?")
        expect(outline).to_be_visible()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator(".lesson-head h1")).to_have_text("Names")

    def test_j_and_k_go_through_the_lessons_and_back_comes_back(self, lesson: Steps):
        page, title = lesson.page, lesson.page.locator(".lesson-head h1")
        page.keyboard.press("k")
        expect(title).to_have_text("Values")
        page.keyboard.press("j")
        expect(title).to_have_text("Names")
        page.go_back()
        expect(title).to_have_text("Values")
        expect(page).to_have_url(re.compile("/values$"))
        page.go_back()
        expect(title).to_have_text("Names")
        expect(page.locator(".quiz")).to_be_visible()

    def test_the_map_of_keys_opens_and_closes(self, lesson: Steps):
        lesson.page.keyboard.press("?")
        expect(lesson.page.get_by_role("dialog")).to_contain_text("Next lesson")
        lesson.page.keyboard.press("Escape")
        expect(lesson.page.get_by_role("dialog")).to_have_count(0)

    def test_a_dialog_holds_the_focus_and_gives_it_back(self, lesson: Steps):
        page, title = lesson.page, lesson.page.locator(".lesson-head h1")
        opener, dialog = page.locator("#keyboard-map"), page.get_by_role("dialog", name="Keys on this screen")
        for close in (
            lambda: page.keyboard.press("Escape"),
            lambda: dialog.get_by_role("button", name="Close").click(),
            lambda: page.mouse.click(5, 400),
        ):
            opener.focus()
            page.keyboard.press("Enter")
            expect(dialog.get_by_role("button", name="Close")).to_be_focused()
            page.keyboard.press("k")
            close()
            expect(dialog).to_have_count(0)
            expect(opener).to_be_focused()
        expect(title).to_have_text("Names")

    def test_what_is_scrolled_into_sight_moves_only_the_lesson(self, lesson: Steps):
        quiz = lesson.start_quiz()
        lesson.answer(quiz, QUESTIONS, right=True)
        lesson.hand_in_quiz(quiz)
        quiz.locator(".quiz-score").scroll_into_view_if_needed()
        moved = "[...document.querySelectorAll('.player, .player-main, .split')].map((each) => each.scrollTop)"
        assert lesson.page.evaluate(moved) == [0, 0, 0]
        assert lesson.page.evaluate("scrollY") == 0


class TestLanguageAndColours:
    def test_the_language_changes_in_the_lesson_without_losing_what_is_typed(self, lesson: Steps):
        page = lesson.page
        page.evaluate("window.same = true")
        page.get_by_label("Your question to the tutor").fill("half a question")
        page.get_by_label("Language").select_option("ar")
        arabic = Steps(page, "ar")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(arabic.button("Start the quiz")).to_be_visible()
        expect(page.locator(".question-text")).to_have_value("half a question")
        assert page.evaluate("window.same") is True

    def test_language_and_colours_are_right_before_the_first_paint(self, open_tab: OpenTab, learner: Person):
        page = open_tab(person=learner)
        Steps(page).open_lesson("names")
        page.get_by_label("Language").select_option("ar")
        expect(page.locator("html")).to_have_attribute("lang", "ar")
        page.get_by_role("button", name=Steps(page, "ar").t("Colours: as the system")).click()
        page.get_by_role("button", name=Steps(page, "ar").t("Colours: light")).click()
        expect(page.locator("html")).to_have_class(re.compile("dark"))
        page.add_init_script(
            """
            new PerformanceObserver((list) => {
              const root = document.documentElement;
              window.firstPaint ??= [root.lang, root.dir, root.classList.contains("dark")];
            }).observe({ type: "paint", buffered: true });
            const seen = (window.seen = new Set());
            const look = () => {
              const root = document.documentElement;
              if (root) seen.add([root.lang, root.dir].join());
              requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
            """
        )
        page.reload()
        expect(page.locator(".lesson-head h1")).to_have_text("Names")
        page.wait_for_function("window.firstPaint")
        assert page.evaluate("window.firstPaint") == ["ar", "rtl", True]
        assert page.evaluate("[...window.seen]") == ["ar,rtl"], "no frame was drawn in another language"

    @pytest.mark.parametrize("colours", ["light", "dark"])
    def test_without_a_choice_the_colours_are_those_of_the_system(self, open_tab: OpenTab, colours: str):
        page = open_tab(colours=colours)
        page.goto("/catalogue")
        expect(page.locator(".course-row").first).to_be_visible()
        lightness = page.evaluate(
            "getComputedStyle(document.documentElement).backgroundColor.match(/[\\d.]+/g).map(Number)"
        )
        assert (max(lightness[:3]) < 80) == (colours == "dark"), lightness


class TestKept:
    def test_a_reload_keeps_the_program_the_answers_and_the_question(self, lesson: Steps):
        page = lesson.page
        lesson.write_program("print('kept')\n")
        expect(page.locator(".exercise-bar [role=status]")).to_contain_text("Saved")
        quiz = lesson.start_quiz()
        lesson.answer(quiz, QUESTIONS, right=True)
        page.get_by_label("Your question to the tutor").fill("half a question")
        page.reload()
        expect(page.locator(".quiz-foot")).to_be_visible()
        _expect_right_answers(quiz)
        assert lesson.program() == "print('kept')"
        expect(page.get_by_label("Your question to the tutor")).to_have_value("half a question")

    def test_a_cut_connection_is_told_and_loses_nothing(self, open_tab: OpenTab, learner: Person):
        lesson = Steps(open_tab(person=learner, cut_off=True))
        page = lesson.page
        lesson.open_lesson("names")
        quiz = lesson.start_quiz()
        lesson.write_program("print(1)\n")
        expect(page.locator(".exercise-bar [role=status]")).to_contain_text("Saved")
        expect(page.locator(".offline")).to_have_count(0)
        page.context.set_offline(True)
        expect(page.locator(".offline")).to_be_visible(timeout=SLOW)
        quiz.locator("input.control").first.fill("9")
        quiz.locator(".quiz-question").nth(1).locator(".quiz-choice").nth(0).click()
        lesson.write_program("print('typed without a connection')\n")
        page.get_by_label("Your question to the tutor").fill("typed without a connection")
        page.context.set_offline(False)
        expect(page.locator(".offline")).to_have_count(0, timeout=SLOW)
        expect(quiz.locator("input.control").first).to_have_value("9")
        assert lesson.program() == "print('typed without a connection')"
        expect(page.get_by_label("Your question to the tutor")).to_have_value("typed without a connection")
        # What was answered in between has reached the server by itself: it is there after a reload.
        expect(quiz.locator(".quiz-foot p.text-quiet")).to_contain_text("2 questions", timeout=SLOW)
        page.reload()
        expect(quiz.locator("input.control").first).to_have_value("9")
        expect(quiz.locator(".quiz-question").nth(1).locator("input").nth(0)).to_be_checked()
        assert lesson.program() == "print('typed without a connection')"


class TestPrivate:
    def test_after_signing_out_back_shows_nothing_of_the_person(self, open_tab: OpenTab, site: str):
        person = register(site, "Quite Unmistakable").enrol()
        page = open_tab(person=person)
        page.goto("/home")
        expect(page.locator(".home-resume, .course-row").first).to_be_visible()
        Steps(page).open_lesson("names")
        page.goto("/home")
        page.get_by_label("Your account").click()
        expect(page.get_by_text("Quite Unmistakable")).to_be_visible()
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile("/(sign-in|catalogue)"))
        for address in ("/home", f"/learn/{COURSE}/names"):
            page.go_back()
            expect(page).to_have_url(re.compile("/sign-in"), timeout=SLOW)
            assert "Quite Unmistakable" not in page.content()
            page.goto(address)
            expect(page).to_have_url(re.compile("/sign-in"))
            assert "Quite Unmistakable" not in page.content()


class TestKeyboardOnly:
    def test_signing_in_and_a_quiz_need_no_mouse(self, open_tab: OpenTab, learner: Person):
        page = open_tab()
        steps = Steps(page)
        page.goto(f"/sign-in?next=/learn/{COURSE}/names")
        expect(page.locator("input[name=next]")).to_have_value(re.compile("names"))
        _tab_to(page, page.locator("#field-email"))
        page.keyboard.type(learner.email)
        _tab_to(page, page.locator("#field-password"))
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator(".quiz")).to_be_visible()
        _tab_to(page, steps.button("Start the quiz"))
        page.keyboard.press("Enter")
        quiz = page.locator(".quiz")
        expect(quiz.locator(".quiz-head h2")).to_be_focused()
        _tab_to(page, quiz.locator("input.control"))
        page.keyboard.type("9")
        for number, letter in ((1, "a"), (2, "b"), (3, "b")):
            _tab_to(page, quiz.locator(".quiz-question").nth(number).locator("input").first)
            page.keyboard.press(letter)
        _expect_right_answers(quiz)
        _tab_to(page, steps.button("Hand in", quiz))
        page.keyboard.press("Enter")
        expect(quiz.locator(".quiz-score")).to_contain_text("Passed")
        expect(quiz.locator(".quiz-head h2")).to_be_focused()

    def test_the_editor_lets_go_of_the_keyboard(self, lesson: Steps):
        lesson.write_program("print(1)")
        lesson.page.keyboard.press("Escape")
        lesson.page.keyboard.press("Tab")
        expect(lesson.button("Run", lesson.page.locator(".exercise"))).to_be_focused()


class TestServerGone:
    """On a site of its own, because it is killed."""

    @pytest.fixture
    def own(self, browser: Browser, own_site: Site) -> Iterator[Steps]:
        """A learner of that site before the lesson."""
        context = browser.new_context(base_url=own_site.address, locale="en-GB", **DESKTOP)
        complaints = watch(context, own_site.address, hosts_only=True)
        sign_in(context, register(own_site.address).enrol())
        steps = Steps(context.new_page())
        steps.open_lesson("names")
        yield steps
        context.close()
        assert not complaints

    def test_a_reload_in_the_middle_of_an_answer_goes_on(self, own: Steps, provider: FakeProvider):
        gate = threading.Event()
        provider.queue(Reply(tokens=["The first half", " and the second half."], gate=gate))
        page = own.page
        page.get_by_label("Your question to the tutor").fill("What is a name?")
        page.keyboard.press("Enter")
        expect(page.locator(".tutor-answer")).to_contain_text("The first half", timeout=SLOW)
        page.reload()
        expect(page.locator(".tutor-question")).to_contain_text("What is a name?")
        expect(page.locator(".tutor-answer[aria-busy]")).to_contain_text("The first half")
        gate.set()
        answer = page.locator(".tutor-answer")
        expect(answer).to_contain_text("The first half and the second half.")
        expect(page.locator(".tutor-answer[aria-busy]")).to_have_count(0)
        expect(answer).to_have_count(1)
        page.reload()
        expect(answer).to_contain_text("The first half and the second half.")

    def test_an_answer_that_failed_can_be_asked_for_again(self, own: Steps, provider: FakeProvider):
        provider.queue(Reply(status=500))
        page = own.page
        page.get_by_label("Your question to the tutor").fill("Will it fail?")
        page.keyboard.press("Enter")
        expect(page.locator(".tutor-answer .field-error")).to_be_visible(timeout=SLOW)
        expect(page.locator(".tutor-question")).to_contain_text("Will it fail?")
        provider.queue(Reply(tokens=["It did, and now it works."]))
        own.button("Try again", page.locator(".tutor-answer")).click()
        expect(page.locator(".tutor-answer")).to_contain_text("and now it works", timeout=SLOW)

    def test_an_answer_that_is_stopped_keeps_what_is_written(self, own: Steps, provider: FakeProvider):
        gate = threading.Event()
        provider.queue(Reply(tokens=["So much is written.", " And this is not."], gate=gate))
        page = own.page
        page.get_by_label("Your question to the tutor").fill("Shall I stop it?")
        page.keyboard.press("Enter")
        answer = page.locator(".tutor-answer")
        expect(answer).to_contain_text("So much is written.", timeout=SLOW)
        own.button("Stop").click()
        expect(answer).to_contain_text("Stopped. What was written stays.")
        gate.set()
        page.reload()
        expect(answer).to_contain_text("So much is written.")
        expect(answer).not_to_contain_text("And this is not.")
        provider.queue(Reply(tokens=["A whole answer."]))
        own.button("Try again", answer).click()
        expect(answer).to_contain_text("A whole answer.", timeout=SLOW)

    def test_a_killed_server_loses_no_saved_answer(self, own: Steps, own_site: Site):
        page = own.page
        quiz = own.start_quiz()
        own.answer(quiz, QUESTIONS, right=True)
        own_site.kill()
        expect(page.locator(".offline")).to_be_visible(timeout=SLOW)
        own_site.start()
        expect(page.locator(".offline")).to_have_count(0, timeout=SLOW)
        _expect_right_answers(quiz)
        page.reload()
        expect(quiz.locator(".quiz-foot")).to_be_visible()
        _expect_right_answers(quiz)
        own.hand_in_quiz(quiz)
        expect(quiz.locator(".quiz-score")).to_contain_text("Passed")


def _width(pane: Locator) -> float:
    box = pane.bounding_box()
    assert box
    return box["width"]


def _tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse would."""
    wanted = target.first.element_handle()
    for _step in range(FOCUS_STEPS):
        if page.evaluate("Boolean(document.activeElement.closest('.monaco-editor'))"):
            page.keyboard.press("Escape")  # as the line below the editor says
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement === wanted", wanted):
            return
    raise AssertionError(f"the Tab key never reached {target}")


def _expect_right_answers(quiz: Locator) -> None:
    expect(quiz.locator("input.control").first).to_have_value("9")
    for question, choice in ((1, 0), (2, 1), (3, 1)):
        expect(quiz.locator(".quiz-question").nth(question).locator("input").nth(choice)).to_be_checked()

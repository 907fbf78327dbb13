"""No page has a serious fault for axe, and none scrolls sideways: both directions, both colours, desktop and phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.people import COURSE, Person, new_email, quiz_source, register
from tests.e2e.steps import SLOW, Steps

pytestmark = pytest.mark.browser

QUESTIONS = quiz_source("Names and values")["questions"]
# Each language with each colour scheme on each device would look at the same thing eight times; these four have every
# pair of language, colours and device at least once where the pages differ.
LOOKS = [
    pytest.param("en", "light", False, id="en-light-desktop"),
    pytest.param("ar", "dark", False, id="ar-dark-desktop"),
    pytest.param("en", "dark", True, id="en-dark-phone"),
    pytest.param("ar", "light", True, id="ar-light-phone"),
]


@pytest.mark.parametrize(("language", "colours", "phone"), LOOKS)
class TestEveryPage:
    def test_a_stranger_s_pages(self, open_tab: OpenTab, language: str, colours: str, phone: bool):
        page = open_tab(language, colours=colours, phone=phone)
        steps = Steps(page, language, phone=phone)
        _visit(page, "/catalogue", ".course-row")
        page.get_by_role("searchbox").fill("zzzz")
        expect(page.get_by_text(steps.t("No course fits"))).to_be_visible()
        look_at(page)
        _visit(page, f"/courses/{COURSE}", ".course-page")
        page.locator(".syllabus-module").first.click()
        expect(page.locator(".syllabus-lesson").first).to_be_visible()
        look_at(page)
        _visit(page, "/courses/no-such-course", "main a[href='/catalogue']")
        _visit(page, "/sign-in", ".demo-account")
        steps.sign_in(new_email(), "not a password")
        expect(page.get_by_role("alert").first).to_be_visible()
        look_at(page)
        _visit(page, "/register", "form")
        page.locator("#field-name").fill("A")
        page.locator("#field-email").fill("a@example.org")
        page.locator("#field-password").fill("short")
        steps.button("Make an account").click()
        expect(page.locator(".field-error:not(:empty)").first).to_be_visible()
        look_at(page)

    def test_a_page_that_is_not_there(self, open_tab: OpenTab, language: str, colours: str, phone: bool):
        page = open_tab(language, colours=colours, phone=phone, cut_off=True)  # the browser logs every 404
        _visit(page, "/no/such/page", "h1")

    def test_home_and_course_of_a_learner(self, open_tab: OpenTab, site: str, language: str, colours: str, phone: bool):
        person = register(site)
        page = open_tab(language, colours=colours, phone=phone, person=person)
        steps = Steps(page, language, phone=phone)
        _visit(page, "/home", ".course-row")
        _visit(page, f"/learn/{COURSE}/names", "main .btn-primary")
        person.enrol()
        _visit(page, "/home", ".home-resume")
        page.locator("header.bar summary").click()
        expect(steps.button("Sign out")).to_be_visible()
        look_at(page)
        _visit(page, f"/courses/{COURSE}", ".course-page .btn-primary")
        page.locator(".course-page details > summary").first.click()
        expect(steps.button("Leave the course")).to_be_visible()
        look_at(page)

    def test_the_player(self, open_tab: OpenTab, learner: Person, language: str, colours: str, phone: bool):
        page = open_tab(language, colours=colours, phone=phone, person=learner)
        steps = Steps(page, language, phone=phone)
        steps.open_lesson("values")
        look_at(page)
        steps.pane("Outline")
        page.locator("#course-search").fill("loop")
        expect(page.locator(".outline-hit").first).to_be_visible()
        look_at(page)
        if not phone:  # a phone has no keys to tell of
            page.locator("#keyboard-map").click()
            expect(page.get_by_role("dialog")).to_be_visible()
            look_at(page)
            page.keyboard.press("Escape")
        steps.open_lesson("names")
        steps.ask("What does input() give me?")
        look_at(page)
        steps.pane("Lesson")
        steps.write_program("print(1)\n")
        steps.hand_in_program("Wrong answer")
        page.locator(".exercise details summary").first.click()
        page.locator(".exercise-task .btn").click()
        expect(page.locator(".exercise-hint")).to_be_visible()
        page.locator(".exercise-history summary").click()
        look_at(page)
        steps.write_in_two_tabs("names")
        page.locator(".draft-apart .btn-quiet").click()
        expect(page.locator(".draft-apart .compare-row").first).to_be_visible()
        page.locator(".editor-tools summary").click()
        look_at(page)

    def test_the_quiz(self, open_tab: OpenTab, learner: Person, language: str, colours: str, phone: bool):
        page = open_tab(language, colours=colours, phone=phone, person=learner)
        steps = Steps(page, language, phone=phone)
        steps.open_lesson("names")
        quiz = steps.start_quiz()
        quiz.locator("input.control").first.fill("nine apples")
        expect(quiz.locator(".field-error:not(:empty)").first).to_be_visible()
        look_at(page)
        steps.answer(quiz, QUESTIONS, right=False)
        steps.hand_in_quiz(quiz)
        look_at(page)


class TestZoom:
    """Twice as large text is half as wide a window: nothing but what may (code, tables) scrolls sideways."""

    HALF = {"width": 640, "height": 450}

    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_no_page_scrolls_sideways(self, open_tab: OpenTab, learner: Person, language: str):
        page = open_tab(language, person=learner, viewport=self.HALF)
        steps = Steps(page, language, phone=True)
        addresses: tuple[tuple[str, str], ...] = (
            ("/catalogue", ".course-row"),
            (f"/courses/{COURSE}", ".course-page"),
            ("/home", ".home-resume"),
            (f"/learn/{COURSE}/names", ".quiz"),
        )
        for address, ready in addresses:
            page.goto(address)
            expect(page.locator(ready).first).to_be_visible()
            _expect_no_scrolling_aside(page)
        steps.start_quiz()
        for pane in ("Outline", "Tutor", "Lesson"):
            steps.pane(pane)
            _expect_no_scrolling_aside(page)

    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_no_form_scrolls_sideways(self, open_tab: OpenTab, language: str):
        page = open_tab(language, viewport=self.HALF)
        for address in ("/sign-in", "/register"):
            page.goto(address)
            expect(page.locator("#field-email")).to_be_visible()
            _expect_no_scrolling_aside(page)


def _visit(page: Page, address: str, ready: str) -> None:
    page.goto(address)
    expect(page.locator(ready).first).to_be_visible(timeout=SLOW)
    look_at(page)


def look_at(page: Page) -> None:
    """Ask axe, and whether anything sticks out of the page."""
    _settle(page)
    found = Axe().run(page).response["violations"]
    serious = [
        f"{page.url}: {each['id']} ({each['impact']}) at {[node['target'] for node in each['nodes']][:4]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
    assert not serious, "\n".join(serious)
    _expect_no_scrolling_aside(page)


def _settle(page: Page) -> None:
    """Wait until nothing fades any more: colours in between have contrasts that nobody reads."""
    page.wait_for_function(
        """() => document.getAnimations().every(
          (each) => each.playState !== "running" || each.effect.getTiming().iterations === Infinity
        )"""
    )


def _expect_no_scrolling_aside(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

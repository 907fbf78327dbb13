"""`make screenshots`: every page as people see it, as pictures in artifacts/, to be opened and looked at.

A picture is named after its page, its state and its look: `course-enrolled.arabic.png`. They come from the production
build with the demo course, and with the Exercism track where its archive is at hand (a course of 160 lessons).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import DESKTOP, LOCALES, PHONE, sign_in
from tests.e2e.people import COURSE, Person, quiz_source, register
from tests.e2e.serving import ROOT, Site
from tests.e2e.steps import SLOW, Steps, retell
from tests.fake_provider import KEY, FakeProvider, Reply, running_provider

OUT = ROOT / "artifacts"
SOCKET = re.compile("/_event")
LOST = "There is no connection, and nothing was sent. What you typed is kept here. Try again."
LARGE = ROOT.parent / "shared" / "data" / "exercism-python.tar.gz"
LARGE_SLUG = "exercism-python"
SOLUTION = 'total = int(input())\nprint(f"{total // 60} h {total % 60} min")\n'
QUESTIONS = quiz_source("Names and values")["questions"]


@dataclass(frozen=True)
class Look:
    """One way to show every page."""

    name: str
    language: str = "en"
    colours: str = "light"
    phone: bool = False
    width: int = 0  # of a window that is neither the usual one nor a phone


LOOKS = (
    Look("light"),
    Look("arabic", language="ar"),
    Look("dark", colours="dark"),
    Look("phone", phone=True),
    Look("somali", language="so", width=1440),
    Look("wide", width=1920),
    Look("arabic-phone-dark", language="ar", colours="dark", phone=True),
)


@dataclass(frozen=True)
class Stage:
    """What the pictures are taken of: the sites, and a person who has finished the course."""

    site: Site
    with_model: Site
    provider: FakeProvider
    finished: Person
    large: bool


class Album:
    """Takes the pictures of one look."""

    def __init__(self, browser: Browser, stage: Stage, look: Look) -> None:
        self._browser = browser
        self._stage = stage
        self._look = look

    def open(
        self,
        person: Person | None = None,
        *,
        model: bool = False,
        held: bool = False,
        told: dict[str, str] | None = None,
    ) -> Steps:
        """A tab of a stranger or of a person; `held` keeps it loading, `model` is the site with a language model.

        `told` changes what the server says, for states that it is never in on purpose.
        """
        site = self._stage.with_model if model else self._stage.site
        context = self._browser.new_context(
            base_url=site.address,
            locale=LOCALES[self._look.language],
            color_scheme=self._look.colours,
            reduced_motion="reduce",
            **self._device(),
        )
        if person is not None:
            sign_in(context, person)
        page = context.new_page()
        if held:
            page.route_web_socket(SOCKET, lambda _socket: None)
        if told is not None:
            page.route_web_socket(SOCKET, lambda socket: retell(socket, told))
        return Steps(page, self._look.language, phone=self._look.phone)

    def _device(self) -> dict[str, Any]:
        if self._look.width:
            return {"viewport": {"width": self._look.width, "height": self._look.width * 9 // 16}}
        return PHONE if self._look.phone else DESKTOP

    def take(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Write one picture; `whole` takes the page down to its end."""
        page.evaluate("document.fonts.ready")
        page.screenshot(path=OUT / f"{name}.{self._look.name}.png", full_page=whole, animations="disabled")

    def visit(self, steps: Steps, address: str, name: str, ready: str, *, whole: bool = False) -> None:
        """Go to an address, wait for an element, take the picture."""
        steps.page.goto(address)
        expect(steps.page.locator(ready).first).to_be_visible(timeout=SLOW)
        self.take(steps.page, name, whole=whole)

    def run(self) -> None:
        """Every scene."""
        scenes: tuple[Callable[[], None], ...] = (
            self._stranger,
            self._forms,
            self._loading,
            self._failing,
            self._newcomer,
        )
        scenes += (self._reading,)
        scenes += (self._exercise, self._editor, self._quiz, self._tutor, self._model, self._teacher, self._end)
        for scene in scenes + ((self._large,) if self._stage.large else ()):
            scene()
            for context in self._browser.contexts:
                context.close()

    def _stranger(self) -> None:
        steps = self.open()
        page = steps.page
        self.visit(steps, "/catalogue", "catalogue", ".course-row")
        page.get_by_role("searchbox").fill("tutor")
        expect(page.locator(".course-row mark").first).to_be_visible()
        self.take(page, "catalogue-found")
        page.get_by_role("searchbox").fill("zzzz")
        expect(page.get_by_text(steps.t("No course fits"))).to_be_visible()
        self.take(page, "catalogue-nothing-found")
        self.visit(steps, f"/courses/{COURSE}", "course-stranger", ".course-page", whole=True)
        page.locator(".syllabus-module").first.click()
        expect(page.locator(".syllabus-lesson").first).to_be_visible()
        page.locator(".syllabus").scroll_into_view_if_needed()
        self.take(page, "course-syllabus-open")
        self.visit(steps, "/courses/no-such-course", "course-missing", "main a[href='/catalogue']")
        self.visit(steps, "/no/such/page", "missing-page", "h1")

    def _forms(self) -> None:
        steps = self.open()
        page = steps.page
        self.visit(steps, "/sign-in", "sign-in", ".demo-account")
        steps.sign_in("learner@example.com", "not the password")
        expect(page.locator("main .callout-wrong")).to_be_visible()
        self.take(page, "sign-in-error")
        page.context.set_offline(True)
        steps.button("Sign in", page.locator("main")).click()
        expect(page.get_by_text(steps.t(LOST))).to_be_visible()
        self.take(page, "sign-in-offline")
        page.context.set_offline(False)
        self.visit(steps, "/sign-in?code=ended&next=/home", "sign-in-ended", "main .callout-note")
        self.visit(steps, "/register", "register", "form")
        page.get_by_label(steps.t("Name"), exact=True).fill("هدى علي")
        page.get_by_label(steps.t("Email"), exact=True).fill("hoda@example.org")
        page.locator("#field-password").fill("short")
        steps.button("Make an account").click()
        expect(page.locator(".field-error:not(:empty)").first).to_be_visible()
        self.take(page, "register-error")

    def _loading(self) -> None:
        steps = self.open(held=True)
        for name, address in (
            ("catalogue", "/catalogue"),
            ("course", f"/courses/{COURSE}"),
            ("home", "/home"),
            ("player", f"/learn/{COURSE}/names"),
        ):
            self.visit(steps, address, f"{name}-loading", ".skeleton")

    def _failing(self) -> None:
        """What did not load, a notice, and a page whose script failed."""
        person = register(self._stage.site.address, "Hodan Ali")
        failed = {'"status_rx_state_": ?"ready"': '"status_rx_state_":"error"'}
        steps = self.open(person, told=failed)
        for name, address in (("catalogue", "/catalogue"), ("course", f"/courses/{COURSE}"), ("home", "/home")):
            self.visit(steps, address, f"{name}-error", ".state[role=alert]")
        steps = self.open(person)
        self.visit(steps, f"/courses/{COURSE}", "course", ".syllabus-module")
        hurry = "for (let time = 0; time < 64; time++) document.querySelector('.syllabus-module').click()"
        steps.page.evaluate(hurry)
        expect(steps.page.locator(".notice")).to_be_visible(timeout=SLOW)
        self.take(steps.page, "notice")
        broken = {'"outcomes_rx_state_": ?\\[': '"outcomes_rx_state_":[{"no": "text"},'}
        self.visit(self.open(person, told=broken), f"/courses/{COURSE}", "script-failed", "main[role=alert]")

    def _newcomer(self) -> None:
        person = register(self._stage.site.address, "Hodan Ali")
        steps = self.open(person)
        page = steps.page
        self.visit(steps, "/home", "home-empty", ".course-row")
        page.locator("summary").last.click()
        expect(page.get_by_role("button", name=steps.t("Sign out"))).to_be_visible()
        self.take(page, "account-menu")
        self.visit(steps, f"/courses/{COURSE}", "course-to-enrol", ".course-page .btn-primary")
        self.visit(steps, f"/learn/{COURSE}/names", "player-not-enrolled", "main .btn-primary")
        self.visit(steps, f"/learn/{COURSE}/no-such-lesson", "player-missing", "main a[href='/catalogue']")

    def _reading(self) -> None:
        person = register(self._stage.site.address).enrol()
        lessons = person.lessons()
        for slug in ("a-first-program", "values"):
            person.finish(slug, lessons[slug]["id"])
        steps = self.open(person)
        page = steps.page
        steps.open_lesson("values")
        self.take(page, "player-lesson")
        page.locator(".lesson-end").scroll_into_view_if_needed()
        self.take(page, "player-lesson-end")
        steps.pane("Outline")
        self.take(page, "player-outline")
        page.locator("#course-search").fill("loop")
        expect(page.locator(".outline-hit").first).to_be_visible()
        self.take(page, "player-search")
        steps.pane("Lesson")
        if not self._look.phone:  # a phone has no keys to tell of
            page.locator("#keyboard-map").click()
            expect(page.get_by_role("dialog")).to_be_visible()
            self.take(page, "player-keys")
            page.keyboard.press("Escape")
            page.locator("body").press("[")
            page.locator("body").press("]")
            self.take(page, "player-folded")
            page.locator("body").press("[")
            page.locator("body").press("]")
        page.context.set_offline(True)
        expect(page.locator(".offline")).to_be_visible(timeout=SLOW)
        self.take(page, "player-offline")
        page.context.set_offline(False)
        self.visit(steps, "/home", "home", ".home-resume")
        self.visit(steps, f"/courses/{COURSE}", "course-enrolled", ".course-page .btn-primary")

    def _exercise(self) -> None:
        steps = self.open(register(self._stage.site.address).enrol())
        page = steps.page
        steps.open_lesson("names")
        page.locator(".exercise").scroll_into_view_if_needed()
        if not self._look.phone:
            expect(page.locator(".monaco-editor .view-line").first).to_be_visible(timeout=SLOW)
        self.take(page, "exercise")
        page.locator(".exercise-task .btn").click()
        expect(page.locator(".exercise-hint")).to_be_visible()
        steps.write_program('total = int(input())\nprint(f"{total // 60} h {total} min")\n')
        steps.hand_in_program("Wrong answer").scroll_into_view_if_needed()
        self.take(page, "exercise-wrong")
        steps.write_program("total = int(input()\nprint(total)\n")
        steps.hand_in_program("The program could not be read").scroll_into_view_if_needed()
        self.take(page, "exercise-unreadable")
        steps.write_program(SOLUTION)
        steps.hand_in_program("Accepted").scroll_into_view_if_needed()
        self.take(page, "exercise-solved")
        if not self._look.phone:
            page.set_viewport_size({"width": 1920, "height": 1080})
            page.locator(".exercise").scroll_into_view_if_needed()
            self.take(page, "exercise-wide-screen")

    def _editor(self) -> None:
        steps = self.open(register(self._stage.site.address).enrol())
        page = steps.page
        steps.open_lesson("small-program")
        steps.program()
        steps.write_in_two_tabs("small-program")
        page.locator(".draft-apart").scroll_into_view_if_needed()
        self.take(page, "editor-two-tabs")
        page.locator(".draft-apart .btn-quiet").click()
        expect(page.locator(".draft-apart .compare-row").first).to_be_visible()
        page.locator(".editor-tools summary").click()
        self.take(page, "editor-settings")
        if not self._look.phone:
            page.locator(".editor-settings select").select_option("vim")
            expect(page.locator(".editor-mode")).to_contain_text("NORMAL")
        page.keyboard.press("Escape")
        page.locator(".draft-apart .btn").nth(1).click()
        page.locator(".draft-apart .btn-square").scroll_into_view_if_needed()
        self.take(page, "editor-vim")

    def _quiz(self) -> None:
        steps = self.open(register(self._stage.site.address).enrol())
        page = steps.page
        steps.open_lesson("names")
        page.locator(".quiz").scroll_into_view_if_needed()
        self.take(page, "quiz-ready")
        quiz = steps.start_quiz()
        quiz.locator(".quiz-choice").nth(1).click()
        quiz.locator("input.control").first.fill("nine apples")
        expect(quiz.locator(".field-error:not(:empty)").first).to_be_visible()
        quiz.locator(".quiz-head").scroll_into_view_if_needed()
        self.take(page, "quiz-taking")
        steps.button("Hand in", quiz).click()
        expect(steps.button("Hand in anyway", quiz)).to_be_visible()
        self.take(page, "quiz-open-questions")
        steps.answer(quiz, QUESTIONS, right=False)
        steps.hand_in_quiz(quiz)
        quiz.locator(".quiz-score").scroll_into_view_if_needed()
        self.take(page, "quiz-failed")
        quiz.locator(".quiz-why").nth(1).scroll_into_view_if_needed()
        self.take(page, "quiz-explained")
        steps.start_quiz()
        steps.answer(quiz, QUESTIONS, right=True)
        steps.hand_in_quiz(quiz)
        quiz.locator(".quiz-score").scroll_into_view_if_needed()
        self.take(page, "quiz-passed")

    def _tutor(self) -> None:
        steps = self.open(register(self._stage.site.address).enrol())
        steps.open_lesson("names")
        steps.pane("Tutor")
        self.take(steps.page, "tutor-empty")
        source = steps.ask("What does input() give me, a number or a string?").locator(".tutor-source").first
        self.take(steps.page, "tutor-answer")
        steps.follow(source)
        self.take(steps.page, "tutor-source")

    def _model(self) -> None:
        """One after another, because the looks share the model."""
        with _MODEL:
            steps = self.open(register(self._stage.with_model.address).enrol(), model=True)
            page, gate = steps.page, threading.Event()
            steps.open_lesson("names")
            steps.pane("Tutor")
            words = ["`input()` always gives a **string**.\n\nTo calculate, turn it", " into a number: `int(input())`."]
            self._stage.provider.queue(Reply(tokens=words, gate=gate))
            page.get_by_label(steps.t("Your question to the tutor")).fill("What does input() give me?")
            page.keyboard.press("Enter")
            expect(page.locator(".tutor-answer[aria-busy] strong")).to_be_visible(timeout=SLOW)
            self.take(page, "tutor-growing")
            gate.set()
            expect(page.locator(".tutor-answer[aria-busy]")).to_have_count(0, timeout=SLOW)
            self._stage.provider.queue(Reply(status=500))
            page.get_by_label(steps.t("Your question to the tutor")).fill("And why?")
            page.keyboard.press("Enter")
            expect(page.locator(".tutor-answer .field-error")).to_be_visible(timeout=SLOW)
            self.take(page, "tutor-error")

    def _teacher(self) -> None:
        steps = self.open()
        steps.page.goto("/sign-in")
        steps.sign_in("instructor@example.com", os.environ.get("DEMO_PASSWORD", "demo-pass-1234"))
        expect(steps.page).to_have_url(re.compile("/home$"))
        expect(steps.page.locator(".course-row").first).to_be_visible()
        self.take(steps.page, "home-staff")
        steps.open_lesson("names")
        steps.page.locator(".lesson-end").scroll_into_view_if_needed()
        self.take(steps.page, "player-as-instructor")

    def _end(self) -> None:
        steps = self.open(self._stage.finished)
        steps.open_lesson("small-program")
        steps.page.locator(".lesson-end").scroll_into_view_if_needed()
        self.take(steps.page, "player-course-finished")
        self.visit(steps, "/home", "home-finished", ".course-row")
        self.visit(steps, f"/courses/{COURSE}", "course-finished", ".course-page .btn-primary")

    def _large(self) -> None:
        person = register(self._stage.site.address)
        person.call("POST", f"courses/{LARGE_SLUG}/enroll")
        steps = self.open(person)
        self.visit(steps, f"/courses/{LARGE_SLUG}", "large-course", ".syllabus-module")
        self.visit(steps, f"/learn/{LARGE_SLUG}", "large-player", ".lesson-head h1:not(:empty)")
        steps.pane("Outline")
        self.take(steps.page, "large-outline")


_MODEL = threading.Lock()


def main() -> None:
    """Start the sites, take every picture, and say where they are."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    with tempfile.TemporaryDirectory() as folder, running_provider() as provider:
        plain, model = Path(folder, "plain"), Path(folder, "model")
        plain.mkdir()
        model.mkdir()
        site = Site(plain)
        with_model = Site(model, LLM_MODEL="openai/test", LLM_API_BASE=provider.base, LLM_API_KEY=KEY)
        try:
            site.start()
            with_model.start()
            stage = Stage(site, with_model, provider, _finished(site), LARGE.is_file() and _import_large(site))
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda look: _take(stage, look), LOOKS))
        finally:
            site.stop()
            with_model.stop()
    print(f"{len(list(OUT.glob('*.png')))} pictures are in {OUT}")


def _take(stage: Stage, look: Look) -> None:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        Album(browser, stage, look).run()
        browser.close()


def _finished(site: Site) -> Person:
    person = register(site.address, "Ayaan Warsame").enrol()
    for slug, lesson in person.lessons().items():
        person.finish(slug, lesson["id"])
    return person


def _import_large(site: Site) -> bool:
    command = [sys.executable, "-m", "lms_app", "import-course", "--format", "exercism", str(LARGE)]
    subprocess.run(command, cwd=ROOT, env=site.environment(), check=True, stdout=subprocess.DEVNULL)
    return True


if __name__ == "__main__":
    main()

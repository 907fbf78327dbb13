"""What a person does on the pages, in their language and on their device."""

import json
import re
from typing import Any

from playwright.sync_api import Locator, Page, Response, WebSocket, WebSocketRoute, expect

from services.platform.messages import translate
from tests.e2e.people import COURSE, PASSWORD, right_answer

SLOW = 20_000  # milliseconds: for what a judge or a tutor does


class Steps:
    """A tab with somebody before it."""

    def __init__(self, page: Page, language: str = "en", *, phone: bool = False) -> None:
        self.page = page
        self.phone = phone
        self.language = language

    def t(self, words: str, **params: str) -> str:
        """The words as the page shows them; in Arabic it isolates what it puts in."""
        if self.language == "ar":
            params = {name: f"\u2068{value}\u2069" for name, value in params.items()}
        return translate(self.language, words, **params)

    def button(self, words: str, within: Locator | Page | None = None) -> Locator:
        """The button with these words, in the page's language."""
        return (within or self.page).get_by_role("button", name=self.t(words), exact=True)

    def register(self, name: str, email: str) -> None:
        """Fill in the form at /register and send it."""
        self.page.get_by_label(self.t("Name"), exact=True).fill(name)
        self.page.get_by_label(self.t("Email"), exact=True).fill(email)
        self.page.locator("#field-password").fill(PASSWORD)
        self.button("Make an account").click()

    def sign_in(self, email: str, password: str = PASSWORD) -> None:
        """Fill in the form at /sign-in and send it."""
        self.page.get_by_label(self.t("Email"), exact=True).fill(email)
        self.page.locator("#field-password").fill(password)
        self.button("Sign in", self.page.locator("main")).click()

    def open_lesson(self, slug: str) -> None:
        """Go to a lesson of the demo course by its address and wait until it can be read."""
        self.page.goto(f"/learn/{COURSE}/{slug}")
        expect(self.page.locator(".lesson-head h1")).not_to_be_empty()

    def pane(self, words: str) -> None:
        """On a phone: open the tab of a pane. On a desktop every pane is there."""
        if self.phone:
            self.page.get_by_role("tab", name=self.t(words), exact=True).click()

    def in_outline(self, slug: str) -> Locator:
        """The line of a lesson in the outline."""
        return self.page.locator(f".outline-lesson[href$='/{slug}']")

    def choose_lesson(self, slug: str, title: str, module: str) -> None:
        """Go to a lesson by the outline."""
        self.pane("Outline")
        link = self.in_outline(slug)
        if not link.is_visible():
            self.page.locator(".outline-module", has_text=module).click()
        link.click()
        self.pane("Lesson")
        expect(self.page.locator(".lesson-head h1")).to_have_text(title)

    def ask(self, question: str) -> Locator:
        """Ask the tutor and wait for an answer with its sources; returns the answer."""
        self.pane("Tutor")
        self.page.get_by_label(self.t("Your question to the tutor")).fill(question)
        self.page.keyboard.press("Enter")
        answer = self.page.locator(".tutor-answer:not([aria-busy])").last
        expect(answer.locator(".tutor-source").first).to_be_visible(timeout=SLOW)
        return answer

    def follow(self, source: Locator) -> None:
        """Press a source of an answer and look at the very block it names."""
        key = (source.get_attribute("href") or "").split("#")[1]
        source.click()
        block = self.page.locator(f"[data-block='{key}']")
        expect(block).to_be_in_viewport()
        expect(block).to_have_class(re.compile(r"\blit\b"))

    def write_program(self, text: str) -> None:
        """Replace what stands in the editor: Monaco by keyboard, on a phone the plain box."""
        exercise = self.page.locator(".exercise").first
        exercise.scroll_into_view_if_needed()
        if self.phone:
            exercise.locator(".editor-plain").fill(text)
            return
        lines = exercise.locator(".monaco-editor .view-lines")
        expect(lines).to_be_visible(timeout=SLOW)
        lines.click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def write_in_two_tabs(self, lesson: str) -> None:
        """Write the open lesson's program in another tab, and then otherwise in this one."""
        other = Steps(self.page.context.new_page(), self.language, phone=self.phone)
        other.open_lesson(lesson)
        other.program()
        other.write_program("print('there')\n")
        expect(other.page.locator(".exercise-saved svg")).to_be_visible()
        other.page.wait_for_timeout(800)  # a pause after which it is saved
        other.page.close()
        self.write_program("print('here')\n")
        expect(self.page.locator(".draft-apart")).to_be_visible()

    def program(self) -> str:
        """What stands in the editor."""
        exercise = self.page.locator(".exercise").first
        if self.phone:
            return exercise.locator(".editor-plain").input_value()
        expect(exercise.locator(".monaco-editor .view-line").first).to_be_visible(timeout=SLOW)
        lines = exercise.locator(".monaco-editor .view-line").all_inner_texts()
        return "\n".join(lines).replace("\u00a0", " ").strip()

    def hand_in_program(self, verdict: str) -> Locator:
        """Hand the program in and wait for this verdict; returns the result panel."""
        exercise = self.page.locator(".exercise").first
        self.button("Hand in", exercise).click()
        panel = exercise.locator(".outcome")
        expect(panel.locator(".outcome-head")).to_contain_text(self.t(verdict), timeout=SLOW)
        return panel

    def start_quiz(self) -> Locator:
        """Start an attempt (the first, or another) and return the quiz."""
        quiz = self.page.locator(".quiz")
        quiz.get_by_role("button", name=re.compile(f"^({self.t('Start the quiz')}|{self.t('Try again')})$")).click()
        expect(quiz.locator(".quiz-foot")).to_be_visible()
        return quiz

    def answer(self, quiz: Locator, source: list[dict[str, Any]], *, right: bool) -> None:
        """Answer every question of a quiz, all right or all wrong, and wait until all is saved."""
        for number, question in enumerate(source):
            box = quiz.locator(".quiz-question").nth(number)
            wanted = right_answer(question) if right else _wrong_answer(question)
            if isinstance(wanted, str) and question["kind"] in ("numeric", "short"):
                box.locator("input.control").fill(wanted)
                continue
            for key in [wanted] if not isinstance(wanted, list) else wanted:
                box.locator(".quiz-choice").nth(_place(question, key)).click()
        # The line that counts the open questions goes away when the last answer has been saved.
        expect(quiz.locator(".quiz-foot p.text-quiet")).to_have_count(0)

    def hand_in_quiz(self, quiz: Locator) -> None:
        """Hand the attempt in and wait for the result."""
        self.button("Hand in", quiz).click()
        expect(quiz.locator(".quiz-score")).to_be_visible()


def retell(socket: WebSocketRoute, told: dict[str, str]) -> None:
    """Pass everything on, with what the server says changed: patterns and what stands in their place."""

    def change(message: str | bytes) -> None:
        text = message if isinstance(message, str) else message.decode()
        for pattern, instead in told.items():
            text = re.sub(pattern, instead, text)
        socket.send(text)

    server = socket.connect_to_server()
    server.on_message(change)


class Frames:
    """Everything the server tells a tab: frames of the websocket, and what was fetched."""

    def __init__(self, page: Page) -> None:
        self._frames: list[str] = []
        self._answers: list[Response] = []
        page.on("websocket", self._listen)
        page.on("response", lambda answer: self._answers.append(answer))

    def text(self) -> str:
        """All of it so far, with the escapes of JSON undone."""
        fetched = [answer for answer in self._answers if answer.request.resource_type in ("document", "fetch", "xhr")]
        return "\n".join([*self._frames, *(_plain(answer.text()) for answer in fetched)])

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: self._frames.append(_plain(data)))


def _plain(data: str | bytes) -> str:
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    try:
        return json.dumps(json.loads(text[text.index("[") :]), ensure_ascii=False)
    except ValueError:
        return text


def _wrong_answer(question: dict[str, Any]) -> Any:
    if question["kind"] in ("single", "multiple"):
        wrong = next(choice["key"] for choice in question["choices"] if not choice.get("right"))
        return wrong if question["kind"] == "single" else [wrong]
    return not question["answer"] if question["kind"] == "truefalse" else "-77"


def _place(question: dict[str, Any], key: Any) -> int:
    if question["kind"] == "truefalse":
        return 0 if key else 1
    return [choice["key"] for choice in question["choices"]].index(key)

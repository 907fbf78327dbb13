"""The front end as it is served: language before the first paint, policy, cache, and the frame of the pages."""

import re
from collections.abc import Callable

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, WebSocket, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.people import Person

pytestmark = pytest.mark.browser


class TestServed:
    @pytest.mark.parametrize(
        ("cookie", "accept", "start"),
        [
            ("", "", '<html lang="en" dir="ltr"'),
            ("lang=ar", "en", '<html lang="ar" dir="rtl"'),
            ("", "so", '<html lang="so" dir="ltr"'),
        ],
    )
    def test_the_html_is_in_the_reader_s_language(self, site, cookie, accept, start):
        answer = httpx.get(f"{site}/sign-in", headers={"cookie": cookie, "accept-language": accept})
        assert start in answer.text
        words = {"en": "Sign in", "ar": "تسجيل الدخول", "so": "Soo gal"}[start[12:14]]
        assert f"<title>{words}</title>" in answer.text
        assert answer.headers["cache-control"] == "no-cache"

    def test_the_policy_allows_no_eval_and_nobody_else(self, site):
        policy = httpx.get(f"{site}/sign-in").headers["content-security-policy"]
        script = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert "unsafe" not in script
        assert "http" not in script
        assert "frame-ancestors 'none'" in policy

    def test_scripts_are_kept_for_a_year_and_come_compressed(self, site):
        script = re.search(r'href="(/assets/[^"]+\.js)"', httpx.get(f"{site}/sign-in").text)[1]
        for accepted, encoding in (("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None)):
            answer = httpx.get(site + script, headers={"accept-encoding": accepted})
            assert answer.headers.get("content-encoding") == encoding
            assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert httpx.get(site + script, headers={"if-none-match": answer.headers["etag"]}).status_code == 304

    @pytest.mark.parametrize(
        "path", ["/nothing/here", "/assets/../../pyproject.toml", "/%2e%2e/pyproject.toml", "/stamp.txt"]
    )
    def test_an_unknown_address_is_told_in_the_app_s_look(self, site, path):
        answer = httpx.get(site + path, headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert "There is no such page" in answer.text

    def test_an_unknown_address_of_the_api_is_not_a_page(self, site):
        answer = httpx.get(f"{site}/api/v1/nothing", headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert "<html" not in answer.text

    def test_a_slash_at_the_end_is_no_other_page(self, site):
        assert httpx.get(f"{site}/sign-in/").status_code == 200


class TestFirstVisit:
    """What comes before the page's script has run; see assets/early.js."""

    @pytest.mark.parametrize(
        ("address", "shown"),
        [
            ("/catalogue?q=python#content", ".course-row"),
            ("/courses/python-with-a-tutor", ".syllabus-module"),
            ("/learn/python-with-a-tutor/names", ".lesson-block"),
        ],
    )
    def test_the_data_is_there_before_the_script_and_asked_for_once(
        self, open_tab: OpenTab, learner: Person, address: str, shown: str
    ):
        page = open_tab(person=learner)
        sent, received = _frames(page)
        held: list[Route] = []
        page.route("**/assets/entry.client-*.js", lambda route: held.append(route))
        page.goto(address, wait_until="commit")
        _wait_until(page, lambda: any('"is_hydrated_rx_state_":true' in frame for frame in received))
        assert page.locator(shown).count() == 0
        held[0].continue_()
        expect(page.locator(shown).first).to_be_visible()
        assert len([frame for frame in sent if frame.startswith("40")]) == 1
        assert not any("new_token" in frame for frame in received)

    def test_another_question_than_the_page_s_own_only_costs_time(self, page: Page):
        sent, received = _frames(page)
        held: list[Route] = []
        page.route("**/assets/entry.client-*.js", lambda route: held.append(route))
        page.goto("/catalogue", wait_until="commit")
        _wait_until(page, lambda: any('"is_hydrated_rx_state_":true' in frame for frame in received))
        page.evaluate("history.replaceState(history.state, '', '/catalogue?q=python')")
        held[0].continue_()
        expect(page.locator("#catalogue-search")).to_have_value("python")
        expect(page.locator(".course-row mark").first).to_be_visible()
        first, second = (frame for frame in sent if frame.startswith("40"))
        assert "q=python" not in first
        assert "q=python" in second

    def test_the_page_is_painted_before_any_script_comes(self, page: Page):
        held: list[Route] = []
        page.route("**/assets/**", lambda route: held.append(route))
        page.goto("/catalogue", wait_until="commit")
        expect(page.get_by_role("heading", level=1)).to_have_text("Catalogue")
        expect(page.locator(".shell")).to_have_css("display", "grid")
        for route in held:
            route.continue_()
        expect(page.locator(".course-row").first).to_be_visible()

    def test_a_first_visit_fetches_few_files(self, open_tab: OpenTab, learner: Person):
        # A lesson without an exercise: the editor has files of its own.
        lesson = "/learn/python-with-a-tutor/a-first-program"
        for address, shown in (("/catalogue", ".course-row"), (lesson, ".lesson-block")):
            page = open_tab(person=learner)
            fetched: list[str] = []
            page.on("request", lambda request, fetched=fetched: fetched.append(request.url))
            page.goto(address)
            expect(page.locator(shown).first).to_be_visible()
            page.wait_for_load_state("networkidle")
            assert not [url for url in fetched if url.endswith(".css") or "/manifest-" in url]
            # Two that React Router starts with, the bundler's own, packages, this project, the page, what it shares.
            assert len([url for url in fetched if url.endswith(".js")]) <= 7

    def test_only_the_fonts_of_the_words_on_the_page_are_fetched(self, open_tab: OpenTab):
        for language, families in (("en", {"plex-sans-basic"}), ("ar", {"plex-sans-basic", "plex-arabic"})):
            page = open_tab(language)
            fetched: list[str] = []
            page.on("request", lambda request, fetched=fetched: fetched.append(request.url))
            page.goto("/catalogue")
            expect(page.locator(".course-row").first).to_be_visible()
            page.evaluate("document.fonts.ready.then(() => true)")
            files = [url.rpartition("/")[2] for url in fetched if url.endswith(".woff2")]
            assert {re.sub(r"(-[46]00)?\..*", "", name) for name in files} == families
            assert len(files) == len(set(files))


def _frames(page: Page) -> tuple[list[str], list[str]]:
    """What the page will send and receive over websockets."""
    sent: list[str] = []
    received: list[str] = []

    def follow(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(str(frame)))
        socket.on("framereceived", lambda frame: received.append(str(frame)))

    page.on("websocket", follow)
    return sent, received


def _wait_until(page: Page, true: Callable[[], bool]) -> None:
    for _look in range(300):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("It did not happen within 30 s.")


class TestFrame:
    def test_the_language_changes_without_a_reload_and_stays(self, page: Page):
        page.goto("/sign-in")
        page.evaluate("window.same = true")
        page.get_by_label("Language").select_option("ar")
        expect(page.get_by_role("heading", level=1)).to_have_text("تسجيل الدخول")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert page.evaluate("window.same") is True
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("تسجيل الدخول")
        expect(page).to_have_title("تسجيل الدخول")
        assert page.evaluate("document.documentElement.lang") == "ar"

    def test_the_colours_change_and_stay(self, page: Page):
        page.goto("/sign-in")
        page.get_by_role("button", name="Colours: as the system").click()
        page.get_by_role("button", name="Colours: light").click()
        expect(page.locator("html")).to_have_class(re.compile("dark"))
        page.reload()
        expect(page.locator("html")).to_have_class(re.compile("dark"))

    def test_the_password_can_be_shown(self, page: Page):
        page.goto("/sign-in")
        field = page.locator("#field-password")
        field.fill("secret words")
        page.get_by_role("button", name="Show the password").click()
        expect(field).to_have_attribute("type", "text")
        expect(field).to_have_value("secret words")

    def test_the_first_tab_skips_to_the_content(self, page: Page):
        page.goto("/sign-in")
        page.wait_for_load_state("networkidle")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()

    @pytest.mark.parametrize("language", ["en", "ar", "so"])
    @pytest.mark.parametrize("colours", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1280])
    def test_nothing_serious_for_axe_and_nothing_cut(self, browser: Browser, site, language, colours, width):
        context = browser.new_context(
            base_url=site, locale=language, color_scheme=colours, viewport={"width": width, "height": 844}
        )
        page = context.new_page()
        page.goto("/sign-in")
        page.wait_for_load_state("networkidle")
        found = Axe().run(page).response["violations"]
        assert not [each["id"] for each in found if each["impact"] in {"serious", "critical"}]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()

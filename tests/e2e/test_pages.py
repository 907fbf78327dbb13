"""The pages outside of the player: signing in without losing anything, the frame, lists by every kind of hand."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.e2e.conftest import DESKTOP, OpenTab
from tests.e2e.people import COURSE, PASSWORD, Person, new_email, register
from tests.e2e.steps import SLOW, Steps, retell

pytestmark = pytest.mark.browser

SOCKET = re.compile("/_event")
STAFF = "instructor@example.com"
DEMO_PASSWORD = "demo-pass-1234"


class TestWhereToGoOn:
    """`next` of the address is followed also by a form that is sent before the page has heard from the server."""

    WANTED = f"/courses/{COURSE}"

    def test_before_the_state_has_come(self, page: Page) -> None:
        page.route_web_socket(SOCKET, lambda _socket: None)
        page.goto(f"/sign-in?next={self.WANTED}")
        Steps(page).sign_in(STAFF, DEMO_PASSWORD)
        expect(page).to_have_url(re.compile(f"{self.WANTED}$"))

    def test_without_any_script(self, browser: Browser, site: str) -> None:
        context = browser.new_context(base_url=site, locale="en-GB", java_script_enabled=False, **DESKTOP)
        page = context.new_page()
        page.goto(f"/sign-in?next={self.WANTED}")
        page.locator("#field-email").fill(STAFF)
        page.locator("#field-password").fill(DEMO_PASSWORD)
        page.locator("main [type=submit]").click()
        expect(page).to_have_url(re.compile(f"{self.WANTED}$"))
        context.close()

    def test_it_goes_along_to_registering_whole(self, page: Page) -> None:
        page.goto("/sign-in?next=/catalogue%3Fq%3Dpython%26level%3Dbeginner")
        page.get_by_role("link", name="Make an account").click()
        steps = Steps(page)
        expect(page.locator("input[name=next]")).to_have_value("/catalogue?q=python&level=beginner")
        steps.register("Hodan Ali", new_email())
        expect(page).to_have_url(re.compile(r"/catalogue\?q=python&level=beginner$"))


class CuttableSocket:
    """The connection of a page, whose answers can be kept from it, and which can be cut."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._swallowing = False
        self._asked: list[str] = []
        self._swallowed: list[str] = []
        self._route: WebSocketRoute | None = None
        page.route_web_socket(SOCKET, self._connect)

    def swallow_answers(self) -> None:
        """From now on the server hears the page, and the page does not hear the server."""
        self._swallowing = True

    def wait_for_an_answer_to(self, handler: str) -> None:
        """Wait until the server has answered an event of this handler."""
        while not (any(handler in message for message in self._asked) and self._swallowed):
            self._page.wait_for_timeout(50)

    def cut(self) -> None:
        """End the connection; the page's next one is whole."""
        self._swallowing = False
        assert self._route is not None
        self._route.close(code=1011, reason="gone")

    def _connect(self, route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        self._route = route

        def from_page(message: str | bytes) -> None:
            if self._swallowing:
                self._asked.append(str(message))
            server.send(message)

        def from_server(message: str | bytes) -> None:
            if not self._swallowing:
                route.send(message)
            elif self._asked:
                self._swallowed.append(str(message))

        route.on_message(from_page)
        server.on_message(from_server)


class TestNothingTypedIsLost:
    @pytest.mark.parametrize("language", ["en", "ar", "so"])
    def test_a_wrong_password(self, open_tab: OpenTab, language: str) -> None:
        page = open_tab(language)
        steps = Steps(page, language)
        page.goto("/sign-in")
        nobody = new_email()
        steps.sign_in(nobody, "not a password")
        expect(page.get_by_role("alert").first).to_have_text(
            steps.t("The e-mail address or the password is not right.")
        )
        _expect_typed(page, email=nobody, password="not a password")

    def test_wrong_fields_are_told_beside_them_and_the_first_is_led_to(self, page: Page) -> None:
        page.goto("/register")
        page.locator("#field-name").fill("Hodan Ali")
        page.locator("#field-email").fill("hodan@example.org")
        page.locator("#field-password").fill("short")
        Steps(page).button("Make an account").click()
        field = page.locator("#field-password")
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile("10 to 200 characters"))
        _expect_typed(page, name="Hodan Ali", email="hodan@example.org", password="short")
        field.fill(PASSWORD)
        page.locator("#field-email").fill(new_email())
        Steps(page).button("Make an account").click()
        expect(page).to_have_url(re.compile("/home$"))

    def test_too_many_tries(self, open_tab: OpenTab) -> None:
        page = open_tab(extra_http_headers={"x-forwarded-for": "10.77.0.1"})
        page.goto("/sign-in")
        steps = Steps(page)
        for _ in range(8):
            steps.sign_in("guessed@example.org", "not a password")
            expect(page.locator("form[data-busy]")).to_have_count(0)
        expect(page.get_by_role("alert").first).to_contain_text("Too many tries")
        _expect_typed(page, email="guessed@example.org", password="not a password")

    @pytest.mark.parametrize("status", [429, 502, 503])
    def test_a_proxy_that_answers_in_its_own_words(self, open_tab: OpenTab, status: int) -> None:
        page = open_tab(cut_off=True)
        page.goto("/register")
        steps, email = Steps(page), new_email()
        page.route("**/auth/register", lambda route: route.fulfill(status=status, body="<html>Busy</html>"))
        steps.register("Hodan Ali", email)
        expect(page.get_by_role("alert").first).to_contain_text("What you typed is kept here")
        _expect_typed(page, name="Hodan Ali", email=email, password=PASSWORD)
        page.unroute("**/auth/register")
        steps.button("Make an account").click()
        expect(page).to_have_url(re.compile("/home$"))

    def test_no_connection(self, open_tab: OpenTab) -> None:
        page = open_tab(cut_off=True)
        page.goto("/sign-in")
        page.wait_for_load_state("networkidle")
        page.context.set_offline(True)
        steps = Steps(page)
        steps.sign_in(STAFF, DEMO_PASSWORD)
        expect(page.get_by_role("alert").first).to_contain_text("There is no connection, and nothing was sent.")
        _expect_typed(page, email=STAFF, password=DEMO_PASSWORD)
        page.context.set_offline(False)
        steps.button("Sign in", page.locator("main")).click()
        expect(page).to_have_url(re.compile("/home$"))

    def test_a_search_typed_while_the_connection_is_lost(self, open_tab: OpenTab) -> None:
        page = open_tab(cut_off=True)
        page.goto("/catalogue")
        expect(page.locator(".course-row").first).to_be_visible()
        page.context.set_offline(True)
        box = page.get_by_role("searchbox")
        box.press_sequentially("zzzz")
        expect(page.locator(".offline")).to_be_visible(timeout=SLOW)
        expect(box).to_have_value("zzzz")
        page.context.set_offline(False)
        expect(page.locator(".offline")).to_have_count(0, timeout=SLOW)
        expect(page.get_by_text("No course fits")).to_be_visible(timeout=SLOW)
        expect(box).to_have_value("zzzz")

    def test_a_search_whose_answer_is_lost_with_the_connection(self, open_tab: OpenTab) -> None:
        page = open_tab(cut_off=True)
        socket = CuttableSocket(page)
        page.goto("/catalogue")
        expect(page.locator(".course-row").first).to_be_visible()
        socket.swallow_answers()
        box = page.get_by_role("searchbox")
        box.press_sequentially("zzzz")
        socket.wait_for_an_answer_to("search")
        socket.cut()
        expect(page.get_by_text("No course fits")).to_be_visible(timeout=SLOW)
        expect(box).to_have_value("zzzz")
        expect(box).to_be_focused()
        expect(page).to_have_url(re.compile(r"/catalogue\?q=zzzz$"))


class TestDemo:
    def test_one_press_fills_the_form_in(self, page: Page) -> None:
        page.goto("/sign-in")
        page.locator(".demo-account", has_text="Instructor").click()
        expect(page.locator("#field-email")).to_have_value(STAFF)
        expect(Steps(page).button("Sign in", page.locator("main"))).to_be_focused()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/home$"))
        expect(page.get_by_role("heading", name="Courses of your organisation")).to_be_visible()


class TestFrame:
    # What stood on the page when the browser first drew a frame of it.
    FIRST_FRAME = """
      const look = () => document.body ? (window.first = {
        lang: document.documentElement.lang, dir: document.documentElement.dir, title: document.title,
        dark: document.documentElement.classList.contains("dark"),
        ground: getComputedStyle(document.documentElement).backgroundColor,
        folded: "railFolded" in document.documentElement.dataset,
      }) : requestAnimationFrame(look);
      requestAnimationFrame(look);
    """

    @pytest.mark.parametrize("address", ["/catalogue", "/sign-in", f"/courses/{COURSE}", "/no/such/page"])
    def test_language_colours_and_rail_are_right_from_the_first_frame(self, open_tab: OpenTab, address: str) -> None:
        page = open_tab(cut_off=True)  # the browser logs a missing page
        page.goto("/catalogue")
        page.get_by_label("Language").select_option("ar")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        page.evaluate("localStorage.setItem('rail', 'folded'); localStorage.setItem('theme', 'dark')")
        page.add_init_script(self.FIRST_FRAME)
        page.goto(address)
        first: dict[str, Any] = page.wait_for_function("window.first").json_value()
        assert (first["lang"], first["dir"], first["dark"], first["folded"]) == ("ar", "rtl", True, True)
        assert not first["title"].isascii()
        expect(page.locator("html")).to_have_css("background-color", first["ground"])
        expect(page.locator("html")).to_have_attribute("data-rail-folded", "")

    @pytest.mark.parametrize("address", ["/catalogue", f"/courses/{COURSE}", "/register"])
    def test_the_language_changes_everywhere_without_a_reload(self, page: Page, address: str) -> None:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.evaluate("window.same = true")
        for language, direction in (("so", "ltr"), ("ar", "rtl"), ("en", "ltr")):
            page.locator(".bar-select").select_option(language)
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator("html")).to_have_attribute("dir", direction)
            expect(page.locator(".skip")).to_have_text(Steps(page, language).t("Skip to the content"))
        assert page.evaluate("window.same")

    def test_the_title_of_the_tab_changes_with_the_language(self, page: Page) -> None:
        page.goto("/catalogue")
        for language in ("ar", "so", "en"):
            page.locator(".bar-select").select_option(language)
            expect(page).to_have_title(Steps(page, language).t("Catalogue"))

    def test_the_menu_of_the_account_by_keyboard(self, open_tab: OpenTab, learner: Person) -> None:
        page = open_tab(person=learner)
        page.goto("/home")
        summary = page.locator("header.bar summary")
        expect(summary).to_be_visible()
        summary.focus()
        page.keyboard.press("Enter")
        leave = Steps(page).button("Sign out")
        expect(leave).to_be_visible()
        page.keyboard.press("Tab")
        expect(leave).to_be_focused()
        page.keyboard.press("Escape")
        expect(leave).to_be_hidden()
        expect(summary).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("/sign-in$"))

    def test_what_has_the_focus_is_seen(self, page: Page) -> None:
        page.goto("/catalogue")
        expect(page.locator(".course-row").first).to_be_visible()
        unseen = []
        for _ in range(12):
            page.keyboard.press("Tab")
            unseen.append(page.evaluate(_RING))
        assert not [each for each in unseen if each]

    def test_nothing_moves_for_who_wants_no_motion(self, open_tab: OpenTab) -> None:
        page = open_tab(reduced_motion="reduce")
        page.goto("/catalogue")
        moving = page.evaluate(
            """[...document.querySelectorAll("*")].filter((each) => {
              const style = getComputedStyle(each);
              return [style.transitionDuration, style.animationDuration].some((time) => parseFloat(time) > 0.001);
            }).length"""
        )
        assert moving == 0


class TestTouch:
    @pytest.mark.parametrize("language", ["en", "ar"])
    def test_what_a_finger_presses_is_large_enough(self, open_tab: OpenTab, site: str, language: str) -> None:
        newcomer, learner = register(site), register(site).enrol()
        stranger = (("/catalogue", ".course-row"), (f"/courses/{COURSE}", ".syllabus"), ("/sign-in", ".demo-account"),
                    ("/register", "form"))  # fmt: skip
        for person, addresses in (
            (None, stranger),
            (newcomer, (("/home", ".course-row"),)),
            (learner, (("/home", ".home-resume"), (f"/courses/{COURSE}", "#next-step"))),
        ):
            page = open_tab(language, phone=True, person=person)
            for address, ready in addresses:
                page.goto(address)
                expect(page.locator(ready).first).to_be_visible(timeout=SLOW)
                assert page.evaluate(_SMALL) == [], address


class TestHome:
    def test_who_teaches_is_not_told_to_enrol(self, page: Page) -> None:
        page.goto("/sign-in")
        Steps(page).sign_in(STAFF, DEMO_PASSWORD)
        expect(page.get_by_role("heading", name="Courses of your organisation")).to_be_visible()
        expect(page.get_by_text("Choose your first course")).to_have_count(0)

    def test_a_newcomer_chooses_a_course(self, open_tab: OpenTab, site: str) -> None:
        page = open_tab(person=register(site))
        page.goto("/home")
        expect(page.get_by_role("heading", name="Choose your first course")).to_be_visible()
        page.locator(".course-link").first.click()
        expect(page).to_have_url(re.compile("/courses/"))


class TestFailures:
    """States that the server is never in on purpose: what it says is changed on its way."""

    def test_a_catalogue_that_did_not_load_keeps_the_search(self, page: Page) -> None:
        failed = {'"status_rx_state_": ?"ready"': '"status_rx_state_":"error"'}
        page.route_web_socket(SOCKET, lambda socket: retell(socket, failed))
        page.goto("/catalogue?q=loops")
        expect(page.get_by_text("The catalogue did not load")).to_be_visible()
        expect(page.get_by_role("searchbox")).to_have_value("loops")
        page.get_by_role("searchbox").fill("loops and more")
        Steps(page).button("Try again").click()
        expect(page.get_by_role("searchbox")).to_have_value("loops and more")

    def test_a_page_whose_script_failed_says_so_and_offers_a_way_on(self, open_tab: OpenTab) -> None:
        page = open_tab(cut_off=True)
        broken = {'"outcomes_rx_state_": ?\\[': '"outcomes_rx_state_":[{"no": "text"},'}
        page.route_web_socket(SOCKET, lambda socket: retell(socket, broken))
        page.goto(f"/courses/{COURSE}")
        expect(page.get_by_role("heading", name="This page could not be shown")).to_be_visible()
        page.get_by_role("button", name="Load again").click()
        expect(page.get_by_role("heading", name="This page could not be shown")).to_be_visible()


class TestPictures:
    def test_a_course_looks_the_same_wherever_it_stands(self, open_tab: OpenTab, learner: Person) -> None:
        page = open_tab(person=learner)
        found = []
        for address, ready in (("/catalogue", ".course-row"), ("/home", ".home-resume")):
            page.goto(address)
            cover = page.locator(ready).filter(has=page.locator(f"a[href*='{COURSE}']")).locator(".cover").first
            expect(cover).to_be_visible()
            front = cover.locator(".cover-front").first.get_attribute("d")
            found.append((cover.get_attribute("data-hue"), front))
        assert found[0] == found[1]


def _expect_typed(page: Page, **values: str) -> None:
    for name, value in values.items():
        expect(page.locator(f"#field-{name}")).to_have_value(value)


# What has the focus without a ring around it (or around the card that it covers).
_RING = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return "";
  const seen = [here, here.closest(".course-row")].some((each) => {
    const style = each && getComputedStyle(each);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  return seen ? "" : here.outerHTML.slice(0, 80);
}"""
# What can be pressed and is lower than 44 pixels; links inside a sentence may be.
_SMALL = """() => [...document.querySelectorAll("a, button, summary, select, input:not([type=hidden])")]
  .filter((each) => each.checkVisibility() && !each.closest(".sr-only, .skip, .prose"))
  .map((each) => [each, (each.matches(".course-link") ? each.closest(".course-row") : each).getBoundingClientRect()])
  .filter(([each, box]) => box.width > 0 && box.bottom > 0 && Math.round(box.height) < 44)
  .map(([each, box]) => `${each.outerHTML.slice(0, 90)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""

"""The production build, served on a free port with a fresh data folder, for every browser test.

`site` is its address; `site_data` the folder; `page` is a visitor's tab, `open_tab` makes tabs of any language, device
and person, and each of them fails its test when it logs an error or asks another host for anything. `own_site` is a
second site, with a language model in the test's hand, that a test may stop, kill and start.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.people import PASSWORD, Person, register
from tests.e2e.serving import Site
from tests.fake_provider import KEY, FakeProvider, running_provider

DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
LOCALES = {"en": "en-GB", "ar": "ar", "so": "so"}

OpenTab = Callable[..., Page]


@pytest.fixture(scope="session")
def site_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the served site."""
    return tmp_path_factory.mktemp("site-data")


@pytest.fixture(scope="session")
def site(site_data: Path) -> Iterator[str]:
    """The address of a running site: `python -m lms_app run`, as an operator would start it."""
    served = Site(site_data)
    try:
        served.start()
        yield served.address
    finally:
        served.stop()


@pytest.fixture(scope="session")
def provider() -> Iterator[FakeProvider]:
    """A language model whose answers the test decides."""
    with running_provider() as made:
        yield made


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory, provider: FakeProvider) -> Iterator[Site]:
    """A site to stop, kill and start again; its tutor asks `provider`."""
    served = Site(
        tmp_path_factory.mktemp("own-site"), LLM_MODEL="openai/test", LLM_API_BASE=provider.base, LLM_API_KEY=KEY
    )
    try:
        served.start()
        yield served
    finally:
        served.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the system's where there is one, else Playwright's own."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield made
        made.close()


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A fresh visitor: no cookies, English, desktop."""
    made = browser.new_context(base_url=site, locale="en-GB", **DESKTOP)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, site: str) -> Iterator[Page]:
    """A tab that fails the test when the page logs an error, or asks another host for anything."""
    complaints = watch(context, site)
    yield context.new_page()
    assert not complaints


@pytest.fixture
def open_tab(browser: Browser, site: str) -> Iterator[OpenTab]:
    """Makes tabs: `open_tab("ar", phone=True, person=somebody, cut_off=True)`.

    `cut_off` is for tests that take the connection away: the browser logs that as errors, so only the hosts are
    watched then. `at` is another site than the common one.
    """
    made: list[tuple[BrowserContext, list[str]]] = []

    def open_one(
        language: str = "en",
        *,
        phone: bool = False,
        colours: str = "light",
        person: Person | None = None,
        cut_off: bool = False,
        at: str = "",
        **options: object,
    ) -> Page:
        address = at or site
        context = browser.new_context(
            base_url=address,
            locale=LOCALES[language],
            color_scheme=colours,
            **{**(PHONE if phone else DESKTOP), **options},
        )
        made.append((context, watch(context, address, hosts_only=cut_off)))
        if person is not None:
            sign_in(context, person)
        return context.new_page()

    yield open_one
    complaints = [text for _context, texts in made for text in texts]
    for context, _texts in made:
        context.close()
    assert not complaints


@pytest.fixture
def learner(site: str) -> Person:
    """Somebody new who is enrolled in the demo course."""
    return register(site).enrol()


def watch(context: BrowserContext, site: str, *, hosts_only: bool = False) -> list[str]:
    """A list that fills with what must not happen: requests to other hosts, errors in the log, failed scripts."""
    complaints: list[str] = []
    own = (f"{site}/", f"{site.replace('http', 'ws', 1)}/", "data:", "blob:")

    def look(address: str) -> None:
        if not address.startswith(own):
            complaints.append(f"asked another host: {address}")

    context.on("request", lambda request: look(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: look(socket.url)))
    if not hosts_only:
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
    return complaints


def sign_in(context: BrowserContext, person: Person) -> None:
    """Give the browser the cookie of a session, as the form of the sign-in page does."""
    answer = context.request.post(
        "/auth/sign-in",
        form={"email": person.email, "password": PASSWORD},
        headers={"origin": person.site},
        max_redirects=0,
    )
    assert answer.status == 303, answer.text()
    assert "/sign-in" not in answer.headers["location"]

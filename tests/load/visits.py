"""What a first visit weighs, and when its rows can be read in a slow browser on a slow line."""

import shutil
from collections import Counter
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Browser, Page, Request, WebSocket, sync_playwright

from tests.load.report import table
from tests.load.site import COURSE

_KINDS = {"document": "html", "script": "script", "stylesheet": "style", "font": "font"}
_COUNTED = ("html", "script", "style", "font")
_SLOWER = 4
_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
# Notes the moment at which an element is there with its text, from inside the page.
_WATCH = """
(() => {
  const look = () => {
    const found = document.querySelector(%r);
    if (found && found.getClientRects().length && (found.innerText.trim() || found.matches("input")))
      globalThis.__readable = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""


@dataclass(frozen=True)
class Route:
    """An address, the element that is there when it can be read, and whether one has to be signed in."""

    address: str
    readable: str
    signed_in: bool = False


ROUTES = (
    Route("/sign-in", "input[type=password]"),
    Route("/catalogue", ".course-row .course-link"),
    Route(f"/courses/{COURSE}", ".syllabus-module"),
    Route("/home", ".course-row", signed_in=True),
    Route(f"/learn/{COURSE}/a-first-program", ".lesson-block", signed_in=True),
)


@dataclass(frozen=True)
class Weight:
    """The bytes of a first visit by kind, of its largest files, and of what came over the websocket."""

    by_kind: Counter[str]
    by_file: Counter[str]
    socket: int

    @property
    def total(self) -> int:
        """Script, style, font and HTML together: what the budget is about."""
        return sum(self.by_kind[kind] for kind in _COUNTED)


def measure(site: str, cookie: str, visits: int) -> None:
    """Visit each route as somebody who has never been here, and print two tables."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        rows, files = [], []
        for route in ROUTES:
            found = {encoding: _weigh(browser, site, route, cookie, encoding) for encoding in ("gzip", "br")}
            rows += [
                (
                    route.address,
                    encoding,
                    *(f"{weight.by_kind[kind] / 1000:.1f}" for kind in _COUNTED),
                    f"{weight.total / 1000:.1f}",
                    f"{weight.by_kind['other'] / 1000:.1f}",
                    f"{weight.socket / 1000:.1f}",
                )
                for encoding, weight in found.items()
            ]
            largest = ", ".join(f"{name} {size / 1000:.1f}" for name, size in found["gzip"].by_file.most_common(9))
            files.append((route.address, largest))
        table(
            "First visit in kB on the wire until the page was quiet",
            ("route", "encoding", *_COUNTED, "total", "other", "websocket (plain)"),
            rows,
        )
        table("Largest files of a first visit (kB gzip)", ("route", "files"), files)
        table(
            f"First visit at {_SLOWER} times slowed processor, 1.6 Mbit/s, 150 ms (median of {visits}, cold cache)",
            ("route", "first paint s", "readable s", "worst readable s"),
            [_times(browser, site, route, cookie, visits) for route in ROUTES],
        )
        browser.close()


def _page(browser: Browser, site: str, route: Route, cookie: str, headers: dict[str, str]) -> Page:
    context = browser.new_context(extra_http_headers=headers, viewport={"width": 1280, "height": 800})
    if route.signed_in:
        name, _, value = cookie.partition("=")
        context.add_cookies([{"name": name, "value": value, "url": site}])
    context.add_init_script(_WATCH % route.readable)
    return context.new_page()


def _weigh(browser: Browser, site: str, route: Route, cookie: str, encoding: str) -> Weight:
    page = _page(browser, site, route, cookie, {"accept-encoding": encoding})
    by_kind: Counter[str] = Counter()
    by_file: Counter[str] = Counter()
    frames: list[int] = []

    def count(request: Request) -> None:
        size = request.sizes()["responseBodySize"]
        by_kind[_KINDS.get(request.resource_type, "other")] += size
        by_file[request.url.rpartition("/")[2] or request.url] += size

    def follow(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: frames.append(len(payload)))

    page.on("requestfinished", count)
    page.on("websocket", follow)
    page.goto(site + route.address)
    _wait_until_readable(page, route)
    page.wait_for_load_state("networkidle")
    page.context.close()
    return Weight(by_kind, by_file, sum(frames))


def _wait_until_readable(page: Page, route: Route) -> float:
    """The moment noted by the page's watcher."""
    return _noted(page, route, "globalThis.__readable ?? null")


def _noted(page: Page, route: Route, expression: str) -> float:
    """A moment in ms; asked for from outside, because the pages' policy lets no text be evaluated."""
    for _look in range(600):
        noted = page.evaluate(expression)
        if noted is not None:
            return float(noted)
        page.wait_for_timeout(100)
    raise SystemExit(f"{route.address} could not be read: it shows\n{page.inner_text('body')[:500]}")


def _times(browser: Browser, site: str, route: Route, cookie: str, visits: int) -> tuple[str, ...]:
    paints, reads = [], []
    for _visit in range(visits):
        page = _page(browser, site, route, cookie, {})
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", _LINE)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
        page.goto(site + route.address, wait_until="commit")
        reads.append(_wait_until_readable(page, route) / 1000)
        # A form that stands in the HTML is there before it is painted.
        paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
        paints.append(_noted(page, route, paint) / 1000)
        page.context.close()
    return route.address, f"{median(paints):.2f}", f"{median(reads):.2f}", f"{max(reads):.2f}"

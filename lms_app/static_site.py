"""Serve the built front end in front of Reflex's backend: right language, right policy, compressed, cached."""

import base64
import hashlib
import mimetypes
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

from components.external.reflex_build import PLACEHOLDER
from lms_app.api.actor import secure
from services.platform.messages import LANGUAGES, choose_language

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

FOREVER = b"public, max-age=31536000, immutable"
FRESH = b"no-cache"
# Names in these folders carry a hash of the content.
_HASHED = ("/assets/", "/fonts/", "/i18n/", "/vendor/")
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

_COMMON: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
# For answers of the backend that set no policy of their own: they are data, not pages.
_DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


def page_policy(html: str) -> str:
    """The content policy of one page: everything from here, and only the inline scripts that the build wrote."""
    hashes = sorted(
        {
            f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
            for script in _INLINE_SCRIPT.findall(html)
            if script
        }
    )
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' {' '.join(hashes)}".strip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "media-src 'self' https:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            # What runs in the preview of a page cannot lead its frame away from here either.
            "frame-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ]
    )


@dataclass(frozen=True)
class Served:
    """One file as it is sent: its encodings, and the headers all of them share."""

    bodies: dict[str, bytes]
    headers: Headers
    etag: str
    status: int = 200


@dataclass
class Site:
    """Everything that can be served, found at the start: a request's path is looked up, never joined to a folder."""

    files: dict[str, Served] = field(default_factory=dict)
    pages: dict[str, dict[str, Served]] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[str], dict[str, Served]]] = field(default_factory=list)
    missing: dict[str, Served] = field(default_factory=dict)

    def page(self, path: str) -> dict[str, Served] | None:
        """The page at an address in each language, also where a part of the address is a parameter."""
        plain = path.rstrip("/") or "/"
        if plain in self.pages:
            return self.pages[plain]
        for pattern, page in self.patterns:
            if pattern.fullmatch(plain):
                return page
        return None


def _load(path: Path, headers: Headers, status: int = 200) -> Served:
    bodies = {"": path.read_bytes()}
    for name, suffix in _ENCODINGS:
        packed = path.with_name(path.name + suffix)
        if packed.exists():
            bodies[name] = packed.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".woff2":
        kind = "font/woff2"
    if kind.startswith("text/") or kind.endswith(("javascript", "json")):
        kind += "; charset=utf-8"
    etag = hashlib.sha256(bodies[""]).hexdigest()[:20]
    return Served(bodies, [(b"content-type", kind.encode()), *_COMMON, *headers], etag, status)


def load_site(folder: Path) -> Site:
    """Read a built front end into memory (a few megabytes)."""
    site = Site()
    files = folder / "files"
    for path in files.rglob("*"):
        if path.is_file() and path.suffix not in {".br", ".gz"}:
            address = "/" + path.relative_to(files).as_posix()
            keep = FOREVER if address.startswith(_HASHED) else FRESH
            site.files[address] = _load(path, [(b"cache-control", keep), (b"vary", b"Accept-Encoding")])
    for language in LANGUAGES:
        html = folder / "html" / language
        for path in html.rglob("index.html"):
            route = "/" + path.parent.relative_to(html).as_posix().strip(".")
            if route == "/":
                continue  # the router's empty shell: the root address is the backend's, which leads on from there
            missing = route == "/404"
            served = _load(path, _page_headers(path), 404 if missing else 200)
            if missing:
                site.missing[language] = served
            elif PLACEHOLDER in route.split("/"):
                _add_pattern(site, route, language, served)
            else:
                site.pages.setdefault(route, {})[language] = served
    return site


def _add_pattern(site: Site, route: str, language: str, served: Served) -> None:
    parts = ["[^/]+" if part == PLACEHOLDER else re.escape(part) for part in route.split("/")]
    pattern = re.compile("/".join(parts))
    for known, page in site.patterns:
        if known.pattern == pattern.pattern:
            page[language] = served
            return
    site.patterns.append((pattern, {language: served}))


def _page_headers(path: Path) -> Headers:
    return [
        (b"cache-control", FRESH),
        (b"vary", b"Accept-Encoding, Accept-Language, Cookie"),
        (b"content-security-policy", page_policy(path.read_text(encoding="utf-8")).encode()),
    ]


def _encoding(accepted: str, available: Iterable[str]) -> str:
    """The best encoding that the browser takes and that there is; "" for none."""
    refused = {part.split(";")[0].strip() for part in accepted.split(",") if re.search(r";\s*q=0(\.0*)?\s*$", part)}
    named = {part.split(";")[0].strip() for part in accepted.split(",")} - refused
    return next((name for name, _suffix in _ENCODINGS if name in named and name in available), "")


class StaticSite:
    """The whole app as one ASGI application: files and pages from the build, everything else from the backend."""

    def __init__(self, backend: App, site: Site) -> None:
        self.backend = backend
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from the build where the address is a file or a page, else ask the backend."""
        if scope["type"] != "http":
            await self.backend(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["method"] in {"GET", "HEAD"}:
            path = scope["path"]
            if served := self.site.files.get(path):
                await self._send(served, scope["method"], headers, send)
                return
            if page := self.site.page(path):
                await self._send(page[_language(headers)], scope["method"], headers, send)
                return
        await self._ask_backend(scope, receive, send, headers)

    async def _ask_backend(self, scope: Scope, receive: Receive, send: Send, headers: dict[str, str]) -> None:
        """Pass the request on; an unknown address that a person opened gets the page that says so."""
        for_person = scope["method"] in {"GET", "HEAD"} and "text/html" in headers.get("accept", "")
        swallowed = False

        async def guarded(message: Message) -> None:
            nonlocal swallowed
            if message["type"] == "http.response.start":
                if message["status"] == 404 and for_person and not scope["path"].startswith(("/api/", "/_")):
                    swallowed = True
                else:
                    message["headers"] = _with_defaults(list(message.get("headers", [])))
            if not swallowed:
                await send(message)

        await self.backend(scope, receive, guarded)
        if swallowed:
            await self._send(self.site.missing[_language(headers)], scope["method"], headers, send)

    async def _send(self, served: Served, method: str, headers: dict[str, str], send: Send) -> None:
        encoding = _encoding(headers.get("accept-encoding", ""), served.bodies)
        etag = f'W/"{served.etag}"'.encode()
        answer: Headers = [
            *served.headers,
            *_https_only(),
            (b"etag", etag),
            (b"date", formatdate(usegmt=True).encode()),
        ]
        if served.status == 200 and etag.decode() in headers.get("if-none-match", ""):
            await send({"type": "http.response.start", "status": 304, "headers": answer})
            await send({"type": "http.response.body", "body": b""})
            return
        body = served.bodies[encoding]
        if encoding:
            answer.append((b"content-encoding", encoding.encode()))
        answer.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": served.status, "headers": answer})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _language(headers: dict[str, str]) -> str:
    """The language of the page: the reader's own choice, then the browser's."""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(headers.get("cookie", ""))
    except CookieError:
        cookies.clear()
    chosen = cookies.get("lang")
    return choose_language(chosen.value if chosen else None, headers.get("accept-language"))


def _https_only() -> Headers:
    """What tells a browser never to come by plain http again, where the public address is https."""
    return [(b"strict-transport-security", b"max-age=31536000")] if secure() else []


def _with_defaults(headers: Headers) -> Headers:
    """Add the protections that an answer of the backend does not set itself."""
    present = {name.lower() for name, _value in headers}
    wanted = [*_COMMON, *_https_only(), (b"content-security-policy", _DATA_POLICY)]
    return [*headers, *((name, value) for name, value in wanted if name not in present)]


def create() -> App:
    """Make the application; the server calls this in each of its processes."""
    from lms_app.frontend import CURRENT
    from lms_app.lms_app import app
    from lms_app.observe import Observed
    from lms_app.sockets import CountedSockets
    from services.platform import logs
    from services.platform.config import settings

    logs.configure(settings())
    return Observed(CountedSockets(StaticSite(app(), load_site(CURRENT.resolve()))))

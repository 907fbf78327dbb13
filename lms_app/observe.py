"""Around every request: an id that its log lines carry, one line about it, and numbers for Prometheus."""

import logging
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from services.platform import metrics
from services.platform.request import new_request_id, request

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_ID = re.compile(r"[0-9A-Za-z_-]{8,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_AREAS = (("/api/", "api"), ("/auth/", "forms"), ("/_", "framework"), ("/assets/", "files"), ("/fonts/", "files"))
# Asked every few seconds by machines, or by every page many times: not worth a line each.
_QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/ping"})

log = logging.getLogger("lms_app.access")


class Observed:
    """The application, watched. The address is logged without its query, which may hold a tab's key."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the application does, with ``X-Request-ID`` in the answer."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            with request(new_request_id()):
                await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 500
        started = time.monotonic()

        async def marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", []), (b"x-request-id", chosen.encode())]
            await send(message)

        with request(_given_id(scope) or new_request_id()) as chosen:
            try:
                await self.app(scope, receive, marked)
            finally:
                _note(scope, status, time.monotonic() - started)


def _given_id(scope: Scope) -> str:
    """The id that a proxy in front gave the request; anything odd is not one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text = value.decode("latin-1")
            return text if _ID.fullmatch(text) else ""
    return ""


def _note(scope: Scope, status: int, seconds: float) -> None:
    path = scope["path"]
    area = next((name for start, name in _AREAS if path.startswith(start)), "pages")
    method = scope["method"] if scope["method"] in _METHODS else "other"
    metrics.requests.labels(method, area, str(status)).inc()
    metrics.request_seconds.labels(area).observe(seconds)
    level = logging.DEBUG if area == "files" or path in _QUIET else logging.INFO
    log.log(level, "%s %s %d %.0f ms", method, path[:200], status, seconds * 1000)

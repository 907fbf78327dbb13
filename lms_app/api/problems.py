"""Every error of the API as problem details (RFC 9457), in the reader's language."""

import json
import logging
import secrets
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lms_app.api.actor import request_language
from services.platform import audit
from services.platform.errors import NOT_THERE, Invalid, LimitReached, NotFound, NotPermitted, ServiceError
from services.platform.messages import N_, choose_language, translate

LARGEST_BODY = 2 * 1024 * 1024
_logger = logging.getLogger(__name__)
_BROKEN = N_("Something went wrong here, and it was written down as {reference}.")
_HTTP = {
    400: N_("This request could not be read."),
    404: NOT_THERE,
    405: N_("This address does not take such a request."),
    406: N_("This cannot be given in the form that was asked for."),
    413: N_("This is larger than what can be sent here."),
    415: N_("This kind of content cannot be used here."),
}


class Problem(JSONResponse):
    """An answer in the form of RFC 9457."""

    media_type = "application/problem+json"

    def render(self, content: Any) -> bytes:
        """Write it as JSON; half of a surrogate pair, which a sender can put into a field's name, becomes a "?"."""
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def problem(
    status: int,
    detail: str,
    *,
    instance: str,
    code: str,
    errors: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> Problem:
    """Return the problem details of one error; ``errors`` maps fields to what is wrong with them."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
    }
    if errors:
        body["errors"] = errors
    return Problem(body, status_code=status, headers={"Cache-Control": "no-store", **(headers or {})})


def of_service_error(error: ServiceError, *, language: str, instance: str) -> Problem:
    """Return the problem details of a service's refusal."""
    headers = {}
    if isinstance(error, LimitReached) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    fields = error.fields if isinstance(error, Invalid) else {}
    return problem(
        error.status,
        translate(language, error.message, **error.params),
        instance=instance,
        code=error.code,
        errors={name: translate(language, text) for name, text in fields.items()},
        headers=headers,
    )


def install(app: FastAPI) -> None:
    """Let the application answer every error as problem details."""

    @app.exception_handler(ServiceError)
    def _service(request: Request, error: ServiceError) -> Problem:
        actor = getattr(request.state, "actor", None)
        if isinstance(error, NotPermitted) and actor is not None:
            route = getattr(request.scope.get("route"), "path", "")
            audit.refused(actor, f"{request.method} {route}")
        return of_service_error(error, language=request_language(request), instance=request.url.path)

    @app.exception_handler(RequestValidationError)
    def _validation(request: Request, error: RequestValidationError) -> Problem:
        # Only where and what kind: pydantic would repeat what was sent, passwords too.
        errors = {_field(found["loc"]): found["msg"] for found in error.errors()[:50]}
        detail = translate(request_language(request), "Some fields need another look.")
        return problem(422, detail, instance=request.url.path, code="invalid", errors=errors)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Problem:
        detail = translate(request_language(request), _HTTP.get(error.status_code, _HTTP[400]))
        code = NotFound.code if error.status_code == 404 else "request"
        return problem(
            error.status_code, detail, instance=request.url.path, code=code, headers=dict(error.headers or {})
        )


def _field(location: tuple[object, ...]) -> str:
    return ".".join(str(part) for part in location if part not in ("body", "query", "path")) or "body"


class _TooLarge(HTTPException):
    """The body of a request went over the limit. FastAPI lets its own kind of error through while it reads a body."""

    def __init__(self) -> None:
        super().__init__(413, headers={"Connection": "close"})


class Frame:
    """Around every request of the API: a limit to its body, and one plain sentence for an unexpected error."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.lower(): value for name, value in scope["headers"]}
        length = headers.get(b"content-length", b"0")
        received = 0
        started = False

        async def limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            if length.isdigit() and int(length) > LARGEST_BODY:
                raise _TooLarge
            await self._app(scope, limited, watched)
        except Exception as error:
            if started:
                raise
            await self._answer(error, scope, receive, send, headers)

    async def _answer(
        self, error: Exception, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]
    ) -> None:
        language = choose_language(None, headers.get(b"accept-language", b"").decode("latin-1"))
        path = scope["path"]
        if isinstance(error, _TooLarge):
            answer = problem(
                413,
                translate(language, _HTTP[413]),
                instance=path,
                code="too_large",
                headers={"Connection": "close"},
            )
        else:
            reference = secrets.token_hex(4)
            _logger.error("a request failed, reference %s", reference, exc_info=error)
            detail = translate(language, _BROKEN, reference=reference)
            answer = problem(500, detail, instance=path, code="unexpected")
        await answer(scope, receive, send)

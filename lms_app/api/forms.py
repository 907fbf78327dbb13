"""The forms that set cookies: real posts of a page, answered with a redirect and a full page load.

A page whose script runs sends them in place and asks for JSON: where to go on, or what is wrong. That answer is 200 in
both cases, for it is an answer to a form and not of the API, and browsers report other codes as failures of the page.
"""

import base64
import json
import logging
import secrets
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from lms_app.api.actor import (
    FLASH_COOKIE,
    LANGUAGE_COOKIE,
    client_address,
    own_origins,
    request_language,
    require_same_origin,
    secure,
    session_cookie,
)
from services import accounts
from services.platform.errors import Conflict, Invalid, ServiceError
from services.platform.messages import LANGUAGES, translate

router = APIRouter(prefix="/auth", include_in_schema=False, dependencies=[Depends(require_same_origin)])

# Longer than any session: when a session ends is decided here, not by the browser.
_KEPT = 400 * 24 * 3600
_FLASH_SECONDS = 60

Typed = Annotated[str, Form(max_length=2000)]
_BROKEN = "Something went wrong here, and it was written down as {reference}."
_logger = logging.getLogger(__name__)


@router.post("/sign-in")
def sign_in(request: Request, email: Typed = "", password: Typed = "", next: Typed = "") -> Response:
    """Sign in with e-mail address and password."""
    try:
        signed = accounts.sign_in(
            accounts.default_visitor(request_language(request)),
            email=email,
            password=password,
            user_agent=request.headers.get("user-agent", ""),
            address=client_address(request),
        )
    except Exception as error:
        return _again("/sign-in", request, _told(error), next, {"email": email})
    return _welcome(request, signed, next)


@router.post("/register")
def register(request: Request, name: Typed = "", email: Typed = "", password: Typed = "", next: Typed = "") -> Response:
    """Make an account and sign it in."""
    language = request_language(request)
    try:
        signed = accounts.register(
            accounts.default_visitor(language),
            name=name,
            email=email,
            password=password,
            language=language,
            user_agent=request.headers.get("user-agent", ""),
            address=client_address(request),
        )
    except Exception as error:
        return _again("/register", request, _told(error), next, {"name": name, "email": email})
    return _welcome(request, signed, next)


@router.post("/sign-out")
def sign_out(request: Request, next: Typed = "") -> RedirectResponse:
    """End the session of this browser."""
    _end_session(request)
    answer = _redirect(accounts.local_path(next, "/sign-in"))
    answer.delete_cookie(session_cookie(), path="/", secure=secure(), httponly=True, samesite="lax")
    return answer


@router.post("/language")
def language(request: Request, language: Typed = "", next: Typed = "") -> RedirectResponse:
    """Choose the language of the pages."""
    answer = _redirect(accounts.local_path(next))
    if language in LANGUAGES:
        actor = accounts.resolve(request.cookies.get(session_cookie()))
        if actor is not None:
            accounts.set_language(actor, language=language)
        # Read by the pages' own script, which draws in this language.
        answer.set_cookie(
            LANGUAGE_COOKIE, language, max_age=_KEPT, path="/", secure=secure(), httponly=False, samesite="lax"
        )
    return answer


def _welcome(request: Request, signed: accounts.SignedIn, next_path: str) -> Response:
    _end_session(request)
    wanted = accounts.local_path(_wanted(request, next_path))
    answer = _answer({"location": wanted}) if _in_place(request) else _redirect(wanted)
    answer.set_cookie(
        session_cookie(), signed.token, max_age=_KEPT, path="/", secure=secure(), httponly=True, samesite="lax"
    )
    answer.delete_cookie(FLASH_COOKIE, path="/", secure=secure(), httponly=True, samesite="lax")
    return answer


def _told(error: Exception) -> ServiceError:
    """Return what a person is told of an error: a service's own words, or for a bug one sentence with its number."""
    if isinstance(error, ServiceError):
        return error
    reference = secrets.token_hex(4)
    _logger.error("a form failed, reference %s", reference, exc_info=error)
    return ServiceError(_BROKEN, reference=reference)


def _again(form: str, request: Request, error: ServiceError, next_path: str, typed: Mapping[str, str]) -> Response:
    """Say what is wrong; or lead back to the form, to say it there.

    What was typed travels in a short-lived cookie then, for addresses are written to logs.
    """
    language = request_language(request)
    told = translate(language, error.message, **error.params)
    fields = dict(error.fields) if isinstance(error, Invalid) else {}
    if isinstance(error, Conflict):
        fields = {"email": error.message}
    errors = {name: translate(language, text) for name, text in fields.items()}
    if _in_place(request):
        return _answer({"detail": told, "errors": errors})
    wanted = accounts.local_path(_wanted(request, next_path), "")
    answer = _redirect(form + (f"?{urlencode({'next': wanted})}" if wanted else ""))
    kept = {name: value[:300] for name, value in typed.items()}
    flash = {"form": form, "message": told, "fields": errors, "typed": kept}
    packed = base64.urlsafe_b64encode(json.dumps(flash).encode("utf-8", "replace")).decode()
    if len(packed) <= 3800:
        answer.set_cookie(
            FLASH_COOKIE, packed, max_age=_FLASH_SECONDS, path="/", secure=secure(), httponly=True, samesite="lax"
        )
    return answer


def _in_place(request: Request) -> bool:
    """Whether the page's script sent the form, and stays where it is."""
    return request.headers.get("accept", "") == "application/json"


def _wanted(request: Request, next_path: str) -> str:
    """Return where to go afterwards: what the form says, else the `next` in the address of the page it stands on.

    A form that is sent before the page's script has filled it says nothing.
    """
    if next_path:
        return next_path
    page = urlsplit(request.headers.get("referer", ""))
    if f"{page.scheme}://{page.netloc}" not in own_origins():
        return ""
    return parse_qs(page.query).get("next", [""])[0]


def _end_session(request: Request) -> None:
    actor = accounts.resolve(request.cookies.get(session_cookie()))
    if actor is not None:
        accounts.sign_out(actor)


def _redirect(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


def _answer(content: dict[str, object]) -> JSONResponse:
    return JSONResponse(content, headers={"Cache-Control": "no-store"})

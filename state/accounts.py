"""The pages that sign in and register: what went wrong with the form last sent, and what was typed in it.

The forms themselves are real posts to /auth/…, because only an HTTP answer can set the session cookie. When one fails,
the answer leads back here with a short-lived cookie, which the guard reads.
"""

import base64
import binascii

import reflex as rx
from pydantic import BaseModel, Field, ValidationError

from services.accounts import demo_accounts, local_path
from services.accounts.schemas import DemoAccount
from state.base import PUBLIC, GuardedState, handles, is_plain, speaker


class _Typed(BaseModel):
    name: str = Field(default="", max_length=300)
    email: str = Field(default="", max_length=300)


class _Failure(BaseModel):
    """What /auth/… leaves behind when a form failed."""

    form: str = Field(max_length=40)
    message: str = Field(max_length=500)
    fields: dict[str, str] = Field(default_factory=dict, max_length=10)
    typed: _Typed = _Typed()


class AccountFormState(GuardedState, rx.State, mixin=True):
    """What both forms show."""

    message: str = ""
    field_errors: dict[str, str] = {}
    email: str = ""
    next_path: str = ""
    _form: str = ""

    @handles(PUBLIC)
    def open(self) -> rx.event.EventSpec | None:
        """Show what went wrong before and what was typed then; a person who is signed in goes on."""
        self.next_path = local_path(self.router.url.query_parameters.get("next"), "")
        if speaker().actor.signed_in:
            return rx.redirect(self.next_path or "/home")
        failure = _failure_of(self._form)
        self.message = failure.message if failure and not failure.fields else ""
        self.field_errors = failure.fields if failure else {}
        self._keep(failure.typed if failure else _Typed())
        return None

    def _keep(self, typed: _Typed) -> None:
        self.email = typed.email


class SignInState(AccountFormState, rx.State):
    """The page at /sign-in. In a demo it offers the accounts."""

    code: str = ""
    demo: list[DemoAccount] = []
    demo_password: str = ""
    _form: str = "/sign-in"

    def _keep(self, typed: _Typed) -> None:
        super()._keep(typed)
        self.code = str(self.router.url.query_parameters.get("code", ""))[:20]
        offered = demo_accounts()
        self.demo, self.demo_password = offered.accounts, offered.password


class RegisterState(AccountFormState, rx.State):
    """The page at /register."""

    name: str = ""
    _form: str = "/register"

    def _keep(self, typed: _Typed) -> None:
        super()._keep(typed)
        self.name = typed.name


def _failure_of(form: str) -> _Failure | None:
    """Return what the last post of this form left behind."""
    try:
        found = _Failure.model_validate_json(base64.b64decode(speaker().flash, altchars=b"-_", validate=True))
    except (binascii.Error, ValidationError, ValueError):
        return None
    return found if found.form == form and is_plain(found.model_dump()) else None

"""The forms' pages after a failure: the message stands beside its field, and nothing that was typed is lost."""

import base64
import json
from typing import Any

import pytest

from services.platform.actor import Actor
from services.platform.config import settings
from state.accounts import RegisterState, SignInState
from state.base import Speaker, set_speaker
from tests.conftest import People


def left_behind(form: str, **changes: Any) -> str:
    flash = {"form": form, "message": "No.", "fields": {}, "typed": {"email": "nora@example.org"}} | changes
    return base64.urlsafe_b64encode(json.dumps(flash).encode()).decode()


def says(actor: Actor, flash: str = "") -> None:
    set_speaker(Speaker(actor=actor, token="", tab="test", flash=flash))


async def test_a_failed_sign_in_keeps_the_address_and_says_why(sqlite_people: People) -> None:
    says(sqlite_people.visitor, left_behind("/sign-in"))
    page = SignInState()
    await page.open()
    assert (page.message, page.email, page.field_errors) == ("No.", "nora@example.org", {})


async def test_a_failed_registration_stands_beside_its_fields(sqlite_people: People) -> None:
    typed = {"email": "nora", "name": "Nora"}
    says(sqlite_people.visitor, left_behind("/register", fields={"email": "Write one."}, typed=typed))
    page = RegisterState()
    await page.open()
    assert (page.message, page.name, page.email, page.field_errors) == ("", "Nora", "nora", {"email": "Write one."})


@pytest.mark.parametrize(
    "flash",
    ["", "%%%", "bm90IGpzb24=", left_behind("/register"), left_behind("/sign-in", message={"a": 1}), "x" * 5000],
)
async def test_anything_else_is_an_empty_form(sqlite_people: People, flash: str) -> None:
    says(sqlite_people.visitor, flash)
    page = SignInState()
    await page.open()
    assert (page.message, page.email, page.field_errors) == ("", "", {})


async def test_who_is_signed_in_goes_on(sqlite_people: People) -> None:
    says(sqlite_people.learner)
    event = await SignInState().open()
    assert event is not None
    assert "/home" in str(event)


async def test_a_demo_offers_its_accounts(sqlite_people: People) -> None:
    says(sqlite_people.visitor)
    page = SignInState()
    await page.open()
    assert [account.email for account in page.demo][-1] == "learner@example.com"
    assert page.demo_password == "demo-pass-1234"


async def test_a_password_of_ones_own_is_not_shown(sqlite_people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO_PASSWORD", "another-pass-9876")
    settings.cache_clear()
    says(sqlite_people.visitor)
    page = SignInState()
    await page.open()
    assert (len(page.demo), page.demo_password) == (5, "")


async def test_outside_a_demo_nothing_is_offered(sqlite_people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMO", "false")
    settings.cache_clear()
    says(sqlite_people.visitor)
    page = SignInState()
    await page.open()
    assert (list(page.demo), page.demo_password) == ([], "")

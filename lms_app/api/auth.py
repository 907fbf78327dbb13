"""Signing in for API clients: a pair of bearer tokens."""

from typing import Annotated

from fastapi import APIRouter, Body, Request, Response
from pydantic import BaseModel, Field

from lms_app.api.actor import CurrentActor, client_address, request_language
from services import accounts

router = APIRouter(prefix="/auth", tags=["auth"])


class Credentials(BaseModel):
    """What a person signs in with."""

    email: str = Field(max_length=300)
    password: str = Field(max_length=1000)


class Registration(Credentials):
    """What a person registers with."""

    name: str = Field(max_length=300)
    language: str = Field(default="", max_length=20)


def _fresh(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


@router.post("/login")
def login(credentials: Credentials, request: Request, response: Response) -> accounts.Tokens:
    """Exchange an e-mail address and a password for a pair of tokens."""
    _fresh(response)
    return accounts.sign_in_for_tokens(
        accounts.default_visitor(request_language(request)),
        email=credentials.email,
        password=credentials.password,
        user_agent=request.headers.get("user-agent", ""),
        address=client_address(request),
    )


@router.post("/register", status_code=201)
def register(registration: Registration, request: Request, response: Response) -> accounts.Tokens:
    """Make an account for a learner and sign it in."""
    _fresh(response)
    language = request_language(request)
    return accounts.register_for_tokens(
        accounts.default_visitor(language),
        name=registration.name,
        email=registration.email,
        password=registration.password,
        language=registration.language or language,
        user_agent=request.headers.get("user-agent", ""),
        address=client_address(request),
    )


@router.post("/refresh")
def refresh(refresh_token: Annotated[str, Body(embed=True, max_length=200)], response: Response) -> accounts.Tokens:
    """Exchange a refresh token, which works once, for a new pair. A second use ends the session."""
    _fresh(response)
    return accounts.refresh(refresh_token)


@router.post("/logout", status_code=204)
def logout(actor: CurrentActor) -> None:
    """End the session this request speaks through; its tokens stop working at once."""
    accounts.sign_out(actor)


@router.post("/logout-everywhere", status_code=204)
def logout_everywhere(actor: CurrentActor) -> None:
    """End every session of this person, browsers too: for a lost laptop or a token that got out."""
    accounts.sign_out_everywhere(actor)


@router.get("/me")
def me(actor: CurrentActor, response: Response) -> accounts.Me:
    """Return the account of whoever asks."""
    _fresh(response)
    return accounts.me(actor)

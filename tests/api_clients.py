"""Clients of the REST API, each with a real bearer token of one person."""

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.testclient import TestClient

from lms_app.api.app import make_api
from services.accounts.models import User
from services.accounts.sessions import actor_of, open_session
from services.accounts.tokens import issue_tokens
from services.platform.actor import Actor
from services.platform.database import unit_of_work

ClientOf = Callable[[Actor], TestClient]


def client_of(actor: Actor, api: FastAPI | None = None) -> TestClient:
    """Return a client that speaks for the person; for a visitor, one without a token."""
    client = TestClient(api or make_api(), raise_server_exceptions=False)
    if actor.user_id is not None:
        with unit_of_work(actor) as session:
            user = session.get(User, actor.user_id)
            assert user
            row, refresh_token = open_session(session, user, kind="api", user_agent="test")
        tokens = issue_tokens(actor_of(user, row.id), refresh_token)
        client.headers["Authorization"] = f"Bearer {tokens.access_token}"
    return client

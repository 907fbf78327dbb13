"""The websocket of the running server, spoken to as an attacker would: with nothing but a socket."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import redis
import socketio

from tests.conftest import REDIS
from tests.state.serving import HYDRATE, SHELL, Backend, serving, sockets


@pytest.fixture(scope="module", params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """The server with its tabs in memory, and with its tabs in Redis."""
    settings = {}
    if request.param == "redis":
        try:
            redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping()
        except redis.RedisError:
            pytest.skip(f"no Redis answers at {REDIS}")
        settings["REDIS_URL"] = REDIS
    with serving(tmp_path_factory.mktemp("backend"), **settings) as running:
        yield running


@pytest.fixture
async def connect(backend: Backend) -> AsyncIterator[Any]:
    async with sockets(backend) as open_socket:
        yield open_socket


async def test_a_page_of_another_site_is_refused_at_the_handshake(connect: Any) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await connect(origin="https://evil.example")


async def test_the_page_hears_who_is_signed_in(backend: Backend, connect: Any) -> None:
    tab = await connect(cookie=backend.sign_in("learner@example.com"))
    await tab.send(HYDRATE)
    assert tab.var("person_name") == "Lena Learner"
    assert "lms_session" not in tab.text


async def test_a_stolen_tab_key_gets_a_state_of_its_own(backend: Backend, connect: Any) -> None:
    key = str(uuid.uuid4())
    owner = await connect(cookie=backend.sign_in("learner@example.com"), key=key)
    await owner.send(HYDRATE)
    await owner.client.disconnect()
    thief = await connect(key=key)
    await thief.send(HYDRATE)
    assert thief.tokens and thief.tokens[0] != key
    assert thief.var("person_name") == ""
    assert "Lena" not in thief.text


async def test_another_person_in_the_same_tab_starts_anew(backend: Backend, connect: Any) -> None:
    key = str(uuid.uuid4())
    first = await connect(cookie=backend.sign_in("learner@example.com"), key=key)
    await first.send(HYDRATE)
    await first.client.disconnect()
    second = await connect(cookie=backend.sign_in("assistant@example.com"), key=key)
    await second.send(HYDRATE)
    assert second.tokens
    assert second.var("person_name") == "Asha Assistant"
    assert "Lena" not in second.text


async def test_an_ended_session_is_refused_at_its_next_event_and_its_tabs_load_anew(
    backend: Backend, connect: Any
) -> None:
    cookie = backend.sign_in("learner@example.com")
    tab = await connect(cookie=cookie)
    await tab.send(HYDRATE)
    httpx.post(f"{backend.url}/auth/sign-out", cookies={"lms_session": cookie}, headers={"Origin": backend.url})
    tab.frames.clear()
    await tab.send(f"{SHELL}.use_language", code="ar")
    assert tab.frames == []
    assert tab.tokens and tab.told_to_reload == 1


async def test_unknown_and_inherited_names_answer_nothing_and_their_secrets_are_not_logged(
    backend: Backend, connect: Any
) -> None:
    cookie = backend.sign_in("learner@example.com")
    tab = await connect(cookie=cookie)
    await tab.send(HYDRATE)
    tab.frames.clear()
    for name in ("nothing.like.this", f"{SHELL}.setvar", f"{SHELL}.reset", f"{SHELL}._say", f"{SHELL}.__init__"):
        await tab.send(name, password="s3cret-typed", var_name="notice", value="s3cret-typed")
    await tab.send_raw("a text s3cret-typed")
    await tab.send_raw({"name": {"a": "s3cret-typed"}})
    await tab.send_raw({"name": f"{SHELL}.dismiss_notice", "payload": ["s3cret-typed"]})
    assert tab.frames == []
    assert tab.client.connected
    log = backend.log.read_text()
    assert "s3cret-typed" not in log
    assert cookie not in log
    assert "demo-pass-1234" not in log


async def test_what_does_not_fit_is_answered_plainly(backend: Backend, connect: Any) -> None:
    tab = await connect()
    await tab.send(HYDRATE)
    for code in ({"$ne": 1}, ["ar"], 10**300, "a\x00", "x" * 400):
        await tab.send(f"{SHELL}.use_language", code=code)
        assert tab.var("notice") == "What was sent cannot be used. Nothing was changed."
        await tab.send(f"{SHELL}.dismiss_notice")
    await tab.send_raw('{"name": "half')
    assert tab.client.connected


async def test_a_flood_from_one_socket_is_slowed(backend: Backend, connect: Any) -> None:
    tab = await connect()
    await tab.send(HYDRATE)
    tab.frames.clear()
    for _ in range(400):
        await tab.client.emit("event", {"name": f"{SHELL}.use_language", "payload": {"code": []}}, namespace="/_event")
    await asyncio.sleep(1)
    assert len(tab.frames) <= 150


async def test_nothing_can_be_uploaded_or_read_at_the_upload_address(backend: Backend) -> None:
    sent = httpx.post(f"{backend.url}/_upload", files={"files": ("a.txt", b"x")})
    assert sent.status_code in (400, 401, 403, 404, 405)
    for path in ("/_upload/a.txt", "/_upload/../.env", "/_upload/%2e%2e/.env", "/.env", "/.git/config"):
        assert httpx.get(f"{backend.url}{path}").status_code in (400, 403, 404)

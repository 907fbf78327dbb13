"""The running server under attack over raw websockets: what tests in memory cannot show."""

import asyncio
import json
import os
import signal
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
import socketio
from engineio.packet import Packet

from tests.state.serving import HYDRATE, SHELL, Backend, serving, sockets

MOST = 6


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """A server behind one proxy, with few sockets for each address."""
    folder = tmp_path_factory.mktemp("hostile")
    with serving(folder, TRUSTED_PROXY_HOPS="1", SOCKETS_PER_ADDRESS=str(MOST), LOG_LEVEL="INFO") as running:
        yield running


@pytest.fixture
async def connect(backend: Backend) -> AsyncIterator[Any]:
    async with sockets(backend) as open_socket:
        yield open_socket


class TestMessages:
    """A message has any name and any content its sender likes."""

    @pytest.mark.parametrize("name", ["connect", "disconnect", "link_token_to_sid", "send_away", "emit_update", ""])
    async def test_what_only_the_server_says_cannot_be_said_by_a_browser(self, connect: Any, name: str) -> None:
        key = str(uuid.uuid4())
        tab = await connect(key=key)
        await tab.send(HYDRATE)
        tab.frames.clear()
        made_up = {"QUERY_STRING": "token=x", "HTTP_COOKIE": "lms_session=x", "asgi.scope": {}}
        for sent in ((made_up, None), (made_up,), ()):
            await tab.client.emit(name, sent, namespace="/_event")
        await asyncio.sleep(0.3)
        assert tab.frames == [] and tab.tokens == []
        await tab.send(f"{SHELL}.use_language", code=[])
        assert tab.var("notice") == "What was sent cannot be used. Nothing was changed."

    @pytest.mark.parametrize(
        "text",
        [
            '["event",' + "[" * 100_000 + "]" * 100_000 + "]",
            '["event",{"name":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}]",
            f'["event",{{"name":"{SHELL}.use_language","payload":{{"code":{"9" * 5000}}}}}]',
            '["event",{"name":"\\ud800"}]',
            json.dumps(["event", {"name": HYDRATE, "payload": {}, "router_data": {"path": ["x"], "query": "x"}}]),
            json.dumps(
                ["event", {"name": HYDRATE, "payload": {}, "router_data": {"pathname": 7, "query": {"a": [1]}}}]
            ),
            '["event"]',
            '["event",{},{},{}]',
            "[]",
            "{",
            '[{"a":1}]',
        ],
        ids=range(11),
    )
    async def test_nonsense_neither_ends_the_server_nor_fills_its_log(
        self, backend: Backend, connect: Any, text: str
    ) -> None:
        tab = await connect()
        await tab.send(HYDRATE)
        before = backend.log.stat().st_size
        for _ in range(20):
            await tab.client.eio._send_packet(Packet(4, f"2/_event,{text}"))
        await asyncio.sleep(0.5)
        assert tab.client.connected
        told = backend.log.read_bytes()[before:]
        assert len(told) < 6_000, told.decode()
        other = await connect()
        await other.send(HYDRATE)
        assert other.frames

    async def test_ten_megabytes_close_the_socket_that_sent_them_and_no_other(
        self, backend: Backend, connect: Any
    ) -> None:
        loud, quiet = await connect(), await connect()
        await quiet.send(HYDRATE)
        await loud.client.emit(
            "event", {"name": f"{SHELL}.use_language", "payload": {"code": "x" * 10_000_000}}, "/_event"
        )
        await asyncio.sleep(1)
        assert not loud.client.connected
        quiet.frames.clear()
        await quiet.send(f"{SHELL}.use_language", code=[])
        assert quiet.frames

    async def test_an_event_cannot_bring_headers_or_a_key_of_its_own(self, backend: Backend, connect: Any) -> None:
        cookie, key = backend.sign_in("learner@example.com"), str(uuid.uuid4())
        owner = await connect(cookie=cookie, key=key)
        await owner.send(HYDRATE)
        stranger = await connect()
        forged = {"headers": {"cookie": f"lms_session={cookie}"}, "token": key, "session_id": "x", "pathname": "/"}
        await stranger.send_raw({"name": HYDRATE, "payload": {}, "token": key, "router_data": forged})
        assert stranger.frames
        assert "Lena" not in stranger.text
        assert not stranger.var("signed_in")


class TestMany:
    """One address, many sockets."""

    async def test_one_address_has_so_many_sockets_and_another_its_own(self, connect: Any) -> None:
        crowd, other = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}
        opened = [await connect(headers=crowd) for _ in range(MOST)]
        with pytest.raises(socketio.exceptions.ConnectionError):
            await connect(headers=crowd)
        tab = await connect(headers=other)
        await tab.send(HYDRATE)
        assert tab.frames
        assert all(one.client.connected for one in opened)

    async def test_what_a_sender_adds_to_the_header_does_not_make_it_another_address(self, connect: Any) -> None:
        for number in range(MOST):
            await connect(headers={"X-Forwarded-For": f"198.51.100.{number}, 203.0.113.9"})
        with pytest.raises(socketio.exceptions.ConnectionError):
            await connect(headers={"X-Forwarded-For": "198.51.100.99, 203.0.113.9"})

    async def test_a_socket_that_never_says_hello_counts_too(self, backend: Backend) -> None:
        address = backend.url.replace("http", "ws") + "/_event/?EIO=4&transport=websocket"
        headers = {"Origin": backend.url, "X-Forwarded-For": "203.0.113.10"}
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
            silent = [await client.ws_connect(address, headers=headers) for _ in range(MOST)]
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await client.ws_connect(address, headers=headers)
            for one in silent:
                await one.close()

    async def test_closing_and_opening_again_without_end_is_slowed(self, connect: Any) -> None:
        crowd = {"X-Forwarded-For": "203.0.113.11"}
        for _ in range(MOST):
            tab = await connect(headers=crowd)
            await tab.client.disconnect()
        with pytest.raises(socketio.exceptions.ConnectionError):
            await connect(headers=crowd)


async def test_a_tab_whose_network_was_cut_goes_on_where_it_was(backend: Backend, connect: Any) -> None:
    cookie, key = backend.sign_in("learner@example.com"), str(uuid.uuid4())
    tab = await connect(cookie=cookie, key=key)
    await tab.send(HYDRATE)
    await tab.send(f"{SHELL}.use_language", code=[])
    tab.client.eio.ws._response.connection.transport.abort()
    await asyncio.sleep(0.5)
    again = await connect(cookie=cookie, key=key)
    await again.send(f"{SHELL}.dismiss_notice")
    assert again.tokens == []
    assert again.var("notice") == ""


async def test_a_refused_event_of_a_person_is_in_the_audit(backend: Backend, connect: Any) -> None:
    tab = await connect(cookie=backend.sign_in("assistant@example.com"))
    await tab.send(HYDRATE)
    await tab.send(f"{SHELL}.reset", password="s3cret-typed")
    rows = audited(backend.folder)
    assert ("access.refused", "assistant") in rows
    assert "s3cret-typed" not in str(rows)


def audited(folder: Path) -> list[tuple[str, str]]:
    import sqlite3

    with sqlite3.connect(folder / "data" / "lms.sqlite3") as database:
        return database.execute("SELECT action, actor_role FROM audit_entry").fetchall()


async def test_a_server_that_was_killed_comes_back_with_its_sessions(tmp_path: Path) -> None:
    with serving(tmp_path) as first:
        cookie = first.sign_in("learner@example.com")
        os.kill(first.process.pid, signal.SIGKILL)
        first.process.wait(10)
    with serving(tmp_path) as second:
        async with sockets(second) as connect:
            tab = await connect(cookie=cookie)
            await tab.send(HYDRATE)
            assert tab.var("person_name") == "Lena Learner"
        signed_out = httpx.post(
            f"{second.url}/auth/sign-out", cookies={"lms_session": cookie}, headers={"Origin": second.url}
        )
        assert signed_out.status_code == 303

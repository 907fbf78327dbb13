"""How many websockets one address may hold: the count itself, without a server."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from lms_app.sockets import CountedSockets
from services.platform.config import settings
from services.platform.rate import limiter

MOST = 3


@pytest.fixture(autouse=True)
def _few(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("SOCKETS_PER_ADDRESS", str(MOST))
    settings.cache_clear()
    limiter.clear()
    yield
    settings.cache_clear()
    limiter.clear()


class Held:
    """An application whose sockets stay open until they are let go."""

    def __init__(self) -> None:
        self.let_go = asyncio.Event()
        self.counted = CountedSockets(self.wait)
        self.refused: list[Any] = []

    async def wait(self, _scope: Any, _receive: Any, _send: Any) -> None:
        await self.let_go.wait()

    async def open(self, address: str, kind: str = "websocket") -> asyncio.Task[None]:
        scope = {"type": kind, "headers": [], "client": (address, 50_000)}

        async def receive() -> dict[str, Any]:
            return {"type": "websocket.connect"}

        async def send(message: Any) -> None:
            self.refused.append(message)

        task = asyncio.create_task(self.counted(scope, receive, send))
        await asyncio.sleep(0)
        limiter.clear()  # how fast they come is another limit
        return task


async def test_so_many_are_open_and_the_next_comes_in_when_one_has_gone() -> None:
    held = Held()
    tasks = [await held.open("203.0.113.5") for _ in range(MOST)]
    await asyncio.wait_for(await held.open("203.0.113.5"), 5)
    assert held.refused == [{"type": "websocket.close", "code": 1013}]
    tasks[0].cancel()
    await asyncio.gather(tasks[0], return_exceptions=True)
    assert not (await held.open("203.0.113.5")).done()
    held.let_go.set()
    assert len(held.refused) == 1


async def test_a_household_counts_as_one_and_its_neighbour_apart() -> None:
    held = Held()
    for number in range(MOST):
        await held.open(f"2001:db8:1:2::{number}")
    await asyncio.wait_for(await held.open("2001:db8:1:2:ffff::1"), 5)
    assert len(held.refused) == 1
    assert not (await held.open("2001:db8:1:3::1")).done()
    held.let_go.set()


@pytest.mark.parametrize(
    ("address", "kind"), [("127.0.0.1", "websocket"), ("::1", "websocket"), ("203.0.113.5", "http")]
)
async def test_this_machine_and_plain_requests_are_not_counted(address: str, kind: str) -> None:
    """Behind a proxy that nobody declared, this machine would be everybody."""
    held = Held()
    for _ in range(MOST * 2):
        await held.open(address, kind)
    assert held.refused == []
    held.let_go.set()


async def test_no_limit_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCKETS_PER_ADDRESS", "0")
    settings.cache_clear()
    held = Held()
    for _ in range(MOST * 2):
        await held.open("203.0.113.5")
    assert held.refused == []
    held.let_go.set()

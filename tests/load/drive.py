"""Drive a crowd of tabs: at a learner's pace, or as fast as they can."""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol, TypeVar

import aiohttp
import psutil

from tests.load.client import Tab, Tally
from tests.load.measure import Usage


class Driven(Protocol):
    """Somebody in a tab, who does one thing after the other."""

    tab: Tab

    async def step(self) -> None:
        """Do the next thing."""


D = TypeVar("D", bound=Driven)


@dataclass(frozen=True)
class Result:
    """A run: what the tabs saw, what the server spent, and how busy the load generator itself was."""

    tally: Tally
    usage: Usage
    seconds: float
    generator_cpu: float

    @property
    def per_second(self) -> float:
        """Events in a second."""
        return self.tally.events / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Processor milliseconds of the server for each event."""
        return 1000 * self.usage.cpu_seconds / max(1, self.tally.events)


def web() -> aiohttp.ClientSession:
    """A client that may have any number of sockets."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


async def gather(
    http: aiohttp.ClientSession, base: str, cookies: Sequence[str], make: Callable[[Tab, int], D]
) -> list[D]:
    """Open one tab for each cookie, twenty at a time, as a class arrives."""
    gate = asyncio.Semaphore(20)

    async def one(number: int, cookie: str) -> D:
        async with gate:
            tab = Tab(http, base, cookie=cookie)
            await tab.open()
            return make(tab, number)

    return await asyncio.gather(*(one(number, cookie) for number, cookie in enumerate(cookies)))


async def run(crowd: Sequence[Driven], pid: int, seconds: float, every: float) -> Result:
    """Let everybody in ``crowd`` act for ``seconds``, once in ``every`` seconds with jitter (0: without a pause)."""
    tally, usage = Tally(), Usage(pid)
    for one in crowd:
        one.tab.tally = tally
    own = psutil.Process()
    before = sum(own.cpu_times()[:2])
    usage.begin()
    watcher = asyncio.create_task(usage.watch())
    began = time.monotonic()
    ends = began + seconds

    async def live(one: Driven) -> None:
        await asyncio.sleep(random.uniform(0, every))
        while time.monotonic() < ends:
            started = time.monotonic()
            await one.step()
            pause = every * random.uniform(0.75, 1.25) - (time.monotonic() - started)
            await asyncio.sleep(max(0.0, min(pause, ends - time.monotonic())))

    await asyncio.gather(*(live(one) for one in crowd))
    took = time.monotonic() - began
    watcher.cancel()
    with suppress(asyncio.CancelledError):
        await watcher
    usage.end()
    return Result(tally, usage, took, (sum(own.cpu_times()[:2]) - before) / took)

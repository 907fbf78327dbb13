"""A class of learners hands in at once, and a newcomer comes while one person has fifty waiting."""

import asyncio
import os
import time
from dataclasses import dataclass, field

import aiohttp
import psutil

from tests.load import drive, report

_NEWCOMER_AFTER = 50
_ROUNDS = 3
# Of each the last line differs, so that nobody's is the same program as another's.
_PROGRAM = """total = 0
for number in range(400_000):
    total += number * number % 7
print("Hello, world!")
# {name}
"""


@dataclass
class _Waits:
    """Seconds from the press to the verdict, of each submission; those without a verdict are lost."""

    sent: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)


async def measure(address: str, cookies: list[str], exercise: str) -> None:
    """Print both tables."""
    async with drive.web() as http:
        await _class(http, address, cookies, exercise)
        await _newcomer(http, address, cookies, exercise)


async def _class(http: aiohttp.ClientSession, address: str, cookies: list[str], exercise: str) -> None:
    waits = _Waits()
    busy = asyncio.create_task(_cores_busy())
    began = time.monotonic()
    await asyncio.gather(
        *(_hand_in(http, address, cookie, exercise, f"class {n}", waits) for n, cookie in enumerate(cookies))
    )
    took = time.monotonic() - began
    busy.cancel()
    shares = await busy
    report.table(
        f"{len(cookies)} learners hand in at once",
        ("submissions", "lost", "refused", "all judged s", "a second", "p50 s", "p95 s", "last s", "cores busy"),
        [
            (
                str(waits.sent),
                str(waits.sent - len(waits.waits) - waits.refused),
                str(waits.refused),
                f"{took:.1f}",
                f"{len(waits.waits) / took:.1f}",
                f"{_at(waits.waits, 0.5):.1f}",
                f"{_at(waits.waits, 0.95):.1f}",
                f"{max(waits.waits, default=0):.1f}",
                f"{shares:.0f} % of {os.cpu_count()}",
            )
        ],
    )


async def _newcomer(http: aiohttp.ClientSession, address: str, cookies: list[str], exercise: str) -> None:
    rows = []
    for round_ in range(_ROUNDS):
        many, first = _Waits(), _Waits()
        # Other people each time: one may hand in sixty times a minute.
        busy, newcomer = cookies[2 * round_], cookies[2 * round_ + 1]
        crowd = [
            asyncio.create_task(_hand_in(http, address, busy, exercise, f"many {round_} {n}", many))
            for n in range(_NEWCOMER_AFTER)
        ]
        while many.sent < _NEWCOMER_AFTER:  # all of them stand in the queue
            await asyncio.sleep(0.01)
        await _hand_in(http, address, newcomer, exercise, f"newcomer {round_}", first)
        judged_before = len(many.waits)
        await asyncio.gather(*crowd)
        rows.append((f"{first.waits[0]:.2f}", str(judged_before), f"{max(many.waits):.1f}", str(many.refused)))
    report.table(
        f"One person has {_NEWCOMER_AFTER} waiting when another hands in a first program",
        ("newcomer s", "of the many judged by then", "last of the many s", "refused"),
        rows,
    )


async def _hand_in(
    http: aiohttp.ClientSession, address: str, cookie: str, exercise: str, name: str, waits: _Waits
) -> None:
    headers = {"Cookie": cookie, "Origin": address}
    began = time.monotonic()
    body = {"files": {"main.py": _PROGRAM.format(name=name)}}
    path = f"{address}/api/v1/exercises/{exercise}/submissions"
    async with http.post(path, json=body, headers={**headers, "Idempotency-Key": name}) as answer:
        waits.sent += 1
        if answer.status != 202:
            waits.refused += 1
            return
        submission = (await answer.json())["id"]
    while True:
        async with http.get(f"{address}/api/v1/submissions/{submission}", headers=headers) as answer:
            view = await answer.json()
        if view.get("finished"):
            if view["status"] == "done":
                waits.waits.append(time.monotonic() - began)
            return
        await asyncio.sleep(min(2.0, 0.15 + 0.1 * view.get("place", 0)))


async def _cores_busy() -> float:
    """The mean share of the machine's cores that was busy until this is cancelled."""
    psutil.cpu_percent()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return psutil.cpu_percent()
    raise AssertionError


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0

"""A class of learners hands in at once, and a newcomer comes while one person has fifty waiting."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.load import cells, drive, measure, report

_NEWCOMER_AFTER = 50
_ROUNDS = 3
# Of each the last line differs, so that nobody's is the same program as another's.
_PROGRAM = """total = 0
for number in range({steps}):
    total += number * number % 7
print("Hello, world!")
# {name}
"""
# A program of a first week, whose time is that of an interpreter's start; and one that has something to do.
_KINDS = {"a few lines": 100, "a long loop": 600_000}
_SHORT = 200_000
_PATIENT = aiohttp.ClientTimeout(total=None, sock_read=120)


@dataclass
class _Waits:
    """Seconds from the press to the verdict, of each submission; those without a verdict are lost."""

    sent: int = 0
    refused: int = 0
    waits: list[float] = field(default_factory=list)
    program_ms: int = 0  # of all of them, as their verdicts tell it


async def run(address: str, server: int, cookies: list[str], exercise: str) -> None:
    """Print the tables; `server` is its process."""
    async with drive.web() as http:
        # The judge makes its cage when the first program comes.
        await _hand_in(http, address, cookies[0], exercise, _PROGRAM.format(steps=1, name="first"), _Waits())
        rows = [await _class(http, address, server, cookies, exercise, kind) for kind in _KINDS]
        report.table(f"{len(cookies)} learners hand in at once", _CLASS_HEAD, [row[0] for row in rows])
        report.table("What the processors did meanwhile", _CORES_HEAD, [row[1] for row in rows])
        await _newcomer(http, address, cookies, exercise)


_CLASS_HEAD = ("program", "submissions", "lost", "refused", "all judged s", "a second", "p50 s", "p95 s", "last s")
_CORES_HEAD = (
    "program",
    "idle",
    "in cells",
    "of that programs",
    "server",
    "generator",
    "others",
    "in cells, of what others and generator left",
    "cells ms each",
    "server ms each",
)


async def _class(
    http: aiohttp.ClientSession, address: str, server: int, cookies: list[str], exercise: str, kind: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    waits = _Waits()
    programs = [_PROGRAM.format(steps=_KINDS[kind], name=f"{kind} {number}") for number in range(len(cookies))]
    began, clock, before = time.monotonic(), cells.Clock(), measure.cpu_seconds(server)
    await asyncio.gather(
        *(
            _hand_in(http, address, cookie, exercise, program, waits)
            for cookie, program in zip(cookies, programs, strict=True)
        )
    )
    took, shares = time.monotonic() - began, clock.read()
    judged = (
        kind,
        str(waits.sent),
        str(waits.sent - len(waits.waits) - waits.refused),
        str(waits.refused),
        f"{took:.1f}",
        f"{len(waits.waits) / took:.1f}",
        f"{_at(waits.waits, 0.5):.1f}",
        f"{_at(waits.waits, 0.95):.1f}",
        f"{max(waits.waits, default=0):.1f}",
    )
    # Cells that have ended are not in it: nobody asks how they did.
    serving = measure.cpu_seconds(server) - before
    others = max(0.0, shares.busy - shares.cells - shares.generator - serving)
    idle = max(0.0, shares.there_were - shares.busy)
    ours = shares.cells + serving + idle
    seconds = (idle, shares.cells, waits.program_ms / 1000, serving, shares.generator, others)
    cores = (
        kind,
        *(f"{100 * each / shares.there_were:.0f} %" for each in seconds),
        f"{100 * shares.cells / ours:.0f} %",
        *(f"{1000 * each / max(1, len(waits.waits)):.0f}" for each in (shares.cells, serving)),
    )
    return judged, cores


async def _newcomer(http: aiohttp.ClientSession, address: str, cookies: list[str], exercise: str) -> None:
    rows = []
    for round_ in range(_ROUNDS):
        many, first = _Waits(), _Waits()
        # Other people each time: one may hand in sixty times a minute.
        busy, newcomer = cookies[2 * round_], cookies[2 * round_ + 1]
        crowd = [
            asyncio.create_task(
                _hand_in(
                    http,
                    address,
                    busy,
                    exercise,
                    _PROGRAM.format(steps=_SHORT, name=f"many {round_} {n}"),
                    many,
                    polls=True,
                )
            )
            for n in range(_NEWCOMER_AFTER)
        ]
        while many.sent < _NEWCOMER_AFTER:  # all of them stand in the queue
            await asyncio.sleep(0.01)
        await _hand_in(
            http, address, newcomer, exercise, _PROGRAM.format(steps=_SHORT, name=f"newcomer {round_}"), first
        )
        judged_before = len(many.waits)
        await asyncio.gather(*crowd)
        rows.append((f"{first.waits[0]:.2f}", str(judged_before), f"{max(many.waits):.1f}", str(many.refused)))
    report.table(
        f"One person has {_NEWCOMER_AFTER} waiting when another hands in a first program",
        ("newcomer s", "of the many judged by then", "last of the many s", "refused"),
        rows,
    )


async def _hand_in(
    http: aiohttp.ClientSession,
    address: str,
    cookie: str,
    exercise: str,
    program: str,
    waits: _Waits,
    *,
    polls: bool = False,
) -> None:
    headers = {"Cookie": cookie, "Origin": address}
    began = time.monotonic()
    path = f"{address}/api/v1/exercises/{exercise}/submissions"
    async with http.post(path, json={"files": {"main.py": program}}, headers=headers) as answer:
        waits.sent += 1
        if answer.status != 202:
            waits.refused += 1
            return
        submission = (await answer.json())["id"]
    view = await (_polled if polls else _followed)(http, f"{address}/api/v1/submissions/{submission}", headers)
    if view["status"] == "done":
        waits.waits.append(time.monotonic() - began)
        waits.program_ms += sum(check["time_ms"] for check in view["checks"])


async def _followed(http: aiohttp.ClientSession, path: str, headers: dict[str, str]) -> dict[str, Any]:
    """As a page does: told of what changes, over one connection."""
    while True:
        async with http.get(f"{path}/events", headers=headers, timeout=_PATIENT) as answer:
            if answer.status != 200:
                raise SystemExit(f"A submission cannot be followed: {answer.status} {await answer.text()}")
            done = False
            async for line in answer.content:
                if line.startswith(b"event:"):
                    done = line.strip() == b"event: done"
                elif done and line.startswith(b"data: "):
                    return dict(json.loads(line[6:]))


async def _polled(http: aiohttp.ClientSession, path: str, headers: dict[str, str]) -> dict[str, Any]:
    """Asked again and again: nobody may follow fifty things at once."""
    while True:
        async with http.get(path, headers=headers) as answer:
            view = dict(await answer.json())
        if view.get("finished"):
            return view
        await asyncio.sleep(min(2.0, 0.15 + 0.1 * view.get("place", 0)))


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else 0.0

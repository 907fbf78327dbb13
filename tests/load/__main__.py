"""`python -m tests.load`: what the real server costs under load, beside a bare Reflex app; see docs/benchmarks.md."""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.load import baseline, drive, judging, report, site
from tests.load.learners import Busy, Learner

_PORTS = range(3220, 3240)
_SECTIONS = ("load", "others", "judge", "visits", "start", "cold")
_QUIET = 50
_BUSY = 10
EXERCISM = site.REPOSITORY.parent / "shared" / "data" / "exercism-python.tar.gz"


@dataclass(frozen=True)
class Server:
    """A server that runs, and where."""

    address: str
    pid: int


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--learners", type=int, default=200, help="learners at once (default 200)")
    parser.add_argument("--more", type=int, default=300, help="learners of the second row; 0: none (default 300)")
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two events of one learner")
    parser.add_argument("--seconds", type=float, default=8.0, help="length of each run")
    parser.add_argument("--rounds", type=int, default=2, help="how often the runs alternate")
    parser.add_argument("--visits", type=int, default=5, help="first visits of each route, of which the median counts")
    parser.add_argument(
        "--only", choices=_SECTIONS, action="append", help="one section (may be repeated); cold is never run unasked"
    )
    parser.add_argument("--course", type=Path, help="an Exercism track to import while others learn")
    return parser.parse_args()


@contextmanager
def _bare(folder: Path) -> Iterator[Server]:
    port = site.free_port(_PORTS)
    process = baseline.start(folder / "bare", port)
    try:
        site.wait_until_open(process, port)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        site.stop(process)


@contextmanager
def _product(log: Path, port: int) -> Iterator[Server]:
    process, seconds = site.start(log)
    print(f"The server answered after {seconds:.1f} s.\n", flush=True)
    try:
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        site.stop(process)


async def _load(chosen: argparse.Namespace, bare: Server, product: Server, seed: site.Seed, learners: int) -> None:
    """Both servers, one after the other, at a learner's pace; then without a pause."""
    rows: dict[str, list[drive.Result]] = {"bare": [], "ours": [], "bare, no pause": [], "ours, no pause": []}
    async with drive.web() as http:
        visitors = await drive.gather(http, bare.address, [""] * learners, lambda tab, _: baseline.Visitor(tab))
        pupils = await drive.gather(
            http, product.address, seed.cookies[:learners], lambda tab, number: Learner(tab, seed.lessons, number)
        )
        await drive.run(pupils, product.pid, chosen.every * 2, chosen.every)  # everybody opens their first lesson
        for _round in range(chosen.rounds):
            rows["bare"].append(await drive.run(visitors, bare.pid, chosen.seconds, chosen.every))
            rows["ours"].append(await drive.run(pupils, product.pid, chosen.seconds, chosen.every))
        if learners == chosen.learners:
            rows["bare, no pause"].append(await drive.run(visitors, bare.pid, 5, 0))
            rows["ours, no pause"].append(await drive.run(pupils, product.pid, 5, 0))
        for tab in [*(one.tab for one in visitors), *(one.tab for one in pupils)]:
            await tab.close()
    report.load(learners, chosen.every, rows)


async def _others(chosen: argparse.Namespace, product: Server, seed: site.Seed, log: Path) -> None:
    """Quiet learners by themselves, then while ten search, ask and run code and a course is imported; alternating."""
    alone: list[drive.Result] = []
    beside: list[drive.Result] = []
    toil: list[drive.Result] = []
    exercise = next(lesson for lesson in seed.lessons if lesson.slug == "loops")
    async with drive.web() as http:
        quiet = await drive.gather(
            http, product.address, seed.cookies[:_QUIET], lambda tab, number: Learner(tab, seed.lessons, number)
        )
        busy = await drive.gather(
            http,
            product.address,
            seed.cookies[_QUIET : _QUIET + _BUSY],
            lambda tab, _: Busy(tab, exercise),
        )
        await drive.run(quiet, product.pid, chosen.every, chosen.every)
        for _round in range(chosen.rounds):
            alone.append(await drive.run(quiet, product.pid, chosen.seconds, chosen.every))
            importing = _import(chosen.course, log)
            both = await asyncio.gather(
                drive.run(quiet, product.pid, chosen.seconds, chosen.every),
                drive.run(busy, product.pid, chosen.seconds, 1.2),
            )
            beside.append(both[0])
            toil.append(both[1])
            await asyncio.to_thread(importing.wait)
        for tab in [*(one.tab for one in quiet), *(one.tab for one in busy)]:
            await tab.close()
    report.others(_QUIET, _BUSY, alone, beside, toil)


def _import(track: Path | None, log: Path) -> subprocess.Popen[bytes]:
    """Import a course by the command line, beside the running server."""
    from lms_app.cli.demo import DEMO_COURSE

    what = ["--format", "exercism", str(track)] if track else [str(DEMO_COURSE)]
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "lms_app", "import-course", *what],
            cwd=site.REPOSITORY,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _complain(log: Path) -> None:
    """Show what the server logged as an error."""
    told = log.read_text(errors="replace")
    if errors := told.count("ERROR"):
        print(f"The server logged {errors} errors; the last lines:\n{told[-2000:]}")


def main() -> None:
    """Run the sections that were asked for and print their tables."""
    chosen = _arguments()
    if chosen.course is None and EXERCISM.exists():
        chosen.course = EXERCISM
    sections = chosen.only or [name for name in _SECTIONS if name != "cold"]
    if sections == ["cold"]:
        seconds = site.start_in_a_clone(site.free_port(_PORTS))
        print(f"`make run` in a fresh clone served after {seconds:.0f} s.")
        return
    folder = Path(tempfile.mkdtemp(prefix="load-"))
    log = folder / "server.log"
    port = site.free_port(_PORTS)
    site.prepare(folder / "data", port)
    try:
        seed = site.seed(max(chosen.learners, chosen.more, _QUIET + _BUSY))
        with _product(log, port) as product:
            report.machine(product.pid)
            if "load" in sections:
                with _bare(folder) as bare:
                    for learners in (chosen.learners, chosen.more):
                        if learners:
                            asyncio.run(_load(chosen, bare, product, seed, learners))
            if "others" in sections:
                asyncio.run(_others(chosen, product, seed, log))
            if "judge" in sections:
                cookies = seed.cookies[: chosen.learners]
                asyncio.run(judging.run(product.address, product.pid, cookies, seed.exercise))
            if "visits" in sections:
                from tests.load import visits

                visits.measure(product.address, seed.cookies[0], chosen.visits)
        if "start" in sections:
            print(f"Started again with nothing changed: served after {site.start_again(log, 3):.1f} s (median of 3).")
        _complain(log)
    finally:
        site.forget(folder)


if __name__ == "__main__":
    main()

"""`python -m tests.sandbox.bench`: what judging costs, in one run, beside the bare process and beside DMOJ.

Parts: `one` is a `print(1)` and its output; `cpp` a C++ program that is compiled already; `humaneval` the 164 solutions
of HumanEval, each a submission of its own; `class` two hundred people who hand in at once through the whole service
(tests/load/judging.py). In the first three the ways take turns, so that whatever else the machine does hits them alike.

A backend or a peer that is not here is left out, in a sentence. DMOJ is none of our dependencies: `python -m venv x &&
x/bin/pip install dmoj` (it builds with gcc, libseccomp-dev and the headers of Python), then `--dmoj x`.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.sandbox.bench import measuring
from tests.sandbox.bench.dmoj import Dmoj
from tests.sandbox.bench.ways import Bare, Missing, Ours, Way, judge_server, local_judge, remote_judge

REPOSITORY = Path(__file__).parents[3]
HUMANEVAL = REPOSITORY.parent / "shared" / "data" / "judge" / "humaneval" / "data" / "HumanEval.jsonl.gz"
BACKENDS = ("bubblewrap", "docker", "remote")
PARTS = ("one", "cpp", "humaneval", "class")


def main() -> None:
    """Measure and print what was asked for."""
    chosen = _arguments()
    parts = chosen.part or PARTS
    print(f"{os.cpu_count()} processors, load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
    if set(parts) - {"class"}:
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
            ways = list(_ways(stack, chosen, folder))
            if "one" in parts:
                measuring.one_run(ways, chosen.rounds)
            if "cpp" in parts:
                measuring.compiled(ways, chosen.rounds)
            if "humaneval" in parts:
                if chosen.data.exists():
                    measuring.human_eval(ways, chosen.data, chosen.workers, chosen.repeats)
                else:
                    print(f"\nHumanEval is left out: {chosen.data} is not here.")
    if "class" in parts:
        for name in chosen.backend or BACKENDS[:1]:
            _class(name, chosen)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.sandbox.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", action="append", choices=PARTS, help="may be repeated; all when not given")
    parser.add_argument(
        "--backend", action="append", choices=BACKENDS, help="may be repeated; all (for the class: bubblewrap)"
    )
    parser.add_argument("--peer", action="append", choices=("dmoj", "none"), help="none: only our own judge")
    parser.add_argument("--dmoj", type=Path, help="the folder of a Python environment with DMOJ in it")
    parser.add_argument("--docker-url", help="as in DOCKER_HOST; nothing is started or built here")
    parser.add_argument("--rounds", type=int, default=30, help="rounds of single runs, of which the median counts")
    parser.add_argument("--repeats", type=int, default=3, help="how often HumanEval is judged each way")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="judged at once")
    parser.add_argument("--data", type=Path, default=HUMANEVAL, help="HumanEval.jsonl.gz")
    parser.add_argument("--people", type=int, default=200, help="how many hand in at once in the class")
    return parser.parse_args()


def _ways(stack: contextlib.ExitStack, chosen: argparse.Namespace, folder: Path) -> Iterator[Way]:
    """The bare process first, then all that is here."""
    yield Bare(folder)
    for name in chosen.backend or BACKENDS:
        try:
            if name == "remote":
                judge = stack.enter_context(remote_judge(chosen.workers))
            else:
                judge = stack.enter_context(local_judge(name, chosen.workers, chosen.docker_url))
            yield Ours(name, judge)
        except Missing as problem:
            print(f"{name} is left out: {problem}", flush=True)
    if "none" not in (chosen.peer or ()):
        try:
            yield stack.enter_context(contextlib.closing(Dmoj(chosen.dmoj, folder, chosen.workers)))
        except Missing as problem:
            print(f"DMOJ is left out: {problem}", flush=True)


def _class(name: str, chosen: argparse.Namespace) -> None:
    """The service as it is started for people, with this backend, and those who hand in."""
    print(f"\nA class on {name}", flush=True)
    settings = {"SANDBOX_BACKEND": name, "SANDBOX_SLOTS": "0", "SANDBOX_URLS": "", "SANDBOX_TOKEN": ""}
    with contextlib.ExitStack() as stack:
        try:
            if name == "docker":
                stack.enter_context(local_judge(name, 1, chosen.docker_url))
                settings |= {"DOCKER_HOST": chosen.docker_url} if chosen.docker_url else {}
            elif name == "remote":
                url, token = stack.enter_context(judge_server(len(os.sched_getaffinity(0))))
                settings |= {"SANDBOX_URLS": url, "SANDBOX_TOKEN": token}
        except Missing as problem:
            print(f"It is left out: {problem}", flush=True)
            return
        command = [
            sys.executable,
            "-m",
            "tests.load",
            "--only",
            "judge",
            "--learners",
            str(chosen.people),
            "--more",
            "0",
        ]
        subprocess.run(command, cwd=REPOSITORY, env={**os.environ, **settings}, check=True)


if __name__ == "__main__":
    main()

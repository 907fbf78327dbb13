"""`python -m tests.sandbox.bench`: what a cell costs, beside the bare process, in one run.

One run is `print(1)` and its output; the medians of rounds in which the ways take turns. Then the 164 solutions of
HumanEval, each judged as a submission of its own in a fresh cell, by several threads at once. The bare process is the
same interpreter without the packages of this machine, as in a cell: their path files may take longer than the rest.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sandbox import Case, Judge, JudgeRequest, Limits, RunRequest, SlotPool, Verdict
from sandbox.opening import open_backend

HUMANEVAL = Path(__file__).parents[2].parent / "shared" / "data" / "judge" / "humaneval" / "data" / "HumanEval.jsonl.gz"
_BARE = (
    "import site, sys; site.PREFIXES = []; site.main(); exec(compile(open(sys.argv[1]).read(), sys.argv[1], 'exec'))"
)
_WARM_UPS = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.sandbox.bench", description=__doc__)
    parser.add_argument("--backend", action="append", choices=("bubblewrap", "docker"), help="may be repeated")
    parser.add_argument("--rounds", type=int, default=30, help="rounds of single runs, of which the median counts")
    parser.add_argument("--workers", type=int, default=2, help="threads that judge at once")
    parser.add_argument("--data", type=Path, default=HUMANEVAL, help="HumanEval.jsonl.gz")
    arguments = parser.parse_args()
    judges = {
        name: Judge(open_backend(name), SlotPool(arguments.workers)) for name in arguments.backend or ["bubblewrap"]
    }
    try:
        for name, judge in judges.items():
            found = judge.probe()
            if not found.works:
                sys.exit(f"{name}: {found.problem}")
        print(f"load of the machine before: {os.getloadavg()[0]:.1f}, processors: {os.cpu_count()}")
        with tempfile.TemporaryDirectory() as folder:
            one_run(judges, Path(folder), arguments.rounds)
            if arguments.data.exists():
                human_eval(judges, Path(folder), arguments.data, arguments.workers)
            else:
                print(f"HumanEval: {arguments.data} is not here")
    finally:
        for judge in judges.values():
            judge.close()


def one_run(judges: dict[str, Judge], folder: Path, rounds: int) -> None:
    """The time of one `print(1)` each way."""
    program = folder / "one.py"
    program.write_text("print(1)")
    request = RunRequest("python", {"main.py": "print(1)"}, "main.py")

    def bare() -> None:
        assert run_bare(program) == b"1\n"

    def judged(judge: Judge) -> Callable[[], None]:
        def run() -> None:
            result = judge.run(request)
            assert result.stdout == "1\n", result

        return run

    ways = {"bare process": bare, **{name: judged(judge) for name, judge in judges.items()}}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + _WARM_UPS):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            if number >= _WARM_UPS:
                taken[name].append((time.perf_counter() - began) * 1000)
    base = statistics.median(taken["bare process"])
    print(f"\nprint(1), {rounds} rounds   median ms      p95   ratio")
    for name, values in taken.items():
        median, p95 = statistics.median(values), sorted(values)[int(len(values) * 0.95)]
        print(f"{name:24} {median:10.2f} {p95:8.2f} {median / base:7.2f}")


def human_eval(judges: dict[str, Judge], folder: Path, data: Path, workers: int) -> None:
    """Submissions in a second each way; all must be accepted."""
    sources = []
    for line in gzip.decompress(data.read_bytes()).splitlines():
        row = json.loads(line)
        text = (
            f"{row['prompt']}{row['canonical_solution']}\n{row['test']}\ncheck({row['entry_point']})\nprint('done')\n"
        )
        sources.append(text)
    programs = []
    for number, source in enumerate(sources):
        programs.append(folder / f"{number}.py")
        programs[-1].write_text(source)
    limits = Limits(cpu_ms=10_000, wall_ms=30_000)

    def request(source: str) -> JudgeRequest:
        return JudgeRequest("python", {"main.py": source}, cases=[Case("all", "", "done")], limits=limits)

    print(f"\nHumanEval, {workers} workers   accepted   a second   of bare")
    base = 0.0
    with ThreadPoolExecutor(workers) as threads:
        began = time.perf_counter()
        right = sum(threads.map(lambda program: run_bare(program) == b"done\n", programs))
        base = len(sources) / (time.perf_counter() - began)
        print(f"{'bare process':24} {right:10} {base:10.1f}      1.00")
        for name, judge in judges.items():
            judge.judge(request(sources[0]))
            began = time.perf_counter()
            results = list(threads.map(lambda source: judge.judge(request(source)), sources))  # noqa: B023 - used at once
            rate = len(sources) / (time.perf_counter() - began)
            right = sum(result.verdict is Verdict.ACCEPTED for result in results)
            print(f"{name:24} {right:10} {rate:10.1f} {rate / base:9.2f}")


def run_bare(program: Path) -> bytes:
    """A program's output without any cage."""
    python = f"{sys.base_prefix}/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    return subprocess.run(
        [python, "-s", "-B", "-S", "-c", _BARE, str(program)], capture_output=True, check=False
    ).stdout


if __name__ == "__main__":
    main()

"""The measurements: all ways in turns, and tables of their times."""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.sandbox.bench.ways import PYTHON, Way

_WARM_UPS = 3
_PRIMES = """#include <iostream>
#include <vector>

int main() {
    int most = 0, found = 0;
    std::cin >> most;
    std::vector<char> crossed(most + 1);
    for (int number = 2; number <= most; ++number) {
        if (crossed[number]) continue;
        ++found;
        for (long long other = 1LL * number * number; other <= most; other += number) crossed[other] = 1;
    }
    std::cout << found << "\\n";
}
"""
# A program that does nothing shows what a cell adds; one as courses have it, what that is of a verdict.
_COMPILED = {
    "C++ that prints 1": ('#include <iostream>\n\nint main() { std::cout << 1 << "\\n"; }\n', "", "1\n"),
    "C++, primes below 5000000": (_PRIMES, "5000000", "348513\n"),
}


def one_run(ways: Sequence[Way], rounds: int) -> None:
    """The time of one `print(1)`."""
    runs = {way.name: _once(way, "python", "print(1)", "", "1\n") for way in ways}
    _compare("print(1)", {**runs, "python3 -c 'print(1)'": _command}, rounds)


def compiled(ways: Sequence[Way], rounds: int) -> None:
    """The time of programs in C++ that are compiled before the first round that counts."""
    able = [way for way in ways if "cpp" in way.languages]
    for title, (source, stdin, expected) in _COMPILED.items():
        _compare(title, {way.name: _once(way, "cpp", source, stdin, expected) for way in able}, rounds)


def human_eval(ways: Sequence[Way], data: Path, workers: int, repeats: int) -> None:
    """Submissions in a second, several at once; those that are not accepted are counted."""
    rows = [json.loads(line) for line in gzip.decompress(data.read_bytes()).splitlines()]
    programs = [
        f"{row['prompt']}{row['canonical_solution']}\n{row['test']}\ncheck({row['entry_point']})\nprint('done')\n"
        for row in rows
    ]
    rates: dict[str, list[float]] = {way.name: [] for way in ways}
    right: dict[str, int] = {way.name: len(programs) for way in ways}
    with ThreadPoolExecutor(workers) as threads:
        for way in ways:
            list(threads.map(way.judge, programs[: 2 * workers], ["done\n"] * 2 * workers))
        for _ in range(repeats):
            for way in ways:
                began = time.perf_counter()
                accepted = sum(threads.map(way.judge, programs, ["done\n"] * len(programs)))
                rates[way.name].append(len(programs) / (time.perf_counter() - began))
                right[way.name] = min(right[way.name], accepted)
    bare, peer = (statistics.median(rates.get(name) or [0.0]) for name in ("bare process", "DMOJ"))
    print(f"\nHumanEval, {workers} at once, {repeats} times    accepted   median/s      min      max  of bare  of DMOJ")
    for name, values in rates.items():
        median = statistics.median(values)
        of_peer = f"{median / peer:8.2f}" if peer else "       -"
        spread = f"{median:10.1f} {min(values):8.1f} {max(values):8.1f}"
        print(f"{name:35} {right[name]:4} of {len(programs)} {spread} {median / bare:8.2f} {of_peer}", flush=True)


def _once(way: Way, language: str, source: str, stdin: str, expected: str) -> Callable[[], bool]:
    return lambda: way.run(language, source, stdin, expected)


def _command() -> bool:
    """The bare process with all that is installed on this machine for its interpreter."""
    return subprocess.run([PYTHON, "-c", "print(1)"], capture_output=True, check=False).stdout == b"1\n"


def _compare(title: str, ways: dict[str, Callable[[], bool]], rounds: int) -> None:
    """Each way once in every round; the first rounds, in which things are made ready, do not count."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    wrong = dict.fromkeys(ways, 0)
    for number in range(rounds + _WARM_UPS):
        for name, run in ways.items():
            began = time.perf_counter()
            right = run()
            if number >= _WARM_UPS:
                taken[name].append((time.perf_counter() - began) * 1000)
                wrong[name] += not right
    bare = taken["bare process"]
    base, least = statistics.median(bare), min(bare)
    # Where other programs run beside, the minima are what was disturbed the least.
    print(f"\n{title}, {rounds} rounds".ljust(36) + "  median ms      min      max   ratio  of minima")
    for name, values in taken.items():
        median = statistics.median(values)
        failed = f"   {wrong[name]} of them wrong" if wrong[name] else ""
        times = f"{median:10.2f} {min(values):8.2f} {max(values):8.2f}"
        print(f"{name:35} {times} {median / base:7.2f} {min(values) / least:10.2f}{failed}", flush=True)

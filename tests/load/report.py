"""Print what was measured, as tables that can be put into docs/benchmarks.md."""

import os
from collections import Counter
from collections.abc import Sequence
from statistics import median

import psutil

from tests.load import measure
from tests.load.drive import Result

_HEAD = ("", "events/s", "p50 ms", "p95 ms", "p99 ms", "failed", "RSS MB", "PSS MB", "CPU ms/event", "generator CPU")


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    print(f"\n{title}\n")
    print("| " + " | ".join(f"{text:{width}}" for text, width in zip(head, widths, strict=True)) + " |")
    print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    for row in rows:
        print("| " + " | ".join(f"{text:{width}}" for text, width in zip(row, widths, strict=True)) + " |")
    print(flush=True)


def machine(pid: int) -> None:
    """Say where this was measured, and what the server needs before anybody comes."""
    resident, proportional = measure.memory_mb(pid)
    print(
        f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB, load average before "
        f"{os.getloadavg()[0]:.1f}; server at rest: {resident:.0f} MB resident, {proportional:.0f} MB PSS",
        flush=True,
    )


def load(learners: int, every: float, rows: dict[str, list[Result]]) -> None:
    """Both servers side by side, the cost of an event, and what each kind of event weighs."""
    table(
        f"{learners} tabs, an event every {every:g} s each (medians of the rounds)",
        _HEAD,
        [_row(name, results) for name, results in rows.items() if results],
    )
    ours, bare = _cpu(rows["ours"]), _cpu(rows["bare"])
    print(f"An event costs us {ours:.2f} ms of processor, the bare app {bare:.2f} ms: {ours / bare:.1f} times.")
    if rows["ours, no pause"]:
        ours, bare = _cpu(rows["ours, no pause"]), _cpu(rows["bare, no pause"])
        print(f"Without a pause: {ours:.2f} ms and {bare:.2f} ms: {ours / bare:.1f} times.")
    _kinds(rows["ours"])
    _failures([result for name, group in rows.items() if name.startswith("ours") for result in group])


def others(quiet: int, busy: int, alone: list[Result], beside: list[Result], toil: list[Result]) -> None:
    """What the quiet learners felt of the busy ones."""
    table(
        f"{quiet} quiet learners while {busy} others search, ask the tutor and run code, and a course is imported",
        _HEAD[:6],
        [
            _row("by themselves", alone)[:6],
            _row("beside the busy ones", beside)[:6],
            _row("the busy ones", toil)[:6],
        ],
    )
    _kinds(toil)
    _failures(beside)
    _failures(toil)


def _cpu(results: list[Result]) -> float:
    return median(result.cpu_ms for result in results)


def _row(name: str, results: list[Result]) -> tuple[str, ...]:
    def middle(*values: float) -> float:
        return median(values)

    return (
        name,
        f"{middle(*(result.per_second for result in results)):.0f}",
        *(f"{middle(*(result.tally.percentile(share) for result in results)):.0f}" for share in (0.5, 0.95, 0.99)),
        str(sum(result.tally.failures.total() for result in results)),
        f"{max(result.usage.resident_mb for result in results):.0f}",
        f"{max(result.usage.shared_mb for result in results):.0f}",
        f"{_cpu(results):.2f}",
        f"{100 * max(result.generator_cpu for result in results):.0f} %",
    )


def _kinds(results: list[Result]) -> None:
    """What each kind of event costs the wire and the one who waits, and which vars are the heaviest."""
    sent: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for result in results:
        sent += result.tally.sent
        size += result.tally.bytes
    rows = []
    for kind, count in sent.most_common():
        by_var: Counter[str] = Counter()
        for result in results:
            by_var += result.tally.bytes_by_var[kind]
        heaviest = ", ".join(f"{name} {weight / count:.0f}" for name, weight in by_var.most_common(4))
        times = [f"{median(result.tally.percentile(share, kind) for result in results):.0f}" for share in (0.5, 0.95)]
        rows.append((kind, str(count), f"{size[kind] / count:.0f}", *times, heaviest))
    table("By kind of event", ("event", "sent", "bytes each", "p50 ms", "p95 ms", "heaviest vars (bytes)"), rows)


def _failures(results: list[Result]) -> None:
    failures: Counter[str] = Counter()
    for result in results:
        failures += result.tally.failures
    for what, count in failures.most_common(10):
        print(f"failed {count} times: {what}")

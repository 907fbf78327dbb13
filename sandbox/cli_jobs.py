"""`python -m sandbox run` and `judge`: files and options to a request, a result to text or JSON."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from sandbox.languages import LANGUAGES, language_named
from sandbox.opening import Judging, open_judge
from sandbox.types import LIMIT_RANGES, Case, JudgeRequest, JudgeResult, Limits, RunRequest, RunResult, Verdict

WELL, PROGRAM_FAILED, WRONG_INPUT, SANDBOX_FAILED = 0, 1, 2, 3


def run(options: argparse.Namespace) -> int:
    """Run a program and print what became of it."""
    files = _read_files(options.program)
    request = RunRequest(
        language=_language(options),
        files=files,
        entry=next(iter(files)),
        stdin=_stdin(options.stdin),
        limits=_limits(options),
        args=options.arg,
    )
    result = _with_judge(options, lambda judge: judge.run(request))
    _print(options, result, _run_lines)
    return _exit_code(result)


def judge(options: argparse.Namespace) -> int:
    """Judge a program and print what became of it."""
    files = _read_files(options.program)
    tests = _read_files(options.unit_tests or [])
    request = JudgeRequest(
        language=_language(options),
        files=files,
        entry=next(iter(files)),
        mode="unit_tests" if tests else "cases",
        cases=() if tests else tuple(_cases(Path(options.cases))),
        test_files=tests,
        checker=options.checker,
        float_tolerance=options.tolerance,
        stop_at_first_failure=options.stop,
        limits=_limits(options),
    )
    result = _with_judge(options, lambda judge: judge.judge(request))
    _print(options, result, _judge_lines)
    return _exit_code(result)


def settings_of(options: argparse.Namespace) -> dict[str, Any]:
    """What `open_judge` is given, from options and environment."""
    urls = [url for url in os.environ.get("SANDBOX_URLS", "").split(",") if url.strip()]
    return {
        "urls": urls if options.backend in ("auto", "remote") else [],
        "token": os.environ.get("SANDBOX_TOKEN", ""),
        "docker_url": options.docker_url,
    }


def _with_judge(options: argparse.Namespace, work: Any) -> Any:
    judge: Judging = open_judge(options.backend, slots=1, **settings_of(options))
    try:
        return work(judge)
    finally:
        judge.close()


def _language(options: argparse.Namespace) -> str:
    if options.language:
        return language_named(options.language).name
    ending = Path(options.program[0]).suffix
    found = [language.name for language in LANGUAGES.values() if language.extension == ending]
    if len(found) != 1:
        raise ValueError(f"--language: which one of {', '.join(LANGUAGES)}? {options.program[0]} does not say it")
    return found[0]


def _read_files(names: Sequence[str]) -> dict[str, bytes]:
    """The files by the names they have beside the first one; those from elsewhere by their last name."""
    home = Path(names[0]).resolve().parent if names else Path()
    files: dict[str, bytes] = {}
    for name in names:
        path = Path(name).resolve()
        inside = path.relative_to(home) if path.is_relative_to(home) else Path(path.name)
        key = str(PurePosixPath(inside))
        if key in files:
            raise ValueError(f"{name}: there is another file of this name")
        files[key] = Path(name).read_bytes()
    return files


def _stdin(name: str | None) -> bytes:
    if name is None:
        return b""
    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def _limits(options: argparse.Namespace) -> Limits:
    values: dict[str, float] = {}
    for name in LIMIT_RANGES:
        given = getattr(options, name)
        if given is None:
            continue
        try:
            number = float(given)
        except ValueError:
            raise ValueError(f"{name}: {given[:40]!r} is not a number") from None
        values[name] = round(number * 1000, 6) if name.endswith("_ms") else number
    if "cpu_ms" in values and "wall_ms" not in values:
        # A program that may compute for long must also be let run for as long.
        values["wall_ms"] = min(LIMIT_RANGES["wall_ms"][1], max(Limits().wall_ms, 3 * values["cpu_ms"] + 1000))
    return Limits.parse(values)


def _cases(folder: Path) -> Iterator[Case]:
    inputs = sorted(folder.rglob("*.in"), key=lambda path: _natural(str(path)))
    if not inputs:
        raise ValueError(f"{folder}: there is no NAME.in")
    for path in inputs:
        answer = next((path.with_suffix(end) for end in (".out", ".ans") if path.with_suffix(end).is_file()), None)
        if answer is None:
            raise ValueError(f"{path}: there is no {path.stem}.out or {path.stem}.ans beside it")
        yield Case(str(path.relative_to(folder).with_suffix("")), _text(path), _text(answer))


def _natural(text: str) -> list[tuple[int, str]]:
    """2 before 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"([0-9]+)", text)]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{path}: is not UTF-8") from None


def _exit_code(result: RunResult | JudgeResult) -> int:
    if result.verdict is Verdict.ACCEPTED:
        return WELL
    return SANDBOX_FAILED if result.verdict is Verdict.INTERNAL_ERROR else PROGRAM_FAILED


def _print(options: argparse.Namespace, result: Any, lines: Any) -> None:
    text = json.dumps(result.as_json(), indent=2) if options.json else "\n".join(lines(result))
    sys.stdout.write(f"{text}\n")


def _run_lines(result: RunResult) -> Iterator[str]:
    yield f"verdict  {_verdict(result)}"
    if result.exit_code is not None or result.signal:
        yield f"exit     {result.signal or result.exit_code}"
    yield from _figures(result)
    yield from _streams(
        compiler=result.compile_log,
        stdout=_marked(result.stdout, result.stdout_truncated),
        stderr=_marked(result.stderr, result.stderr_truncated),
    )


def _judge_lines(result: JudgeResult) -> Iterator[str]:
    yield f"verdict  {_verdict(result)}"
    yield f"score    {result.score:g} ({result.passed} of {result.total} tests passed)"
    yield from _figures(result)
    for test in result.tests:
        figures = f"{test.time_ms:>6} ms {test.memory_kb / 1024:>7.1f} MB"
        message = _plain(test.message).strip().partition("\n")[0]
        yield f"  {test.verdict:<18} {figures}  {_plain(test.name)}  {message}".rstrip()
    first = result.first_failure
    yield from _streams(compiler=result.compile_log, stdout=result.stdout, stderr=result.stderr)
    if first is not None:
        yield f"first failure: {_plain(first.name)}"
        yield from _streams(input=first.stdin, expected=first.expected, printed=first.got, stderr=first.stderr)


def _verdict(result: RunResult | JudgeResult) -> str:
    reason = f" ({result.reason})" if result.reason else ""
    message = f": {_plain(result.message)}" if result.message else ""
    return f"{result.verdict}{reason}{message}"


def _figures(result: RunResult | JudgeResult) -> Iterator[str]:
    yield f"time     {result.time_ms} ms processor, {result.wall_ms} ms clock"
    yield f"memory   {result.memory_kb / 1024:.1f} MB"


def _streams(**streams: str) -> Iterator[str]:
    for name, text in streams.items():
        if text:
            yield f"{name}:"
            yield _plain(text.removesuffix("\n"))


def _marked(text: str, truncated: bool) -> str:
    return f"{text}\n(cut here)" if truncated else text


def _plain(text: str) -> str:
    """Text that does nothing to a terminal: a program's output may hold its control characters."""
    return "".join(
        letter if letter in "\n\t" or letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )

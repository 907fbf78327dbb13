"""From what the kernel saw to a verdict. One place for all backends."""

from __future__ import annotations

import signal
from collections.abc import Sequence

from sandbox.backends.base import End, Outcome
from sandbox.languages import Language
from sandbox.types import RunResult, Verdict

_BY_END: dict[End, tuple[Verdict, str]] = {
    "cpu": (Verdict.TIME_LIMIT, "cpu"),
    "wall": (Verdict.TIME_LIMIT, "wall"),
    "memory": (Verdict.MEMORY_LIMIT, "memory"),
    "stdout": (Verdict.OUTPUT_LIMIT, "stdout"),
    "stderr": (Verdict.OUTPUT_LIMIT, "stderr"),
    "report": (Verdict.OUTPUT_LIMIT, "report"),
    "no_cage": (Verdict.INTERNAL_ERROR, "no_cage"),
    "lost": (Verdict.INTERNAL_ERROR, "lost"),
}

# The worst comes first: a submission has the verdict of its worst test.
_ORDER = (
    Verdict.INTERNAL_ERROR,
    Verdict.COMPILE_ERROR,
    Verdict.TIME_LIMIT,
    Verdict.MEMORY_LIMIT,
    Verdict.OUTPUT_LIMIT,
    Verdict.RUNTIME_ERROR,
    Verdict.WRONG_ANSWER,
    Verdict.ACCEPTED,
)


def worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict that decides for all."""
    return min(verdicts, key=_ORDER.index)


def decode(data: bytes) -> str:
    """A program's output as text that any database and page can hold: UTF-8, what is not becomes U+FFFD, NUL too."""
    return data.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def run_result(outcome: Outcome, language: Language) -> RunResult:
    """The result of one run; `accepted` here means that the program ended by itself with exit code 0."""
    stderr = decode(outcome.stderr)
    verdict, reason = _verdict(outcome, stderr, language)
    return RunResult(
        verdict=verdict,
        stdout=decode(outcome.stdout),
        stderr=stderr,
        exit_code=outcome.code,
        signal=signal.Signals(outcome.signal).name if outcome.signal is not None else None,
        time_ms=outcome.cpu_ms,
        wall_ms=outcome.wall_ms,
        memory_kb=outcome.memory_kb,
        reason=reason,
        message=outcome.problem,
        stdout_truncated=outcome.stdout_truncated,
        stderr_truncated=outcome.stderr_truncated,
    )


def _verdict(outcome: Outcome, stderr: str, language: Language) -> tuple[Verdict, str]:
    if outcome.end in _BY_END:
        return _BY_END[outcome.end]
    if outcome.end == "exit" and outcome.code == 0:
        return Verdict.ACCEPTED, ""
    if outcome.signal in (signal.SIGXCPU,):
        return Verdict.TIME_LIMIT, "cpu"
    last = stderr.rstrip().rpartition("\n")[2]
    if last.startswith(language.out_of_memory_marks):
        return Verdict.MEMORY_LIMIT, "memory"
    if language.is_syntax_error(stderr):
        return Verdict.COMPILE_ERROR, "syntax"
    return Verdict.RUNTIME_ERROR, "signal" if outcome.signal is not None else "exit_code"

"""From what the kernel saw to a verdict. One place for all backends."""

from __future__ import annotations

import signal

from sandbox.backends.base import FOLDERS, End, Outcome
from sandbox.compiling import Compiled
from sandbox.languages import Language
from sandbox.types import RunResult, Verdict, worst

__all__ = ["compile_log", "compile_verdict", "decode", "kept_log", "run_result", "worst"]
_WORK = FOLDERS["work"] + "/"

MAX_LOG_BYTES = 16 * 1024
"""Of what a compiler wrote, so much is kept."""
_LOG_END_BYTES = 4 * 1024
_LEFT_OUT = "\n[…]\n"

_BY_END: dict[End, tuple[Verdict, str]] = {
    "cpu": (Verdict.TIME_LIMIT, "cpu"),
    "wall": (Verdict.WALL_LIMIT, "wall"),
    "memory": (Verdict.MEMORY_LIMIT, "memory"),
    "stdout": (Verdict.OUTPUT_LIMIT, "stdout"),
    "stderr": (Verdict.OUTPUT_LIMIT, "stderr"),
    "report": (Verdict.OUTPUT_LIMIT, "report"),
    "blocked": (Verdict.SECURITY_VIOLATION, "blocked"),
    "busy": (Verdict.INTERNAL_ERROR, "busy"),
    "no_cage": (Verdict.INTERNAL_ERROR, "no_cage"),
    "lost": (Verdict.INTERNAL_ERROR, "lost"),
}


def decode(data: bytes) -> str:
    """A program's output as text that any database and page can hold: UTF-8, what is not becomes U+FFFD, NUL too."""
    return data.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def run_result(outcome: Outcome, language: Language) -> RunResult:
    """The result of one run; `accepted` here means that the program ended by itself with exit code 0."""
    stderr = decode(outcome.stderr)
    verdict, reason = _verdict(outcome, stderr, language)
    if verdict in (Verdict.RUNTIME_ERROR, Verdict.COMPILE_ERROR):
        stderr = stderr.replace(f"file://{_WORK}", "").replace(_WORK, "")  # the learner knows the file by its name
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
    if language.is_out_of_memory(stderr):
        return Verdict.MEMORY_LIMIT, "memory"
    if language.is_syntax_error(stderr):
        return Verdict.COMPILE_ERROR, "syntax"
    return Verdict.RUNTIME_ERROR, "signal" if outcome.signal is not None else "exit_code"


def compile_log(compiled: Compiled) -> str:
    """What the compiler wrote, with the learner's files by the names that the learner gave them."""
    outcome = compiled.outcome
    if outcome is None:
        return ""
    text = decode(outcome.stderr + outcome.stdout).replace(f"file://{_WORK}", "").replace(_WORK, "")
    if outcome.end in _COMPILER_ENDS:
        text = f"{text.rstrip()}\n{_COMPILER_ENDS[outcome.end]}\n".lstrip()
    return kept_log(text)


def kept_log(text: str) -> str:
    """The beginning and the end of what a compiler wrote, MAX_LOG_BYTES in UTF-8 at most."""
    data = text.encode("utf-8", "replace")
    if len(data) <= MAX_LOG_BYTES:
        return text
    beginning = data[: MAX_LOG_BYTES - _LOG_END_BYTES - len(_LEFT_OUT.encode())].decode("utf-8", "ignore")
    return beginning + _LEFT_OUT + data[-_LOG_END_BYTES:].decode("utf-8", "ignore")


def compile_verdict(compiled: Compiled) -> Verdict:
    """The verdict on a program that was not made."""
    lost = compiled.outcome is not None and compiled.outcome.end == "lost"
    return Verdict.INTERNAL_ERROR if lost else Verdict.COMPILE_ERROR


_COMPILER_ENDS: dict[End, str] = {
    "cpu": "The compiler took too long.",
    "wall": "The compiler took too long.",
    "memory": "The compiler needed too much memory.",
    "stdout": "The compiler wrote too much.",
    "stderr": "The compiler wrote too much.",
}

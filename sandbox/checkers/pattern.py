r"""The regular expression checker. The pattern must match the whole output, but for white space at its end.

Python's engine can take exponential time, and cannot be stopped inside this process: a pattern such as `(a+)+b`
would hold the whole service. So the match runs in a small process of its own with little processor time and memory.
A pattern that is wrong or does not come to an end is the teacher's fault, not the learner's.
"""

from __future__ import annotations

import subprocess
import sys

MAX_PATTERN = 10_000
CPU_SECONDS = 1
_WALL_SECONDS = 10
_MEMORY = 1 << 30
_MATCHES, _DIFFERS, _NO_PATTERN = 0, 10, 11

_CHILD = f"""
import re, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({CPU_SECONDS}, {CPU_SECONDS}))
resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
data = sys.stdin.buffer.read()
length = int.from_bytes(data[:4], "big")
pattern = data[4:4 + length].decode("utf-8", "surrogatepass")
text = data[4 + length:].decode("utf-8", "surrogateescape")
try:
    compiled = re.compile(pattern)
except (re.error, OverflowError, RecursionError):
    sys.exit({_NO_PATTERN})
sys.exit({_MATCHES} if compiled.fullmatch(text) else {_DIFFERS})
"""


class PatternProblem(Exception):
    """The pattern cannot be used; the text says why, to the teacher."""


def matches(pattern: str, output: bytes) -> bool:
    """Whether a pattern matches the whole output. PatternProblem where it is none, or takes too long."""
    raw = pattern.rstrip().encode("utf-8", "surrogatepass")
    message = len(raw).to_bytes(4, "big") + raw + output.rstrip()
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _CHILD],
            input=message,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PatternProblem("the pattern took too long") from None
    if done.returncode == _NO_PATTERN:
        raise PatternProblem("the pattern is not a regular expression")
    if done.returncode not in (_MATCHES, _DIFFERS):
        raise PatternProblem("the pattern took too long or too much memory")
    return done.returncode == _MATCHES

"""Requests that are refused before any cell is asked for: names, sizes, numbers."""

from __future__ import annotations

import math

import pytest
from stage import Stage

from sandbox import Case, JudgeRequest, Limits, RunRequest

pytestmark = pytest.mark.cage

_NAMES = [
    "../../x.py", "/etc/x.py", "a/../../b.py", "-o/etc/x", "@options", "a;rm -rf x", "a\nb.py", "a\0b.py", "x" * 5000,
    "", ".", "..", ".bashrc", "a//b", "a/", "$(id).py", "`id`", "a b", "\u202ea.py", "é.py", "a\\b.py", "C:x.py",
    "a|b", "a&b", "a'b", 'a"b', "*", "~x", "#x", "a/" * 40 + "b", "\ud800.py",
]  # fmt: skip
_NUMBERS = [-1, 0, math.nan, math.inf, -math.inf, 1e99, 1.5, "2000", "", None, True, [1], {}, 10**30, b"1"]


@pytest.mark.parametrize("name", _NAMES, ids=[ascii(name)[:30] for name in _NAMES])
def test_a_name_that_is_no_plain_name_is_refused(stage: Stage, name: str) -> None:
    with pytest.raises(ValueError, match=r"^files: "):
        stage.judge.run(RunRequest("python", {"main.py": "print(1)", name: ""}, "main.py"))
    with pytest.raises(ValueError, match=r"^(files|entry): "):
        stage.judge.run(RunRequest("python", {name: "print(1)"}, name))


def test_too_much_is_refused(stage: Stage) -> None:
    main = {"main.py": "print(1)"}
    with pytest.raises(ValueError, match=r"^stdin: "):
        stage.judge.run(RunRequest("python", main, "main.py", b"x" * (100 << 20)))
    with pytest.raises(ValueError, match=r"^(stdin|cases): "):
        stage.judge.judge(JudgeRequest("python", main, cases=[Case("large", "x" * (100 << 20), "")]))
    for files in ({f"f{n}.py": "" for n in range(5000)}, {"main.py": "x" * (100 << 20)}, {"a": "", "a/b": ""}):
        with pytest.raises(ValueError, match=r"^files: "):
            stage.judge.run(RunRequest("python", {**main, **files}, "main.py"))
    with pytest.raises(ValueError, match=r"^args: "):
        stage.judge.run(RunRequest("python", main, "main.py", args=["x"] * 10_000))
    with pytest.raises(ValueError, match=r"^args: "):
        stage.judge.run(RunRequest("python", main, "main.py", args=["x" * 10_000_000]))
    with pytest.raises(ValueError, match=r"^cases: "):
        stage.judge.judge(JudgeRequest("python", main, cases=[Case(str(n), "", "") for n in range(100_000)]))


@pytest.mark.parametrize(
    "language", ["py; sh", "../python", "python\n", "", "PYTHON", "python\0", "a" * 10_000, "brainfuck"]
)
def test_a_language_that_there_is_not_is_refused(stage: Stage, language: str) -> None:
    with pytest.raises(ValueError, match=r"^language: "):
        stage.judge.run(RunRequest(language, {"main.py": "print(1)"}, "main.py"))


@pytest.mark.parametrize("field", ["cpu_ms", "wall_ms", "memory_mb", "processes", "output_kb", "file_mb", "files"])
def test_a_limit_that_is_no_sensible_number_is_refused(field: str) -> None:
    for value in _NUMBERS:
        with pytest.raises(ValueError, match=f"^{field}: "):
            Limits.parse({field: value})
        with pytest.raises(ValueError, match=f"^{field}: "):
            Limits(**{field: value})  # type: ignore[arg-type]


def test_the_largest_input_is_handled(stage: Stage) -> None:
    """One byte less than too much, once read and once left alone."""
    from sandbox.types import MAX_STDIN_BYTES

    stdin = b"\n" * MAX_STDIN_BYTES
    limits = Limits(cpu_ms=4000, wall_ms=10_000, memory_mb=128)
    for source, printed in (
        ("import sys\nprint(len(sys.stdin.buffer.read()))", f"{MAX_STDIN_BYTES}\n"),
        ("print(1)", "1\n"),
    ):
        result = stage.judge.run(RunRequest("python", {"main.py": source}, "main.py", stdin, limits))
        assert (str(result.verdict), result.stdout) == ("accepted", printed), result
    with pytest.raises(ValueError, match=r"^stdin: "):
        stage.judge.run(RunRequest("python", {"main.py": "print(1)"}, "main.py", stdin + b"\n"))

"""What the judge refuses before any cage is made, and what it makes of text. No cage is needed here."""

from __future__ import annotations

import math

import pytest

from sandbox import Case, Judge, JudgeRequest, Limits, RunRequest, SlotPool, Verdict
from sandbox.backends import BubblewrapBackend, Capabilities, Cell, Room
from sandbox.checkers import check
from sandbox.pool import Busy
from sandbox.results import decode, worst
from sandbox.unit_tests import parsed_report


class NoBackend:
    """A machine without cages. Fails the test if it is asked to run something all the same."""

    def probe(self) -> Capabilities:
        return Capabilities(False, "There is no cage.")

    name = "none"

    def runtime(self, language: str) -> str:
        return language

    def open(self, runtime: str, room: Room = Room()) -> Cell:
        raise AssertionError("a program reached the backend")

    def close(self) -> None:
        """Nothing runs."""


@pytest.mark.parametrize(
    "name",
    [
        "../x.py",
        "/etc/x.py",
        "a/../b.py",
        "a//b.py",
        "a\0.py",
        "a\n.py",
        "x" * 5000,
        "",
        ".hidden",
        "-o",
        "a;rm",
        "a b.py",
        "é.py",
        "a/",
    ],
)
def test_a_file_name_that_is_no_plain_relative_path_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"^files: "):
        Judge(NoBackend()).run(RunRequest("python", {"main.py": "", name: ""}, "main.py"))


def test_a_file_inside_another_file_too_many_files_and_too_large_ones_are_refused() -> None:
    judge = Judge(NoBackend())
    for files in ({"a": "", "a/b": ""}, {f"f{n}.py": "" for n in range(100)}, {"a": b"x" * 5_000_000}, {}):
        with pytest.raises(ValueError, match=r"^files: "):
            judge.run(RunRequest("python", files, "a"))


def test_an_unknown_language_and_an_entry_that_is_not_there_are_refused() -> None:
    judge = Judge(NoBackend())
    with pytest.raises(ValueError, match=r"^language: "):
        judge.run(RunRequest("py; sh", {"main.py": ""}, "main.py"))
    with pytest.raises(ValueError, match=r"^entry: "):
        judge.run(RunRequest("python", {"main.py": ""}, "other.py"))
    with pytest.raises(ValueError, match=r"^args: "):
        judge.run(RunRequest("python", {"main.py": ""}, "main.py", args=["a\0b"]))
    with pytest.raises(ValueError, match=r"^stdin: "):
        judge.run(RunRequest("python", {"main.py": ""}, "main.py", b"x" * (17 * 1024 * 1024)))
    with pytest.raises(ValueError, match=r"^cases: "):
        judge.judge(JudgeRequest("python", {"main.py": ""}))


@pytest.mark.parametrize("value", [-1, 0, math.nan, math.inf, 1e99, "2000", "", None, True, 1.5, [1], 10**30])
@pytest.mark.parametrize("field", ["cpu_ms", "wall_ms", "memory_mb", "processes", "output_kb", "file_mb", "files"])
def test_a_limit_that_is_no_sensible_number_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{field}: "):
        Limits.parse({field: value})


def test_limits_are_read_on_top_of_others_and_held_under_a_ceiling() -> None:
    limits = Limits.parse({"cpu_ms": 5000, "memory_mb": 64.0}, base=Limits(wall_ms=9000))
    assert (limits.cpu_ms, limits.wall_ms, limits.memory_mb) == (5000, 9000, 64)
    assert limits.clamped(Limits(cpu_ms=1000)).cpu_ms == 1000
    with pytest.raises(ValueError, match=r"^sudo: "):
        Limits.parse({"sudo": 1})


def test_where_no_cage_works_nothing_runs_and_the_reason_is_told() -> None:
    backend = BubblewrapBackend()
    backend._bwrap = ""
    judge = Judge(backend)
    assert "bwrap" in judge.probe().problem
    result = judge.run(RunRequest("python", {"main.py": "print(1)"}, "main.py"))
    assert (result.verdict, result.reason, result.stdout) == (Verdict.INTERNAL_ERROR, "no_cage", "")
    assert "bwrap" in result.message
    judged = judge.judge(JudgeRequest("python", {"main.py": "print(1)"}, cases=[Case("one", "", "1")]))
    assert (judged.verdict, judged.reason, judged.passed) == (Verdict.INTERNAL_ERROR, "no_cage", 0)


def test_when_all_slots_are_taken_the_caller_hears_so() -> None:
    pool = SlotPool(1, wait_seconds=0.01)
    with pool.slot() as number:
        assert number == 0
        result = Judge(NoBackend(), pool).run(RunRequest("python", {"main.py": ""}, "main.py"))
        assert (result.verdict, result.reason) == (Verdict.INTERNAL_ERROR, "busy")
        with pytest.raises(Busy), pool.slot():
            pass
    with pool.slot() as number:
        assert number == 0


@pytest.mark.parametrize(
    ("checker", "got", "expected", "right"),
    [
        ("exact", "a\n", "a\n", True),
        ("exact", "a", "a\n", False),
        ("lines", "a  \nb\n\n", "a\nb", True),
        ("lines", " a", "a", False),
        ("lines", "a", "a\nb", False),
        ("lines", "a\nb\nc", "a\nb", False),
        ("tokens", "1   2\n3", "1 2 3", True),
        ("tokens", "1 2", "1 2 3", False),
        ("floats", "0.30000000000000004 yes", "0.3 yes", True),
        ("floats", "0.31 yes", "0.3 yes", False),
        ("floats", "nan", "0.3", False),
        ("floats", "inf", "inf", True),
        ("floats", "0.3 no", "0.3 yes", False),
        ("floats", "1000000.5", "1000000", True),
        ("floats", "1_0", "10", False),
    ],
)
def test_checkers(checker, got: str, expected: str, right: bool) -> None:
    assert (check(checker, got, expected) == "") is right


def test_the_worst_test_decides() -> None:
    assert worst([Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.TIME_LIMIT]) is Verdict.TIME_LIMIT
    assert worst([Verdict.TIME_LIMIT, Verdict.INTERNAL_ERROR]) is Verdict.INTERNAL_ERROR


def test_output_becomes_text_that_a_database_holds() -> None:
    assert decode(b"a\xff\0\x1b[31m\r\xc3\xa9") == "a\ufffd\ufffd\x1b[31m\ré"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"tests": 1, "error": "", "kind": ""}',
        b"[" * 100000,
        b'{"tests": [], "error": ""}',
        b'{"tests": [{"name": "a", "status": "perfect", "message": "", "ms": 0}], "error": "", "kind": ""}',
        b'{"tests": [], "error": "", "kind": ""}{"tests": [], "error": "", "kind": ""}',
    ],
)
def test_a_report_that_is_not_whole_is_none(data: bytes) -> None:
    assert not parsed_report(data).complete


def test_a_test_that_reports_twice_makes_the_report_worthless() -> None:
    row = b'{"name": "a", "status": "pass", "message": "", "ms": 0}'
    assert not parsed_report(b'{"tests": [%b, %b], "error": "", "kind": ""}' % (row, row)).complete

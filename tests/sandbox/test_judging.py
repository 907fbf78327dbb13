"""Checkers, groups and what is told of it all, through the judge and real cells."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Case, Judge, JudgeRequest, JudgeResult, Limits, Verdict
from sandbox.languages import LANGUAGES
from sandbox.types import Group

pytestmark = pytest.mark.cage

LIMITS = Limits(cpu_ms=1000, wall_ms=5000)
ECHO = "import sys; sys.stdout.write(sys.stdin.read())"


@pytest.fixture
def judged(judge: Judge):
    def run(source: str, *cases: Case, **more: Any) -> JudgeResult:
        return judge.judge(JudgeRequest("python", {"main.py": source}, cases=cases, **{"limits": LIMITS, **more}))

    return run


def test_groups_give_points_only_as_a_whole_and_those_in_need_of_a_lost_one_are_not_run(judged) -> None:
    cases = [
        Case("a1", "1", "1", group="a"),
        Case("a2", "2", "x", group="a"),
        Case("b1", "3", "3", group="b"),
        Case("c1", "4", "4", group="c", hidden=True),
    ]
    groups = [Group("a", 20), Group("b", 30, needs=("a",)), Group("c", 50)]
    result = judged(ECHO, *cases, groups=groups)
    assert (result.verdict, result.score) == (Verdict.WRONG_ANSWER, 50.0)
    assert [(test.name, test.points) for test in result.tests] == [("a1", 0.0), ("a2", 0.0), ("c1", 50.0)]
    assert [(group.name, str(group.verdict), group.points, group.of) for group in result.groups] == [
        ("a", "wrong_answer", 0.0, 20),
        ("b", "wrong_answer", 0.0, 30),
        ("c", "accepted", 50, 50),
    ]
    assert judged(ECHO, *cases[2:], groups=[Group("b", 30), Group("c", 50)]).score == 100.0


def test_the_difference_is_told_of_public_cases_and_nothing_of_hidden_ones(judged) -> None:
    result = judged(ECHO, Case("open", "1\n2\n", "1\n3\n"), Case("closed", "4711", "expected-4712", hidden=True))
    shown, hidden = result.tests
    assert [(line.got_line, line.got, line.expected) for line in shown.diff] == [(2, "2", "3")]
    assert (hidden.message, hidden.stdout, hidden.stderr, hidden.diff) == ("", "", "", ())
    assert "471" not in str(result.as_json())


def test_white_space_alone_is_a_presentation_error_where_it_is_asked_for(judged) -> None:
    case = Case("one", "1  2", "1 2")
    assert judged(ECHO, case).verdict is Verdict.WRONG_ANSWER
    result = judged(ECHO, case, presentation_errors=True)
    assert (result.verdict, result.score) == (Verdict.PRESENTATION_ERROR, 0.0)


def test_a_pattern_without_end_is_the_teacher_s_fault(judged) -> None:
    assert judged(ECHO, Case("one", "abc", "[a-z]+"), checker="regex").verdict is Verdict.ACCEPTED
    result = judged(ECHO, Case("one", "a" * 50, "(a+)+b"), checker="regex")
    assert (result.verdict, result.reason, result.tests[0].message) == (Verdict.INTERNAL_ERROR, "checker", "")
    assert "pattern" in result.message


@pytest.mark.parametrize(
    "wrong",
    [
        {"checker": "program"},
        {"float_tolerance": float("nan")},
        {"groups": [Group("nobody")]},
        {"checker": "rows"},
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_runs(judged, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^(checker|tolerance|groups|cases): "):
        judged("print(1)", Case("one", "", "no table"), **wrong)


@pytest.mark.skipif("sql" not in LANGUAGES, reason="there is no SQL here")
@pytest.mark.parametrize(
    ("query", "checker", "verdict"),
    [
        ("SELECT name, age FROM people ORDER BY age DESC", "rows_in_order", Verdict.ACCEPTED),
        ("SELECT name, age FROM people ORDER BY age", "rows_in_order", Verdict.WRONG_ANSWER),
        ("SELECT name, age FROM people ORDER BY age", "rows", Verdict.ACCEPTED),
        ("SELECT name, age + 1e-9 AS age FROM people", "rows", Verdict.ACCEPTED),
        ("SELECT name, age AS years FROM people", "rows", Verdict.WRONG_ANSWER),
        ("SELECT name, age FROM people WHERE age > 40", "rows", Verdict.WRONG_ANSWER),
    ],
)
def test_queries_are_held_against_tables(judge: Judge, query: str, checker: Any, verdict: Verdict) -> None:
    request = JudgeRequest(
        "sql",
        {"main.sql": query},
        entry="main.sql",
        cases=[Case("one", "", '["name", "age"]\n["Grace", 85]\n["Ada", 36]\n')],
        checker=checker,
        schema_sql="CREATE TABLE people (name TEXT, age INT); INSERT INTO people VALUES ('Ada', 36), ('Grace', 85);",
        limits=LIMITS,
    )
    assert judge.judge(request).verdict is verdict


class TestProgress:
    def test_each_case_is_told_as_it_begins_and_nothing_of_how_it_went(self, judge: Judge) -> None:
        cases = [Case("a", "1", "1"), Case("b", "2", "x", hidden=True), Case("c", "3", "3", hidden=True)]
        told: list[tuple[int, int]] = []
        result = judge.judge(
            JudgeRequest("python", {"main.py": ECHO}, cases=cases, limits=LIMITS), lambda *at: told.append(at)
        )
        assert result.verdict is Verdict.WRONG_ANSWER
        assert told == [(0, 3), (1, 3), (2, 3)]

    def test_a_program_that_cannot_be_read_has_none(self, judge: Judge) -> None:
        told: list[tuple[int, int]] = []
        request = JudgeRequest("bash", {"main.sh": "if"}, "main.sh", cases=[Case("a", "", "")], limits=LIMITS)
        assert judge.judge(request, lambda *at: told.append(at)).verdict is Verdict.COMPILE_ERROR
        assert told == []

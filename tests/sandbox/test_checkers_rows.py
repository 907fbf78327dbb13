"""The checkers of query results."""

from __future__ import annotations

import json
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.checkers import check, check_request, judged
from sandbox.checkers.rows import leftover_rows
from sandbox.checkers.rules import Rules
from sandbox.types import Case, DiffLine, JudgeRequest, Verdict

EXPECTED = '["name","age"]\n["Ada",36]\n["Bob",null]\n["Cy",1.5]\n'


def table(names: list[str] | None, *rows: list[object]) -> str:
    return "".join(json.dumps(row) + "\n" for row in (names, *rows))


@pytest.mark.parametrize(
    ("got", "in_order", "any_order"),
    [
        (EXPECTED, "", ""),
        ('["name", "age"]\n\n["Ada", 36.0]\n["Bob", null]\n["Cy", 1.50000000001]', "", ""),
        ('["name","age"]\n["Bob",null]\n["Cy",1.5]\n["Ada",36]\n', "Row 1 differs.", ""),
        ('["name","age"]\n["Ada",36]\n["Bob",null]\n', "Row 3 is missing.", "Row 3 is missing."),
        (EXPECTED + '["Cy",1.5]\n', "Row 4 should not be there.", "Row 4 should not be there."),
        ('["name","age"]\n["Ada","36"]\n["Bob",null]\n["Cy",1.5]', "Row 1 differs.", "Row 1 should not be there."),
        ('["name","age"]\n["Ada",true]\n["Bob",null]\n["Cy",1.5]', "Row 1 differs.", "Row 1 should not be there."),
        ('["name","age"]\n["Ada",36]\n["Bob",0]\n["Cy",1.5]', "Row 2 differs.", "Row 2 should not be there."),
        ('["name","age"]\n["Ada",36]\n["Bob"]\n["Cy",1.5]', "Row 2 differs.", "Row 2 should not be there."),
        ('["age","name"]\n', "The names of the columns differ.", "The names of the columns differ."),
        ('["name"]\n["Ada"]\n', "Expected 2 columns, got 1.", "Expected 2 columns, got 1."),
        ("", "The output is not a table.", "The output is not a table."),
        ("null\n", "The output is not a table.", "The output is not a table."),
        ("Error: no such table\n", "The output is not a table.", "The output is not a table."),
        ('{"name": 1}\n', "The output is not a table.", "The output is not a table."),
        ('["name","age"]\n["Ada",NaN]\n', "The output is not a table.", "The output is not a table."),
        ('["name","age"]\n"Ada"\n', "The output is not a table.", "The output is not a table."),
        ("[" * 100_000, "The output is not a table.", "The output is not a table."),
        ('["name","age"]\n["Ada",' + "9" * 10_000 + "]\n", "The output is not a table.", "The output is not a table."),
    ],
)
def test_tables_are_held_against_each_other(got: str, in_order: str, any_order: str) -> None:
    assert check("rows_in_order", got, EXPECTED) == in_order
    assert check("rows", got, EXPECTED) == any_order


def test_names_of_columns_count_only_where_they_are_given() -> None:
    any_names = table(None, ["Ada", 36])
    assert check("rows", table(["x", "y"], ["Ada", 36]), any_names) == ""
    assert check("rows_in_order", table(["x"], ["Ada"]), any_names) == "Expected 2 columns, got 1."
    assert check("rows", table(["x"]), table(None)) == ""


def test_whole_numbers_are_compared_exactly_however_large() -> None:
    assert check("rows", table(["n"], [10**18 + 1]), table(["n"], [10**18])) != ""
    assert check("rows", table(["n"], [10**400 + 1]), table(["n"], [10**400])) != ""
    assert check("rows", table(["n"], [1.5]), table(["n"], [10**400])) != ""
    assert check("rows", table(["n"], [1e18 + 1000]), table(["n"], [10**18])) == ""


def test_truth_is_no_number() -> None:
    for checker in ("rows", "rows_in_order"):
        assert check(checker, table(["n"], [True]), table(["n"], [1])) != ""
        assert check(checker, table(["n"], [0]), table(["n"], [False])) != ""
        assert check(checker, table(["n"], [True]), table(["n"], [True])) == ""


def test_the_expected_output_must_be_a_table() -> None:
    for wrong in ("", "a,b\n1,2", "{}", '["a"]\n1'):
        request = JudgeRequest("sql", {"main.sql": ""}, checker="rows", cases=[Case("one", "", wrong)])
        with pytest.raises(ValueError, match=r"^cases: "):
            check_request(request)
    check_request(JudgeRequest("sql", {"main.sql": ""}, checker="rows", cases=[Case("one", "", EXPECTED)]))


def test_close_numbers_pair_off_even_where_their_order_misleads() -> None:
    """Sorted by their first number these rows stand crosswise."""
    expected = table(["a", "b"], [1.0, 3], [1.0000001, 2])
    assert check("rows", table(["a", "b"], [1.0000001, 3], [1.0, 2]), expected) == ""
    assert check("rows", table(["a", "b"], [1.0000001, 3], [1.0, 3]), expected) != ""


@given(
    st.lists(st.tuples(st.sampled_from(["x", "y", None]), st.floats(0, 4).map(lambda x: round(x, 1))), max_size=25),
    st.randoms(use_true_random=False),
)
def test_shuffled_and_slightly_moved_rows_are_right_and_a_changed_one_is_found(
    rows: list[tuple[str | None, float]], chance: random.Random
) -> None:
    moved = [[name, number + chance.uniform(-4e-7, 4e-7)] for name, number in rows]
    chance.shuffle(moved)
    names = ["name", "number"]
    expected = table(names, *map(list, rows))
    assert check("rows", table(names, *moved), expected) == ""
    if moved:
        moved[0][1] += 100
        assert check("rows", table(names, *moved), expected) != ""


def test_what_is_left_over_is_the_least_that_can_be() -> None:
    extra, missing = leftover_rows([[1.0], [1.3], [9]], [[1.2], [0.9], [5]], Rules(0.25, 0))
    assert (extra, missing) == ([2], [2])


def test_the_difference_names_the_lines_of_the_rows() -> None:
    request = JudgeRequest("sql", {"main.sql": ""}, checker="rows")
    case = Case("one", "", EXPECTED)
    checked = judged(request, case, b'["name","age"]\n["Cy",1.5]\n["Ada",37]\n["Bob",null]\n')
    assert checked.diff == (
        DiffLine(got_line=3, expected_line=None, got='["Ada",37]', expected=None),
        DiffLine(got_line=None, expected_line=2, got=None, expected='["Ada",36]'),
    )
    headings = judged(request, case, EXPECTED.replace("age", "years").encode())
    assert [(line.got, line.expected) for line in headings.diff] == [('["name","years"]', '["name","age"]')]
    no_table = judged(request, case, b"Error\n")
    assert no_table.diff[0].got == "Error"


def test_the_difference_of_ordered_rows_leaves_out_rows_that_are_near() -> None:
    request = JudgeRequest("sql", {"main.sql": ""}, checker="rows_in_order")
    checked = judged(
        request, Case("one", "", EXPECTED), EXPECTED.replace("1.5", "1.50000001").replace("36", "3").encode()
    )
    assert [line.got for line in checked.diff] == ['["Ada",3]']


@pytest.mark.parametrize("step", [0.0, 1e-7, 1.0])
def test_large_tables_take_no_long_time(step: float) -> None:
    expected = table(["n"], *[[n * 1.5] for n in range(20_000)])
    got = table(["n"], *[[n * 1.5 + step] for n in reversed(range(20_000))])
    began = time.process_time()
    checked = judged(JudgeRequest("sql", {"m": ""}, checker="rows"), Case("one", "", expected), got.encode())
    assert checked.verdict is (Verdict.WRONG_ANSWER if step == 1.0 else Verdict.ACCEPTED)
    assert time.process_time() - began < 3

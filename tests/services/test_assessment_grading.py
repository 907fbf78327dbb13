"""What each kind of question counts as right."""

from decimal import Decimal
from fractions import Fraction

import pytest

from services.assessment import grading
from services.assessment.numbers import readings


def fraction(kind: str, key: dict, **answer: object) -> Fraction:
    return grading.grade(kind, key, answer).fraction


def test_single_choice_is_right_or_wrong():
    key = {"choices": ["b"]}
    assert fraction("single", key, choices=["b"]) == 1
    assert fraction("single", key, choices=["a"]) == 0
    assert fraction("single", key, choices=["a", "b"]) == 0
    assert fraction("single", key, choices=[]) == 0


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["a", "b", "c"], Fraction(1)),
        (["a", "b"], Fraction(2, 3)),
        (["a", "b", "x"], Fraction(1, 3)),
        (["a", "x"], Fraction(0)),
        (["a", "x", "y"], Fraction(0)),
        (["a", "b", "c", "x", "y"], Fraction(1, 3)),
        (["a", "a", "a"], Fraction(1, 3)),
        ([], Fraction(0)),
    ],
)
def test_multiple_choice_counts_right_minus_wrong_and_never_below_zero(chosen: list[str], expected: Fraction):
    assert fraction("multiple", {"choices": ["a", "b", "c"]}, choices=chosen) == expected


def test_multiple_choice_without_partial_credit_is_all_or_nothing():
    key = {"choices": ["a", "b"], "partial": False}
    assert fraction("multiple", key, choices=["b", "a"]) == 1
    assert fraction("multiple", key, choices=["a"]) == 0


def test_true_false():
    assert fraction("truefalse", {"value": False}, text="false") == 1
    assert fraction("truefalse", {"value": False}, text="true") == 0
    assert fraction("truefalse", {"value": True}, text="") == 0


@pytest.mark.parametrize(
    "text",
    [
        "a list",
        "A List",
        "  a \t list\n",
        "“a list”",
        "a list.",
        "`a list`",
        "ａ ｌｉｓｔ",
        "a\u200f list",
        "'a list.'",
    ],
)
def test_a_short_answer_may_differ_in_case_space_form_and_marks_around(text: str):
    assert fraction("short", {"accept": ["tuple", "A list"]}, text=text) == 1


@pytest.mark.parametrize("text", ["", "   ", "list", "a lіst", "alist", "."])  # the third has a Cyrillic letter
def test_a_short_answer_that_is_another_one(text: str):
    assert fraction("short", {"accept": ["a list"]}, text=text) == 0


def test_short_answers_in_arabic_and_greek_compare_by_letters():
    assert fraction("short", {"accept": ["قائمة"]}, text="\u200fقائمة۔") == 1
    assert fraction("short", {"accept": ["ΐδιος"]}, text="ΐΔΙΟΣ") == 1
    assert fraction("short", {"accept": ["Straße"]}, text="STRASSE") == 1


def test_a_case_sensitive_short_answer_keeps_case_and_marks():
    key = {"accept": ['"None"'], "case": True}
    assert fraction("short", key, text='"None" ') == 1
    assert fraction("short", key, text='"none"') == 0
    assert fraction("short", key, text="None") == 0


def test_an_answer_of_marks_alone_is_compared_as_it_is():
    assert fraction("short", {"accept": ["."]}, text=".") == 1
    assert fraction("short", {"accept": ['""']}, text='""') == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.5", "1.5"),
        ("1,5", "1.5"),
        (" 1.5\n", "1.5"),
        ("+1.50", "1.5"),
        ("-0,25", "-0.25"),
        ("−3", "-3"),
        (".5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u202f234\u00a0567,5", "1234567.5"),
        ("1'234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567.25", "1234567.25"),
        ("٣٫٥", "3.5"),
        ("۱۲٬۳۴۵", "12345"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("\u200f-٧", "-7"),
        ("1e3", "1000"),
        ("6,02E23", "602000000000000000000000"),
        ("2.5e-3", "0.0025"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("１２", "12"),
    ],
)
def test_one_number_in_many_spellings(text: str, number: str):
    assert readings(text) == (Decimal(number),)


@pytest.mark.parametrize("text", ["1,234", "1.234"])
def test_one_sign_before_three_digits_can_mean_either(text: str):
    assert set(readings(text)) == {Decimal("1.234"), Decimal(1234)}
    assert fraction("numeric", {"number": 1234}, text=text) == 1
    assert fraction("numeric", {"number": 1.234}, text=text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".",
        "e5",
        "NaN",
        "inf",
        "-Infinity",
        "1/2",
        "2*3",
        "1+1",
        "0x10",
        "1_000",
        "five",
        "5 apples",
        "1,23,4",
        "12.34.56",
        "1.2345,6",
        "1..2",
        "1 2",
        "½",
        "²",
        "10²",
        "1e9999",
        "__import__('os')",
        "9**9**9",
        "1" * 61,
    ],
)
def test_what_is_no_number(text: str):
    assert readings(text) == ()
    assert fraction("numeric", {"number": 0, "tolerance": 1e300}, text=text) == 0


def test_the_tolerance_is_absolute_inclusive_and_decimal():
    key = {"number": 0.3, "tolerance": 0.1}
    assert fraction("numeric", key, text="0.4") == 1  # 0.4 - 0.3 > 0.1 in binary
    assert fraction("numeric", key, text="0,2") == 1
    assert fraction("numeric", key, text="0.4000000000000000000001") == 0
    assert fraction("numeric", {"number": 2}, text="2.0") == 1
    assert fraction("numeric", {"number": 2}, text="2.000000000000000000000000001") == 0


@pytest.mark.parametrize("text", ["1" * 10**6, "(" * 10**6, "1,1" * 10**5, "1" * 59 + "x", ",1" * 29 + "x", "e" * 60])
def test_hostile_numbers_are_refused(text: str):
    assert fraction("numeric", {"number": 1}, text=text) == 0


def test_the_percent_is_rounded_down_so_that_it_agrees_with_passing():
    result = grading.total([(Fraction(1), 2), (Fraction(0), 1)], pass_percent=67)
    assert (result.score, result.max_score, result.percent, result.passed) == (2.0, 3, 66, False)
    assert grading.total([(Fraction(1), 2), (Fraction(0), 1)], pass_percent=66).passed
    assert grading.total([(Fraction(1, 3), 1)] * 3, pass_percent=33).percent == 33


def test_a_quiz_without_points_is_passed_by_handing_it_in():
    result = grading.total([(Fraction(0), 0)], pass_percent=100)
    assert (result.score, result.max_score, result.percent, result.passed) == (0.0, 0, 100, True)


def test_three_thirds_are_one_point_exactly():
    assert grading.total([(Fraction(1, 3), 1), (Fraction(2, 3), 1)], pass_percent=50).percent == 50


def test_an_unknown_kind_is_a_bug_not_a_grade():
    with pytest.raises(ValueError, match="essay"):
        grading.grade("essay", {}, {"text": "x"})

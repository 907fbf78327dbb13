"""The checkers on text: what is right, what is told of the first difference, and what never gets out."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.checkers import Say, check, check_request, judged
from sandbox.checkers.diff import MAX_LINES, MAX_TEXT
from sandbox.checkers.pattern import CPU_SECONDS, MAX_PATTERN
from sandbox.checkers.rules import Rules
from sandbox.types import Case, CheckerName, DiffLine, HelperProgram, JudgeRequest, Verdict


def request(checker: CheckerName = "lines", *cases: Case, **more: Any) -> JudgeRequest:
    return JudgeRequest("python", {"main.py": ""}, checker=checker, cases=cases, **more)


def verdict(checker: CheckerName, got: bytes, expected: str, **more: Any) -> Verdict:
    return judged(request(checker, **more), Case("one", "", expected), got).verdict


@pytest.mark.parametrize(
    ("checker", "got", "expected", "message"),
    [
        ("exact", "a\n", "a\n", ""),
        ("exact", "a", "a\n", "The output differs in white space."),
        ("exact", "a\r\n", "a\n", "The output differs in white space."),
        ("exact", "b\n", "a\n", "Line 1 differs."),
        ("lines", "a  \nb\n\n", "a\nb", ""),
        ("lines", "a\r\nb\r\n", "a\nb\n", ""),
        ("lines", "", "\n", ""),
        ("lines", " a", "a", "Line 1 differs."),
        ("lines", "a", "a\nb", "Line 2 is missing."),
        ("lines", "a\nb\nc", "a\nb", "Line 3 should not be there."),
        ("lines", "a\n\nb", "a\nb", "Line 2 differs."),
        # Only a line feed ends a line, and only ASCII white space is white space.
        ("lines", "a\u2028b", "a\nb", "Line 1 differs."),
        ("lines", "a\x1c", "a", "Line 1 differs."),
        ("lines", "a\u00a0", "a", "Line 1 differs."),
        ("tokens", "1   2\n3", "1 2 3", ""),
        ("tokens", "1\u00a02", "1 2", "Word 1 differs."),
        ("tokens", "1 2", "1 2 3", "Expected 3 words, got 2."),
        ("tokens", "1 4 3", "1 2 3", "Word 2 differs."),
        ("floats", "0.30000000000000004 yes", "0.3 yes", ""),
        ("floats", "0.31 yes", "0.3 yes", "Word 1 differs."),
        ("floats", "0.3 no", "0.3 yes", "Word 2 differs."),
        ("floats", "1000000.5", "1000000", ""),
        ("floats", "3.0e-1", ".3", ""),
        ("floats", "+5", "5.", ""),
        ("floats", "1_0", "10", "Word 1 differs."),
        ("floats", "0x10", "16", "Word 1 differs."),
        ("floats", "nan", "0.3", "Word 1 differs."),
        ("floats", "0.3", "nan", "Word 1 differs."),
        ("floats", "-nan", "nan", "Word 1 differs."),
        ("floats", "inf", "inf", ""),
        ("floats", "Infinity", "inf", ""),
        ("floats", "-inf", "inf", "Word 1 differs."),
        ("floats", "1e300", "inf", "Word 1 differs."),
        ("floats", "inf", "1e300", "Word 1 differs."),
        ("floats", "1e999", "inf", "Word 1 differs."),
        ("floats", "1" + "0" * 400, "2" + "0" * 400, "Word 1 differs."),
        ("unordered", "b\na\n", "a\nb\n", ""),
        ("unordered", "b\n\na  \n", "a\nb\n", ""),
        ("unordered", "a\na\nb", "a\nb\nb", "Line 2 should not be there."),
        ("unordered", "a", "a\nb", "Line 2 is missing."),
        ("unordered", "a\nb", "a", "Line 2 should not be there."),
        ("regex", "42\n", "[0-9]+", ""),
        ("regex", "42 43\n", "[0-9]+", "The output does not have the expected form."),
        ("regex", "a\nb\n", "a.b", "The output does not have the expected form."),
        ("regex", "a\nb\n", "(?s)a.b\n", ""),
        ("regex", "HELLO", "(?i)hello", ""),
        ("regex", "سلام", "س.+م", ""),
    ],
)
def test_what_each_checker_takes_for_right(checker: CheckerName, got: str, expected: str, message: str) -> None:
    assert check(checker, got, expected) == message


def test_bytes_that_are_no_text_equal_nothing_that_can_be_written() -> None:
    assert verdict("lines", b"\xff\n", "\ufffd\n") is Verdict.WRONG_ANSWER
    assert verdict("lines", b"\xff\n", "\udcff\n") is Verdict.WRONG_ANSWER
    assert verdict("lines", b"a\0\n", "a\n") is Verdict.WRONG_ANSWER
    assert verdict("tokens", b"\xff A", "\ufffd a", ignore_case=True) is Verdict.WRONG_ANSWER


def test_case_counts_unless_it_is_said_not_to() -> None:
    assert verdict("tokens", b"hello WORLD", "Hello world") is Verdict.WRONG_ANSWER
    assert verdict("tokens", b"hello WORLD", "Hello world", ignore_case=True) is Verdict.ACCEPTED
    assert verdict("lines", "STRASSE É".encode(), "straße é", ignore_case=True) is Verdict.ACCEPTED


def test_tolerances_can_be_given_apart_and_one_of_them_is_enough() -> None:
    assert verdict("floats", b"101", "100", absolute_tolerance=1.0) is Verdict.ACCEPTED
    assert verdict("floats", b"101.1", "100", absolute_tolerance=1.0) is Verdict.WRONG_ANSWER
    assert verdict("floats", b"101", "100", relative_tolerance=0.02) is Verdict.ACCEPTED
    assert verdict("floats", b"0.0001", "0", relative_tolerance=0.02) is Verdict.WRONG_ANSWER
    assert verdict("floats", b"0.5", "0", relative_tolerance=0.02, absolute_tolerance=0.5) is Verdict.ACCEPTED
    assert verdict("floats", b"1.0000001", "1", absolute_tolerance=0.0) is Verdict.WRONG_ANSWER
    # They do not add up, and the relative one is of the expected number.
    assert verdict("floats", b"101.5", "100", absolute_tolerance=1.0, relative_tolerance=0.01) is Verdict.WRONG_ANSWER
    assert verdict("floats", b"110.5", "100", relative_tolerance=0.1) is Verdict.WRONG_ANSWER
    assert verdict("floats", b"1.01", "1", float_tolerance=0.1) is Verdict.ACCEPTED
    for wrong in (
        {"float_tolerance": float("nan")},
        {"absolute_tolerance": -1.0},
        {"relative_tolerance": float("inf")},
    ):
        with pytest.raises(ValueError, match=r"^tolerance: "):
            check_request(request("floats", **wrong))


def test_white_space_alone_is_a_verdict_of_its_own_only_where_it_is_asked_for() -> None:
    for checker, got in (("lines", b"1  2\n3"), ("lines", b"1\n2\n3"), ("exact", b"1 2\n3"), ("unordered", b"3\n1  2")):
        assert verdict(checker, got, "1 2\n3\n") is Verdict.WRONG_ANSWER
        assert verdict(checker, got, "1 2\n3\n", presentation_errors=True) is Verdict.PRESENTATION_ERROR
    assert verdict("lines", b"12\n3", "1 2\n3\n", presentation_errors=True) is Verdict.WRONG_ANSWER
    assert verdict("lines", b"1 2\n3\n\n", "1 2\n3\n", presentation_errors=True) is Verdict.ACCEPTED


class TestPatterns:
    def test_a_pattern_without_end_is_stopped_and_is_not_the_learner_s_fault(self) -> None:
        began = time.monotonic()
        checked = judged(request("regex"), Case("one", "", "(a+)+b"), b"a" * 60)
        assert (checked.verdict, checked.reason) == (Verdict.INTERNAL_ERROR, "checker")
        assert time.monotonic() - began < CPU_SECONDS + 5

    @pytest.mark.parametrize("pattern", ["(", "a{99999999999}", "(?P<a>x)(?P<a>y)", "[", "*"])
    def test_what_is_no_pattern_is_not_the_learner_s_fault(self, pattern: str) -> None:
        checked = judged(request("regex"), Case("one", "", pattern), b"a")
        assert (checked.verdict, checked.message) == (
            Verdict.INTERNAL_ERROR,
            "the pattern is not a regular expression",
        )

    def test_a_pattern_is_bounded(self) -> None:
        check_request(request("regex", Case("one", "", "a" * MAX_PATTERN)))
        with pytest.raises(ValueError, match=r"^cases: "):
            check_request(request("regex", Case("one", "", "a" * (MAX_PATTERN + 1))))

    def test_no_difference_is_told_of_a_pattern(self) -> None:
        assert judged(request("regex"), Case("one", "", "secret"), b"x").diff == ()


class TestDifference:
    def test_it_says_which_line_what_was_expected_and_what_came(self) -> None:
        checked = judged(request(), Case("one", "", "a\nb\nc\n"), b"a\nx\nc\n")
        assert checked.message == "Line 2 differs."
        assert checked.diff == (DiffLine(got_line=2, expected_line=2, got="x", expected="b"),)

    def test_a_line_put_in_or_left_out_does_not_make_all_that_follow_differ(self) -> None:
        lines = [str(n) for n in range(100)]
        more = [*lines[:50], "extra", *lines[50:]]
        put_in = judged(request(), Case("one", "", "\n".join(lines)), "\n".join(more).encode())
        assert put_in.diff == (DiffLine(got_line=51, expected_line=None, got="extra", expected=None),)
        left_out = judged(request(), Case("one", "", "\n".join(more)), "\n".join(lines).encode())
        assert left_out.diff == (DiffLine(got_line=None, expected_line=51, got=None, expected="extra"),)

    def test_numbers_within_the_tolerance_are_no_difference(self) -> None:
        checked = judged(request("floats"), Case("one", "", "1.0 2\n3 4\n"), b"1.00000001 2\n3 5\n")
        assert checked.diff == (DiffLine(got_line=2, expected_line=2, got="3 5", expected="3 4"),)

    def test_of_unordered_lines_those_without_a_counterpart_are_told(self) -> None:
        checked = judged(request("unordered"), Case("one", "", "a\nb\nc"), b"c\nx\na")
        assert checked.diff == (
            DiffLine(got_line=2, expected_line=None, got="x", expected=None),
            DiffLine(got_line=None, expected_line=2, got=None, expected="b"),
        )

    @given(st.lists(st.sampled_from("abc "), max_size=30), st.lists(st.sampled_from("abc "), max_size=30))
    def test_there_is_one_exactly_when_the_output_is_wrong(self, got: list[str], expected: list[str]) -> None:
        for checker in ("exact", "lines", "tokens", "unordered"):
            checked = judged(request(checker), Case("one", "", "\n".join(expected)), "\n".join(got).encode())
            if checked.verdict is Verdict.ACCEPTED:
                assert checked.diff == ()
            elif "white space" not in checked.message:
                assert checked.diff != ()

    @pytest.mark.parametrize("checker", ["lines", "tokens", "floats", "unordered"])
    def test_it_stays_small_whatever_the_output_is(self, checker: CheckerName) -> None:
        long = judged(request(checker), Case("one", "", "y" * 100_000), b"x" * 1_000_000)
        many = judged(request(checker), Case("one", "", "1\n" * 50_000), b"2\n" * 500_000)
        for checked in (long, many):
            assert 1 <= len(checked.diff) <= MAX_LINES
            for line in checked.diff:
                assert all(len(text) <= MAX_TEXT + 2 for text in (line.got, line.expected) if text is not None)

    def test_the_first_difference_of_two_long_lines_is_seen(self) -> None:
        checked = judged(request(), Case("one", "", "a" * 5000 + "b" + "a" * 500), b"a" * 5000 + b"c" + b"a" * 500)
        assert "b" in (checked.diff[0].expected or "")
        assert "c" in (checked.diff[0].got or "")

    def test_nothing_is_told_of_a_hidden_case(self) -> None:
        for checker in ("exact", "lines", "tokens", "floats", "unordered", "regex"):
            checked = judged(request(checker), Case("secret", "", "4711", hidden=True), b"x")
            assert (checked.verdict, checked.message, checked.diff) == (Verdict.WRONG_ANSWER, "", ())


def test_a_checker_program_comes_with_its_checker_and_not_with_an_interactor() -> None:
    helper = HelperProgram("python", {"main.py": ""}, "main.py")
    check_request(request("program", checker_program=helper))
    check_request(request("lines", interactor=helper))
    with pytest.raises(ValueError, match=r"^checker: "):
        check_request(request("program"))
    with pytest.raises(ValueError, match=r"^checker: "):
        check_request(request("lines", checker_program=helper))
    with pytest.raises(ValueError, match=r"^interactor: "):
        check_request(request("program", checker_program=helper, interactor=helper))


_text = st.text(st.sampled_from("ab1 .\n\t"), max_size=40)


@given(_text)
def test_every_text_equals_itself(text: str) -> None:
    for checker in ("exact", "lines", "tokens", "floats", "unordered"):
        assert check(checker, text, text) == ""


@given(_text, _text)
def test_a_stricter_checker_takes_nothing_that_a_milder_one_refuses(got: str, expected: str) -> None:
    order: tuple[CheckerName, ...] = ("exact", "lines", "tokens", "floats")
    for strict, mild in itertools.pairwise(order):
        if check(strict, got, expected) == "":
            assert check(mild, got, expected) == ""
    if check("lines", got, expected) == "":
        assert check("unordered", got, expected) == ""


@given(
    st.lists(st.sampled_from(["a", "b", "c d"]), max_size=12).flatmap(
        lambda x: st.tuples(st.just(x), st.permutations(x))
    )
)
def test_any_order_of_lines_is_right_and_one_line_less_is_wrong(lines: tuple[list[str], list[str]]) -> None:
    first, other = lines
    assert check("unordered", "\n".join(other), "\n".join(first)) == ""
    if first:
        assert check("unordered", "\n".join(other[1:]), "\n".join(first)) != ""


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats(allow_nan=True, allow_infinity=True))
def test_near_is_what_its_definition_says(got: float, expected: float) -> None:
    rules = Rules(absolute=1e-3, relative=1e-6)
    if got == expected:
        assert rules.near(got, expected)
    elif abs(got) < 1e300 and abs(expected) < 1e300:
        assert rules.near(got, expected) is (abs(got - expected) <= 1e-3 or abs(got - expected) <= 1e-6 * abs(expected))
    else:
        assert not rules.near(got, expected) or abs(got - expected) <= 1e-6 * abs(expected)


def test_no_sentence_can_carry_text() -> None:
    """Each place of a sentence takes a number: nothing of an expected output can get out through one."""
    for sentence in Say:
        assert sentence.format(number=12, expected=12, got=12).endswith(".")
        assert {part.partition("}")[0] for part in sentence.split("{")[1:]} <= {"number", "expected", "got"}

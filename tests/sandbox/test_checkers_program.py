"""Checker programs of teachers, in cells of their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox import Case, Judge, JudgeRequest, JudgeResult, Limits, Verdict
from sandbox.types import HelperProgram

pytestmark = pytest.mark.cage

LIMITS = Limits(cpu_ms=1000, wall_ms=3000)
# Any two numbers with the given sum are right.
ANY_TWO = """
import pathlib, sys
given, answer, feedback, *flags = sys.argv[1:]
total = int(pathlib.Path(given).read_text())
assert pathlib.Path(answer).read_text() == "any\\n"
try:
    one, two = map(int, sys.stdin.read().split())
except ValueError:
    pathlib.Path(feedback, "teammessage.txt").write_text("Print two numbers.")
    sys.exit(43)
if "positive" in flags and min(one, two) < 0:
    pathlib.Path(feedback + "teammessage.txt").write_text("A number is negative.")
    sys.exit(43)
sys.exit(42 if one + two == total else 43)
"""
CASES = (Case("ten", "10", "any\n"), Case("seven", "7", "any\n"), Case("secret", "4711", "any\n", hidden=True))


@pytest.fixture
def check(judge: Judge) -> Callable[..., JudgeResult]:
    def checked(source: str, program: str = ANY_TWO, *args: str, language: str = "python", **more) -> JudgeResult:
        entry = {"python": "check.py", "cpp": "check.cpp"}[language]
        helper = HelperProgram(language, {entry: program}, entry, args)
        more = {"cases": CASES, "limits": LIMITS, **more}
        return judge.judge(
            JudgeRequest("python", {"main.py": source}, checker="program", checker_program=helper, **more)
        )

    return checked


def verdicts(result: JudgeResult) -> list[str]:
    return [str(test.verdict) for test in result.tests]


def test_what_the_program_takes_for_right_is_right(check) -> None:
    assert verdicts(check("print(int(input()) - 3, 3)")) == ["accepted"] * 3
    assert verdicts(check("n = int(input())\nprint(n // 2)\nprint(n - n // 2)")) == ["accepted"] * 3
    result = check("input(); print(5, 5)")
    assert verdicts(result) == ["accepted", "wrong_answer", "wrong_answer"]
    assert result.score == 33.33


def test_its_message_reaches_the_learner_for_public_cases_only(check) -> None:
    result = check("print('two')")
    assert [test.message for test in result.tests] == ["Print two numbers.", "Print two numbers.", ""]
    assert (result.verdict, result.message) == (Verdict.WRONG_ANSWER, "")


def test_it_is_given_its_own_arguments(check) -> None:
    source = "print(-1, int(input()) + 1)"
    assert check(source).verdict is Verdict.ACCEPTED
    result = check(source, ANY_TWO, "positive")
    assert result.verdict is Verdict.WRONG_ANSWER
    assert result.tests[0].message == "A number is negative."


def test_it_sees_the_output_as_it_is(check) -> None:
    program = "import sys; sys.exit(42 if sys.stdin.buffer.read() == b'\\xff\\0\\r\\n' else 43)"
    source = "import sys; sys.stdout.buffer.write(b'\\xff\\0\\r\\n')"
    assert check(source, program).verdict is Verdict.ACCEPTED
    assert check("", program).verdict is Verdict.WRONG_ANSWER


def test_it_is_not_asked_about_a_program_that_failed(check) -> None:
    program = "import sys; sys.exit(42)"
    assert check("raise SystemExit(3)", program).verdict is Verdict.RUNTIME_ERROR
    assert check("while True: pass", program, limits=Limits(cpu_ms=200, wall_ms=15_000)).verdict is Verdict.TIME_LIMIT


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("raise SystemExit(0)", "exited with 0"),
        ("raise SystemExit(1)", "exited with 1"),
        ("raise RuntimeError('no such case')", "no such case"),
        ("import os; os.kill(os.getpid(), 9)", "signal"),
        ("print('x' * 50_000_000)", "stdout"),
        ("import sys; open(sys.argv[3] + 'judgemessage.txt', 'w').write('broken data'); sys.exit(1)", "broken data"),
        ("def", "SyntaxError"),
    ],
)
def test_its_failure_is_the_judge_s_and_only_the_teacher_is_told_why(check, program: str, words: str) -> None:
    result = check("print(5, 5)", program)
    assert (result.verdict, result.reason, result.score) == (Verdict.INTERNAL_ERROR, "checker", 0.0)
    assert words in result.message
    assert len(result.tests) == 1
    assert result.tests[0].message == ""


def test_a_compiled_one_and_one_that_does_not_compile(check) -> None:
    program = """
    #include <fstream>
    #include <iostream>
    int main(int, char **argv) {
        std::ifstream given(argv[1]);
        long total, one, two;
        given >> total;
        return std::cin >> one >> two && one + two == total ? 42 : 43;
    }
    """
    assert check("n = int(input()); print(1, n - 1)", program, language="cpp").verdict is Verdict.ACCEPTED
    result = check("print(1, 1)", "int main() { return forty_two; }", language="cpp")
    assert (result.verdict, result.reason) == (Verdict.INTERNAL_ERROR, "checker")
    assert "forty_two" in result.message


def test_nothing_of_one_case_is_left_for_the_next(check) -> None:
    program = """
import os, sys
feedback = sys.argv[3]
fresh = not os.path.exists(feedback + "teammessage.txt") and not os.path.exists("/tmp/seen")
open(feedback + "teammessage.txt", "w").write("seen")
open("/tmp/seen", "w").close()
sys.exit(42 if fresh else 43)
"""
    assert verdicts(check("", program)) == ["accepted"] * 3


def test_answer_and_checker_are_nowhere_in_the_learner_s_cell(check) -> None:
    """The learner's program reads every file it can, and what it finds is what it was given."""
    source = """
import os
found = []
for top in ("/box", "/opt/program", "/opt/judge", "/tmp", "/dev/shm"):
    for folder, _, names in os.walk(top):
        for name in names:
            with open(os.path.join(folder, name), errors="replace") as file:
                text = file.read()
            if "4" + "711-the-answer" in text or "SECRET" + "-CHECK" in text or name.startswith("case"):
                found.append(os.path.join(folder, name))
print(found)
"""
    program = "import sys  # SECRET-CHECK\nsys.exit(42 if sys.stdin.read() == '[]\\n' else 43)"
    cases = [Case("one", "", "4711-the-answer"), Case("two", "", "4711-the-answer")]
    result = check(source, program, cases=cases)
    assert verdicts(result) == ["accepted"] * 2, result.tests[0].stdout


def test_a_checker_in_an_unknown_language_is_refused(judge: Judge) -> None:
    helper = HelperProgram("cobol", {"check.cob": ""}, "check.cob")
    with pytest.raises(ValueError, match=r"^language: "):
        judge.judge(JudgeRequest("python", {"main.py": ""}, cases=CASES, checker="program", checker_program=helper))

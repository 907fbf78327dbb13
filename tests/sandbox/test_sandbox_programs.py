"""Ordinary programs: what a learner sees of them."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import threading

import pytest

from sandbox import Case, Judge, JudgeRequest, RunRequest, Verdict

pytestmark = pytest.mark.cage


def test_it_reads_its_input_and_prints(run) -> None:
    result = run(
        "name = input()\nprint(f'Hello {name} ✓')\nprint(sum(map(int, input().split())))", stdin="مريم\n1 2 3\n"
    )
    assert (result.verdict, result.stdout, result.stderr) == (Verdict.ACCEPTED, "Hello مريم ✓\n6\n", "")
    assert (result.exit_code, result.signal) == (0, None)
    assert result.time_ms > 0 and result.wall_ms > 0 and result.memory_kb > 0


def test_an_exit_code_and_a_signal_are_told(run) -> None:
    result = run("import sys; print('so far'); sys.exit(3)")
    assert (result.verdict, result.exit_code, result.stdout) == (Verdict.RUNTIME_ERROR, 3, "so far\n")
    result = run("import os; os.abort()")
    assert (result.verdict, result.signal) == (Verdict.RUNTIME_ERROR, "SIGABRT")


def test_a_traceback_names_the_learners_file_and_line(run) -> None:
    result = run("x = 1\n\n1 / 0\n")
    assert result.verdict is Verdict.RUNTIME_ERROR
    assert 'main.py", line 3' in result.stderr and "ZeroDivisionError" in result.stderr


def test_a_text_that_does_not_parse_is_a_compile_error(run) -> None:
    result = run("print('begun')\ndef f(:\n")
    assert (result.verdict, result.stdout) == (Verdict.COMPILE_ERROR, "")
    assert "SyntaxError" in result.stderr


def test_files_import_each_other_and_arguments_arrive(judge: Judge) -> None:
    files = {"main.py": "import sys, helper, pack.part\nprint(helper.X, pack.part.Y, sys.argv[1:])"}
    files |= {"helper.py": "X = 1", "pack/part.py": "Y = 2"}
    result = judge.run(RunRequest("python", files, "main.py", args=["a b", "-c"]))
    assert result.stdout == "1 2 ['a b', '-c']\n", result


def test_bytes_that_are_no_text_and_control_characters_arrive_as_text(run) -> None:
    result = run(r"import os; os.write(1, b'a\x00\xff\x1b[0m\r\n')")
    assert result.stdout == "a\ufffd\ufffd\x1b[0m\r\n"


def test_a_program_that_never_reads_its_large_input_is_not_stuck(run) -> None:
    assert run("print('done')", stdin="x" * 5_000_000).stdout == "done\n"


def test_temporary_files_threads_children_and_semaphores_work(run) -> None:
    result = run(
        "import tempfile, threading, subprocess, sys, multiprocessing, socket\n"
        "with tempfile.NamedTemporaryFile('w') as f: f.write('x')\n"
        "t = threading.Thread(target=lambda: print('thread')); t.start(); t.join()\n"
        "print(subprocess.run([sys.executable, '-c', 'print(2)'], capture_output=True, text=True).stdout.strip())\n"
        "with multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1]))\n"
        "socket.socketpair()\n"
    )
    assert (result.verdict, result.stdout) == (Verdict.ACCEPTED, "thread\n2\n[1]\n"), result


def cases(*rows: tuple[str, str, bool]) -> list[Case]:
    return [Case(f"case {n}", stdin, expected, hidden, weight=n) for n, (stdin, expected, hidden) in enumerate(rows, 1)]


def test_a_submission_is_scored_by_weight_and_shows_the_first_public_failure(judge: Judge) -> None:
    source = "n = int(input())\nprint(n * n if n < 3 else 0)"
    rows = cases(("1", "1", False), ("5", "the secret", True), ("4", "16", False))
    result = judge.judge(JudgeRequest("python", {"main.py": source}, cases=rows))
    assert (result.verdict, result.passed, result.total) == (Verdict.WRONG_ANSWER, 1, 3)
    assert result.score == pytest.approx(16.67)
    assert result.first_failure is not None
    assert (result.first_failure.name, result.first_failure.expected, result.first_failure.got) == (
        "case 3",
        "16",
        "0\n",
    )
    assert "the secret" not in str(result)
    right = judge.judge(
        JudgeRequest("python", {"main.py": "n = int(input())\nprint(n * n)"}, cases=cases(("3", "9", True)))
    )
    assert (right.verdict, right.score) == (Verdict.ACCEPTED, 100)


def test_it_can_stop_at_the_first_failure_and_stops_at_an_error_of_syntax(judge: Judge) -> None:
    rows = cases(("", "1", False), ("", "1", False))
    result = judge.judge(JudgeRequest("python", {"main.py": "print(2)"}, cases=rows, stop_at_first_failure=True))
    assert len(result.tests) == 1 and result.total == 2
    result = judge.judge(JudgeRequest("python", {"main.py": "print("}, cases=rows))
    assert result.verdict is Verdict.COMPILE_ERROR and "SyntaxError" in result.compile_log and len(result.tests) == 1


def test_a_case_finds_nothing_of_the_one_before(judge: Judge) -> None:
    source = "import os\nprint(os.path.exists('/tmp/left') or os.path.exists('left'))\nopen('/tmp/left', 'w')\nopen('left', 'w')"
    result = judge.judge(
        JudgeRequest("python", {"main.py": source}, cases=cases(("", "False", False), ("", "False", False)))
    )
    assert result.verdict is Verdict.ACCEPTED


def test_many_threads_share_one_judge(judge: Judge) -> None:
    results: dict[int, str] = {}

    def one(number: int) -> None:
        results[number] = judge.run(RunRequest("python", {"main.py": f"print({number})"}, "main.py")).stdout

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: f"{number}\n" for number in range(12)}

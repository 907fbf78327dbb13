"""A learner's program that talks with the judge's, and a teacher's program that fails: who is blamed, and who hangs."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import pytest
from stage import Stage

from sandbox import Case, JudgeRequest, JudgeResult, Limits
from sandbox.checkers import program
from sandbox.types import HelperProgram

pytestmark = pytest.mark.cage

# Asks for the double of a number that nobody can guess, three times.
_INTERACTOR = """
import random, sys
for _ in range(3):
    n = random.randrange(10**9)
    print(n, flush=True)
    if sys.stdin.readline().strip() != str(2 * n): sys.exit(43)
sys.exit(42)
"""
_RIGHT = "for _ in range(3): print(2 * int(input()), flush=True)"
_LIMITS = Limits(cpu_ms=500, wall_ms=1200, memory_mb=64, processes=16, output_kb=64, file_mb=2)


def _talk(stage: Stage, learner: str, interactor: str = _INTERACTOR) -> JudgeResult:
    request = JudgeRequest(
        "python",
        {"main.py": learner},
        cases=[Case("talk", "the input of the case", "the secret answer of the case")],
        interactor=HelperProgram("python", {"interactor.py": interactor}, "interactor.py"),
        limits=_LIMITS,
    )
    stage.works_for("python")
    before = stage.counters.settled()
    result = stage.judge.judge(request)
    assert stage.plain("python") == "accepted alive"
    assert stage.counters.difference(before, "no-such-mark") == ""
    assert stage.scene.touched() == []
    return result


# What a learner's program does, and the verdicts that are honest.
_LEARNERS = {
    "right": (_RIGHT, {"accepted"}),
    "never flushes": ("import time\nn = int(input())\nprint(2 * n)\ntime.sleep(60)", {"wall_limit"}),
    "says nothing and waits": ("input()\ninput()", {"wall_limit"}),
    "says nothing and leaves": ("", {"wrong_answer"}),
    "closes its output": ("import os, time\nos.close(1)\ntime.sleep(60)", {"wrong_answer", "wall_limit"}),
    "closes its input": ("import os, time\nos.close(0)\nprint(1, flush=True)\ntime.sleep(60)", {"wrong_answer", "wall_limit"}),
    "closes all and spins": ("import os\nos.closerange(0, 100)\nwhile True: pass", {"wrong_answer", "time_limit"}),
    "answers a million lines": ("while True: print(4)", {"wrong_answer", "output_limit"}),
    "answers one line without end": ("while True: print(4, end='')", {"output_limit", "wrong_answer", "wall_limit"}),
    "answers before it is asked": ("print(0, flush=True)\nfor _ in range(3): print(2 * int(input()), flush=True)", {"wrong_answer"}),
    "says that it was right": ("import os\nfor fd in range(1, 100):\n    try: os.write(fd, b'42\\n')\n    except OSError: pass\nos._exit(42)", {"wrong_answer", "runtime_error"}),
    "crashes": ("input()\n1 / 0", {"runtime_error", "wrong_answer"}),
    "ends everything": ("import os, signal\nfor pid in (os.getppid(), 1, -1):\n    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass", {"runtime_error", "wrong_answer"}),
    "forks without end": ("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", {"time_limit", "wall_limit", "memory_limit", "wrong_answer"}),
    "leaves a daemon that answers": (
        "import os, time\nif os.fork() == 0:\n    os.setsid()\n    for _ in range(3): print(2 * int(input()), flush=True)\n    time.sleep(60)\nos._exit(0)",
        {"wrong_answer"},
    ),
    "answers with bytes that are no text": ("import os\nos.write(1, b'\\xff\\0\\xc3(\\n' * 10)\ninput()\ninput()", {"wrong_answer", "runtime_error"}),
    "stops itself": ("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", {"wall_limit"}),
    "takes all memory": ("x = []\nwhile True: x.append(bytearray(b'1' * (1 << 20)))", {"memory_limit", "wrong_answer"}),
}  # fmt: skip


@pytest.mark.parametrize("learner", _LEARNERS)
def test_a_learner_who_does_not_talk_as_agreed(stage: Stage, learner: str) -> None:
    source, verdicts = _LEARNERS[learner]
    result = _talk(stage, source)
    assert str(result.verdict) in verdicts, result
    assert (result.score == 100) == (verdicts == {"accepted"})


_TEACHERS = {
    "crashes": "1 / 0",
    "ends at once": "",
    "exits with a number of its own": "import sys\nsys.exit(7)",
    "is killed": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "never ends": "while True: pass",
    "sleeps": "import time\ntime.sleep(600)",
    "takes all memory": "x = []\nwhile True: x.append(bytearray(b'1' * (1 << 20)))",
    "does not parse": "def (",
}


@pytest.mark.parametrize("teacher", _TEACHERS)
def test_a_failing_interactor_is_never_the_learners_fault(stage: Stage, teacher: str) -> None:
    """Unless the learner's program met its own wall while it waited for an answer: then both are told."""
    result = _talk(stage, "input()", _TEACHERS[teacher])
    assert str(result.verdict) == "internal_error", result
    assert result.score == 0


def test_the_learner_finds_nothing_of_the_interactor(stage: Stage) -> None:
    source = (
        "import os\nword = b'nobody can' + b' guess'\n"
        "for top in ('/box', '/tmp', '/opt/program', '/opt/judge', '/dev/shm'):\n    for place, _, names in os.walk(top):\n        for name in names:\n"
        "            data = open(os.path.join(place, name), 'rb').read(100000)\n            if b'random.randrange' in data and name != 'main.py': raise SystemExit('ESCAPED file ' + name)\n"
        "            if b'secret answer' in data and name != 'main.py': raise SystemExit('ESCAPED answer ' + name)\n"
        "if len([p for p in os.listdir('/proc') if p.isdigit()]) > 4: raise SystemExit('ESCAPED processes')\n" + _RIGHT
    )
    result = _talk(stage, source)
    assert str(result.verdict) == "accepted", result


_CHECKER = """
import sys
sys.exit(42 if sys.stdin.read().split() == open(sys.argv[2]).read().split() else 43)
"""


def _checked(stage: Stage, learner: str, checker: str = _CHECKER) -> JudgeResult:
    request = JudgeRequest(
        "python",
        {"main.py": learner},
        cases=[Case("one", "3", "9"), Case("two", "4", "16")],
        checker="program",
        checker_program=HelperProgram("python", {"checker.py": checker}, "checker.py"),
        limits=_LIMITS,
    )
    stage.works_for("python")
    before = stage.counters.settled()
    result = stage.judge.judge(request)
    assert stage.counters.difference(before, "no-such-mark") == ""
    return result


@pytest.mark.parametrize(
    ("learner", "verdict"),
    [
        ("print(int(input()) ** 2)", "accepted"),
        ("print(42)", "wrong_answer"),
        ("import os\nos.write(1, b'\\xff\\0' * 1000)", "wrong_answer runtime_error"),
        ("print('9 ' * 20000)", "wrong_answer"),
        ("import os\nos._exit(42)", "runtime_error"),
        ("import os\nfor fd in range(100):\n    try: os.write(fd, b'42')\n    except OSError: pass", "wrong_answer"),
    ],
)
def test_output_that_is_meant_for_the_checker(stage: Stage, learner: str, verdict: str) -> None:
    assert str(_checked(stage, learner).verdict) in verdict.split()


@pytest.mark.parametrize("teacher", _TEACHERS)
def test_a_failing_checker_is_never_the_learners_fault(
    stage: Stage, teacher: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A teacher's program has ten seconds, which are too long to wait for here.
    monkeypatch.setattr(program, "_LIMITS", _LIMITS)
    result = _checked(stage, "print(1)", _TEACHERS[teacher])
    assert str(result.verdict) == "internal_error" and result.score == 0, result

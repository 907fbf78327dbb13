"""Interactive problems: two programs that talk, each in a cell of its own, and who is to blame when they stop."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from sandbox import Case, Judge, JudgeRequest, JudgeResult, Limits, Verdict
from sandbox.agent.cell import AgentCell
from sandbox.agent.protocol import encode
from sandbox.backends.base import CellLost, Command, Outcome
from sandbox.checkers import Checked
from sandbox.interactive import Talk, decided
from sandbox.interactive import talk as relay
from sandbox.types import HelperProgram

SMALL = Limits(cpu_ms=500, wall_ms=1500, output_kb=64)
# So much wall time that a busy machine does not use it up before the processor time is.
BUSY = Limits(cpu_ms=200, wall_ms=15_000)

# The judge's side of guessing a number: at most ten guesses, told whether they are too low or too high.
JUDGE = """
import sys
number = int(open(sys.argv[1]).read())
for _ in range(10):
    try:
        guess = int(sys.stdin.readline())
    except ValueError:
        open(sys.argv[3] + "teammessage.txt", "w").write("That is no number.")
        sys.exit(43)
    print("right" if guess == number else "higher" if guess < number else "lower", flush=True)
    if guess == number:
        sys.exit(43 if sys.stdin.read().strip() else 42)
open(sys.argv[3] + "teammessage.txt", "w").write("Too many guesses.")
sys.exit(43)
"""
LEARNER = """
import sys
low, high = 1, 1000
while True:
    guess = (low + high) // 2
    print(guess, flush=True)
    answer = sys.stdin.readline().strip()
    if answer == "right":
        break
    if answer == "lower":
        high = guess - 1
    else:
        low = guess + 1
"""


@pytest.fixture
def talk(judge: Judge) -> Callable[..., JudgeResult]:
    def talked(source: str, other: str = JUDGE, *numbers: int, **more: Any) -> JudgeResult:
        cases = [Case(str(number), str(number), "", hidden=number == 1) for number in numbers or (500,)]
        interactor = HelperProgram("python", {"judge.py": other}, "judge.py")
        request = JudgeRequest(
            "python", {"main.py": source}, cases=cases, interactor=interactor, **{"limits": SMALL, **more}
        )
        return judge.judge(request)

    return talked


@pytest.mark.cage
class TestTalks:
    def test_a_right_program_is_accepted_and_what_it_said_is_shown(self, talk) -> None:
        result = talk(LEARNER, JUDGE, 750, 1, 1000)
        assert [str(test.verdict) for test in result.tests] == ["accepted"] * 3
        assert [test.stdout for test in result.tests][:2] == ["500\n750\n", ""]
        assert result.score == 100.0

    def test_a_wrong_one_is_wrong_and_hears_the_judge_s_message(self, talk) -> None:
        result = talk("for n in range(1, 11): print(n, flush=True); input()")
        assert (result.verdict, result.tests[0].message) == (Verdict.WRONG_ANSWER, "Too many guesses.")

    def test_what_becomes_of_a_program_after_the_judge_decided_does_not_matter(self, talk) -> None:
        """It reads on and crashes, writes on, loops, sleeps: the answer was wrong before."""
        flood = "import sys; sys.stdin.read(); print('x' * 10**7)"
        for then in ("input()", flood, "\nwhile True: pass", "import time; time.sleep(60)"):
            began = time.monotonic()
            result = talk(f"print('what?', flush=True)\n{then}")
            assert (result.verdict, result.tests[0].message) == (Verdict.WRONG_ANSWER, "That is no number."), then
            assert time.monotonic() - began < 5

    def test_a_right_answer_does_not_save_a_program_that_fails_afterwards(self, talk) -> None:
        assert talk(LEARNER + "\nraise SystemExit(3)").verdict is Verdict.RUNTIME_ERROR
        assert talk(LEARNER + "\nsys.stdout.close()\nwhile True: pass", limits=BUSY).verdict is Verdict.TIME_LIMIT
        assert talk(LEARNER + "\nprint('and more')").verdict is Verdict.WRONG_ANSWER

    def test_a_program_that_fails_first_has_that_verdict(self, talk) -> None:
        result = talk("raise SystemExit(3)")
        assert (result.verdict, result.reason) == (Verdict.RUNTIME_ERROR, "exit_code")
        assert talk("while True: pass", limits=BUSY).verdict is Verdict.TIME_LIMIT
        assert talk("import os; os.kill(os.getpid(), 11)").verdict is Verdict.RUNTIME_ERROR

    def test_when_both_wait_for_each_other_it_is_the_learner_s_time_that_runs_out(self, talk) -> None:
        """A program that never flushes, and one that only listens."""
        unflushed = LEARNER.replace(", flush=True", "")
        for source in (unflushed, "import sys\nsys.stdin.read()"):
            result = talk(source)
            assert (result.verdict, result.reason) == (Verdict.WALL_LIMIT, "wall")

    def test_one_that_ends_or_closes_its_output_early_is_wrong(self, talk) -> None:
        assert talk("print(1)").verdict is Verdict.WRONG_ANSWER
        assert talk("import os, sys\nos.close(1)\nsys.stdin.read()").verdict is Verdict.WRONG_ANSWER

    def test_one_that_says_everything_before_it_is_asked_is_judged_by_what_it_said(self, talk) -> None:
        assert talk("for n in (1, 2, 3): print(n)", JUDGE, 3).verdict is Verdict.ACCEPTED
        assert talk("for n in range(1, 11): print(n)", JUDGE, 3).verdict is Verdict.WRONG_ANSWER

    @pytest.mark.parametrize("listens", ["for line in sys.stdin: pass", "import time; time.sleep(60)"])
    def test_an_endless_answer_is_stopped_at_the_limit_whether_anybody_listens_or_not(self, talk, listens: str) -> None:
        began = time.monotonic()
        result = talk("while True: print('7' * 50)", f"import sys\n{listens}\nsys.exit(43)")
        assert (result.verdict, result.reason) == (Verdict.OUTPUT_LIMIT, "stdout")
        assert time.monotonic() - began < 5

    def test_much_can_be_said_both_ways_at_once(self, talk) -> None:
        """More than any pipe holds, while neither side reads before it has written."""
        size = 300_000
        other = f"""
import sys
print("x" * {size}, flush=True)
sys.exit(42 if sys.stdin.readline() == "y" * {size} + "\\n" else 43)
"""
        source = f"print('y' * {size}, flush=True)\nassert len(input()) == {size}"
        assert talk(source, other, limits=Limits(cpu_ms=1000, wall_ms=5000)).verdict is Verdict.ACCEPTED

    def test_nothing_of_one_talk_is_left_for_the_next(self, talk) -> None:
        spoor = (
            "import os\nassert not os.path.exists('/tmp/seen'), os.listdir('/tmp')\nopen('/tmp/seen', 'w').close()\n"
        )
        result = talk(spoor + LEARNER, spoor + JUDGE, 10, 20, 30)
        assert result.verdict is Verdict.ACCEPTED

    @pytest.mark.parametrize(
        ("other", "words"),
        [
            ("raise SystemExit(0)", "exited with 0"),
            ("raise RuntimeError('no number')", "no number"),
            ("import sys\nsys.stdin.readline()\nimport os; os.abort()", "signal"),
            ("import sys\nsys.stdin.readline()\nwhile True: print('lower' * 999, flush=True)", "stdout"),
            ("import time; time.sleep(60)", "wall"),
            ("import time\nwhile time.process_time() < 1.2: pass\n" + JUDGE, "too long|ended: wall"),
            ("def", "SyntaxError"),
        ],
    )
    def test_the_judge_s_program_failing_is_never_the_learner_s_fault(self, talk, other: str, words: str) -> None:
        began = time.monotonic()
        result = talk("import sys\nprint(1, flush=True)\nsys.stdin.read()", other)
        assert (result.verdict, result.reason, result.score) == (Verdict.INTERNAL_ERROR, "interactor", 0.0)
        assert re.search(words, result.message)
        assert result.tests[0].message == ""
        assert time.monotonic() - began < 12

    def test_the_number_is_nowhere_in_the_learner_s_cell(self, talk) -> None:
        source = """
import os
for top in ("/box", "/opt/program", "/opt/judge", "/tmp"):
    for folder, _, names in os.walk(top):
        for name in names:
            with open(os.path.join(folder, name), errors="replace") as file:
                assert "471" + "1" not in file.read(), name
print(1, flush=True)
"""
        assert talk(source, JUDGE, 4711).verdict is Verdict.WRONG_ANSWER

    def test_its_time_and_memory_are_the_learner_s_alone(self, talk) -> None:
        busy = "data = bytearray(150 << 20)\nsum(range(10**7))\n" + JUDGE
        result = talk(LEARNER, busy, limits=BUSY)
        assert result.verdict is Verdict.ACCEPTED
        assert result.tests[0].time_ms < 200
        assert result.tests[0].memory_kb < 100_000


class Flood:
    """The stream of an agent that says more than any limit allows."""

    def __init__(self) -> None:
        self.read, self.write = os.pipe()

    def fileno(self) -> int:
        return self.read

    def send(self, data: bytes) -> None:
        """Nobody reads it."""

    def receive(self, wait_seconds: float) -> bytes | None:
        return encode({"out": "data"}, [b"x" * 50_000])

    def close(self) -> None:
        for fd in (self.read, self.write):
            os.close(fd)
        self.read = -1


class TestTheHost:
    def test_it_keeps_no_more_than_a_program_may_say_whatever_the_agent_does(self) -> None:
        channel = Flood()
        conversation = AgentCell(channel).converse(Command(["x"], limits=SMALL))
        with pytest.raises(CellLost, match="more than it may"):
            conversation.receive()
        channel.close()

    def test_a_cell_closed_under_its_hands_is_a_lost_one(self) -> None:
        channel = Flood()
        conversation = AgentCell(channel).converse(Command(["x"], limits=SMALL))
        channel.close()
        with pytest.raises(CellLost, match="gone"):
            relay(conversation, conversation)


OK = Outcome(end="exit", code=0)
AC, WA, IE = Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.INTERNAL_ERROR
RE, TLE, WALL = Verdict.RUNTIME_ERROR, Verdict.TIME_LIMIT, Verdict.WALL_LIMIT


@pytest.mark.parametrize(
    ("learner", "judge", "judge_first", "judge_stopped", "verdict"),
    [
        (AC, AC, False, False, AC),
        (AC, AC, True, False, AC),
        (AC, WA, False, False, WA),
        (AC, IE, False, False, IE),
        (RE, WA, True, False, WA),
        (RE, WA, False, False, RE),
        (RE, AC, True, False, RE),
        (TLE, WA, False, True, TLE),
        (TLE, IE, False, True, TLE),
        (TLE, AC, True, False, TLE),
        (WALL, WA, True, False, WA),
        (WALL, WA, False, False, WALL),
        (WALL, IE, False, False, IE),
        (IE, AC, False, False, IE),
        (IE, WA, True, False, IE),
    ],
)
def test_who_stopped_first_decides(
    learner: Verdict, judge: Verdict, judge_first: bool, judge_stopped: bool, verdict: Verdict
) -> None:
    talk = Talk(OK, OK, judge_first, judge_stopped, b"")
    assert decided(talk, learner, Checked(judge)).verdict is verdict


@pytest.mark.parametrize(
    ("judge_first", "judge_ms", "verdict"), [(False, 100, WALL), (False, 1000, IE), (True, 1000, WA)]
)
def test_who_was_kept_waiting_by_work_is_not_to_blame(judge_first: bool, judge_ms: int, verdict: Verdict) -> None:
    learner, judge = Outcome(end="wall", wall_ms=1500), Outcome(end="exit", code=43, cpu_ms=judge_ms)
    assert decided(Talk(learner, judge, judge_first, False, b""), WALL, Checked(WA)).verdict is verdict

"""Unit tests as judge: honest work passes, and none of the tricks to look like it does."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from collections.abc import Callable

import pytest

from sandbox import Judge, JudgeRequest, JudgeResult, Limits, Verdict

pytestmark = pytest.mark.cage

TESTS = """
import unittest
import pytest
from work import double, Stack, EmptyError

class WorkTest(unittest.TestCase):
    @pytest.mark.task(taskno=1)
    def test_double(self):
        for number in (1, 21, -4):
            with self.subTest(f"double of {number}", number=number):
                self.assertEqual(double(number), number * 2, msg=f"the secret is {number * 2}")

    def test_double_list(self):
        self.assertEqual(double([1, "a"]), [1, "a", 1, "a"])

    def test_stack(self):
        stack = Stack()
        stack.push(3)
        self.assertEqual(len(stack), 1)
        self.assertEqual(stack.pop(), 3)
        with self.assertRaises(EmptyError) as caught:
            stack.pop()
        self.assertEqual(caught.exception.args[0], "nothing there")
"""

RIGHT = """
def double(x):
    return x * 2

class EmptyError(Exception):
    pass

class Stack:
    def __init__(self): self.items = []
    def push(self, x): self.items.append(x)
    def __len__(self): return len(self.items)
    def pop(self):
        if not self.items: raise EmptyError("nothing there")
        return self.items.pop()
"""

STARTER = "def double(x):\n    pass\n\nclass EmptyError(Exception):\n    pass\n\nclass Stack:\n    pass\n"


@pytest.fixture(params=["apart", "together"])
def check(judge: Judge, request: pytest.FixtureRequest) -> Callable[..., JudgeResult]:
    """Judge a text of the learner's by TESTS, in both ways of running them."""

    def judged(
        source: str, *, reveal: bool = True, files: dict[str, str] | None = None, cpu_ms: int = 2000
    ) -> JudgeResult:
        return judge.judge(
            JudgeRequest(
                "python",
                {"work.py": source, **(files or {})},
                mode="unit_tests",
                test_files={"work_test.py": TESTS},
                isolation=request.param,
                reveal=reveal,
                limits=Limits(cpu_ms=cpu_ms, wall_ms=4000, memory_mb=64),
            )
        )

    return judged


def test_right_code_is_accepted(check) -> None:
    result = check(RIGHT)
    assert (result.verdict, result.passed, result.total, result.score) == (Verdict.ACCEPTED, 3, 3, 100), result
    assert [test.name for test in result.tests] == [
        "WorkTest.test_double",
        "WorkTest.test_double_list",
        "WorkTest.test_stack",
    ]


def test_wrong_code_is_not_and_each_test_says_why(check) -> None:
    result = check(RIGHT.replace("x * 2", "x + x if x != 21 else 0"))
    assert (result.verdict, result.passed) == (Verdict.WRONG_ANSWER, 2)
    failed = next(test for test in result.tests if test.verdict is not Verdict.ACCEPTED)
    assert failed.name == "WorkTest.test_double"
    assert "double of 21" in failed.message and "the secret is 42" in failed.message
    assert "secret" not in str(check(RIGHT.replace("x * 2", "x"), reveal=False))


def test_an_error_shows_the_learners_own_lines_only(check) -> None:
    result = check(RIGHT.replace("return x * 2", "return 1 / 0"))
    message = result.tests[0].message
    assert (
        result.verdict is Verdict.WRONG_ANSWER
        and 'File "work.py", line 3' in message
        and "ZeroDivisionError" in message
    )
    assert "/opt/judge" not in message and "work_test" not in message


def test_a_text_that_does_not_parse_is_a_compile_error(check) -> None:
    result = check("def double(:\n")
    assert result.verdict is Verdict.COMPILE_ERROR and "SyntaxError" in result.compile_log
    assert check("import nothing_of_the_kind").verdict is Verdict.RUNTIME_ERROR


def test_limits_hold_in_unit_tests_too(check) -> None:
    assert check("while True: pass", cpu_ms=500).verdict is Verdict.TIME_LIMIT
    assert check(RIGHT.replace("return x * 2", "return bytearray(200 << 20)")).verdict is Verdict.MEMORY_LIMIT
    assert check("while True: print('x' * 10000)").verdict is Verdict.OUTPUT_LIMIT


EVERYTHING = "class Everything:\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n    def __len__(self): return 1\n    def __bool__(self): return True\n    __hash__ = object.__hash__\n"
FORGED = (
    '{"tests": [{"name": "WorkTest.test_double", "status": "pass", "message": "", "ms": 0}], "error": "", "kind": ""}'
)

TRICKS = {
    "exits at import": "import os\nos._exit(0)",
    "leaves at import": "import sys\nsys.exit(0)",
    "exits in a test": STARTER + "import os\ndef double(x): os._exit(0)",
    "leaves in a test": STARTER + "import sys\ndef double(x): sys.exit(0)",
    "quits by interrupt": STARTER + "def double(x): raise KeyboardInterrupt",
    "says OK": STARTER
    + "print('Ran 3 tests in 0.000s\\n\\nOK')\nimport sys\nprint('OK', file=sys.stderr)\nsys.exit(0)",
    "replaces assertEqual": STARTER + "import unittest\nunittest.TestCase.assertEqual = lambda *a, **k: None",
    "replaces run": STARTER
    + "import unittest\nunittest.TestCase.run = lambda self, result=None: result.startTest(self)",
    "replaces failure": STARTER
    + "import unittest\nunittest.TestResult.addFailure = unittest.TestResult.addError = lambda *a: None",
    "replaces every assertion": STARTER
    + "import unittest\nfor n in dir(unittest.TestCase):\n    if n.startswith('assert'): setattr(unittest.TestCase, n, lambda *a, **k: __import__('contextlib').nullcontext())",
    "replaces AssertionError": STARTER
    + "import builtins\nbuiltins.AssertionError = type('Quiet', (BaseException,), {})",
    "equals everything": STARTER + EVERYTHING + "def double(x): return Everything()",
    "at exit": STARTER + "import atexit, os\natexit.register(lambda: os._exit(0))",
    "hooks errors": STARTER + "import sys\nsys.excepthook = lambda *a: None\nsys.unraisablehook = lambda *a: None",
    "skips": STARTER + "import unittest\ndef double(x): raise unittest.SkipTest('no need')",
    "writes a report to every stream": STARTER
    + f"import os\nfor fd in range(3, 256):\n    try: os.write(fd, {FORGED.encode()!r} + b'\\n')\n    except OSError: pass\nos._exit(0)",
    "writes to the parent's streams": STARTER
    + f"import os\nfor fd in range(256):\n    try: open(f'/proc/{{os.getppid()}}/fd/{{fd}}', 'wb').write({FORGED.encode()!r}); print('wrote')\n    except OSError: pass\nos._exit(0)",
    "ends the parent": STARTER + "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "ends all": STARTER + "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "stops the parent": STARTER + "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)",
    "starts the tests' program again": STARTER
    + "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'])\nimport os\nos._exit(0)",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_never_accepted(check, trick: str) -> None:
    result = check(TRICKS[trick])
    assert result.verdict in (
        Verdict.WRONG_ANSWER,
        Verdict.RUNTIME_ERROR,
        Verdict.TIME_LIMIT,
        Verdict.WALL_LIMIT,
    ), result
    assert result.score < 100 and "wrote" not in result.stdout


@pytest.mark.parametrize(
    "name", ["sitecustomize.py", "usercustomize.py", "json.py", "unittest.py", "pytest.py", "ast.py", "sandbox.py"]
)
def test_a_file_that_takes_the_place_of_a_module_changes_nothing(check, name: str) -> None:
    hostile = "import os\nprint('wrote')\nos._exit(0)"
    assert check(STARTER, files={name: hostile}).verdict is not Verdict.ACCEPTED
    assert check(RIGHT, files={name: hostile}).verdict is Verdict.ACCEPTED


def test_a_file_named_as_the_tests_does_not_replace_them(check) -> None:
    assert check(STARTER, files={"work_test.py": "import unittest"}).verdict is Verdict.WRONG_ANSWER


def apart(judge: Judge, source: str, tests: str = TESTS, isolation: str = "apart") -> JudgeResult:
    return judge.judge(
        JudgeRequest(
            "python", {"work.py": source}, mode="unit_tests", test_files={"work_test.py": tests}, isolation=isolation
        )
    )


def test_apart_the_tests_cannot_be_found_from_the_learners_code(judge: Judge) -> None:
    """Every object, frame, file and process within reach is searched for words that stand only in the tests."""
    source = STARTER + (
        "import gc, sys, os\n"
        "word = 'the ' + 'secret is'\n"
        "def search():\n"
        "    for thing in gc.get_objects():\n"
        "        for value in (thing.values() if type(thing) is dict else [thing]):\n"
        "            if type(value) is str and word in value and len(value) > 20: print('found in memory')\n"
        "    for pid in filter(str.isdigit, os.listdir('/proc')):\n"
        "        for name in ('mem', 'maps', 'environ', 'fd/3', 'fd/4', 'fd/5', 'fd/6'):\n"
        "            if int(pid) == os.getpid(): continue\n"
        "            try:\n"
        "                open(f'/proc/{pid}/{name}', 'rb').read(10)\n"
        "                if int(pid) == os.getppid(): print('read', pid, name)\n"
        "            except OSError: pass\n"
        "    for folder, _, names in os.walk('/opt/judge'):\n"
        "        for name in names:\n"
        "            if word in open(os.path.join(folder, name)).read(): print('found', name)\n"
        "    frame = sys._getframe()\n"
        "    while frame:\n"
        "        if word in str(frame.f_locals) + str(frame.f_code.co_consts): print('found in a frame')\n"
        "        frame = frame.f_back\n"
        "def double(x):\n"
        "    word_at_hand = x\n"
        "    search()\n"
        "    print('searched')\n"
        "    return None\n"
    )
    result = apart(judge, source)
    assert "searched" in result.stdout
    assert set(result.stdout.splitlines()) == {"searched"}
    # The search itself works: where tests share the process, it finds them.
    assert "found" in apart(judge, source, isolation="together").stdout


def test_apart_a_hostile_answer_on_the_wire_is_not_believed(judge: Judge) -> None:
    """The learner's code takes the socket and speaks the examiner's language: it can say what its values are, no more."""
    for answer in (
        '{"value": true}',
        '{"value": ["builtin", "exec"]}',
        '{"value": ["class", 1, "X", [["builtin", "type"]]]}',
        '{"value": ["yours", 999]}',
        '{"same": 5}',
        '{"changed": [[0, 1]], "value": null}',
        '{"error": [["builtin", "SystemExit"], ["tuple", [0]], ["dict", []], "", ""]}',
        '{"error": [["builtin", "KeyboardInterrupt"], ["tuple", []], ["dict", []], "", ""]}',
        '{"ask": "import", "args": ["os"]}',
        '{"ask": "call", "args": [["builtin", "exec"], ["list", ["import os; os._exit(0)"]], ["dict", []]]}',
        '{"tests": []}',
        "[" * 50_000,
        "not json",
    ):
        source = STARTER + (
            "import os, stat\n"
            "sockets = range(3, 64)\n"
            "def double(x):\n"
            "    for fd in sockets:\n"
            "        try:\n"
            f"            if stat.S_ISSOCK(os.fstat(fd).st_mode): os.write(fd, {answer!r}.encode() + b'\\n')\n"
            "        except OSError: pass\n"
            "    os._exit(0)\n"
        )
        result = apart(judge, source)
        assert result.verdict in (Verdict.WRONG_ANSWER, Verdict.RUNTIME_ERROR), (answer, result)


def test_apart_values_cross_as_they_are(judge: Judge) -> None:
    tests = """
import unittest, datetime
from fractions import Fraction
from work import *
import work

class CrossTest(unittest.TestCase):
    def test_plain(self):
        for value in (None, True, 10**40, 1.5, float("inf"), "ع\\x00\\ud800", b"\\xff", 1j, range(3), [1, (2, {3})], {(1, 2): frozenset()},
                      datetime.date(2024, 2, 29), datetime.datetime(2024, 1, 1, 5), datetime.timedelta(1), Fraction(1, 3)):
            self.assertEqual(same(value), value)
            self.assertIs(type(same(value)), type(value))

    def test_arguments_changed_in_place(self):
        items, seen = [3, 1, 2], {"a": [1]}
        self.assertIs(sort(items), items)
        self.assertEqual(items, [1, 2, 3])
        extend(seen)
        self.assertEqual(seen, {"a": [1, 2]})

    def test_functions_go_both_ways(self):
        self.assertEqual(apply(lambda x: x + 1, [1, 2]), [2, 3])
        self.assertEqual(adder(2)(3), 5)
        self.assertEqual(list(count()), [0, 1, 2])
        self.assertEqual(consume(iter("ab")), ["a", "b"])
        with self.assertRaisesRegex(ValueError, "by the test"):
            apply(self.fails, [1])

    def fails(self, x):
        raise ValueError("by the test")

    def test_objects(self):
        one, two = Point(1, 2), Point(1, 2)
        self.assertEqual(one, two)
        self.assertNotEqual(one, Point(3, 4))
        self.assertEqual(one + two, Point(2, 4))
        self.assertEqual((one.x, str(one), repr(one)), (1, "(1, 2)", "Point(1, 2)"))
        one.x = 7
        self.assertEqual(one.x, 7)
        self.assertIsInstance(one, Point)
        self.assertNotIsInstance(one, Other)
        self.assertTrue(one > two)
        self.assertIn(7, one)
        self.assertEqual([*one], [7, 2])
        self.assertEqual(work.CONSTANT, 5)
        self.assertIs(Point.origin(), Point.origin())
        with Manager() as manager:
            self.assertEqual(manager.state, "open")
        self.assertEqual(manager.state, "closed")
"""
    source = """
CONSTANT = 5
def same(x): return x
def sort(items): items.sort(); return items
def extend(d): d["a"].append(2)
def apply(f, items): return [f(i) for i in items]
def adder(n): return lambda x: x + n
def count(): yield from range(3)
def consume(it): return list(it)
class Other: pass
class Point:
    ORIGIN = None
    def __init__(self, x, y): self.x, self.y = x, y
    def __eq__(self, o): return (self.x, self.y) == (o.x, o.y)
    def __add__(self, o): return Point(self.x + o.x, self.y + o.y)
    def __gt__(self, o): return self.x > o.x
    def __contains__(self, v): return v in (self.x, self.y)
    def __iter__(self): return iter((self.x, self.y))
    def __str__(self): return f"({self.x}, {self.y})"
    def __repr__(self): return f"Point({self.x}, {self.y})"
    @classmethod
    def origin(cls):
        cls.ORIGIN = cls.ORIGIN or cls(0, 0)
        return cls.ORIGIN
class Manager:
    def __enter__(self): self.state = "open"; return self
    def __exit__(self, *a): self.state = "closed"
"""
    result = apart(judge, source, tests)
    assert result.verdict is Verdict.ACCEPTED, [(test.name, test.message) for test in result.tests]


def test_tests_that_reach_into_the_learners_process_are_run_there(judge: Judge) -> None:
    tests = "import unittest\nfrom unittest import mock\nimport work\nclass T(unittest.TestCase):\n    def test_print(self):\n        with mock.patch('builtins.print') as p:\n            work.hello()\n        p.assert_called_once_with('hi')\n"
    request = JudgeRequest(
        "python", {"work.py": "def hello(): print('hi')"}, mode="unit_tests", test_files={"work_test.py": tests}
    )
    assert judge.judge(request).verdict is Verdict.ACCEPTED

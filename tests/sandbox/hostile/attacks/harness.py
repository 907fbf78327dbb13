"""Unit tests as judge: what a learner's file may try so that tests which fail look as if they passed."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import io
import json
import pickle
import zipfile

from attacks.base import ROOMY, Attack

TESTS = """
import unittest
from work import double

class WorkTest(unittest.TestCase):
    def test_double(self):
        for number in (1, 21, -4):
            self.assertEqual(double(number), number * 2)

    def test_double_text(self):
        self.assertEqual(double("the secret is here"), "the secret is herethe secret is here")

    def test_refuses(self):
        with self.assertRaises(ValueError):
            double(None)
"""
RIGHT = "def double(x):\n    if x is None: raise ValueError\n    return x * 2\n"
STARTER = "def double(x):\n    pass\n"

_NAMES = ("WorkTest.test_double", "WorkTest.test_double_text", "WorkTest.test_refuses")
_FORGED = json.dumps(
    {"tests": [{"name": n, "status": "pass", "message": "", "ms": 0} for n in _NAMES], "error": "", "kind": ""}
).encode()
_EVERYTHING = (
    "class Everything:\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
    "    def __len__(self): return 1\n    def __bool__(self): return True\n    def __getattr__(self, name): return lambda *a, **k: self\n    __hash__ = object.__hash__\n"
)
_FAILS = "wrong_answer runtime_error"
_HOW = "a trick that ends the tests is an error of the program, one that leaves them running is a wrong answer"


class _Opens:
    def __reduce__(self):
        return eval, ("__import__('os')._exit(0)",)


def _zip(**files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return buffer.getvalue()


_PATCHES = {
    "exits when it is imported": ("import os\nos._exit(0)", ("exit from inside a test",)),
    "leaves when it is imported": ("import sys\nsys.exit(0)", ("exit from inside a test",)),
    "exits in a test": (STARTER + "import os\ndef double(x): os._exit(0)", ("exit from inside a test",)),
    "leaves in a test": (STARTER + "import sys\ndef double(x): sys.exit(0)", ("exit from inside a test",)),
    "leaves from a thread, later": (
        STARTER + "import os, threading\nthreading.Timer(0.05, os._exit, (0,)).start()",
        ("exit from inside a test",),
    ),
    "interrupts a test": (STARTER + "def double(x): raise KeyboardInterrupt", ("exit from inside a test",)),
    "raises what nobody catches": (
        STARTER + "class Quiet(BaseException): pass\ndef double(x): raise Quiet",
        ("exit from inside a test",),
    ),
    "leaves by a generator's end": (STARTER + "def double(x): raise GeneratorExit", ("exit from inside a test",)),
    "says that all is well": (
        STARTER + "import sys\nprint('...\\nRan 3 tests in 0.000s\\n\\nOK')\nprint('OK', file=sys.stderr)\nsys.exit(0)",
        (),
    ),
    "patches assertEqual": (
        STARTER + "import unittest\nunittest.TestCase.assertEqual = lambda *a, **k: None",
        ("patching unittest",),
    ),
    "patches run": (
        STARTER
        + "import unittest\ndef run(self, result=None): result.startTest(self); result.addSuccess(self); result.stopTest(self)\nunittest.TestCase.run = run",
        ("patching unittest",),
    ),
    "patches the results": (
        STARTER
        + "import unittest\nfor n in ('addFailure', 'addError', 'addSubTest', 'addUnexpectedSuccess'): setattr(unittest.TestResult, n, lambda *a: None)",
        ("patching unittest",),
    ),
    "patches every assertion": (
        STARTER
        + "import contextlib, unittest\nfor n in dir(unittest.TestCase):\n    if n.startswith(('assert', 'fail')): setattr(unittest.TestCase, n, lambda *a, **k: contextlib.nullcontext())",
        ("patching unittest",),
    ),
    "patches the loader": (
        STARTER
        + "import unittest\nunittest.TestLoader.getTestCaseNames = lambda *a: []\nunittest.TestSuite.run = lambda self, result, *a: result",
        ("patching unittest",),
    ),
    "patches AssertionError": (
        STARTER + "import builtins\nbuiltins.AssertionError = type('Quiet', (BaseException,), {})",
        ("patching unittest",),
    ),
    "patches what is built in": (
        STARTER
        + "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.issubclass = lambda *a: True\nbuiltins.len = lambda x: 0\nbuiltins.sorted = lambda *a, **k: []\nbuiltins.open = lambda *a, **k: None",
        ("patching unittest",),
    ),
    "patches json and the module table": (
        STARTER
        + f"import json, sys, types\njson.dumps = lambda *a, **k: {_FORGED.decode()!r}\njson.loads = lambda *a, **k: {{}}\nfor n in ('unittest', 'unittest.case', 'json.encoder'): sys.modules[n] = types.ModuleType(n)",
        ("patching unittest",),
    ),
    "traces the tests": (
        STARTER
        + "import sys, threading\ndef trace(frame, event, arg):\n    if frame.f_code.co_name.startswith(('test_', 'assert')): frame.f_trace_lines = False\n    return trace\nsys.settrace(trace); threading.settrace(trace); sys.setprofile(lambda *a: None)",
        ("patching unittest",),
    ),
    "equals everything": (STARTER + _EVERYTHING + "def double(x): return Everything()", ()),
    "equals everything as a number and as a text": (
        "class N(int):\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n    __hash__ = int.__hash__\nclass S(str):\n    def __eq__(self, o): return True\n    def __ne__(self, o): return False\n    __hash__ = str.__hash__\n"
        "def double(x): return S() if isinstance(x, str) else N()",
        (),
    ),
    "lies about its class": (
        "class Liar:\n    __class__ = str\n    def __eq__(self, o): return True\n    def __str__(self): return 'x'\ndef double(x): return Liar()",
        (),
    ),
    "waits for the end to lie": (STARTER + "import atexit, os\natexit.register(lambda: os._exit(0))", ()),
    "hooks the errors": (
        STARTER + "import sys, threading\nsys.excepthook = threading.excepthook = sys.unraisablehook = lambda *a: None",
        (),
    ),
    "skips": (STARTER + "import unittest\ndef double(x): raise unittest.SkipTest('no need')", ()),
    "writes a report to every open file": (
        STARTER
        + f"import os\nfor fd in range(3, 512):\n    try: os.write(fd, {_FORGED!r} + b'\\n')\n    except OSError: pass\nos._exit(0)",
        ("a fake verdict to the harness's channel",),
    ),
    "writes a report and goes on": (
        STARTER
        + f"import os\ndef double(x):\n    for fd in range(3, 512):\n        try: os.write(fd, {_FORGED!r} + b'\\n')\n        except OSError: pass",
        ("a fake verdict to the harness's channel",),
    ),
    "writes a report to its parent's files": (
        STARTER
        + f"import os\nfor pid in filter(str.isdigit, os.listdir('/proc')):\n    if int(pid) == os.getpid(): continue\n    for fd in range(64):\n        try: os.write(os.open(f'/proc/{{pid}}/fd/{{fd}}', os.O_WRONLY | os.O_NONBLOCK), {_FORGED!r}); print('ESCAPED wrote')\n        except OSError: pass\nos._exit(0)",
        ("a fake verdict to the harness's channel",),
    ),
    "prints a report": (
        STARTER + f"print({_FORGED.decode()!r}, flush=True)\nimport os\nos._exit(0)",
        ("a fake verdict to the harness's channel",),
    ),
    "puts another file in the place of each of its own": (
        STARTER
        + "import os\nr, w = os.pipe()\nfor fd in range(3, 512):\n    try: os.fstat(fd)\n    except OSError: continue\n    if fd not in (r, w): os.dup2(os.open('/dev/null', os.O_RDWR), fd)\n",
        ("closing the descriptors",),
    ),
    "closes all of its files": (STARTER + "import os\nos.closerange(0, 512)", ("closing the descriptors",)),
    "ends its parent": (
        STARTER
        + "import os, signal\nfor pid in (os.getppid(), 1):\n    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass",
        ("kill of others",),
    ),
    "ends all": (STARTER + "import os, signal\nos.kill(-1, signal.SIGKILL)", ("kill of others",)),
    "sets its parent's limits": (
        STARTER
        + "import os, resource\nfor kind in (0, 7, 1, 9):\n    try: resource.prlimit(os.getppid(), kind, (0, 0))\n    except (OSError, ValueError): pass\ndef double(x): return x",
        ("kill of others",),
    ),
    "returns what opens when it is read": (
        f"class Opens:\n    def __reduce__(self): return eval, (\"__import__('os')._exit(0)\",)\n    __reduce_ex__ = lambda self, n: self.__reduce__()\ndef double(x): return Opens() if not isinstance(x, str) else {pickle.dumps(_Opens())!r}",
        ("zip or pickle tricks against the harness",),
    ),
    "returns itself without end": (
        "def double(x):\n    a = []\n    a.append(a)\n    b = {}\n    b['b'] = b\n    return a if x == 1 else b",
        (),
    ),
    "returns nested lists": ("def double(x):\n    a = []\n    for _ in range(100000): a = [a]\n    return a", ()),
    "returns a number without end of digits": ("def double(x): return 10 ** 100000", ()),
    "returns numbers that are none": ("def double(x): return float('nan') if x == 1 else float('inf')", ()),
    "returns half a pair": ("def double(x): return '\\ud800\\0\"}'", ()),
    "returns something that prints a report": (
        f"class Prints:\n    def __repr__(self): return {_FORGED.decode()!r}\n    __str__ = __repr__\n    def __format__(self, s): return repr(self)\ndef double(x): return Prints()",
        ("a fake verdict to the harness's channel",),
    ),
    "raises an error that prints a report": (
        f'class E(Exception):\n    def __str__(self): return {_FORGED.decode()!r}\n    __name__ = __qualname__ = \'"status": "pass"\'\ndef double(x): raise E',
        ("a fake verdict to the harness's channel",),
    ),
    "raises an error of a megabyte": ("def double(x): raise Exception('x' * (1 << 20))", ()),
    "raises an error that raises": (
        "class E(Exception):\n    def __str__(self): raise SystemExit\n    __repr__ = __str__\ndef double(x): raise E",
        (),
    ),
    "raises errors in a ring": (
        "def double(x):\n    a, b = Exception('a'), Exception('b')\n    a.__cause__, b.__cause__ = b, a\n    raise a",
        (),
    ),
    "catches the test that looks for an error": (
        "class M(type):\n    def __instancecheck__(c, o): return True\n    def __subclasscheck__(c, o): return True\nclass E(Exception, metaclass=M): pass\ndef double(x): raise E",
        (),
    ),
    "answers before it is asked": (
        STARTER
        + 'import os, socket\nfor fd in range(3, 64):\n    try:\n        s = socket.socket(fileno=os.dup(fd)); s.setblocking(False); s.send(b\'{"ok": true, "value": null}\\n\' * 50)\n    except OSError: pass',
        ("a fake verdict to the harness's channel",),
    ),
    "asks what it may not": (
        STARTER
        + "import os, socket\nfor fd in range(3, 64):\n    try:\n        s = socket.socket(fileno=os.dup(fd)); s.setblocking(False)\n        for op in ('getattr', 'import', 'eval', 'call', 'together', 'setattr'): s.send(('{\"ask\": \"%s\", \"args\": [\"os\", \"_exit\"]}\\n' % op).encode())\n    except OSError: pass",
        ("a fake verdict to the harness's channel",),
    ),
    "goes through the frames above": (
        STARTER
        + "import sys\ndef double(x):\n    frame = sys._getframe()\n    while frame:\n        for name, value in list(frame.f_locals.items()):\n            if type(value) is str and 'the secret is' in value and value != x: print('ESCAPED', name)\n            if name == 'rows':\n                try: value[:] = []\n                except Exception: pass\n        frame = frame.f_back",
        (),
    ),
}

_SHADOWS = (
    "sitecustomize.py",
    "usercustomize.py",
    "json.py",
    "unittest.py",
    "socket.py",
    "contextlib.py",
    "sandbox.py",
    "pytest.py",
    "conftest.py",
    "encodings.py",
    "_socket.py",
    "ast.py",
    "os.py",
)
_HOSTILE_MODULE = "import os\nprint('ESCAPED shadow')\nos._exit(0)"
_BY_ZIP = _zip(json__py=_HOSTILE_MODULE, unittest__py=_HOSTILE_MODULE)

ATTACKS = [
    *(
        Attack(
            name=f"unit tests: {name}",
            entry="work.py",
            source=source,
            tests={"work_test.py": TESTS},
            expect=_FAILS + " time_limit wall_limit",
            why=_HOW,
            covers=topics,
            rows=(43, 44) if "patches" in name or "exits" in name else (29, 45),
            limits={"cpu_ms": 1500, "wall_ms": 2500},
        )
        for name, (source, topics) in _PATCHES.items()
    ),
    Attack(
        name="unit tests together: patches unittest",
        entry="work.py",
        source=_PATCHES["patches every assertion"][0],
        tests={"work_test.py": TESTS},
        isolation="together",
        expect=_FAILS,
        why=_HOW,
        covers=("patching unittest",),
        rows=(44,),
    ),
    Attack(
        name="unit tests together: exits",
        entry="work.py",
        source=_PATCHES["exits in a test"][0],
        tests={"work_test.py": TESTS},
        isolation="together",
        expect=_FAILS,
        why=_HOW,
        covers=("exit from inside a test",),
        rows=(43,),
    ),
    Attack(
        name="unit tests together: forges a report",
        entry="work.py",
        source=_PATCHES["writes a report to every open file"][0],
        tests={"work_test.py": TESTS},
        isolation="together",
        expect=_FAILS,
        why=_HOW,
        covers=("a fake verdict to the harness's channel",),
        rows=(29,),
    ),
    Attack(
        name="unit tests: files named like modules do not help wrong work",
        entry="work.py",
        source=STARTER,
        files=dict.fromkeys(_SHADOWS, _HOSTILE_MODULE),
        tests={"work_test.py": TESTS},
        expect=_FAILS,
        why=_HOW,
        rows=(53,),
    ),
    Attack(
        name="unit tests: files named like modules do not harm right work",
        entry="work.py",
        source=RIGHT,
        files=dict.fromkeys(_SHADOWS, _HOSTILE_MODULE),
        tests={"work_test.py": TESTS},
        expect="accepted",
        rows=(53,),
    ),
    Attack(
        name="unit tests: a file of paths and byte code of another time",
        entry="work.py",
        source=STARTER,
        files={
            "hostile.pth": f"import os; print('ESCAPED path')\n{'/box'}",
            "__pycache__/work.cpython-311.pyc": b"\xa7\r\r\n" + b"\0" * 12 + b"\xe3hostile",
            "work.pyc": b"\0" * 100,
            "pyvenv.cfg": "home = /box\n",
            "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--version'\n",
        },
        tests={"work_test.py": TESTS},
        expect=_FAILS,
        why=_HOW,
        rows=(53,),
    ),
    Attack(
        name="unit tests: an archive in the place of a module",
        entry="work.py",
        source="import sys\nsys.path.insert(0, '/box/json.zip')\nsys.path.insert(0, 'json.zip')\nsys.path_importer_cache.clear()\nfor n in ('json', 'unittest'): sys.modules.pop(n, None)\n"
        + STARTER,
        files={"json.zip": _BY_ZIP, "unittest.zip": _BY_ZIP, "python311.zip": _BY_ZIP},
        tests={"work_test.py": TESTS},
        expect=_FAILS,
        why=_HOW,
        covers=("zip or pickle tricks against the harness",),
    ),
    Attack(
        name="unit tests: a file that opens when it is read",
        entry="work.py",
        source=STARTER,
        files={
            name: pickle.dumps(_Opens())
            for name in ("work.pickle", "work.pkl", "report.json", "payload", "results.xml")
        },
        tests={"work_test.py": TESTS},
        expect=_FAILS,
        why=_HOW,
        covers=("zip or pickle tricks against the harness",),
    ),
    Attack(
        name="unit tests: a file named like the tests",
        entry="work.py",
        source=STARTER,
        files={
            "work_test.py": "import unittest\nclass WorkTest(unittest.TestCase):\n    def test_double(self): pass\n"
        },
        tests={"work_test.py": TESTS},
        expect=_FAILS,
        why=_HOW,
        rows=(53,),
    ),
    Attack(
        name="unit tests: looks for the tests",
        entry="work.py",
        source=(
            STARTER
            + "import gc, os, sys\nword = 'the ' + 'secret is'\ndef look(where):\n    for thing in gc.get_objects():\n        for value in (list(thing.values()) if type(thing) is dict else list(thing) if type(thing) in (list, tuple) else [thing]):\n"
            "            if type(value) is str and word in value and len(value) > 20 and 'def look' not in value: print('ESCAPED in memory', where)\n"
            "    for folder in ('/box', '/tmp', '/opt/judge', '/opt/program', '/dev/shm'):\n        for place, _, names in os.walk(folder):\n            for name in names:\n                try:\n                    if word.encode() in open(os.path.join(place, name), 'rb').read(1 << 20): print('ESCAPED in', place, name)\n                except OSError: pass\n"
            "    for pid in filter(str.isdigit, os.listdir('/proc')):\n        if int(pid) == os.getpid(): continue\n        for name in ('mem', 'maps', 'environ', *(f'fd/{n}' for n in range(20))):\n            try: open(f'/proc/{pid}/{name}', 'rb').read(1); print('ESCAPED', pid, name)\n            except OSError: pass\n"
            "look('at import')\n"
        ),
        tests={"work_test.py": TESTS},
        isolation="apart",
        expect=_FAILS,
        why=_HOW,
        rows=(45,),
        covers=("the tests' files",),
        limits={"cpu_ms": 2000, "wall_ms": 8000},
    ),
    Attack(
        name="unit tests: floods the examiner with one answer",
        entry="work.py",
        source="def double(x): return 'x' * (40 << 20)",
        tests={"work_test.py": TESTS},
        expect=_FAILS + " memory_limit time_limit",
        why="a gigantic answer is a wrong one, unless a limit is met on the way",
        limits={"cpu_ms": 2000, "wall_ms": 8000},
        flat_memory=True,
    ),
    Attack(
        name="unit tests: names without end in the report",
        entry="work.py",
        source="class E(Exception): pass\nE.__name__ = E.__qualname__ = '\\u202e' * 1000000\ndef double(x): raise E('\\0' * 1000000)",
        tests={"work_test.py": TESTS},
        expect=_FAILS + " output_limit memory_limit",
        why="a report of many megabytes is too much in one way or another, or cut to what is needed",
        flat_memory=True,
    ),
    Attack(
        name="unit tests: limits hold",
        entry="work.py",
        source="def double(x):\n    while True: pass",
        tests={"work_test.py": TESTS},
        expect="time_limit",
        rows=(1,),
    ),
    Attack(
        name="unit tests: waits in an object's end",
        entry="work.py",
        source="import time\nclass D:\n    def __del__(self): time.sleep(60)\ndef double(x):\n    D()\n    return x",
        tests={"work_test.py": TESTS},
        expect="wall_limit",
        rows=(2,),
        limits={"wall_ms": 1000},
    ),
    Attack(
        name="prints what it should before it is asked, then leaves",
        source="import atexit, os, sys\natexit.register(lambda: os._exit(0))\nsys.excepthook = lambda *a: os._exit(0)\nprint('OK')\nraise SystemExit(0)",
        cases=(("3", "9"),),
        expect="wrong_answer",
        rows=(43,),
    ),
    Attack(
        name="looks for the expected answers",
        source=(
            "import gc, os, sys\nword = 'the expected ' + 'answer'\nfor folder in ('/box', '/tmp', '/opt/program', '/opt/judge', '/dev/shm', '/proc/self/fd'):\n    for place, _, names in os.walk(folder):\n        for name in names:\n"
            "            try:\n                path = os.path.join(place, name)\n                if not path.startswith(('/opt/runtime', '/proc/self/fd/0', '/proc/self/fd/1', '/proc/self/fd/2')) and word.encode() in open(path, 'rb').read(1 << 16): print(word)\n            except OSError: pass\n"
            "if any(word in text for text in (*sys.argv, *os.environ.values())): print(word)\n"
        ),
        cases=(("", "the expected answer"), ("", "the expected answer")),
        expect="wrong_answer",
        rows=(45,),
        limits={"cpu_ms": 2000, "wall_ms": 8000},
    ),
    Attack(
        name="options of node in a file",
        language="javascript",
        source="console.log(process.execArgv.join(' ').includes('natives') || process.env.NODE_OPTIONS ? 'ESCAPED' : 'tried', typeof require('node:fs').readFileSync);\n",
        files={
            "package.json": '{"type": "commonjs", "imports": {"fs": "./fs.js"}, "exports": "./fs.js"}',
            "fs.js": "console.log('ESCAPED')",
            "node_modules/fs/index.js": "console.log('ESCAPED')",
            "node.config.json": '{"nodeOptions": {"import": "./fs.js"}}',
        },
        expect="accepted",
        stdout="tried function\n",
        rows=(54,),
        limits={**ROOMY, "memory_mb": 256},
    ),
]

"""Importing tests from memory and running them, one row for each. Runs inside the cage."""

from __future__ import annotations

import builtins
import importlib
import importlib.abc
import importlib.util
import sys
import time
import traceback
import types
import unittest
from typing import Any

from sandbox.harness.python.wire import WORK

MESSAGE_LENGTH = 2048


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports tests and helpers from memory, a stand-in for pytest, and the learner's modules by wire."""

    def __init__(self, payload: Any, peer: Any = None) -> None:
        self.sources = {**payload["support"], **payload["tests"]}
        # A learner's module stands in for no library that the tests may rely on.
        self.learner = set(payload["learner"]) - {"pytest", *sys.stdlib_module_names}
        self.peer = peer

    def find_spec(self, name: Any, path: Any = None, target: Any = None) -> Any:
        if f"{name}.py" in self.sources or name == "pytest" or (self.peer and name in self.learner):
            return importlib.util.spec_from_loader(name, self)
        return None

    def create_module(self, spec: Any) -> Any:
        if self.peer and spec.name in self.learner and f"{spec.name}.py" not in self.sources:
            return LearnerModule(spec.name, self.peer)
        return None

    def exec_module(self, module: Any) -> Any:
        name = module.__name__
        if isinstance(module, LearnerModule):
            return
        if f"{name}.py" in self.sources:
            exec(compile(self.sources[f"{name}.py"], f"{name}.py", "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - in the cage
        else:
            module.mark = Marks()


class Marks:
    """pytest.mark: any mark, with or without arguments, leaves the test as it is."""

    def __getattr__(self, name: Any) -> Any:
        def mark(*args: Any, **kwargs: Any) -> Any:
            return args[0] if args and callable(args[0]) and not kwargs else lambda test: test

        return mark


class LearnerModule(types.ModuleType):
    """A module of the learner's, as the tests see it."""

    def __init__(self, name: Any, peer: Any) -> None:
        super().__init__(name)
        self.__dict__["_peer"] = peer
        self.__dict__["_ref"] = peer.request("import", name)
        self.__dict__["__file__"] = f"{WORK}/{name}.py"

    def __getattr__(self, name: Any) -> Any:
        if name == "__all__":
            try:
                return self._peer.request("getattr", self._ref, name)
            except AttributeError:
                return [public for public in self._peer.request("dir", self._ref) if not public.startswith("_")]
        if name in ("__path__", "_peer", "_ref"):
            raise AttributeError(name)
        return self._peer.request("getattr", self._ref, name)

    def __setattr__(self, name: Any, value: Any) -> Any:
        if name.startswith("__"):
            super().__setattr__(name, value)
        else:
            self._peer.request("setattr", self._ref, name, value)


class Collector(unittest.TestResult):
    """Keeps one row per test."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[dict[str, Any]] = []
        self.started = 0.0

    def startTest(self, test: Any) -> Any:
        super().startTest(test)
        self.started = time.perf_counter()
        self.rows.append({"name": test.id().split(".", 1)[-1], "status": "unfinished", "message": "", "ms": 0})

    def stopTest(self, test: Any) -> Any:
        super().stopTest(test)
        self.rows[-1]["ms"] = int((time.perf_counter() - self.started) * 1000)

    def _note(self, status: Any, message: Any) -> Any:
        row = self.rows[-1]
        if row["status"] in ("unfinished", "skip"):
            row.update(status=status, message=message[:MESSAGE_LENGTH])

    def addSuccess(self, test: Any) -> Any:
        self._note("pass", "")

    def addExpectedFailure(self, test: Any, error: Any) -> Any:
        self._note("pass", "")

    def addFailure(self, test: Any, error: Any) -> Any:
        self._note("fail", describe(error[1]))

    def addError(self, test: Any, error: Any) -> Any:
        if not self.rows or not isinstance(test, unittest.TestCase):
            self.rows.append({"name": str(test), "status": "error", "message": "", "ms": 0})
            self.rows[-1]["message"] = describe(error[1])[:MESSAGE_LENGTH]
            return
        self._note("error", describe(error[1]))

    def addSubTest(self, test: Any, subtest: Any, error: Any) -> Any:
        if error is not None:
            failed = issubclass(error[0], test.failureException)
            self._note("fail" if failed else "error", describe(error[1], subtest._subDescription()))

    def addSkip(self, test: Any, reason: Any) -> Any:
        if self.rows:
            self._note("skip", reason)

    def addUnexpectedSuccess(self, test: Any) -> Any:
        self._note("fail", "This test was expected to fail.")


def describe(error: Any, where: Any = "") -> Any:
    """What went wrong, for a learner to read: the assertion's message, or the error with the lines of their files."""
    if isinstance(error, AssertionError):
        text = str(error)
    elif hasattr(error, "_learner_trace"):
        text = error._learner_trace
    else:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename.startswith(WORK)]
        text = "".join(traceback.format_list(frames) + traceback.format_exception_only(error)).replace(WORK + "/", "")
    return f"{where}: {text}" if where else text


def run_tests(payload: Any, peer: Any) -> Any:
    """Import the tests and run them; rows, and what stopped it if something did."""
    sys.meta_path.insert(0, Finder(payload, peer))
    collector = Collector()
    suite = unittest.TestSuite()
    if peer is None:
        refuse_equal_to_everything()
    try:
        before = None if peer else state_of_unittest()
        for name in payload["tests"]:
            module = importlib.import_module(name.removesuffix(".py"))
            suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
        if before is not None and state_of_unittest() != before:
            return [], "The program changed the tests that check it.", "tampering"
        suite.run(collector)
        if before is not None and state_of_unittest() != before:
            return [], "The program changed the tests that check it.", "tampering"
    except BaseException as error:
        syntax = isinstance(error, SyntaxError) and getattr(error, "filename", "") not in payload["tests"]
        return collector.rows, describe(error), "syntax" if syntax else "import"
    return collector.rows, "", ""


def refuse_equal_to_everything() -> None:
    """For tests that share the learner's process: an object that claims to equal a stranger fails the test."""
    genuine = unittest.TestCase.assertEqual

    def assertEqual(case: Any, first: Any, second: Any, msg: Any = None) -> None:
        wildcard = getattr(sys.modules.get("unittest.mock"), "ANY", None)
        for value in (first, second):
            try:
                boundless = value is not wildcard and (value == object()) is True
            except Exception:
                boundless = False
            if boundless:
                raise case.failureException("The value claims to equal everything.")
        genuine(case, first, second, msg)

    setattr(unittest.TestCase, "assertEqual", assertEqual)  # noqa: B010 - meant for every test of this process


def state_of_unittest() -> Any:
    """What unittest and the builtins consist of, to see whether they were changed."""
    places: list[Any] = [builtins, unittest, unittest.case, unittest.suite, unittest.result, unittest.loader]
    places += [unittest.TestCase, unittest.TestResult, unittest.TestSuite, vars(unittest.case)["_Outcome"], Collector]
    places += [unittest.case._AssertRaisesContext, unittest.case._AssertRaisesBaseContext]
    state: dict[tuple[str, str], tuple[int, int]] = {}
    for place in places:
        for name, value in list(vars(place).items()):
            # unittest loads some of its modules on first use.
            if name not in ("_", "__warningregistry__", "mock", "async_case", "IsolatedAsyncioTestCase"):
                state[(place.__name__, name)] = (id(value), id(getattr(value, "__code__", None)))
    return state

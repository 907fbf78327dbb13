"""Unit tests against a learner's files: what goes into the cage, and what to believe of what comes out."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Literal

from sandbox.backends import Outcome, Program
from sandbox.files import checked_files
from sandbox.harness import harness_files
from sandbox.languages import Language
from sandbox.results import decode, run_result
from sandbox.types import CaseResult, JudgeRequest, JudgeResult, UnitTestReport, Verdict

_MESSAGE_LENGTH = 2048

# Tests that import these reach into the process of the code they test; all others are kept away from it.
_SHARED_PROCESS = {"mock", "io", "inspect", "contextlib", "importlib", "os", "gc", "threading", "tempfile"}


def program(request: JudgeRequest, language: Language) -> Program:
    """The harness with the learner's files; the tests go in where the learner's code cannot see them."""
    if language.unit_tests is None:
        raise ValueError(f"mode: there are no unit tests for {language.label}")
    tests = checked_files(request.test_files)
    support = checked_files(request.support_files) if request.support_files else {}
    # A learner's file cannot take the place of a test or of one of its helpers.
    own = {
        name: data for name, data in checked_files(request.files).items() if name not in tests and name not in support
    }
    if not own:
        raise ValueError("files: none besides the tests")
    sources = {name: data.decode("utf-8") for name, data in tests.items()}
    support_sources = {
        name: data.decode("utf-8") for name, data in support.items() if name.endswith(language.extension)
    }
    payload = {
        "isolation": chosen_isolation(sources, support_sources, own)
        if request.isolation == "auto"
        else request.isolation,
        "tests": sources,
        "support": support_sources,
        "learner": [name.removesuffix(language.extension).replace("/", ".") for name in own if name.endswith(".py")],
    }
    return Program(
        language=language,
        files={**own, **support},
        entry="",
        limits=request.limits,
        harness=harness_files(language.harness),
        payload=json.dumps(payload).encode(),
    )


def chosen_isolation(
    tests: Mapping[str, str], support: Mapping[str, str], own: Mapping[str, object]
) -> Literal["apart", "together"]:
    """Whether the tests can run in a process without the learner's code, by their text, which is not the learner's."""
    modules = {name.rpartition("/")[2].removesuffix(".py") for name in own}
    for source in (*tests.values(), *support.values()):
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return "apart"
        learner_names: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                imported = {part for alias in node.names for part in alias.name.split(".")}
            elif isinstance(node, ast.ImportFrom):
                imported = {*(node.module or "").split("."), *(alias.name for alias in node.names)}
                if node.module in modules:
                    learner_names |= {alias.asname or alias.name for alias in node.names}
                    imported = set()
            else:
                continue
            if imported & _SHARED_PROCESS:
                return "together"
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base) for base in node.bases}
                # A class of the tests' own: its objects go to the learner's code, or it derives from it.
                if not any("TestCase" in base for base in bases) or bases & learner_names:
                    return "together"
    return "apart"


def judged(request: JudgeRequest, language: Language, outcome: Outcome) -> JudgeResult:
    """The verdict from the harness's report and from how the cell ended. No whole report, no acceptance."""
    run = run_result(outcome, language)
    report = parsed_report(outcome.report)
    tests = report.tests if request.reveal else tuple(_without_message(test) for test in report.tests)
    passed = sum(test.verdict is Verdict.ACCEPTED for test in tests)
    reason = run.reason
    verdict: Verdict
    if run.verdict is not Verdict.ACCEPTED:
        verdict = run.verdict
    elif not report.complete:
        verdict, reason = Verdict.RUNTIME_ERROR, "no_report"
    elif report.error or report.reason:
        syntax = report.reason == "syntax"
        verdict, reason = (Verdict.COMPILE_ERROR if syntax else Verdict.RUNTIME_ERROR), report.reason
    elif not tests:
        verdict, reason = Verdict.INTERNAL_ERROR, "no_tests"
    else:
        verdict = Verdict.ACCEPTED if passed == len(tests) else Verdict.WRONG_ANSWER
    message = report.error if request.reveal or verdict is Verdict.COMPILE_ERROR else ""
    return JudgeResult(
        verdict=verdict,
        passed=passed,
        total=len(tests),
        score=round(100 * passed / len(tests), 2) if tests else 0.0,
        tests=tests,
        compile_log=message if verdict is Verdict.COMPILE_ERROR else "",
        # What the program printed may hold what it saw of a test that runs beside it.
        stdout=run.stdout if request.reveal else "",
        stderr=run.stderr if request.reveal else "",
        time_ms=run.time_ms,
        wall_ms=run.wall_ms,
        memory_kb=run.memory_kb,
        reason=reason,
        message=message or run.message,
    )


_STATUS = {
    "unfinished": Verdict.RUNTIME_ERROR,
    "pass": Verdict.ACCEPTED,
    "fail": Verdict.WRONG_ANSWER,
    "error": Verdict.RUNTIME_ERROR,
}


def parsed_report(data: bytes) -> UnitTestReport:
    """The harness's report, taken as text from a stranger: anything unexpected makes it no report at all."""
    try:
        report = json.loads(data)
        rows = [row for row in report["tests"] if row["status"] != "skip"]
        tests = tuple(
            CaseResult(
                name=_text(row["name"])[:200],
                verdict=_STATUS[row["status"]],
                message=_text(row["message"]),
                hidden=True,
                time_ms=max(0, min(int(row["ms"]), 10_000_000)),
            )
            for row in rows
        )
        error, kind = _text(report["error"]), _text(report["kind"])[:20]
    except (ValueError, KeyError, TypeError, RecursionError):
        return UnitTestReport()
    if len({test.name for test in tests}) != len(tests):
        return UnitTestReport(error="A test reported twice.")
    return UnitTestReport(tests=tests, error=error, reason=kind, complete=True)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return decode(value.encode("utf-8", "replace"))[:_MESSAGE_LENGTH]


def _without_message(test: CaseResult) -> CaseResult:
    return CaseResult(name=test.name, verdict=test.verdict, hidden=True, time_ms=test.time_ms)

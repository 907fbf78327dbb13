"""Unit tests against a learner's files: what goes into the cage, and what to believe of what comes out."""

from __future__ import annotations

import ast
import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from sandbox.backends import Cell, Command, Outcome
from sandbox.compiling import COMPILER_LIMITS, Compiled
from sandbox.files import checked_files
from sandbox.harness import harness_files
from sandbox.languages import Language, Step
from sandbox.results import compile_log, compile_verdict, decode, run_result
from sandbox.submissions import Submission, harness_main, raised
from sandbox.types import CaseResult, JudgeRequest, JudgeResult, Limits, UnitTestReport, Verdict

if TYPE_CHECKING:
    from sandbox.judge import Judge

_MESSAGE_LENGTH = 2048
# Python 3.11 counts its depth for all threads together, and fails when two parse at once.
_PARSING = threading.Lock()
_REPORT_BYTES = 1024 * 1024

# Tests that import these reach into the process of the code they test; all others are kept away from it.
_SHARED_PROCESS = {"mock", "io", "inspect", "contextlib", "importlib", "os", "gc", "threading", "tempfile"}


class UnitTests:
    """Judges one submission by unit tests: the harness goes in with the learner's files, the tests where only it looks.

    ValueError, beginning with a field's name, for a request that is wrong.
    """

    def __init__(self, request: JudgeRequest, language: Language, judge: Judge) -> None:
        if language.unit_tests is None:
            raise ValueError(f"mode: there are no unit tests for {language.label}")
        self._request = request
        self._judge = judge
        self._language = language
        tests = checked_files(request.test_files)
        support = checked_files(request.support_files) if request.support_files else {}
        # A learner's file cannot take the place of a test or of one of its helpers.
        files = checked_files(request.files)
        own = {name: data for name, data in files.items() if name not in tests and name not in support}
        if not own:
            raise ValueError("files: none besides the tests")
        self.submission = Submission(language, {**own, **support}, "", raised(request.limits, language))
        self._harness = harness_files(language)
        payload = json.dumps(self._payload(own, tests, support)).encode()
        self._command = self._step(language.unit_tests, self.submission.limits, payload)
        build = language.unit_build
        self._build: Command | None = None
        if build is not None:
            self._build = replace(self._step(build, COMPILER_LIMITS, payload), role="compile")

    def _step(self, step: Step, limits: Limits, payload: bytes) -> Command:
        limits = replace(limits, **step.limits)
        return Command(
            step.command(self._language, "", [], limits, harness=harness_main(self._language)),
            environment=self._language.environment,
            limits=limits,
            address_space_mb=step.address_space_mb,
            report_bytes=_REPORT_BYTES,
            payload=payload,
        )

    def judge(self, cell: Cell) -> JudgeResult:
        """Build what is to be built, and run the tests, in a cell."""
        cell.put(self._harness, folder="harness")
        cell.put(self.submission.files)
        if self._build is None:
            return judged(self._request, self._language, cell.run(self._command))
        built = self._judge.build_tests(cell, self.submission, self._build)
        if built.files is None:
            return self._not_built(built)
        result = judged(self._request, self._language, cell.run(self._command))
        return replace(result, cached_compile=built.outcome is None)

    def _not_built(self, built: Compiled) -> JudgeResult:
        outcome = built.outcome or Outcome(end="exit")
        if parsed_report(outcome.report).reason:
            return judged(self._request, self._language, replace(outcome, code=0))
        return JudgeResult(
            verdict=compile_verdict(built),
            compile_log=compile_log(built),
            time_ms=outcome.cpu_ms,
            wall_ms=outcome.wall_ms,
            memory_kb=outcome.memory_kb,
            reason=outcome.end,
            message=built.problem,
        )

    def _payload(
        self, own: Mapping[str, bytes], tests: Mapping[str, bytes], support: Mapping[str, bytes]
    ) -> dict[str, object]:
        extension = self._language.extension
        sources = {name: data.decode("utf-8") for name, data in tests.items()}
        support_sources = {name: data.decode("utf-8") for name, data in support.items() if name.endswith(extension)}
        isolation: str = self._request.isolation
        if isolation == "auto":
            isolation = chosen_isolation(sources, support_sources, own) if extension == ".py" else "apart"
        return {
            "language": self._language.name,
            "isolation": isolation,
            "tests": sources,
            "support": support_sources,
            "files": sorted(own),
            "learner": [name.removesuffix(extension).replace("/", ".") for name in own if name.endswith(extension)],
        }


def chosen_isolation(
    tests: Mapping[str, str], support: Mapping[str, str], own: Mapping[str, object]
) -> Literal["apart", "together"]:
    """Whether the tests can run in a process without the learner's code, by their text, which is not the learner's."""
    modules = {name.rpartition("/")[2].removesuffix(".py") for name in own}
    for source in (*tests.values(), *support.values()):
        try:
            with _PARSING:
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
                hidden=bool(row.get("hidden", True)),
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
    return replace(test, message="")

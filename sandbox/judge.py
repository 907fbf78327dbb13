"""The judge: one program with its own input, or a submission held against cases or unit tests."""

from __future__ import annotations

from dataclasses import replace

from sandbox import unit_tests
from sandbox.backends import Backend, BubblewrapBackend, Capabilities, Program
from sandbox.checkers import check
from sandbox.files import checked_files
from sandbox.languages import Language, language_named
from sandbox.pool import Busy, SlotPool
from sandbox.results import run_result, worst
from sandbox.types import (
    MAX_ARGUMENTS,
    MAX_STDIN_BYTES,
    Case,
    CaseResult,
    FailingCase,
    JudgeRequest,
    JudgeResult,
    RunRequest,
    RunResult,
    Verdict,
)

MAX_CASES = 200


class Judge:
    """Runs and judges programs on one backend. Safe to share between threads."""

    def __init__(self, backend: Backend | None = None, pool: SlotPool | None = None) -> None:
        self._backend = backend or BubblewrapBackend()
        self._pool = pool or SlotPool()

    def probe(self) -> Capabilities:
        """Whether programs can be run here, and in one sentence why not."""
        return self._backend.probe()

    def close(self) -> None:
        """End what is running now, as lost, and run nothing more: the process is about to end."""
        self._backend.close()

    def run(self, request: RunRequest) -> RunResult:
        """Run a program with its own input. ValueError, beginning with a field's name, for a request that is wrong."""
        program = _program(request)
        try:
            with self._pool.slot() as slot:
                outcome = self._backend.execute(program, slot=slot)
        except Busy as busy:
            return RunResult(Verdict.INTERNAL_ERROR, reason="busy", message=str(busy))
        return run_result(outcome, program.language)

    def judge(self, request: JudgeRequest) -> JudgeResult:
        """Judge a submission. ValueError, beginning with a field's name, for a request that is wrong."""
        language = language_named(request.language)
        try:
            if request.mode == "unit_tests":
                program = unit_tests.program(request, language)
                with self._pool.slot() as slot:
                    outcome = self._backend.execute(program, slot=slot)
                return unit_tests.judged(request, language, outcome)
            return self._judge_cases(request, language)
        except Busy as busy:
            return JudgeResult(Verdict.INTERNAL_ERROR, reason="busy", message=str(busy))

    def _judge_cases(self, request: JudgeRequest, language: Language) -> JudgeResult:
        if not request.cases or len(request.cases) > MAX_CASES:
            raise ValueError(f"cases: between 1 and {MAX_CASES} cases are needed")
        base = _program(RunRequest(request.language, request.files, request.entry, limits=request.limits))
        results: list[CaseResult] = []
        runs: list[RunResult] = []
        first: FailingCase | None = None
        with self._pool.slot() as slot:
            for case in request.cases:
                # A cage of its own for each case: nothing that one leaves behind can help or harm the next.
                outcome = self._backend.execute(replace(base, stdin=_stdin(case.stdin)), slot=slot)
                run = run_result(outcome, language)
                result = _case_result(case, run, request)
                runs.append(run)
                results.append(result)
                failed = result.verdict is not Verdict.ACCEPTED
                if failed and first is None and not case.hidden:
                    first = FailingCase(case.name, case.stdin, case.expected, run.stdout, run.stderr)
                if run.verdict in (Verdict.INTERNAL_ERROR, Verdict.COMPILE_ERROR):
                    break
                if failed and request.stop_at_first_failure:
                    break
        return _summary(request, results, runs, first)


def _summary(
    request: JudgeRequest, results: list[CaseResult], runs: list[RunResult], first: FailingCase | None
) -> JudgeResult:
    verdict = worst([result.verdict for result in results])
    passed = [result for result in results if result.verdict is Verdict.ACCEPTED]
    weight = sum(case.weight for case in request.cases)
    deciding = next(run for run, result in zip(runs, results, strict=True) if result.verdict is verdict)
    reason = next(result.reason for result in results if result.verdict is verdict)
    return JudgeResult(
        verdict=verdict,
        passed=len(passed),
        total=len(request.cases),
        score=round(100 * sum(result.weight for result in passed) / weight, 2) if weight > 0 else 0.0,
        tests=tuple(results),
        compile_log=deciding.stderr if verdict is Verdict.COMPILE_ERROR else "",
        first_failure=first,
        time_ms=sum(run.time_ms for run in runs),
        wall_ms=sum(run.wall_ms for run in runs),
        memory_kb=max(run.memory_kb for run in runs),
        reason=reason,
        message=deciding.message,
    )


def _case_result(case: Case, run: RunResult, request: JudgeRequest) -> CaseResult:
    verdict, message = run.verdict, run.message
    if verdict is Verdict.ACCEPTED:
        message = check(request.checker, run.stdout, case.expected, request.float_tolerance)
        verdict = Verdict.WRONG_ANSWER if message else Verdict.ACCEPTED
    return CaseResult(
        name=case.name,
        verdict=verdict,
        # Where the output differs, and what a program printed on its way down, is told for public cases only.
        message="" if case.hidden else message,
        hidden=case.hidden,
        time_ms=run.time_ms,
        memory_kb=run.memory_kb,
        weight=case.weight,
        reason=run.reason,
    )


def _program(request: RunRequest) -> Program:
    language = language_named(request.language)
    files = checked_files(request.files)
    if request.entry not in files:
        raise ValueError(f"entry: {str(request.entry)[:60]!r} is not among the files")
    if len(request.args) > MAX_ARGUMENTS or any("\0" in arg or len(arg) > 1000 for arg in request.args):
        raise ValueError("args: too many, too long, or with a NUL")
    return Program(
        language=language,
        files=files,
        entry=request.entry,
        stdin=_stdin(request.stdin),
        args=tuple(request.args),
        limits=request.limits,
    )


def _stdin(text: bytes | str) -> bytes:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > MAX_STDIN_BYTES:
        raise ValueError(f"stdin: at most {MAX_STDIN_BYTES // 1024 // 1024} MB")
    return data

"""The judge: one program with its own input, or a submission held against cases or unit tests."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from sandbox import unit_tests
from sandbox.backends import Backend, BubblewrapBackend, Capabilities, Cell, CellLost, Command, Outcome
from sandbox.cases import CaseJudging
from sandbox.compiling import Compiled, Compiler
from sandbox.harness import harness_files
from sandbox.languages import Language, language_named
from sandbox.pool import Busy, CellPool, SlotPool
from sandbox.results import compile_log, compile_verdict, run_result
from sandbox.submissions import Submission, stdin_bytes
from sandbox.survey import Survey
from sandbox.types import MAX_ARGUMENTS, JudgeRequest, JudgeResult, Progress, RunRequest, RunResult, Verdict

T = TypeVar("T")
_ATTEMPTS = 2


class Judge:
    """Runs and judges programs on one backend. Safe to share between threads."""

    def __init__(
        self,
        backend: Backend | None = None,
        pool: SlotPool | None = None,
        *,
        slots: int | None = None,
        compile_cache: Path | None = None,
    ) -> None:
        """`compile_cache` is a folder in which compiled programs are kept from one start to the next."""
        self._backend = backend or BubblewrapBackend()
        self._pool = pool or SlotPool(slots)
        self._cells = CellPool(self._backend, self._pool.size)
        self._compiler = Compiler(compile_cache)
        self._survey = Survey(self._backend)
        self._closed = False

    def probe(self) -> Capabilities:
        """Whether programs can be run here, and in one sentence why not."""
        return self._backend.probe()

    def language_problem(self, name: str) -> str:
        """In one sentence why programs in a language cannot be run here; empty where they can be."""
        return self._survey.of(language_named(name)).problem

    def close(self) -> None:
        """End what is running now, as lost, and run nothing more: the process is about to end."""
        self._closed = True
        self._backend.close()
        self._cells.close()

    def run(self, request: RunRequest) -> RunResult:
        """Run a program with its own input. ValueError, beginning with a field's name, for a request that is wrong."""
        submission = Submission.of(language_named(request.language), request.files, request.entry, request.limits)
        if len(request.args) > MAX_ARGUMENTS or any("\0" in arg or len(arg) > 1000 for arg in request.args):
            raise ValueError("args: too many, too long, or with a NUL")
        stdin = stdin_bytes(request.stdin)

        def work(cell: Cell) -> RunResult:
            compiled = self.compile(cell, submission)
            if compiled.files is None:
                return _not_compiled(compiled, submission.language)
            return run_result(cell.run(submission.command(stdin, request.args)), submission.language)

        try:
            return self.on_cell(submission, work)
        except _NoRun as problem:
            return RunResult(Verdict.INTERNAL_ERROR, reason=problem.reason, message=str(problem))

    def judge(self, request: JudgeRequest, progress: Progress | None = None) -> JudgeResult:
        """Judge a submission. ValueError, beginning with a field's name, for a request that is wrong.

        `progress` is told of each case as it begins. Unit tests run all together, and it hears nothing of them.
        """
        language = language_named(request.language)
        try:
            if request.mode == "unit_tests":
                tests = unit_tests.UnitTests(request, language, self)
                return self.on_cell(tests.submission, tests.judge)
            cases = CaseJudging(request, language, self, progress)
            return self.on_cell(cases.submission, cases.judge)
        except _NoRun as problem:
            return JudgeResult(Verdict.INTERNAL_ERROR, reason=problem.reason, message=str(problem))

    def compile(self, cell: Cell, submission: Submission) -> Compiled:
        """Make a submission ready to run in a cell."""
        runtime = self._backend.runtime(submission.language.name)
        if submission.language.runs_in_harness:
            cell.put(harness_files(submission.language), folder="harness")
        return self._compiler.compile(cell, submission.language, runtime, submission.entry, submission.files)

    def build_tests(self, cell: Cell, submission: Submission, command: Command) -> Compiled:
        """Make what the harness runs for compiled languages out of a submission that lies in a cell, and the tests."""
        runtime = self._backend.runtime(submission.language.name)
        return self._compiler.build_tests(cell, submission.language, runtime, command, submission.files)

    def on_cell(self, submission: Submission, work: Callable[[Cell], T]) -> T:
        """Do something in a fresh cell, in a slot of one's own; once more on another when the cell is lost."""
        try:
            with self._pool.slot():
                capabilities = self._backend.probe()
                if not capabilities.works:
                    raise _NoRun("no_cage", capabilities.problem)
                return self.on_another_cell(submission, work)
        except Busy as busy:
            raise _NoRun("busy", str(busy)) from busy

    def on_another_cell(self, submission: Submission, work: Callable[[Cell], T]) -> T:
        """The same without waiting for a slot, for whoever has one: a teacher's program beside a learner's."""
        runtime = self._backend.runtime(submission.language.name)
        problem = "The judge is stopping."
        for _ in range(_ATTEMPTS):
            if self._closed:
                break
            try:
                with self._cells.cell(runtime, submission.room) as cell:
                    return work(cell)
            except CellLost as lost:
                problem = str(lost)
        raise _NoRun("lost", problem)

    @contextlib.contextmanager
    def cell_beside(self, submission: Submission) -> Iterator[Cell]:
        """A second cell for whoever has one. Lost, it is lost with the first: both are taken anew."""
        with self._cells.cell(self._backend.runtime(submission.language.name), submission.room) as cell:
            yield cell


class _NoRun(Exception):
    """The judge did not do its work; never the learner's fault."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def _not_compiled(compiled: Compiled, language: Language) -> RunResult:
    log = compile_log(compiled)
    outcome = compiled.outcome or Outcome(end="exit")
    return RunResult(
        verdict=compile_verdict(compiled),
        stderr=log,
        exit_code=outcome.code,
        time_ms=outcome.cpu_ms,
        wall_ms=outcome.wall_ms,
        memory_kb=outcome.memory_kb,
        reason=outcome.end,
        message=compiled.problem,
        compile_log=log,
    )

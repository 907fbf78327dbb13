"""A submission held against cases: each is run, checked on the host, and scored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.backends import Cell, Outcome
from sandbox.checkers import Checked, check_request, judged
from sandbox.checkers.program import Helper, submission_of
from sandbox.compiling import Compiled
from sandbox.interactive import decided, talk
from sandbox.languages import Language
from sandbox.results import compile_log, compile_verdict, kept_log, run_result
from sandbox.scoring import Plan
from sandbox.submissions import Submission, stdin_bytes
from sandbox.types import (
    Case,
    CaseResult,
    FailingCase,
    JudgeRequest,
    JudgeResult,
    Progress,
    RunResult,
    Verdict,
)

if TYPE_CHECKING:
    from sandbox.judge import Judge

MAX_CASES = 200
_SHOWN_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Judged:
    """One case that was run: what the program did, and what it comes to."""

    run: RunResult
    result: CaseResult
    problem: str = ""
    """What is wrong with the teacher's side of it, for the teacher."""


def _judged(case: Case, run: RunResult, checked: Checked) -> Judged:
    """Where the output differs, and what a program printed on its way down, is told for public cases only."""
    ours = checked.verdict is Verdict.INTERNAL_ERROR and run.verdict is not Verdict.INTERNAL_ERROR
    message, reason = checked.message, checked.reason
    if checked.verdict is run.verdict and not message:
        message, reason = run.message, run.reason
    shown = not case.hidden
    result = CaseResult(
        name=case.name,
        verdict=checked.verdict,
        message=message if shown and not ours else "",
        hidden=case.hidden,
        time_ms=run.time_ms,
        wall_ms=run.wall_ms,
        memory_kb=run.memory_kb,
        weight=case.weight,
        reason=reason,
        group=case.group,
        stdout=run.stdout[:_SHOWN_BYTES] if shown else "",
        stderr=run.stderr[:_SHOWN_BYTES] if shown else "",
        diff=checked.diff if shown else (),
    )
    return Judged(run, result, message if ours else "")


class CaseJudging:
    """Judges one submission by cases. ValueError, beginning with a field's name, for a request that is wrong."""

    def __init__(
        self, request: JudgeRequest, language: Language, judge: Judge, progress: Progress | None = None
    ) -> None:
        if not request.cases or len(request.cases) > MAX_CASES:
            raise ValueError(f"cases: between 1 and {MAX_CASES} cases are needed")
        check_request(request)
        Plan(request)
        self._request = request
        self._judge = judge
        self._progress = progress
        self._inputs = [stdin_bytes(case.stdin) for case in request.cases]
        self.submission = Submission.of(language, request.files, request.entry, request.limits)
        program = request.interactor or request.checker_program
        beside = self.submission.limits if request.interactor else None
        self._helper = None if program is None else submission_of(program, beside=beside)

    def judge(self, cell: Cell) -> JudgeResult:
        """The whole submission in one cell."""
        plan = Plan(self._request)
        compiled = self._judge.compile(cell, self.submission)
        if compiled.files is None:
            return self._not_compiled(plan, compiled)
        if self._request.schema_sql:
            cell.put({"schema.sql": self._request.schema_sql.encode("utf-8", "surrogatepass")}, folder="program")
        cached = compiled.outcome is None and bool(compiled.files)
        if self._helper is None:
            return self._summary(plan, self._run(cell, plan, None), cached=cached)
        with self._judge.cell_beside(self._helper) as other:
            made = self._judge.compile(other, self._helper)
            if made.files is None:
                return JudgeResult(
                    Verdict.INTERNAL_ERROR,
                    total=len(self._request.cases),
                    reason=self._helper_name,
                    message=f"The {self._helper_name} does not compile. {compile_log(made)}".strip(),
                )
            program = self._request.interactor or self._request.checker_program
            helper = Helper(other, self._helper, program.args if program else (), self._helper_name)
            return self._summary(plan, self._run(cell, plan, helper), cached=cached)

    @property
    def _helper_name(self) -> str:
        return "interactor" if self._request.interactor else "checker"

    def _run(self, cell: Cell, plan: Plan, helper: Helper | None) -> dict[int, Judged]:
        """Every case that is wanted."""
        done: dict[int, Judged] = {}
        total = len(self._request.cases)
        for index in range(total):
            if plan.wanted(index):
                if self._progress is not None:
                    self._progress(index, total)
                if done:
                    cell.reset()
                done[index] = self._case(cell, index, helper)
                plan.record(index, done[index].result.verdict)
        return done

    def _case(self, cell: Cell, index: int, helper: Helper | None) -> Judged:
        """Run and check one case."""
        case, given = self._request.cases[index], self._inputs[index]
        answer = case.expected.encode("utf-8", "surrogatepass")
        if helper is not None and self._request.interactor is not None:
            judge = helper.cell.converse(helper.command(given, answer))
            said = talk(cell.converse(self.submission.command(b"")), judge)
            run = run_result(replace(said.learner, stdout=said.said), self.submission.language)
            return _judged(case, run, decided(said, run.verdict, helper.answered(said.judge)))
        outcome = cell.run(self.submission.command(given))
        run = run_result(outcome, self.submission.language)
        if run.verdict is not Verdict.ACCEPTED:
            return _judged(case, run, Checked(run.verdict))
        if helper is not None:
            return _judged(case, run, helper.check(given, answer, outcome.stdout))
        return _judged(case, run, judged(self._request, case, outcome.stdout))

    def _summary(self, plan: Plan, done: dict[int, Judged], *, cached: bool) -> JudgeResult:
        scored = plan.scored()
        runs = [each.run for each in done.values()]
        deciding = next(each for each in done.values() if each.result.verdict is scored.verdict)
        failed = (
            (self._request.cases[index], each.run)
            for index, each in done.items()
            if each.result.verdict is not Verdict.ACCEPTED and not each.result.hidden
        )
        first = next(
            (FailingCase(case.name, case.stdin, case.expected, run.stdout, run.stderr) for case, run in failed), None
        )
        return JudgeResult(
            verdict=scored.verdict,
            passed=scored.passed,
            total=scored.total,
            score=scored.score,
            tests=tuple(replace(each.result, points=scored.points[index]) for index, each in done.items()),
            compile_log=kept_log(deciding.run.stderr) if scored.verdict is Verdict.COMPILE_ERROR else "",
            first_failure=first,
            time_ms=sum(run.time_ms for run in runs),
            wall_ms=sum(run.wall_ms for run in runs),
            memory_kb=max(run.memory_kb for run in runs),
            reason=deciding.result.reason,
            message=deciding.problem or deciding.run.message,
            groups=scored.groups,
            cached_compile=cached,
        )

    def _not_compiled(self, plan: Plan, compiled: Compiled) -> JudgeResult:
        verdict = compile_verdict(compiled)
        plan.record(0, verdict)
        outcome = compiled.outcome or Outcome(end="exit")
        return JudgeResult(
            verdict=verdict,
            total=len(self._request.cases),
            compile_log=compile_log(compiled),
            time_ms=outcome.cpu_ms,
            wall_ms=outcome.wall_ms,
            memory_kb=outcome.memory_kb,
            reason=outcome.end,
            message=compiled.problem,
            groups=plan.scored().groups,
        )

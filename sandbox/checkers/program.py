"""A teacher's own program, in a cell of its own: a checker of outputs, or the judge's side of an interactive problem.

It is started as Kattis and DOMjudge start theirs, with the paths of the case's input and answer and of a folder for
feedback, the output to be judged on stdin. It exits with 42 when that is right and with 43 when it is wrong; any other
end is its own failure. What it writes to `teammessage.txt` is told to the learner, its `judgemessage.txt` only to
the teacher, and that only when it fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sandbox.backends.base import FOLDERS, Cell, Command, Outcome
from sandbox.checkers.rules import Checked
from sandbox.languages import language_named
from sandbox.submissions import Submission
from sandbox.types import LIMIT_RANGES, HelperProgram, Limits, Verdict

RIGHT, WRONG = 42, 43
_ANSWERS = {RIGHT: Verdict.ACCEPTED, WRONG: Verdict.WRONG_ANSWER}

_INPUT, _ANSWER = "case.in", "case.ans"
_TO_LEARNER, _TO_TEACHER = "teammessage.txt", "judgemessage.txt"
_FEEDBACK_BYTES = 64 * 1024
_SHOWN = 2000
_LIMITS = Limits(cpu_ms=10_000, wall_ms=20_000, memory_mb=512, processes=64, output_kb=8192)


def submission_of(helper: HelperProgram, *, beside: Limits | None = None) -> Submission:
    """A teacher's program, ready for a cell. One that runs beside a learner's program has longer than that has.

    ValueError, beginning with a field's name, where it cannot be started.
    """
    limits = _LIMITS
    if beside is not None:
        limits = replace(limits, wall_ms=min(2 * beside.wall_ms + 10_000, LIMIT_RANGES["wall_ms"][1]))
    return Submission.of(language_named(helper.language), helper.files, helper.entry, limits)


class Helper:
    """A teacher's program in its cell, compiled."""

    def __init__(self, cell: Cell, submission: Submission, args: Sequence[str], name: str) -> None:
        """`name` is the reason given for its failures: checker or interactor."""
        self.cell = cell
        self._submission = submission
        self._args = tuple(args)
        self._name = name
        self._used = False

    def command(self, given: bytes, answer: bytes, stdin: bytes = b"") -> Command:
        """The program with a case, which is laid into its cell; nothing is left there of the case before."""
        if self._used:
            self.cell.reset()
        self._used = True
        place = FOLDERS["harness"]
        self.cell.put({_INPUT: given, _ANSWER: answer}, folder="harness")
        # The folder for feedback is where it starts: the only one that it may write.
        args = [f"{place}/{_INPUT}", f"{place}/{_ANSWER}", f"{FOLDERS['work']}/", *self._args]
        return replace(self._submission.command(stdin, args), role="check")

    def check(self, given: bytes, answer: bytes, output: bytes) -> Checked:
        """What it says of an output."""
        return self.answered(self.cell.run(self.command(given, answer, output)))

    def answered(self, outcome: Outcome) -> Checked:
        """What its end means, with the message it left."""
        code = outcome.code if outcome.end == "exit" else None
        if code in _ANSWERS:
            return Checked(_ANSWERS[code], self._feedback(_TO_LEARNER))
        ended = f"exited with {code}, not {RIGHT} or {WRONG}" if code is not None else f"was ended: {outcome.end}"
        said = self._feedback(_TO_TEACHER) or outcome.stderr.decode("utf-8", "replace")[-_SHOWN:]
        return Checked(Verdict.INTERNAL_ERROR, f"The {self._name} {ended}. {said}".strip(), reason=self._name)

    def _feedback(self, name: str) -> str:
        try:
            data = self.cell.get([name], max_bytes=_FEEDBACK_BYTES).get(name, b"")
        except ValueError:  # longer than anybody would read
            return ""
        return data.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}").strip()[:_SHOWN]

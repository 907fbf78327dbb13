"""Interactive problems: the judge's program talks with the learner's, and says afterwards whether it was right.

Each runs in a cell of its own; what one prints the host hands to the other. The two never share a file, a pipe or a
clock, and what either may print in all is bounded by its own limits.

Who is to blame is decided by who stopped first. A judge's program that has made up its mind beats whatever becomes of
the learner's afterwards, which finds its input closed. A learner's program that ran into a limit or crashed before
has that verdict, and not "wrong answer" because it then said nothing more.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.backends.base import CellLost, Conversation, Outcome
from sandbox.checkers.program import RIGHT
from sandbox.checkers.rules import Checked
from sandbox.types import Verdict

_TICK = 0.05
_GRACE = 3.0
_MOMENT = 0.2
_KEPT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Talk:
    """How a conversation went.

    `judge_first`: the judge's program had ended while the learner's still ran. `judge_stopped`: it was not needed any
    more, since the learner's had crashed or gone beyond a limit of its own.
    """

    learner: Outcome
    judge: Outcome
    judge_first: bool
    judge_stopped: bool
    said: bytes
    """The beginning of what the learner's program printed."""


def talk(learner: Conversation, judge: Conversation) -> Talk:
    """Hand on what each program prints until both have ended."""
    from_learner, from_judge = _Ear(learner, judge), _Ear(judge, learner)
    judge_first = judge_stopped = learner_stopped = False
    while not (from_learner.over and from_judge.over):
        _wait_for(ear.source for ear in (from_learner, from_judge) if not ear.over)
        from_learner.listen()
        from_judge.listen()
        if from_judge.over and not from_learner.over:
            judge_first = True
            if not learner_stopped and judge.finish().code != RIGHT:
                learner_stopped = True
                learner.stop()  # what it would still do does not matter any more
        elif from_learner.over and not from_judge.over and not judge_stopped:
            judge_stopped = _decides(learner.finish())
            # Else it was told that nothing more will come. One that has no answer to that hangs, and is to blame.
            if judge_stopped or (from_learner.idle(_GRACE) and from_judge.idle(_GRACE)):
                judge.stop()
    return Talk(learner.finish(), judge.finish(), judge_first, judge_stopped, bytes(from_learner.kept))


def _wait_for(sources: Iterable[Conversation]) -> None:
    """Wait a moment, or until there is news from one of them."""
    poll = select.poll()
    try:
        for source in sources:
            poll.register(source, select.POLLIN)
    except (OSError, ValueError) as error:  # closed under our hands: the judge is stopping
        raise CellLost("The cell is gone.") from error
    poll.poll(1000 * _TICK)


def _decides(learner: Outcome) -> bool:
    """Whether the end of the learner's program is a verdict whatever the judge's says. Waiting too long is none yet."""
    return learner.end != "wall" and (learner.end != "exit" or learner.code != 0)


class _Ear:
    """One direction: what a program prints becomes the other's input."""

    def __init__(self, source: Conversation, target: Conversation) -> None:
        self.source = source
        self.kept = bytearray()
        self._target = target
        self._heard = time.monotonic()
        self._silent_since: float | None = None
        self._told = False

    @property
    def over(self) -> bool:
        """Whether the program has ended, all that it printed was handed on, and the other knows that it was all."""
        return self._told and self.source.ended

    def listen(self) -> None:
        """Hand on what there is."""
        pieces = []
        while data := self.source.receive():
            pieces.append(data)
        if pieces:
            # In one go: a program that says one word at a time must not cost a message for each.
            self._heard = time.monotonic()
            whole = b"".join(pieces)
            self.kept += whole[: max(0, _KEPT - len(self.kept))]
            self._target.send(whole)
        if data is None and self._silent_since is None:
            self._silent_since = time.monotonic()
        # A program's output closes a moment before its end is known. Were the other told at once, it could crash in
        # between, and seem to have been the first.
        if self._silent_since is not None and not self._told:
            self._told = self.source.ended or time.monotonic() - self._silent_since > _MOMENT
            if self._told:
                self._heard = time.monotonic()
                self._target.end_input()

    def idle(self, seconds: float) -> bool:
        """Whether there has been no news from the program for so long."""
        return time.monotonic() - self._heard > seconds


def decided(talk: Talk, learner: Verdict, judge: Checked) -> Checked:
    """The verdict on a conversation: from what the learner's run would be alone, and what the judge's program says."""
    if talk.judge_stopped or learner is Verdict.INTERNAL_ERROR:
        return Checked(learner)
    if learner is Verdict.ACCEPTED or judge.verdict is Verdict.INTERNAL_ERROR:
        return judge
    if learner is Verdict.WALL_LIMIT and not talk.judge_first and 2 * talk.judge.cpu_ms > talk.learner.wall_ms:
        # The learner's program was kept waiting by one that was at work itself.
        return Checked(Verdict.INTERNAL_ERROR, "The interactor took too long.", reason="interactor")
    return judge if judge.verdict is Verdict.WRONG_ANSWER and talk.judge_first else Checked(learner)

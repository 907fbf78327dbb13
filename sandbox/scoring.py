"""Points: what each case is worth, which groups hold, and which cases need not be run any more.

A case without a group earns its weight. A group earns its points when all of its cases are accepted and every group
it needs has held. The score is what was earned out of all that could be, from 0 to 100.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sandbox.types import Group, GroupResult, JudgeRequest, Verdict, worst

_ENDS_ALL = (Verdict.INTERNAL_ERROR, Verdict.COMPILE_ERROR)


@dataclass(frozen=True, slots=True)
class Scored:
    """The sum of a submission. `points` has one entry for each case of the request, run or not."""

    verdict: Verdict
    passed: int
    total: int
    score: float
    points: tuple[float, ...]
    groups: tuple[GroupResult, ...]


class Plan:
    """Which cases of a request are still wanted, and what they come to. One for each submission."""

    def __init__(self, request: JudgeRequest) -> None:
        self._cases = request.cases
        self._stop = request.stop_at_first_failure
        self._groups = _groups(request)
        self._members: dict[str, list[int]] = {name: [] for name in self._groups}
        self._verdicts: dict[int, Verdict] = {}
        for index, case in enumerate(self._cases):
            _check_points("cases", case.weight)
            if case.group:
                self._members[case.group].append(index)

    def wanted(self, index: int) -> bool:
        """Whether a case still has to be run, given the verdicts so far."""
        if any(verdict in _ENDS_ALL for verdict in self._verdicts.values()):
            return False
        group = self._groups.get(self._cases[index].group)
        if group is None:
            return not (self._stop and any(self._failed(i) for i in self._verdicts if not self._cases[i].group))
        lost = self._lost()
        return lost.isdisjoint(group.needs) and not (self._stop and group.name in lost)

    def record(self, index: int, verdict: Verdict) -> None:
        """Note how a case went."""
        self._verdicts[index] = verdict

    def scored(self) -> Scored:
        """What the cases that were run come to. A case that was not run earns nothing."""
        holds: dict[str, bool] = {}
        for group in self._groups.values():
            holds[group.name] = all(holds[name] for name in group.needs) and all(
                self._verdicts.get(index) is Verdict.ACCEPTED for index in self._members[group.name]
            )
        points = tuple(self._points(index, holds) for index in range(len(self._cases)))
        results = tuple(self._group_result(group, holds[group.name]) for group in self._groups.values())
        total = sum(result.of for result in results) + sum(case.weight for case in self._cases if not case.group)
        # From the groups rather than from their cases' shares, so that full marks are exactly 100.
        earned = sum(result.points for result in results)
        earned += sum(mine for mine, case in zip(points, self._cases, strict=True) if not case.group)
        return Scored(
            verdict=worst(list(self._verdicts.values())),
            passed=sum(verdict is Verdict.ACCEPTED for verdict in self._verdicts.values()),
            total=len(self._cases),
            score=round(100 * earned / total, 2) if total > 0 else 0.0,
            points=points,
            groups=results,
        )

    def _failed(self, index: int) -> bool:
        return self._verdicts.get(index, Verdict.ACCEPTED) is not Verdict.ACCEPTED

    def _lost(self) -> set[str]:
        """The groups that can no longer hold."""
        lost: set[str] = set()
        for group in self._groups.values():  # needs name earlier groups only
            if not lost.isdisjoint(group.needs) or any(map(self._failed, self._members[group.name])):
                lost.add(group.name)
        return lost

    def _worth(self, group: Group) -> float:
        weights = sum(self._cases[index].weight for index in self._members[group.name])
        return weights if group.points is None else group.points

    def _points(self, index: int, holds: dict[str, bool]) -> float:
        case = self._cases[index]
        if not case.group:
            return case.weight if self._verdicts.get(index) is Verdict.ACCEPTED else 0.0
        if not holds[case.group]:
            return 0.0
        members = self._members[case.group]
        weights = sum(self._cases[member].weight for member in members)
        share = case.weight / weights if weights > 0 else 1 / len(members)
        return self._worth(self._groups[case.group]) * share

    def _group_result(self, group: Group, holds: bool) -> GroupResult:
        """A group that was not run because of another has the other's verdict."""
        seen = [self._verdicts[index] for index in self._members[group.name] if index in self._verdicts]
        verdict = worst(seen or list(self._verdicts.values()))
        if not holds and verdict is Verdict.ACCEPTED:
            verdict = worst(list(self._verdicts.values()))
        worth = self._worth(group)
        return GroupResult(group.name, verdict, worth if holds else 0.0, worth)


def _groups(request: JudgeRequest) -> dict[str, Group]:
    """The groups by name, those that only cases name after the others. ValueError where they make no sense."""
    groups: dict[str, Group] = {}
    used = {case.group for case in request.cases}
    for group in request.groups:
        if not group.name or group.name in groups:
            raise ValueError("groups: each needs a name of its own")
        if group.name not in used:
            raise ValueError(f"groups: {group.name[:60]!r} has no cases")
        if group.points is not None:
            _check_points("groups", group.points)
        for name in group.needs:
            if name not in groups:
                raise ValueError(f"groups: {group.name[:60]!r} may need only groups named before it")
        groups[group.name] = group
    for case in request.cases:
        if case.group:
            groups.setdefault(case.group, Group(case.group))
    return groups


def _check_points(field: str, value: float) -> None:
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"{field}: points must be a number that is not negative")

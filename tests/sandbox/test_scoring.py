"""Points, groups, and which cases are still wanted."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from sandbox.scoring import Plan, Scored
from sandbox.types import Case, Group, JudgeRequest, Verdict

AC, WA, TLE = Verdict.ACCEPTED, Verdict.WRONG_ANSWER, Verdict.TIME_LIMIT


def request(cases: Sequence[Case], groups: Sequence[Group] = (), **more: Any) -> JudgeRequest:
    return JudgeRequest("python", {"main.py": ""}, cases=cases, groups=groups, **more)


def case(group: str = "", weight: float = 1.0) -> Case:
    return Case("case", "", "", weight=weight, group=group)


def run(wanted: JudgeRequest, verdicts: Sequence[Verdict]) -> tuple[list[int], Scored]:
    """Play a submission: which cases were run, and what came of it."""
    plan = Plan(wanted)
    done = []
    for index, verdict in enumerate(verdicts):
        if plan.wanted(index):
            done.append(index)
            plan.record(index, verdict)
    return done, plan.scored()


def test_cases_without_groups_earn_their_weights() -> None:
    done, scored = run(request([case(weight=3), case(weight=1), case(weight=0)]), [AC, WA, AC])
    assert done == [0, 1, 2]
    assert (scored.score, scored.points, scored.verdict) == (75.0, (3.0, 0.0, 0.0), WA)
    assert (scored.passed, scored.total, scored.groups) == (2, 3, ())


def test_a_group_gives_its_points_only_as_a_whole() -> None:
    cases = [case("small"), case("small"), case("big", 3), case("big", 1)]
    groups = [Group("small", 20), Group("big", 80)]
    _, scored = run(request(cases, groups), [AC, AC, AC, TLE])
    assert scored.score == 20.0
    assert scored.points == (10.0, 10.0, 0.0, 0.0)
    assert [(g.name, g.verdict, g.points, g.of) for g in scored.groups] == [
        ("small", AC, 20.0, 20.0),
        ("big", TLE, 0.0, 80.0),
    ]
    _, scored = run(request(cases, groups), [AC] * 4)
    assert (scored.score, scored.points) == (100.0, (10.0, 10.0, 60.0, 20.0))


def test_a_group_without_points_is_worth_its_cases_and_need_not_be_named_beforehand() -> None:
    _, scored = run(request([case("a", 2), case("a", 2), case("", 4)]), [AC, WA, AC])
    assert scored.score == 50.0
    assert [(g.name, g.of) for g in scored.groups] == [("a", 4.0)]


def test_a_group_counts_only_with_those_it_needs_and_is_not_run_without_them() -> None:
    cases = [case("a"), case("b"), case("c"), case("d")]
    groups = [Group("a", 10), Group("b", 20, needs=("a",)), Group("c", 30, needs=("b",)), Group("d", 40)]
    done, scored = run(request(cases, groups), [WA, AC, AC, AC])
    assert done == [0, 3]
    assert scored.score == 40.0
    assert [g.verdict for g in scored.groups] == [WA, WA, WA, AC]


def test_a_need_that_fails_later_still_takes_the_points_away() -> None:
    cases = [case("b"), case("a")]
    groups = [Group("a", 50), Group("b", 50, needs=("a",))]
    done, scored = run(request(cases, groups), [AC, WA])
    assert (done, scored.score, scored.points) == ([0, 1], 0.0, (0.0, 0.0))
    assert [g.verdict for g in scored.groups] == [WA, WA]


def test_stopping_at_the_first_failure_stops_the_group_or_where_there_are_none_everything() -> None:
    alone = [case(), case(), case()]
    assert run(request(alone, stop_at_first_failure=True), [AC, WA, AC])[0] == [0, 1]
    assert run(request(alone), [AC, WA, AC])[0] == [0, 1, 2]
    cases = [case("a"), case("b"), case("a"), case("b"), case(), case(), case()]
    done, scored = run(request(cases, stop_at_first_failure=True), [WA, AC, AC, AC, WA, AC, AC])
    assert done == [0, 1, 3, 4]
    assert scored.passed == 2


@pytest.mark.parametrize("end", [Verdict.INTERNAL_ERROR, Verdict.COMPILE_ERROR])
def test_nothing_more_is_run_once_the_judge_failed_or_there_is_no_program(end: Verdict) -> None:
    done, scored = run(request([case("a"), case("b"), case()]), [end, AC, AC])
    assert (done, scored.verdict, scored.score) == ([0], end, 0.0)


def test_the_worst_verdict_is_the_submission_s() -> None:
    _, scored = run(request([case()] * 3), [WA, TLE, AC])
    assert scored.verdict is TLE


def test_without_weight_there_is_no_score() -> None:
    assert run(request([case(weight=0)]), [AC])[1].score == 0.0
    assert run(request([case("a", 0), case("a", 0)], [Group("a", 10)]), [AC, AC])[1].points == (5.0, 5.0)


@pytest.mark.parametrize(
    ("cases", "groups"),
    [
        ([case("a")], [Group("a"), Group("a")]),
        ([case("a")], [Group("")]),
        ([case("a")], [Group("a"), Group("empty")]),
        ([case("a")], [Group("a", needs=("a",))]),
        ([case("a"), case("b")], [Group("a", needs=("b",)), Group("b", needs=("a",))]),
        ([case("a")], [Group("a", points=-1)]),
        ([case("a")], [Group("a", points=float("nan"))]),
    ],
)
def test_groups_that_make_no_sense_are_refused(cases: list[Case], groups: list[Group]) -> None:
    with pytest.raises(ValueError, match=r"^groups: "):
        Plan(request(cases, groups))


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_weights_that_make_no_sense_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match=r"^cases: "):
        Plan(request([case(weight=weight)]))


def test_many_groups_that_need_each_other_take_no_long_time() -> None:
    """Asked naively, who needs whom doubles with every group."""
    names = [f"g{n}" for n in range(60)]
    groups = [Group(name, 1.0, needs=tuple(names[:n])) for n, name in enumerate(names)]
    done, scored = run(request([case(name) for name in names], groups), [AC] * 59 + [WA])
    assert len(done) == 60
    assert scored.score == round(100 * 59 / 60, 2)


def test_the_score_is_between_nothing_and_all_and_says_what_the_points_say() -> None:
    chance = random.Random(4)
    for _ in range(300):
        names = ["", "a", "b", "c"]
        cases = [case(chance.choice(names), chance.choice([0.0, 0.5, 1.0, 3.0])) for _ in range(chance.randint(1, 12))]
        used = [name for name in names[1:] if any(each.group == name for each in cases)]
        groups = [
            Group(name, chance.choice([None, 5.0, 40.0]), tuple(used[:n]) if chance.random() < 0.3 else ())
            for n, name in enumerate(used)
        ]
        verdicts = [chance.choice([AC, AC, AC, WA]) for _ in cases]
        for stop in (False, True):
            _, scored = run(request(cases, groups, stop_at_first_failure=stop), verdicts)
            total = sum(g.of for g in scored.groups) + sum(each.weight for each in cases if not each.group)
            assert 0 <= scored.score <= 100
            if total:
                assert scored.score == pytest.approx(100 * sum(scored.points) / total, abs=0.01)
            assert (scored.verdict is AC) == all(verdict is AC for verdict in verdicts)
            if scored.verdict is AC and total:
                assert scored.score == 100.0
            if not stop:
                for result in scored.groups:
                    members = [verdicts[i] for i, each in enumerate(cases) if each.group == result.name]
                    assert result.points == 0 or all(verdict is AC for verdict in members)

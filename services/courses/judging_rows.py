"""How an exercise is judged, as it is stored: one value beside the hidden cases, empty for the usual way."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.courses.package.docs import Case, ExercisePack, Group, Judging


def case_row(case: Case) -> dict[str, Any]:
    """Return what is stored of a case."""
    row: dict[str, Any] = {"name": case.name, "stdin": case.stdin, "expected": case.expected}
    return row | ({} if case.points == 1 else {"points": case.points}) | ({"group": case.group} if case.group else {})


def case_of(row: Mapping[str, Any]) -> Case:
    """Return the case that was stored."""
    return Case(row["name"], row["stdin"], row["expected"], row.get("points", 1), row.get("group", ""))


def judging_row(pack: ExercisePack) -> dict[str, Any] | None:
    """Return what is stored of an exercise's judging: the rules that are not the usual ones, programs, the schema."""
    values = {name: value for name, value in asdict(pack.doc.judging).items() if value not in (False, (), {})}
    values |= {name: files for name in ("checker", "interactor", "schema") if (files := getattr(pack, name))}
    if "groups" in values:
        values["groups"] = [{**group, "needs": list(group["needs"])} for group in values["groups"]]
    return values or None


def judging_of(row: Mapping[str, Any] | None) -> tuple[Judging, dict[str, Any]]:
    """Return the rules that were stored, and the checker, interactor and schema of the exercise's folder."""
    stored = dict(row or {})
    files: dict[str, Any] = {name: stored.pop(name) for name in ("checker", "interactor", "schema") if name in stored}
    groups = tuple(Group(group["name"], group["points"], tuple(group["needs"])) for group in stored.pop("groups", ()))
    return Judging(groups=groups, **stored), files

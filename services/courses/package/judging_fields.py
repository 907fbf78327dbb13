"""How an exercise's cases are judged, in exercise.yaml: the checker, its rules, groups, the author's program."""

import re
from typing import Any

from sandbox.checkers.pattern import MAX_PATTERN
from sandbox.checkers.rows import table_of
from sandbox.languages import LANGUAGES
from services.courses.package.docs import Case, ExerciseDoc, Group, Judging
from services.courses.package.yamls import Fields

CHECKERS = (
    "exact", "lines", "tokens", "floats", "float", "unordered", "regex", "rows", "rows_in_order", "program",
)  # fmt: skip
MOST_POINTS = 1_000_000
PROGRAMS = ("checker", "interactor")
_TOLERANT = ("floats", "float", "rows", "rows_in_order")
_OF_TEXT = ("exact", "lines", "tokens", "floats", "float", "unordered")
_TRUTHS = ("ignore_case", "presentation_errors", "stop_at_first_failure")


def parse_judging(fields: Fields, folders: dict[str, dict[str, str]]) -> Judging:
    """Return what exercise.yaml says of it; ``check_judging`` holds it against the rest."""
    groups: list[Group] = []
    for each in fields.each("groups", most=100):
        group = Group(
            each.line_text("name", longest=80),
            _points(each) if each.has("points") else None,
            each.texts("needs", longest=80, one=True),
        )
        each.done()
        if group.name in [other.name for other in groups]:
            raise each.error("name", "two groups are called “{group}”.", group=group.name)
        if unknown := [need for need in group.needs if need not in [other.name for other in groups]]:
            raise each.error("needs", "no group before this one is called “{group}”.", group=unknown[0])
        groups.append(group)
    return Judging(
        tolerance=_tolerance(fields.mapping("tolerance")),
        groups=tuple(groups),
        program=_program(fields, folders),
        **{name: fields.truth(name, False) for name in _TRUTHS},
    )


def _points(fields: Fields) -> float:
    points = fields.number("points")
    if not 0 <= points <= MOST_POINTS:
        raise fields.error("points", "“{name}” must be from {least} to {most}.", least=0, most=MOST_POINTS)
    return points


def _tolerance(fields: Fields | None) -> dict[str, float]:
    if fields is None:
        return {}
    found = {name: fields.number(name) for name in ("absolute", "relative") if fields.has(name)}
    for name in ("absolute", "relative"):
        fields.number(name, 0)
    fields.done()
    for name, value in found.items():
        if value < 0:
            raise fields.error(name, "“{name}” must not be negative.")
    return found


def _program(fields: Fields, folders: dict[str, dict[str, str]]) -> dict[str, str]:
    given = fields.mapping("program")
    files = folders["checker"] or folders["interactor"]
    if given is None and not files:
        return {}
    language, entry = "python", ""
    if given is not None:
        language = given.choice("language", tuple(LANGUAGES), "python")
        entry = given.line_text("entry", "", longest=120)
        given.done()
    usual = LANGUAGES[language].entry
    entry = entry or (usual if usual in files else next(iter(sorted(files)), usual))
    if entry not in files or not entry.endswith(LANGUAGES[language].extension):
        problem = "there is no file “{entry}” in checker/ or interactor/, or it is not in this language."
        raise fields.error("program", problem, entry=entry)
    return {"language": language, "entry": entry}


def check_judging(fields: Fields, doc: ExerciseDoc, folders: dict[str, dict[str, str]]) -> None:
    """Refuse rules that say nothing, or that contradict each other."""
    judging, given = doc.judging, [name for name in PROGRAMS if folders[name]]
    if len(given) > 1:
        raise fields.error("checker", "there are both checker/ and interactor/; an interactor judges by itself.")
    if (doc.checker == "program") != ("checker" in given):
        raise fields.error("checker", "the checker “program” needs files in checker/, and nothing else does.")
    if judging.tolerance and doc.checker not in _TOLERANT:
        raise fields.error("tolerance", "“{name}” means something only for floats and rows.")
    if judging.ignore_case and doc.checker not in _OF_TEXT:
        raise fields.error("ignore_case", "“{name}” means something only for checkers of text.")
    if doc.mode == "unit_tests" and (judging != Judging() or given):
        at = next((name for name in (*_TRUTHS, "groups", "tolerance", "program") if fields.has(name)), "mode")
        raise fields.error(at, "this means something only for cases, not for unit_tests.")
    used = {case.group for case in doc.public + doc.hidden}
    if unused := [group.name for group in judging.groups if group.name not in used]:
        raise fields.error("groups", "the group “{group}” has no cases.", group=unused[0])


def check_expected(fields: Fields, case: Case, doc: ExerciseDoc) -> None:
    """Refuse an expected output that no output could be held against."""
    if doc.checker == "regex":
        try:
            re.compile(case.expected)
        except re.error as error:
            raise fields.error("expected", "this is no pattern: {reason}.", reason=str(error)) from None
        if len(case.expected) > MAX_PATTERN:
            raise fields.error("expected", "“{name}” is longer than {longest} characters.", longest=MAX_PATTERN)
    if doc.checker in ("rows", "rows_in_order") and table_of(case.expected.encode()) is None:
        raise fields.error("expected", "this is no table: one JSON list a line, the names of the columns first.")


def judging_values(judging: Judging) -> dict[str, Any]:
    """Return what exercise.yaml must say to mean ``judging``, in the order in which one writes it."""
    values: dict[str, Any] = {"tolerance": dict(judging.tolerance)} if judging.tolerance else {}
    values |= {name: True for name in _TRUTHS if getattr(judging, name)}
    if judging.program:
        values["program"] = dict(judging.program)
    if judging.groups:
        values["groups"] = [
            {"name": group.name}
            | ({} if group.points is None else {"points": group.points})
            | ({"needs": list(group.needs)} if group.needs else {})
            for group in judging.groups
        ]
    return values

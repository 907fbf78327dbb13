"""A problem package of the Kattis format, as DOMjudge uses it too, made into requests to the judge.

https://www.kattis.com/problem-package-format: `problem.yaml`, `data/sample`, `data/secret` with groups, an output
validator or interactor, and submissions with the verdict they should get. What cannot be judged as the package wants
it (problems of several passes, graders of its own) is refused with the reason.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from sandbox.kattis.files import Files
from sandbox.kattis.programs import Submission, submissions_in, validator_in
from sandbox.kattis.simple_yaml import Value, load
from sandbox.types import LIMIT_RANGES, Case, CheckerName, Group, HelperProgram, JudgeRequest, Limits

_GROUP_FILES = ("testdata.yaml", "test_group.yaml")
_GRADER_WORDS = {"sum", "min", "first_error", "worst_error", "always_accept", "ignore_sample", "accept_if_any_accepted"}
_INI_TIME = re.compile(r"^\s*timelimit\s*=\s*['\"]?([0-9.]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Validation:
    """How outputs are judged: by a checker of the judge's own, or by a program of the package's."""

    checker: CheckerName = "tokens"
    absolute: float | None = None
    relative: float | None = None
    ignore_case: bool = True
    program: HelperProgram | None = None
    interactive: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A package, read. Samples are public cases, everything else is hidden."""

    name: str
    cases: tuple[Case, ...]
    groups: tuple[Group, ...]
    validation: Validation
    limits: Limits
    stop_at_first_failure: bool
    submissions: tuple[Submission, ...] = field(repr=False)

    def request(self, language: str, files: Mapping[str, bytes], entry: str) -> JudgeRequest:
        """What the judge is to do with a program for this problem."""
        how = self.validation
        return JudgeRequest(
            language=language,
            files=files,
            entry=entry,
            cases=self.cases,
            groups=self.groups,
            checker=how.checker,
            absolute_tolerance=how.absolute,
            relative_tolerance=how.relative,
            ignore_case=how.ignore_case,
            checker_program=None if how.interactive else how.program,
            interactor=how.program if how.interactive else None,
            limits=self.limits,
            stop_at_first_failure=self.stop_at_first_failure,
        )


def read_problem(files: Files, defaults: Limits | None = None) -> Problem:
    """The problem in a package's files. ValueError, beginning with `package:`, where it cannot be judged here."""
    settings = _yaml(files, "problem.yaml")
    kinds = _kinds(settings)
    if "multi-pass" in kinds:
        raise ValueError("package: problems of several passes cannot be judged")
    folders = _folders(files)
    cases, groups = _scored(_cases(files, "interactive" in kinds), folders if "scoring" in kinds else {})
    breaks = [folders[name].get("on_reject", "break") == "break" for name in {_folder_of(case) for case in cases}]
    return Problem(
        name=_name(settings),
        cases=cases,
        groups=groups,
        validation=_validation(files, settings, kinds, folders),
        limits=_limits(files, settings, defaults or Limits()),
        stop_at_first_failure=all(breaks) if groups else "scoring" not in kinds,
        submissions=submissions_in(files, _entry_points(files)),
    )


def _text(files: Files, name: str) -> str:
    try:
        return files[name].decode()
    except UnicodeDecodeError:
        raise ValueError(f"package: {name} is not UTF-8 text") from None


def _yaml(files: Files, name: str) -> dict[str, Value]:
    if name not in files:
        return {}
    try:
        return load(_text(files, name))
    except ValueError as error:
        raise ValueError(f"package: {name}: {error}") from None


def _kinds(settings: Mapping[str, Value]) -> set[str]:
    """What kind of problem it is, in the words of either version of the format."""
    kind, validation = settings.get("type", "pass-fail"), settings.get("validation", "default")
    words = {str(word) for word in kind} if isinstance(kind, list) else set(str(kind).split())
    words |= set(str(validation).split())
    return words | {"scoring"} if "score" in words else words


def _name(settings: Mapping[str, Value]) -> str:
    name = settings.get("name", "")
    if isinstance(name, dict):
        name = name.get("en") or next(iter(name.values()), "")
    return str(name or "")


def _folders(files: Files) -> dict[str, dict[str, Value]]:
    """The settings of each folder below `data`, those of the folders above included."""
    settings: dict[str, dict[str, Value]] = {}
    places = {str(PurePosixPath(name).parent) for name in files if name.startswith("data/")}
    for place in sorted(places | {"data", "data/sample", "data/secret"}):
        above = settings.get(str(PurePosixPath(place).parent), {})
        own: dict[str, Value] = {}
        for name in _GROUP_FILES:
            own |= _yaml(files, f"{place}/{name}")
        settings[place] = {**above, **own}
    return settings


def _cases(files: Files, interactive: bool) -> list[Case]:
    found = []
    for name in sorted(files):
        if not name.endswith(".in") or not name.startswith(("data/sample/", "data/secret/")):
            continue
        answer = name.removesuffix(".in") + ".ans"
        if answer not in files and not interactive:
            raise ValueError(f"package: {answer} is missing")
        found.append(
            Case(
                name=name.removeprefix("data/").removesuffix(".in"),
                stdin=_text(files, name),
                expected=_text(files, answer) if answer in files else "",
                hidden=not name.startswith("data/sample/"),
            )
        )
    if not found:
        raise ValueError("package: there is no test data")
    return found


def _folder_of(case: Case) -> str:
    return str(PurePosixPath("data", case.name).parent)


def _scored(
    cases: list[Case], folders: Mapping[str, Mapping[str, Value]]
) -> tuple[tuple[Case, ...], tuple[Group, ...]]:
    """The cases with their weights, and the groups that give points only as a whole. No folders: all count alike."""
    if not folders:
        return tuple(cases), ()
    needed = {_path(name) for settings in folders.values() for name in _words(settings.get("require_pass"))}
    result = []
    groups: dict[str, Group] = {}
    for case in cases:
        place = _folder_of(case)
        settings = folders[place]
        words = set(_words(settings.get("grader_flags")))
        if settings.get("grading", "default") != "default" or not words <= _GRADER_WORDS:
            raise ValueError(f"package: the way {place} is graded is not known here")
        ignored = place.startswith("data/sample") and "ignore_sample" in _words(folders["data"].get("grader_flags"))
        score = 0.0 if ignored else _number(settings.get("accept_score", 1), "accept_score")
        if "min" in words or place in needed:
            needs = tuple(_words(settings.get("require_pass")))
            name = place.removeprefix("data/")
            groups.setdefault(name, Group(name, score if "min" in words else None, needs))
            result.append(replace(case, group=name, weight=1.0 if "min" in words else score))
        else:
            result.append(replace(case, weight=score))
    return tuple(result), tuple(groups.values())


def _path(name: str) -> str:
    return str(PurePosixPath("data", name))


def _words(value: Value) -> list[str]:
    if value is None:
        return []
    return [str(word) for word in value] if isinstance(value, list) else str(value).split()


def _number(value: Value, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise ValueError(f"package: {name} must be a number")
    return float(value)


def _validation(
    files: Files, settings: Mapping[str, Value], kinds: set[str], folders: Mapping[str, Mapping[str, Value]]
) -> Validation:
    keys = ("output_validator_flags", "output_validator_args")
    all_flags = {tuple(word for key in keys for word in _words(each.get(key))) for each in folders.values()} - {()}
    if len(all_flags) > 1:
        raise ValueError("package: flags of the validator that differ between groups cannot be judged")
    flags = tuple(_words(settings.get("validator_flags"))) + (all_flags.pop() if all_flags else ())
    # Since 2023 a package has a validator of its own when the folder is there.
    own = "custom" in kinds or any(name.startswith(("output_validator/", "output_validators/")) for name in files)
    if own or "interactive" in kinds:
        interactive = "interactive" in kinds
        return Validation(
            checker="lines" if interactive else "program",
            ignore_case=False,
            program=validator_in(files, flags),
            interactive=interactive,
        )
    return _default_validation(list(flags))


def _default_validation(flags: list[str]) -> Validation:
    """The flags of the format's own validator."""
    validation = Validation()
    while flags:
        flag = flags.pop(0)
        if flag == "case_sensitive":
            validation = replace(validation, ignore_case=False)
        elif flag == "space_change_sensitive":
            validation = replace(validation, checker="exact")
        elif flag in ("float_tolerance", "float_absolute_tolerance", "float_relative_tolerance"):
            try:
                eps = float(flags.pop(0))
            except (IndexError, ValueError):
                raise ValueError(f"package: {flag} needs a number") from None
            if flag != "float_relative_tolerance":
                validation = replace(validation, absolute=eps)
            if flag != "float_absolute_tolerance":
                validation = replace(validation, relative=eps)
        else:
            raise ValueError(f"package: the validator's flag {flag[:40]!r} is not known")
    if validation.absolute is not None or validation.relative is not None:
        if validation.checker == "exact":
            raise ValueError("package: numbers with a tolerance and exact white space cannot be judged together")
        return replace(validation, checker="floats")
    return validation


def _limits(files: Files, settings: Mapping[str, Value], defaults: Limits) -> Limits:
    """The package's own limits, as far as the judge goes, and the defaults for the rest."""
    stated = settings.get("limits")
    limits = stated if isinstance(stated, dict) else {}
    seconds: Value = limits.get("time_limit")
    if ".timelimit" in files:
        seconds = float(_text(files, ".timelimit").strip() or 0)
    elif found := _INI_TIME.search(_text(files, "domjudge-problem.ini") if "domjudge-problem.ini" in files else ""):
        seconds = float(found[1])
    wanted: dict[str, float] = {}
    if seconds is not None:
        cpu = _number(seconds, "time_limit") * 1000
        wanted |= {"cpu_ms": cpu, "wall_ms": 3 * cpu + 1000}
    if limits.get("memory") is not None:
        wanted["memory_mb"] = _number(limits["memory"], "memory")
    if limits.get("output") is not None:
        wanted["output_kb"] = _number(limits["output"], "output") * 1024
    ranges = {name: LIMIT_RANGES[name] for name in wanted}
    return replace(defaults, **{name: int(min(max(wanted[name], low), high)) for name, (low, high) in ranges.items()})


def _entry_points(files: Files) -> dict[str, str]:
    """Which file starts a submission of several, where the package says so."""
    found: dict[str, str] = {}
    if "submissions.json" in files:
        try:
            stated = json.loads(_text(files, "submissions.json"))
        except (ValueError, RecursionError):
            raise ValueError("package: submissions.json is not JSON") from None
        for path, settings in stated.items() if isinstance(stated, dict) else ():
            if isinstance(settings, dict) and isinstance(settings.get("entry_point"), str):
                found[str(path).rstrip("/")] = settings["entry_point"]
    return found

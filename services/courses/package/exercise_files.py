"""An exercise's folder: exercise.yaml, instructions.md and the folders of its files."""

from typing import Any

from sandbox.languages import LANGUAGES
from services.courses.package import yamls
from services.courses.package.docs import Case, ExerciseDoc
from services.courses.package.errors import wrong
from services.courses.package.judging_fields import (
    CHECKERS,
    MOST_POINTS,
    check_expected,
    check_judging,
    judging_values,
    parse_judging,
)
from services.courses.package.web_rules import LANGUAGE as WEB
from services.courses.package.web_rules import check_web
from services.courses.package.yamls import Fields

FOLDERS = ("starter", "tests", "support", "reference", "checker", "interactor")
SCHEMA = "schema.sql"
MOST_TOPICS, LONGEST_TOPIC = 12, 60
_LIMITS: dict[str, tuple[float, float]] = {
    "cpu_seconds": (0.1, 60), "wall_seconds": (0.1, 120), "memory_mb": (16, 4096), "output_kb": (1, 16_384),
    "processes": (1, 256), "file_kb": (1, 65_536),
}  # fmt: skip


def parse_exercise(file: str, source: str, folders: dict[str, dict[str, str]], schema: str = "") -> ExerciseDoc:
    """Return what exercise.yaml says; ``folders`` are the files beside it, and ``schema`` is schema.sql."""
    fields = yamls.read(file, source)
    title = fields.line_text("title")
    language = fields.choice("language", tuple(LANGUAGES), "python")
    mode = fields.choice("mode", ("cases", "unit_tests"), "unit_tests" if folders["tests"] else "cases")
    cases = [
        (_case(each, number), each.truth("hidden", False), each) for number, each in enumerate(fields.each("cases"), 1)
    ]
    for _, _, each in cases:
        each.done()
    doc = ExerciseDoc(
        title=title,
        language=language,
        difficulty=fields.integer("difficulty", 1, least=1, most=10),
        entry=fields.line_text("entry", default_entry(folders["starter"], language), longest=120),
        limits=_limits(fields.mapping("limits")),
        hints=fields.texts("hints", longest=20_000, most=50),
        mode=mode,
        checker=fields.choice("checker", CHECKERS, "program" if folders["checker"] else "tokens"),
        public=tuple(case for case, hidden, _ in cases if not hidden),
        hidden=tuple(case for case, hidden, _ in cases if hidden),
        judging=parse_judging(fields, folders),
        topics=_topics(fields),
    )
    fields.done()
    _check(fields, doc, folders, schema)
    for case, _, each in cases:
        check_expected(each, case, doc)
    check_judging(fields, doc, folders)
    if doc.language == WEB:
        check_web(fields, doc, folders)
    return doc


def default_entry(starter: dict[str, str], language: str = "python") -> str:
    """Return the file that Run starts when the author names none: main.py or its like, or the first one."""
    usual = LANGUAGES[language].entry if language in LANGUAGES else "main.py"
    return usual if usual in starter else next(iter(sorted(starter)), usual)


def _topics(fields: Fields) -> tuple[str, ...]:
    words = fields.texts("topics", longest=LONGEST_TOPIC, most=MOST_TOPICS, one=True)
    return tuple(dict.fromkeys(" ".join(topic.split()) for topic in words))


def _case(fields: Fields, number: int) -> Case:
    points = fields.number("points", 1)
    if not 0 <= points <= MOST_POINTS:
        raise fields.error("points", "“{name}” must be from {least} to {most}.", least=0, most=MOST_POINTS)
    name = fields.line_text("name", str(number))
    return Case(name, fields.raw("stdin"), fields.raw("expected"), points, fields.line_text("group", "", longest=80))


def _limits(fields: Fields | None) -> dict[str, int | float]:
    limits: dict[str, int | float] = {}
    if fields is None:
        return limits
    for name, (least, most) in _LIMITS.items():
        if fields.has(name):
            limits[name] = fields.number(name)
            if not least <= limits[name] <= most:
                raise fields.error(name, "“{name}” must be from {least} to {most}.", least=least, most=most)
    for name in _LIMITS:
        fields.number(name, 0)
    fields.done()
    return limits


def _check(fields: Fields, doc: ExerciseDoc, folders: dict[str, dict[str, str]], schema: str) -> None:
    file, language = fields.file, LANGUAGES[doc.language]
    if doc.mode == "unit_tests" and language.unit_tests is None:
        at = "mode" if fields.has("mode") else "language"
        raise fields.error(at, "there are no unit tests for {language}; give cases.", language=language.label)
    if not doc.entry.endswith(language.extension):
        problem = "the file that Run starts is “{entry}”, but in {language} it ends in {extension}."
        at = "entry" if fields.has("entry") else "language"
        raise fields.error(at, problem, entry=doc.entry, extension=language.extension, language=language.label)
    in_language = doc.language == WEB or any(path.endswith(language.extension) for path in folders["tests"])
    if doc.mode == "unit_tests" and not in_language:
        raise fields.error("mode", "no file in tests/ ends in {extension}.", extension=language.extension)
    if schema and doc.language != "sql":
        raise fields.error("language", "there is a schema.sql, but the language is not sql.")
    if doc.mode == "unit_tests" and not folders["tests"]:
        raise fields.error("mode", "the mode is unit_tests, but there is no file in tests/.")
    if doc.mode == "cases" and not doc.public + doc.hidden:
        raise fields.error("cases", "the exercise has neither cases nor tests, so nothing could judge it.")
    if not folders["reference"]:
        raise wrong(file, 0, "there is no file in reference/; a solution shows that the exercise can be solved.")
    names = [case.name for case in doc.public + doc.hidden]
    for name in names:
        if names.count(name) > 1:
            raise fields.error("cases", "two cases are called “{case}”.", case=name)
    if doc.entry not in folders["starter"] and doc.entry not in folders["reference"]:
        raise fields.error("entry", "there is no file “{entry}” in starter/ or reference/.", entry=doc.entry)
    taken: dict[str, str] = {}
    for folder in ("starter", "tests", "support"):
        for path in folders[folder]:
            if path in taken:
                problem = "the file {path} is both in {one}/ and in {other}/."
                raise wrong(file, 0, problem, path=path, one=taken[path], other=folder)
            taken[path] = folder


def exercise_values(doc: ExerciseDoc) -> dict[str, Any]:
    """Return what exercise.yaml must say to mean ``doc``, in the order in which one writes it."""
    values: dict[str, Any] = {"title": doc.title}
    if doc.language != "python":
        values["language"] = doc.language
    values["difficulty"] = doc.difficulty
    if doc.topics:
        values["topics"] = list(doc.topics)
    values |= {"entry": doc.entry, "mode": doc.mode}
    if doc.checker != "tokens":
        values["checker"] = doc.checker
    values |= judging_values(doc.judging)
    if doc.limits:
        values["limits"] = dict(doc.limits)
    if doc.hints:
        values["hints"] = list(doc.hints)
    cases: list[tuple[Case, dict[str, bool]]] = [(case, {}) for case in doc.public]
    cases += [(case, {"hidden": True}) for case in doc.hidden]
    if cases:
        values["cases"] = [
            {"name": case.name, "stdin": case.stdin, "expected": case.expected, **_worth(case), **extra}
            for case, extra in cases
        ]
    return values


def _worth(case: Case) -> dict[str, Any]:
    points = {} if case.points == 1 else {"points": case.points}
    return points | ({"group": case.group} if case.group else {})

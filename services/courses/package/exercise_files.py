"""An exercise's folder: exercise.yaml, instructions.md and the folders of its files."""

from typing import Any

from services.courses.package import yamls
from services.courses.package.docs import Case, ExerciseDoc
from services.courses.package.errors import wrong
from services.courses.package.yamls import Fields

FOLDERS = ("starter", "tests", "support", "reference")
_LANGUAGES = ("python", "javascript", "typescript", "java", "c", "cpp", "go", "rust", "sql", "bash")
_CHECKERS = ("exact", "lines", "tokens", "float")
_LIMITS: dict[str, tuple[float, float]] = {
    "cpu_seconds": (0.1, 60), "wall_seconds": (0.1, 120), "memory_mb": (16, 4096), "output_kb": (1, 16_384),
    "processes": (1, 256), "file_kb": (1, 65_536),
}  # fmt: skip


def parse_exercise(file: str, source: str, folders: dict[str, dict[str, str]]) -> ExerciseDoc:
    """Return what exercise.yaml says; ``folders`` are the files beside it, for the default of ``entry``."""
    fields = yamls.read(file, source)
    title = fields.line_text("title")
    mode = fields.choice("mode", ("cases", "unit_tests"), "unit_tests" if folders["tests"] else "cases")
    cases = [
        (_case(each, number), each.truth("hidden", False), each) for number, each in enumerate(fields.each("cases"), 1)
    ]
    for _, _, each in cases:
        each.done()
    doc = ExerciseDoc(
        title=title,
        language=fields.choice("language", _LANGUAGES, "python"),
        difficulty=fields.integer("difficulty", 1, least=1, most=10),
        entry=fields.line_text("entry", default_entry(folders["starter"]), longest=120),
        limits=_limits(fields.mapping("limits")),
        hints=fields.texts("hints", longest=20_000, most=50),
        mode=mode,
        checker=fields.choice("checker", _CHECKERS, "tokens"),
        public=tuple(case for case, hidden, _ in cases if not hidden),
        hidden=tuple(case for case, hidden, _ in cases if hidden),
    )
    fields.done()
    _check(fields, doc, folders)
    return doc


def default_entry(starter: dict[str, str]) -> str:
    """Return the file that Run starts when the author names none: main.py, or the first one."""
    return "main.py" if "main.py" in starter else next(iter(sorted(starter)), "main.py")


def _case(fields: Fields, number: int) -> Case:
    return Case(fields.line_text("name", str(number)), fields.raw("stdin"), fields.raw("expected"))


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


def _check(fields: Fields, doc: ExerciseDoc, folders: dict[str, dict[str, str]]) -> None:
    file = fields.file
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
    values |= {"difficulty": doc.difficulty, "entry": doc.entry, "mode": doc.mode}
    if doc.checker != "tokens":
        values["checker"] = doc.checker
    if doc.limits:
        values["limits"] = dict(doc.limits)
    if doc.hints:
        values["hints"] = list(doc.hints)
    cases: list[tuple[Case, dict[str, bool]]] = [(case, {}) for case in doc.public]
    cases += [(case, {"hidden": True}) for case in doc.hidden]
    if cases:
        values["cases"] = [
            {"name": case.name, "stdin": case.stdin, "expected": case.expected, **extra} for case, extra in cases
        ]
    return values

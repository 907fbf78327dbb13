"""Exercises that are pages: read from a package with file and line, judged by rules, and nothing hidden is told."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest
import sqlalchemy as sa

from services import coding, enrolment
from services.coding import machine
from services.courses import export_files, import_course
from services.courses.models import Course, Exercise
from services.courses.package.reader import read_package
from services.courses.package.web_rules import BASICS, parse_rules, rules_json
from services.platform import jobs
from services.platform.database import reading, unit_of_work
from services.platform.errors import Invalid, Unavailable
from services.platform.messages import translate
from services.platform.rate import limiter
from tests.conftest import People
from tests.language_course import WEB_PAGE, WEB_RULES, WEB_SCRIPT, WEB_STYLE, languages_course
from tests.packages import zipped

ROOT = "all/all-of-it/tea.exercise/"
STARTER = {"index.html": "<h1>Tea</h1>", "style.css": "", "script.js": WEB_SCRIPT}
SOLUTION = {"index.html": WEB_PAGE, "style.css": WEB_STYLE, "script.js": WEB_SCRIPT}


@pytest.fixture(autouse=True)
def nobody_works() -> Iterator[None]:
    jobs.use_queue(lambda _name, _id: None)
    yield
    jobs.use_queue(None)


@pytest.fixture
def tea(sqlite_people: People) -> str:
    """The exercise, for a learner who is enrolled."""
    limiter.clear()
    import_course(sqlite_people.instructor, source=zipped(languages_course()))
    with reading(sqlite_people.instructor) as session:
        course_id = str(session.scalars(sa.select(Course.id)).one())
        exercise_id = str(session.scalars(sa.select(Exercise.id).where(Exercise.slug == "tea")).one())
    enrolment.enrol(sqlite_people.learner, course_id=course_id)
    return exercise_id


def judged(people: People, exercise: str, files: dict[str, str]) -> coding.SubmissionView:
    if problem := machine.cage_problem() or machine.language_problem("web"):
        pytest.skip(problem)
    handed_in = coding.submit(people.learner, exercise_id=exercise, files=files)
    coding.judge_pending(people.system, submission_id=handed_in.id)
    return coding.submission(people.learner, submission_id=handed_in.id)


def test_a_page_is_judged_by_all_rules_and_the_hidden_ones_are_numbers(sqlite_people: People, tea: str) -> None:
    wrong = judged(sqlite_people, tea, STARTER)
    assert (wrong.verdict, wrong.passed, wrong.total, wrong.score) == ("wrong_answer", 1, 4, 25)
    assert [(check.name, check.passed, check.hidden, check.message) for check in wrong.checks] == [
        ("One heading says Tea", True, False, ""),
        ("The list stands in a row", False, False, "Look at flexbox again."),
        ("1", False, True, ""),
        ("2", False, True, ""),
    ]
    assert "SECRET" not in json.dumps(asdict(wrong)) and "secret-list" not in json.dumps(asdict(wrong))
    right = judged(sqlite_people, tea, SOLUTION)
    assert (right.accepted, right.score) == (True, 100)


def test_a_script_decides_nothing(sqlite_people: People, tea: str) -> None:
    page = json.dumps(WEB_PAGE).replace("</", "<\\/")
    script = f"document.documentElement.innerHTML = {page}; for (;;) {{}}"
    forged = judged(sqlite_people, tea, {"index.html": f"<script>{script}</script>", "style.css": WEB_STYLE})
    assert (forged.verdict, forged.passed) == ("wrong_answer", 0)


def test_the_learner_sees_the_files_and_no_rule_and_runs_it_in_the_browser_only(
    sqlite_people: People, tea: str
) -> None:
    view = coding.exercise_view(sqlite_people.learner, exercise_id=tea)
    assert [file.name for file in view.files] == ["index.html", "script.js", "style.css"]
    assert (view.entry, view.runs, view.cases) == ("index.html", False, [])
    shown = json.dumps(asdict(view))
    assert "SECRET" not in shown and "flexbox" not in shown and "One heading" not in shown


def test_where_its_tools_are_missing_that_is_said(
    sqlite_people: People, tea: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "language_problem", lambda name: "tinyhtml5 is not installed.")
    assert coding.exercise_view(sqlite_people.learner, exercise_id=tea).problem == machine.NO_LANGUAGE
    with pytest.raises(Unavailable):
        coding.run_exercise(sqlite_people.learner, exercise_id=tea, files=SOLUTION)


def test_it_comes_out_byte_by_byte_and_also_when_it_is_written_anew(people: People) -> None:
    files = languages_course()
    import_course(people.instructor, source=zipped(files))
    with unit_of_work(people.instructor) as session:
        row = session.scalars(sa.select(Exercise).where(Exercise.slug == "tea")).one()
        row.title = "Another tea"
    out = export_files(people.instructor, slug="languages")
    assert {path for path in files if out[path] != files[path]} == {f"{ROOT}exercise.yaml"}
    again = read_package(out).modules[0].lessons[0].exercises[-1]
    assert (again.doc.title, again.doc.language, again.doc.mode) == ("Another tea", "web", "unit_tests")
    assert again.tests == {"rules.yaml": WEB_RULES}


def test_rules_mean_what_they_say() -> None:
    text = """rules:
  - name: Links
    select: nav a
    attribute: HREF
    matches: "^#"
    every: true
  - {hidden: true, select: .card, property: [Display, --gap], is: flex}
  - {name: Some, select: li, at_least: 2, at_most: 5, message: Two to five.}
  - {name: Basics, basics: alt}
"""
    assert parse_rules("rules.yaml", text) == [
        {"name": "Links", "hidden": False, "select": "nav a", "attribute": "href", "matches": "^#", "every": True},
        {"name": "2", "hidden": True, "select": ".card", "property": ["display", "--gap"], "is": "flex"},
        {"name": "Some", "hidden": False, "message": "Two to five.", "select": "li", "at_least": 2, "at_most": 5},
        {"name": "Basics", "hidden": False, "basics": ["alt"]},
    ]
    assert json.loads(rules_json(text, "a/b.html"))["entry"] == "a/b.html"


def test_a_package_can_name_every_basic_of_the_judge() -> None:
    from sandbox.harness.web import rules  # importable here, for the packages it needs are installed

    assert set(BASICS) == set(rules._BASICS)


@pytest.mark.parametrize(
    ("rule", "line", "words"),
    [
        ("{select: h1}", 2, "“name” is missing"),
        ("{name: x}", 2, "a rule has one of select, order, basics, file"),
        ("{name: x, select: h1, file: a.js, matches: a}", 2, "a rule has one of"),
        ("{name: x, select: 'h1['}", 2, "is no selector"),
        ("{name: x, select: 'h1::before'}", 2, "finds nothing in a page that nobody uses"),
        ("{name: x, order: [h1]}", 2, "needs two selectors or more"),
        ("{name: x, order: [h1, '>']}", 2, "is no selector"),
        ("{name: x, basics: [title, beauty]}", 2, "must be some of title, language"),
        ("{name: x, select: h1, matches: '('}", 2, "this is no pattern"),
        ("{name: x, select: h1, is: a, matches: b}", 2, "not both"),
        ("{name: x, select: h1, attribute: id, property: color}", 2, "not at both"),
        ("{name: x, select: h1, count: 1, every: true}", 2, "“every” cannot stand beside “count”"),
        ("{name: x, select: h1, count: -1}", 2, "must be a whole number"),
        ("{name: x, select: h1, colour: red}", 2, "is not known here"),
        ("{name: x, file: a.js}", 2, "“matches” is missing"),
        ("{name: x, select: h1}\n  - {name: x, select: h2}", 3, "two rules are called “x”"),
    ],
)
def test_a_fault_in_the_rules_names_file_and_line(rule: str, line: int, words: str) -> None:
    path = f"{ROOT}tests/rules.yaml"
    with pytest.raises(Invalid) as caught:
        read_package({**languages_course(), path: f"rules:\n  - {rule}\n".encode()})
    error = caught.value
    assert words in translate("en", error.message, **error.params)
    assert (error.params["file"], error.params["line"]) == (path, line)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tests/rules.yaml": "rules: []\n"}, "there are no rules"),
        ({"tests/more.yaml": "rules: []\n"}, "holds rules.yaml and nothing else"),
        ({"tests/rules.yaml": None, "tests/test.html": "<p>"}, "holds rules.yaml and nothing else"),
        ({"tests/rules.yaml": None}, "neither cases nor tests"),
        ({"exercise.yaml": "title: Tea\nlanguage: web\ncases:\n  - {expected: a}\n"}, "rules.yaml, and no cases"),
        ({"exercise.yaml": "title: Tea\nlanguage: web\nentry: style.css\n"}, "it ends in .html"),
    ],
)  # fmt: skip
def test_a_page_without_rules_or_with_anything_else_is_refused(change: dict[str, str | None], words: str) -> None:
    files = languages_course()
    for name, text in change.items():
        files.pop(f"{ROOT}{name}", None)
        if text is not None:
            files[f"{ROOT}{name}"] = text.encode()
    with pytest.raises(Invalid) as caught:
        read_package(files)
    assert words in translate("en", caught.value.message, **caught.value.params)

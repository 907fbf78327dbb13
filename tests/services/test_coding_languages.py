"""Exercises in other languages than Python, and judged in other ways than by cases alone, through the real service."""

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest
import sqlalchemy as sa

from components.coding.playground import SAMPLES
from services import coding, enrolment
from services.coding import judging, machine
from services.courses import import_course
from services.courses.models import Course, Exercise
from services.platform import jobs
from services.platform.database import reading, unit_of_work
from services.platform.errors import Unavailable
from services.platform.rate import limiter
from tests.conftest import People
from tests.language_course import C_DOUBLE, C_SMALL, GUESS, JS_SUM, SQL_NAMES, languages_course
from tests.packages import zipped


@pytest.fixture(autouse=True)
def nobody_works() -> Iterator[None]:
    jobs.use_queue(lambda _name, _id: None)
    yield
    jobs.use_queue(None)


@pytest.fixture
def exercises(sqlite_people: People) -> dict[str, str]:
    """The exercises of the course by name, for a learner who is enrolled."""
    limiter.clear()
    import_course(sqlite_people.instructor, source=zipped(languages_course()))
    with reading(sqlite_people.instructor) as session:
        enrolment_id = str(session.scalars(sa.select(Course.id)).one())
        found = {row.slug: str(row.id) for row in session.scalars(sa.select(Exercise))}
    enrolment.enrol(sqlite_people.learner, course_id=enrolment_id)
    return found


def need(language: str) -> None:
    problem = machine.cage_problem() or machine.language_problem(language)
    if problem:
        pytest.skip(problem)


def judged(people: People, exercise: str, files: dict[str, str]) -> coding.SubmissionView:
    handed_in = coding.submit(people.learner, exercise_id=exercise, files=files)
    coding.judge_pending(people.system, submission_id=handed_in.id)
    return coding.submission(people.learner, submission_id=handed_in.id)


def test_every_reference_is_accepted_and_no_starter(sqlite_people: People, exercises: dict[str, str]) -> None:
    for language in ("c", "javascript", "sql"):
        need(language)
    report = coding.judge_reference(sqlite_people.instructor, course="languages")
    assert [(row.slug, row.reference, row.starter == "accepted") for row in report.rows] == [
        (slug, "accepted", False) for slug in sorted(exercises)
    ]


def test_c_says_what_the_compiler_says_then_scores_by_groups(sqlite_people: People, exercises: dict[str, str]) -> None:
    need("c")
    broken = judged(sqlite_people, exercises["double"], {"main.c": C_DOUBLE.replace("long n;", "")})
    assert (broken.verdict, broken.score) == ("compile_error", 0)
    assert "main.c:2" in broken.compile_log and "/box" not in broken.compile_log
    half = judged(sqlite_people, exercises["double"], {"main.c": C_SMALL})
    assert (half.verdict, half.score, half.passed, half.total) == ("wrong_answer", 30, 1, 2)
    right = judged(sqlite_people, exercises["double"], {"main.c": C_DOUBLE})
    assert (right.verdict, right.score, right.accepted) == ("accepted", 100, True)
    ran = coding.run_exercise(sqlite_people.learner, exercise_id=exercises["double"], files={"main.c": C_DOUBLE})
    assert (ran.verdict, [check.name for check in ran.checks]) == ("accepted", ["two"])
    own = coding.run_exercise(
        sqlite_people.learner, exercise_id=exercises["double"], files={"main.c": C_DOUBLE}, stdin="21"
    )
    assert own.run is not None and own.run.stdout == "42\n"


# Prints all it is given, as what it printed and as what looks like a compiler's message.
C_TELLS = """#include <stdio.h>
int main(void) { int n; scanf("%d", &n); printf("%d\\n", n);
  fprintf(stderr, "main.c:1: error: %d\\n", n); return n > 100; }
"""


def test_of_a_hidden_case_in_a_group_nothing_is_told(sqlite_people: People, exercises: dict[str, str]) -> None:
    need("c")
    shown = json.dumps(asdict(coding.exercise_view(sqlite_people.learner, exercise_id=exercises["double"])))
    two_and_more = C_SMALL.replace("n > 100 ? 0 : 2 * n", "2 * n").replace("return", "")
    crash = two_and_more.replace(
        "printf", 'if (n > 100) { fprintf(stderr, "main.c:1: error: %d\\n", n); return 1; } printf'
    )
    for source in (C_TELLS, C_SMALL, crash):
        view = judged(sqlite_people, exercises["double"], {"main.c": source})
        assert view.verdict in ("wrong_answer", "runtime_error")
        shown += json.dumps({**asdict(view), "files": []})
    for secret in ("70421", "140842", "SECRET", C_DOUBLE.splitlines()[1]):
        assert secret not in shown


def test_javascript_is_held_against_numbers_with_a_tolerance(sqlite_people: People, exercises: dict[str, str]) -> None:
    need("javascript")
    assert judged(sqlite_people, exercises["total"], {"main.js": JS_SUM}).accepted
    less = judged(sqlite_people, exercises["total"], {"main.js": JS_SUM.replace("toFixed(2)", "toFixed(0)")})
    assert (less.verdict, less.score) == ("wrong_answer", 25)
    unread = judged(sqlite_people, exercises["total"], {"main.js": "const a = ;\n"})
    assert unread.verdict == "compile_error"
    assert "SyntaxError" in unread.compile_log and "main.js:1" in unread.compile_log


def test_sql_has_a_fresh_database_and_is_compared_as_rows(sqlite_people: People, exercises: dict[str, str]) -> None:
    need("sql")
    learner, people = sqlite_people.learner, exercises["people"]
    assert judged(sqlite_people, people, {"main.sql": SQL_NAMES}).accepted
    spoiled = judged(sqlite_people, people, {"main.sql": f"DELETE FROM person; {SQL_NAMES}"})
    assert spoiled.verdict == "wrong_answer"
    assert judged(sqlite_people, people, {"main.sql": SQL_NAMES}).accepted
    own = coding.run_exercise(
        learner, exercise_id=people, files={"main.sql": "SELECT count(*) AS n FROM person;"}, stdin=""
    )
    assert own.run is not None and own.run.stdout.split() == ['["n"]', "[3]"]


def test_an_interactor_talks_with_the_program(sqlite_people: People, exercises: dict[str, str]) -> None:
    need("python")
    right = judged(sqlite_people, exercises["guess"], {"main.py": GUESS})
    assert (right.verdict, right.passed, right.total) == ("accepted", 2, 2)
    slow = GUESS.replace("(low + high) // 2", "low")
    wrong = judged(sqlite_people, exercises["guess"], {"main.py": slow})
    assert (wrong.verdict, wrong.passed) == ("wrong_answer", 1)
    told = json.dumps({**asdict(wrong), "files": []})
    assert "SECRET-GUESS" not in told and "99" not in wrong.output


def test_a_checker_of_the_authors_own_decides_and_its_failure_is_not_the_learners(
    sqlite_people: People, exercises: dict[str, str]
) -> None:
    need("python")
    parts = exercises["parts"]
    assert judged(sqlite_people, parts, {"main.py": "n = int(input())\nprint(n - 3, 3)\n"}).accepted
    assert judged(sqlite_people, parts, {"main.py": "print(5, 5)\n"}).verdict == "wrong_answer"
    with unit_of_work(sqlite_people.instructor) as session:
        row = session.scalars(sa.select(Exercise).where(Exercise.slug == "parts")).one()
        row.public_cases = [{"name": "unlucky", "stdin": "13", "expected": ""}]
    failed = judged(sqlite_people, parts, {"main.py": "print(1, 12)\n"})
    assert (failed.status, failed.verdict, failed.message) == ("failed", "internal_error", judging.BROKEN)
    report = coding.judge_reference(sqlite_people.instructor, course="languages")
    assert "thirteen" in next(row.message for row in report.rows if row.slug == "parts")


def test_programs_and_schema_are_never_shown_to_a_learner(sqlite_people: People, exercises: dict[str, str]) -> None:
    views = [asdict(coding.exercise_view(sqlite_people.learner, exercise_id=each)) for each in exercises.values()]
    shown = json.dumps(views)
    for secret in ("thirteen", "sys.argv", "SECRET", "CREATE TABLE", "Hodan", "70421"):
        assert secret not in shown


def test_a_language_whose_tools_are_missing_is_said_and_the_submission_is_kept(
    sqlite_people: People, exercises: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    need("python")
    monkeypatch.setattr(machine, "language_problem", lambda name: "gcc is not there." if name == "c" else "")
    view = coding.exercise_view(sqlite_people.learner, exercise_id=exercises["double"])
    assert view.problem == machine.NO_LANGUAGE
    with pytest.raises(Unavailable) as refused:
        coding.run_exercise(sqlite_people.learner, exercise_id=exercises["double"], files={"main.c": C_DOUBLE})
    assert refused.value.message == machine.NO_LANGUAGE
    report = coding.judge_reference(sqlite_people.instructor, course="languages")
    assert next(row.message for row in report.rows if row.slug == "double") == "gcc is not there."


HELLO = {
    "bash": 'read x; echo "$x"',
    "c": '#include <stdio.h>\nint main(void) { puts("7"); }',
    "cpp": "#include <iostream>\nint main() { std::cout << 7; }",
    "java": "public class Main { public static void main(String[] a) { System.out.println(7); } }",
    "javascript": 'console.log(require("fs").readFileSync(0, "utf8").trim())',
    "python": "print(input())",
    "sql": "SELECT x FROM t",
    "typescript": "const seven: number = 7;\nconsole.log(seven);",
    "web": "<p>7",
}


@pytest.mark.parametrize("language", judging.LANGUAGES)
def test_a_program_of_one_text_runs_in_every_language(sqlite_people: People, language: str) -> None:
    need(language)
    limiter.clear()
    given = "CREATE TABLE t (x); INSERT INTO t VALUES (7);" if language == "sql" else "7"
    ran = coding.run_code(sqlite_people.learner, language=language, source=HELLO[language], stdin=given)
    assert (ran.verdict, ran.stdout.split()[-1].strip("[]")) == ("accepted", "7"), ran.stderr


@pytest.mark.cage
@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_the_playground_greets_in_every_language(sqlite_people: People, language: str):
    limiter.clear()
    views = {view.name: view for view in coding.languages(sqlite_people.learner)}
    assert SAMPLES.keys() == views.keys() - {"web"}, "the playground offers all but pages of HTML"
    if not views[language].works:
        pytest.skip(f"{language} does not work here")
    ran = coding.run_code(sqlite_people.learner, language=language, source=SAMPLES[language])
    assert (ran.verdict, ran.stderr) == ("accepted", "") and "Hello, world!" in ran.stdout
    if language != "sql":
        named = coding.run_code(sqlite_people.learner, language=language, source=SAMPLES[language], stdin="Amina\n")
        assert named.stdout == "Hello, Amina!\n"

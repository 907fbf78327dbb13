"""How exercises are judged, in a course package: read with file and line, stored, and given back as it was."""

import pytest
import sqlalchemy as sa

from sandbox.types import CheckerName
from services.courses import export_files, import_course
from services.courses.models import Course, ExerciseKey
from services.courses.package.docs import Group, Judging
from services.courses.package.judging_fields import CHECKERS
from services.courses.package.reader import read_package
from services.courses.package.writer import write_package
from services.platform.database import unit_of_work
from services.platform.errors import Invalid
from services.platform.messages import translate
from tests.conftest import People
from tests.language_course import languages_course
from tests.packages import zipped

ROOT = "all/all-of-it/"


def test_what_is_imported_comes_out_byte_by_byte_and_also_when_it_is_written_anew(people: People) -> None:
    files = languages_course()
    report = import_course(people.instructor, source=zipped(files))
    assert report.exercises == 6
    assert export_files(people.instructor, slug="languages") == files
    with unit_of_work(people.instructor) as session:
        session.execute(sa.update(Course).values(title="Tongues"))
    out = export_files(people.instructor, slug="languages")
    assert {path for path in files if out[path] != files[path]} == {"course.yaml"}


def test_what_is_written_means_what_was_read() -> None:
    pack = read_package(languages_course())
    again = read_package({path: text.encode() for path, text in write_package(pack).items()})
    assert (again.course, again.modules) == (pack.course, pack.modules)
    double = pack.modules[0].lessons[0].exercises[0]
    small, secret = double.doc.judging.groups
    assert (small, secret) == (Group("small", 30), Group("SECRET-GROUP", 70, ("small",)))
    assert (double.doc.entry, double.doc.judging.stop_at_first_failure) == ("main.c", True)


def test_the_usual_way_is_stored_as_nothing(sqlite_people: People) -> None:
    files = languages_course()
    path = f"{ROOT}total.exercise/exercise.yaml"
    files[path] = files[path].replace(b"tolerance: {absolute: 0.01}\n", b"")
    import_course(sqlite_people.instructor, source=zipped(files))
    with unit_of_work(sqlite_people.instructor) as session:
        key = session.scalars(sa.select(ExerciseKey).where(ExerciseKey.checker == "floats")).one()
        assert key.judging is None
    pack = read_package(export_files(sqlite_people.instructor, slug="languages"))
    assert pack.modules[0].lessons[0].exercises[1].doc.judging == Judging()


def test_a_package_can_name_every_checker_of_the_judge() -> None:
    assert set(CHECKERS) - {"float"} == set(CheckerName.__args__)  # type: ignore[attr-defined]  # a Literal


@pytest.mark.parametrize(
    ("slug", "old", "new", "line", "words"),
    [
        ("double", "language: c", "language: cobol", 3, "must be one of bash, c, cpp, java"),
        ("double", "language: c", "language: c\nentry: main.py", 4, "in C it ends in .c"),
        ("double", "language: c\n", "", 1, "Run starts is “main.c”, but in Python it ends in .py"),
        ("people", "language: sql", "language: sql\nmode: unit_tests", 4, "no unit tests for SQL"),
        ("people", "language: sql", "language: python\nentry: main.sql", 4, "ends in .py"),
        ("people", '["name", "age"]', "name, age", 7, "no table"),
        ("people", "checker: rows", "checker: rows\nignore_case: true", 5, "checkers of text"),
        ("people", "checker: rows", "checker: program", 4, "needs files in checker/"),
        ("total", "checker: floats", "checker: tokens", 5, "only for floats and rows"),
        ("total", "absolute: 0.01", "absolute: -1", 5, "must not be negative"),
        ("total", "absolute: 0.01", "apsolute: 1", 5, "is not known here"),
        ("total", "points: 3", "points: -3", 8, "must be from 0"),
        ("total", "checker: floats\ntolerance: {absolute: 0.01}", "checker: regex\nignore_case: false", 9, "pattern"),
        ("double", "name: SECRET-GROUP, points", "name: small, points", 7, "two groups"),
        ("double", "needs: [small]", "needs: [large]", 7, "no group before this one is called “large”"),
        ("double", "group: small}", "group: SECRET-GROUP}", 5, "the group “small” has no cases"),
        ("parts", "entry: check.py", "entry: other.py", 3, "there is no file “other.py”"),
        ("parts", "language: python", "language: c", 3, "not in this language"),
        ("parts", "cases:", "checker: tokens\ncases:", 4, "needs files in checker/"),
    ],
)  # fmt: skip
def test_a_fault_names_file_and_line(slug: str, old: str, new: str, line: int, words: str) -> None:
    files = languages_course()
    path = f"{ROOT}{slug}.exercise/exercise.yaml"
    text = files[path].decode()
    assert old in text
    if words == "pattern":
        new, text = new, text.replace("2.001", "2.001(")
    with pytest.raises(Invalid) as caught:
        read_package({**files, path: text.replace(old, new, 1).encode()})
    error = caught.value
    assert words in translate("en", error.message, **error.params)
    assert (error.params["file"], error.params["line"]) == (path, line)


@pytest.mark.parametrize(
    ("slug", "extra", "words"),
    [
        ("guess", {"checker/main.py": "x"}, "both checker/ and interactor/"),
        ("double", {"schema.sql": "SELECT 1"}, "language is not sql"),
        ("total", {"tests/test.py": "x"}, "no file in tests/ ends in .js"),
    ],
)
def test_a_file_that_contradicts_the_rest_is_refused(slug: str, extra: dict[str, str], words: str) -> None:
    files = languages_course() | {f"{ROOT}{slug}.exercise/{path}": text.encode() for path, text in extra.items()}
    with pytest.raises(Invalid) as caught:
        read_package(files)
    assert words in translate("en", caught.value.message, **caught.value.params)

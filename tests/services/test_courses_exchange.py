"""A course comes in whole or not at all, keeps its identifiers, and goes out as its author wrote it."""

import dataclasses
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.courses import export_course, export_files, import_course
from services.courses.models import Block, Course, CourseFile, Exercise, ExerciseKey, Lesson, Module, Question, Quiz
from services.courses.package.reader import read_package
from services.courses.package.writer import write_package
from services.platform import database
from services.platform.actor import Actor
from services.platform.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from tests.conftest import People
from tests.packages import small, zipped

TABLES = (Course, Module, Lesson, Block, Exercise, ExerciseKey, Quiz, Question, CourseFile)
DEMO = Path(__file__).parents[2] / "lms_app" / "demo" / "python-with-a-tutor"


def counts(actor: Actor) -> dict[str, int]:
    with database.reading(actor) as session:
        return {t.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in TABLES}


def identifiers(actor: Actor) -> dict[str, list[object]]:
    with database.reading(actor) as session:
        return {t.__tablename__: sorted(session.scalars(sa.select(t.id))) for t in TABLES}


def write(files: dict[str, bytes], root: Path) -> Path:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def test_a_package_becomes_rows(people: People) -> None:
    report = import_course(people.instructor, source=zipped(small()))
    assert (report.slug, report.created, report.modules, report.lessons) == ("small", True, 1, 2)
    assert (report.exercises, report.quizzes, report.drafts) == (1, 1, 0)
    with database.reading(people.instructor) as session:
        blocks = session.scalars(sa.select(Block).join(Lesson).where(Lesson.slug == "loops").order_by(Block.position))
        assert [(b.key, b.kind) for b in blocks] == [
            ("text", "text"),
            ("image-dot", "image"),
            ("code-try-it", "code"),
            ("text-2", "text"),
            ("prompt-ask", "prompt"),
            ("video-a-film", "video"),
            ("exercise-countdown", "exercise"),
            ("quiz-check", "quiz"),
        ]
        exercise = session.scalars(sa.select(Exercise)).one()
        assert exercise.public_cases == [{"name": "three", "stdin": "3\n", "expected": "3\n2\n1\n"}]
        key = session.scalars(sa.select(ExerciseKey)).one()
        assert key.hidden_cases == [{"name": "secret", "stdin": "1\n", "expected": "1\n"}]
        course = session.scalars(sa.select(Course)).one()
        assert course.tags == ["python", "déjà vu"]


def test_folder_and_zip_come_back_byte_by_byte(people: People, tmp_path: Path) -> None:
    files = small()
    import_course(people.instructor, source=write(files, tmp_path / "in"))
    out = export_course(people.instructor, slug="small", target=tmp_path / "out")
    assert {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()} == files
    first = export_course(people.instructor, slug="small", target=tmp_path / "one.zip").read_bytes()
    import_course(people.instructor, source=first)
    assert export_course(people.instructor, slug="small", target=tmp_path / "two.zip").read_bytes() == first


def test_a_zip_with_one_folder_around_everything_is_the_same_course(people: People) -> None:
    import_course(people.instructor, source=zipped({f"small-main/{k}": v for k, v in small().items()}))
    assert export_files(people.instructor, slug="small") == small()


def test_a_changed_title_changes_that_file_only(people: People) -> None:
    import_course(people.instructor, source=zipped(small()))
    with database.unit_of_work(people.instructor) as session:
        session.execute(sa.update(Lesson).where(Lesson.slug == "values").values(title="Values & names: 1"))
    files = export_files(people.instructor, slug="small")
    assert {path for path, content in files.items() if content != small()[path]} == {"01-first/values.md"}
    report = import_course(people.instructor, source=zipped(files))
    assert not report.created
    with database.reading(people.instructor) as session:
        assert session.scalar(sa.select(Lesson.title).where(Lesson.slug == "values")) == "Values & names: 1"


def test_the_same_package_twice_changes_nothing(people: People) -> None:
    import_course(people.instructor, source=zipped(small()))
    before = identifiers(people.instructor)
    assert not import_course(people.instructor, source=zipped(small())).created
    assert identifiers(people.instructor) == before


def test_what_the_package_no_longer_has_is_removed(people: People) -> None:
    import_course(people.instructor, source=zipped(small()))
    before = counts(people.instructor)
    files = {k: v for k, v in small().items() if "/loops/" not in k}
    files["01-first/module.yaml"] = b"title: First steps\nlessons: [values]\n"
    import_course(people.instructor, source=zipped(files))
    after = counts(people.instructor)
    assert before["exercise"] == 1
    assert (after["lesson"], after["exercise"], after["exercise_key"], after["quiz"], after["question"]) == (
        1,
        0,
        0,
        0,
        0,
    )
    assert export_files(people.instructor, slug="small") == files


def test_blocks_that_swap_their_keys_and_lessons_keep_their_identity(people: People) -> None:
    import_course(people.instructor, source=zipped(small()))
    with database.reading(people.instructor) as session:
        before = dict(
            session.execute(sa.select(Block.kind, Block.id).where(Block.kind.in_(["exercise", "quiz"]))).all()
        )
    files = small()
    loops = files["01-first/loops/lesson.md"].replace(b'ref="countdown"', b'ref="countdown" key="quiz-check"')
    files["01-first/loops/lesson.md"] = loops.replace(b'ref="check"', b'ref="check" key="exercise-countdown"')
    import_course(people.instructor, source=zipped(files))
    with database.reading(people.instructor) as session:
        found = session.execute(sa.select(Block.kind, Block.id, Block.key).where(Block.kind.in_(["exercise", "quiz"])))
        after = {kind: (identifier, key) for kind, identifier, key in found}
    assert after == {"exercise": (before["exercise"], "quiz-check"), "quiz": (before["quiz"], "exercise-countdown")}


def test_nothing_is_half_imported(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.courses import exchange

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(exchange.audit, "record", fail)
    with pytest.raises(RuntimeError):
        import_course(people.instructor, source=zipped(small()))
    assert set(counts(people.instructor).values()) == {0}


def test_a_fault_in_the_last_file_leaves_the_old_course_as_it_was(people: People) -> None:
    import_course(people.instructor, source=zipped(small()))
    files = small()
    files["01-first/values.md"] = files["01-first/values.md"].replace(b"Welcome", b"Changed")
    files["01-first/loops/check.quiz.yaml"] += b"what: 1\n"
    with pytest.raises(Invalid) as caught:
        import_course(people.instructor, source=zipped(files))
    assert caught.value.params["file"] == "01-first/loops/check.quiz.yaml"
    assert export_files(people.instructor, slug="small") == small()


def test_who_may_import_and_export(sqlite_people: People, tmp_path: Path) -> None:
    people, package = sqlite_people, zipped(small())
    for actor in (people.learner, people.assistant):
        with pytest.raises(Forbidden):
            import_course(actor, source=package)
    with pytest.raises(SignInNeeded):
        import_course(people.visitor, source=package)
    import_course(people.organisation_admin, source=package)
    with pytest.raises(Forbidden):
        export_course(people.learner, slug="small", target=tmp_path / "x.zip")
    with pytest.raises(SignInNeeded):
        export_course(people.visitor, slug="small", target=tmp_path / "x.zip")
    with pytest.raises(NotFound):
        export_course(people.foreign_admin, slug="small", target=tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_two_organisations_may_have_courses_of_one_name(people: People) -> None:
    import_course(people.instructor, source=zipped(small()))
    assert import_course(people.foreign_admin, source=zipped(small())).created
    assert counts(people.instructor) == counts(people.foreign_admin)


def test_an_export_never_writes_over_other_work(sqlite_people: People, tmp_path: Path) -> None:
    import_course(sqlite_people.instructor, source=zipped(small()))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    with pytest.raises(Conflict):
        export_course(sqlite_people.instructor, slug="small", target=tmp_path / "full")


def test_what_is_written_means_what_was_read() -> None:
    pack = read_package(small())
    texts = write_package(pack)
    again = read_package(
        {path: text.encode() for path, text in texts.items()} | {"media/dot.svg": small()["media/dot.svg"]}
    )
    assert dataclasses.replace(again, sources={}) == dataclasses.replace(pack, sources={})
    assert write_package(again) == texts


def test_the_demo_course_comes_back_byte_by_byte(sqlite_people: People) -> None:
    import_course(sqlite_people.instructor, source=DEMO)
    files = {p.relative_to(DEMO).as_posix(): p.read_bytes() for p in DEMO.rglob("*") if p.is_file()}
    assert export_files(sqlite_people.instructor, slug="python-with-a-tutor") == files

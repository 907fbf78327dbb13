"""The demo course keeps its promises: it can be read as a package, its samples run, its exercises can be solved."""

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from sandbox import Case, Judge, JudgeRequest, JudgeResult, RunRequest, Verdict
from sandbox.types import CheckerName
from services.courses import export_files, import_course
from services.courses.package.docs import BlockDoc, CoursePack, ExercisePack, LessonPack, QuizDoc
from services.courses.package.reader import read_package
from services.courses.package.source import read_source
from tests.conftest import People

FOLDER = Path(__file__).parents[2] / "lms_app" / "demo" / "python-with-a-tutor"
# The parts of a package and of the judge say the same by different names.
CHECKERS = {"float": "floats"}
NEVER_ENDS = "This one never ends"
ENDS_WITH = re.compile(r"\b\w+Error\b")


@cache
def course() -> CoursePack:
    """The demo course, read as any package is."""
    return read_package(read_source(FOLDER))


@cache
def judge() -> Judge:
    """A judge, or a skipped test where programs cannot be caged."""
    made = Judge()
    if not made.probe().works:
        pytest.skip(made.probe().problem)
    return made


def lessons() -> list[LessonPack]:
    return [lesson for module in course().modules for lesson in module.lessons]


def exercises() -> list[ExercisePack]:
    return [exercise for lesson in lessons() for exercise in lesson.exercises]


def quizzes() -> list[tuple[str, QuizDoc]]:
    return [quiz for lesson in lessons() for quiz in lesson.quizzes]


def runnable_samples() -> list[BlockDoc]:
    blocks = [block for lesson in lessons() for block in lesson.doc.blocks]
    return [block for block in blocks if block.kind == "code" and block.data["runnable"]]


def judged(exercise: ExercisePack, files: dict[str, str]) -> JudgeResult:
    """The judge's answer to the files as a submission."""
    doc = exercise.doc
    public = [Case(case.name, case.stdin, case.expected) for case in doc.public]
    hidden = [Case(case.name, case.stdin, case.expected, hidden=True) for case in doc.hidden]
    request = JudgeRequest(
        language=doc.language,
        files=files,
        entry=doc.entry,
        mode="unit_tests" if doc.mode == "unit_tests" else "cases",
        cases=public + hidden,
        checker=cast(CheckerName, CHECKERS.get(doc.checker, doc.checker)),
        test_files=exercise.tests,
        support_files=exercise.support,
    )
    return judge().judge(request)


def test_it_has_a_bit_of_everything_a_course_can_have() -> None:
    kinds = {block.kind for lesson in lessons() for block in lesson.doc.blocks}
    assert kinds == {"text", "image", "video", "code", "exercise", "quiz", "prompt"}
    assert {question.kind for _, quiz in quizzes() for question in quiz.questions} == {
        "single",
        "multiple",
        "truefalse",
        "short",
        "numeric",
    }
    assert {exercise.doc.mode for exercise in exercises()} == {"cases", "unit_tests"}
    text = "\n".join(block.text for lesson in lessons() for block in lesson.doc.blocks if block.kind == "text")
    for mark in ("> [!NOTE]", "> [!TIP]", "> [!WARNING]", "$$", "\n|---"):
        assert mark in text


def test_its_size_is_that_of_a_short_course() -> None:
    assert len(course().modules) >= 3
    assert 10 <= len(lessons()) <= 12
    assert len(exercises()) >= 6
    assert len(quizzes()) >= 3
    assert Counter(lesson.doc.completion for lesson in lessons()) == {
        "viewed": 7,
        "quiz": 2,
        "exercise": 2,
        "manual": 1,
    }


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.slug)
def test_the_minutes_of_a_lesson_are_honest(lesson: LessonPack) -> None:
    words = sum(len(block.text.split()) for block in lesson.doc.blocks if block.kind in ("text", "code"))
    instructions = sum(len(exercise.instructions.split()) for exercise in lesson.exercises)
    reading = (words + instructions) / 200
    work = sum(3 + exercise.doc.difficulty for exercise in lesson.exercises) + 2 * len(lesson.quizzes)
    assert reading + work <= lesson.doc.minutes <= 2 * (reading + work) + 5


@pytest.mark.parametrize("sample", runnable_samples(), ids=lambda sample: sample.key)
def test_a_sample_ends_as_its_title_says(sample: BlockDoc) -> None:
    result = judge().run(RunRequest("python", {"main.py": sample.text}, "main.py"))
    error = ENDS_WITH.search(sample.title)
    if sample.title == NEVER_ENDS:
        assert result.verdict is Verdict.TIME_LIMIT
    elif error:
        assert result.verdict is Verdict.RUNTIME_ERROR
        assert result.stderr.strip().splitlines()[-1].startswith(error[0])
    else:
        assert result.verdict is Verdict.ACCEPTED, result.stderr


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.slug)
def test_the_reference_solves_an_exercise_and_the_starter_does_not(exercise: ExercisePack) -> None:
    solved = judged(exercise, exercise.reference)
    assert solved.verdict is Verdict.ACCEPTED, solved
    assert solved.passed == solved.total > 1

    begun = judged(exercise, exercise.starter)
    assert begun.verdict is not Verdict.ACCEPTED
    assert begun.passed < begun.total
    assert begun.verdict not in (Verdict.INTERNAL_ERROR, Verdict.COMPILE_ERROR), "a starter runs, though not rightly"


@pytest.mark.parametrize("exercise", exercises(), ids=lambda exercise: exercise.slug)
def test_an_exercise_helps_in_steps_and_hides_some_cases(exercise: ExercisePack) -> None:
    assert len(exercise.doc.hints) >= 3
    assert exercise.instructions and exercise.starter
    assert exercise.doc.limits == {}, "the default limits are enough"
    if exercise.doc.mode == "cases":
        assert exercise.doc.public and exercise.doc.hidden
    for text in exercise.reference.values():
        assert text not in exercise.instructions + "".join(exercise.doc.hints)


def test_every_answer_is_explained_and_says_where_it_was_taught() -> None:
    for slug, quiz in quizzes():
        for question in quiz.questions:
            assert question.explanation and question.taught_in, (slug, question.key)


def test_figures_are_described_and_the_film_is_small() -> None:
    images = [block for lesson in lessons() for block in lesson.doc.blocks if block.kind == "image"]
    assert {str(block.data["src"]) for block in images} == {
        item.path for item in course().media if item.media_type == "image/svg+xml"
    }
    assert all(len(str(block.data["alt"])) > 40 for block in images)
    assert all(len(item.content) < 300_000 for item in course().media)


def test_it_can_be_imported_again_and_again_and_comes_out_as_it_was_written(sqlite_people: People) -> None:
    first = import_course(sqlite_people.instructor, source=FOLDER)
    assert first.created
    assert (first.modules, first.lessons, first.exercises, first.quizzes, first.drafts) == (4, 12, 10, 4, 0)
    assert first.warnings == []

    again = import_course(sqlite_people.instructor, source=FOLDER)
    assert not again.created
    assert again.course_id == first.course_id

    written = {str(path.relative_to(FOLDER)): path.read_bytes() for path in FOLDER.rglob("*") if path.is_file()}
    assert export_files(sqlite_people.instructor, slug="python-with-a-tutor") == written

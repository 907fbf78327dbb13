"""The Python track of Exercism becomes a course that reads, links and judges as it does there."""

import dataclasses
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from services.courses import export_files, import_course
from services.courses.exercism.markdown import standalone
from services.courses.exercism.track import read_track
from services.courses.models import Course, Exercise, ExerciseKey, Lesson
from services.courses.package.docs import CoursePack
from services.courses.package.reader import read_package
from services.courses.package.source import read_source
from services.courses.package.writer import write_package
from services.platform import database
from services.platform.errors import Invalid
from tests.conftest import SHARED_DATA, People

TRACK = SHARED_DATA / "exercism-python.tar.gz"
real_track = pytest.mark.skipif(not TRACK.exists(), reason="the Exercism track is not here")


OUTSIDE = b'{"files": {"solution": ["../../x.py"], "test": ["s_test.py"], "exemplar": [".meta/exemplar.py"]}}'


def tiny() -> dict[str, bytes]:
    """A track of two concepts: b needs a, so a comes first although the list has it last."""
    exercises = {
        "concept": [
            {"slug": "use-b", "name": "Use B", "concepts": ["b"], "prerequisites": ["a"], "status": "beta"},
            {"slug": "use-a", "name": "Use A", "concepts": ["a"], "prerequisites": [], "status": "beta"},
            {"slug": "soon", "name": "Soon", "concepts": ["b"], "prerequisites": [], "status": "wip"},
        ],
        "practice": [
            {"slug": "hard", "name": "Hard", "difficulty": 7, "practices": ["c"], "prerequisites": []},
            {"slug": "c", "name": "Named like a concept", "difficulty": 2, "practices": [], "prerequisites": []},
        ],
    }
    concepts = [{"slug": slug, "name": slug.upper()} for slug in "cba"]
    config = {"language": "Python", "slug": "python", "blurb": "B", "concepts": concepts, "exercises": exercises}
    files: dict[str, str] = {
        "config.json": json.dumps(config),
        "LICENSE": "MIT License\n\nCopyright (c) 2021 Exercism\n",
    }
    for slug in "abc":
        links = "See [b][b] and [x](/tracks/python/exercises/use-a)."
        end = "## More\n\nWords.\n\n[b]: /tracks/python/concepts/b\n"
        files[f"concepts/{slug}/about.md"] = f"# About\n\nText of {slug}. {links}\n\n{end}"
        files[f"concepts/{slug}/.meta/config.json"] = '{"authors": ["ana"], "blurb": "B"}'
        files[f"concepts/{slug}/links.json"] = '[{"url": "https://docs.python.org/3/", "description": "Docs [3]"}]'
    files["concepts/c/about.md"] = "#TODO: Add about for this concept.\n"
    for kind, listed in exercises.items():
        for each in listed:
            root = f"exercises/{kind}/{each['slug']}"
            example = "exemplar" if kind == "concept" else "example"
            names = {"solution": ["s.py"], "test": ["s_test.py"], example: [f".meta/{example}.py"]}
            files[f"{root}/.meta/config.json"] = json.dumps({"authors": ["ana"], "files": names})
            files[f"{root}/.meta/{example}.py"] = "x = 1\n"
            files[f"{root}/s.py"] = "pass\n"
            files[f"{root}/s_test.py"] = "import unittest\n"
            files[f"{root}/helper.py"] = "y = 2\n"
            files[f"{root}/.docs/introduction.md"] = "# Introduction\n\nOnce.\n"
            files[f"{root}/.docs/instructions.md"] = "# Instructions\n\nDo it.\n"
            files[f"{root}/.docs/instructions.append.md"] = "# Append\n\nIn Python.\n"
            files[f"{root}/.docs/hints.md"] = "# Hints\n\n## General\n\n- Think.\n\n## 1. First\n\n- Act.\n"
    return {path: text.encode() for path, text in files.items()}


def test_concepts_come_in_an_order_in_which_they_can_be_learnt() -> None:
    pack = read_track(tiny())
    assert [lesson.slug for lesson in pack.modules[0].lessons] == ["a", "b", "c", "soon"]
    assert [(m.slug, [lesson.slug for lesson in m.lessons]) for m in pack.modules[1:]] == [
        ("practice-2", ["c-exercise"]),
        ("practice-7", ["hard"]),
    ]


def test_a_lesson_has_its_text_its_links_and_its_exercise() -> None:
    lesson = read_track(tiny()).modules[0].lessons[0]
    assert [(block.key, block.kind) for block in lesson.doc.blocks] == [
        ("text", "text"),
        ("more", "text"),
        ("read-more", "text"),
        ("exercise-use-a", "exercise"),
    ]
    assert lesson.doc.blocks[0].text == (
        "Text of a. See [b](/learn/exercism-python/b) and [x](/learn/exercism-python/a#exercise-use-a)."
    )
    assert lesson.doc.blocks[2].text == "## Read more\n\n- [Docs \\[3\\]](<https://docs.python.org/3/>)"
    assert lesson.doc.completion == "exercise"


def test_an_exercise_has_all_its_parts() -> None:
    concept = read_track(tiny()).modules[0].lessons[0].exercises[0]
    assert concept.instructions == "Do it.\n\nIn Python."  # its concept's lesson is its introduction
    practice = read_track(tiny()).modules[2].lessons[0].exercises[0]
    assert practice.instructions == "Once.\n\nDo it.\n\nIn Python."
    assert practice.doc.hints == ("**General**\n\n- Think.", "**1. First**\n\n- Act.")
    assert (practice.doc.difficulty, practice.doc.mode, practice.doc.entry) == (7, "unit_tests", "s.py")
    assert (practice.starter, practice.reference) == ({"s.py": "pass\n"}, {"s.py": "x = 1\n"})
    assert (set(practice.tests), practice.support) == ({"s_test.py"}, {"helper.py": "y = 2\n"})


def test_unwritten_concepts_say_so_and_point_to_practice() -> None:
    pack = read_track(tiny())
    text = pack.modules[0].lessons[2].doc.blocks
    assert "has not written" in text[0].text
    assert text[1].text == "## Practise it\n\n- [Hard](/learn/exercism-python/hard)"
    assert pack.warnings == ("The concept c has no text yet.",)


def test_work_in_progress_is_a_draft() -> None:
    lesson = read_track(tiny()).modules[0].lessons[3]
    assert (lesson.slug, lesson.doc.status) == ("soon", "draft")


@pytest.mark.parametrize(
    ("path", "content", "file", "line"),
    [
        ("config.json", b'{\n "language": "x",,\n}', "config.json", 2),
        ("config.json", b'{"language": "x", "slug": "../x", "concepts": [], "exercises": {}}', "config.json", 0),
        ("config.json", b"[" * 100_000, "config.json", 0),
        ("concepts/a/links.json", b'[{"url": "javascript:alert(1)"}]', "concepts/a/links.json", 0),
        ("concepts/a/about.md", b"\xff", "concepts/a/about.md", 1),
        ("exercises/concept/use-a/.meta/config.json", OUTSIDE, "exercises/concept/use-a/.meta/config.json", 0),
    ],
)  # fmt: skip
def test_a_fault_names_its_file(path: str, content: bytes, file: str, line: int) -> None:
    with pytest.raises(Invalid) as caught:
        read_track({**tiny(), path: content})
    assert (caught.value.params["file"], caught.value.params["line"]) == (file, line)


def test_a_missing_file_is_named() -> None:
    files = {path: content for path, content in tiny().items() if path != "exercises/practice/hard/s_test.py"}
    with pytest.raises(Invalid) as caught:
        read_track(files)
    assert caught.value.params["file"] == "exercises/practice/hard/s_test.py"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[a][1] and [1]\n\n[1]: https://x.example/", "[a](https://x.example/) and [1](https://x.example/)"),
        ("`[a][1]` stays\n\n[1]: https://x.example/", "`[a][1]` stays"),
        ("[`x[0]`][1]: yes\n\n[1]: https://x.example/", "[`x[0]`](https://x.example/): yes"),
        ('[t][1]\n\n[1]: https://x.example/(a) "T"', '[t](<https://x.example/(a)> "T")'),
        ("```python\n[a][1]\n```\n\n[1]: https://x.example/", "```python\n[a][1]\n```"),
        ("~~~~exercism/note\n[a][1]\n~~~~\n\n[1]: https://x.example/", "~~~~exercism/note\n[a](https://x.example/)\n~~~~"),
        ("x\n<br>\n\ny `<br>`", "x\n \n\ny `<br>`"),
    ],
)  # fmt: skip
def test_a_document_is_made_to_stand_alone(source: str, expected: str) -> None:
    assert standalone(source, lambda address: address) == expected


@pytest.fixture(scope="module")
def track() -> CoursePack:
    return read_track(read_source(TRACK, keep_hidden=True))


@real_track
def test_the_python_track_is_whole(track: CoursePack) -> None:
    lessons = [lesson for module in track.modules for lesson in module.lessons]
    assert sum(len(lesson.exercises) for lesson in lessons) == 161
    assert sum(lesson.doc.status == "draft" for lesson in lessons) == 15
    concepts = [lesson.slug for lesson in track.modules[0].lessons]
    assert len(concepts) == 67 + 4  # four concept exercises are not for learners yet, each a draft of its own
    assert concepts[:4] == ["basics", "bools", "numbers", "conditionals"]
    assert [module.slug for module in track.modules[1:]] == [f"practice-{n}" for n in range(1, 10)]
    assert "MIT" in track.course.licence
    assert "Exercism" in track.course.licence


@real_track
def test_every_link_into_the_track_leads_to_a_lesson_that_learners_see(track: CoursePack) -> None:
    import re

    visible = {x.slug for m in track.modules for x in m.lessons if x.doc.status == "published"}
    texts = [b.text for m in track.modules for x in m.lessons for b in x.doc.blocks]
    texts += [e.instructions for m in track.modules for x in m.lessons for e in x.exercises]
    texts += [hint for m in track.modules for x in m.lessons for e in x.exercises for hint in e.doc.hints]
    targets = [t for text in texts for t in re.findall(r"\]\(<?/learn/exercism-python/([a-z0-9-]+)", text)]
    assert len(targets) > 30
    assert set(targets) <= visible
    assert not [text for text in texts if re.search(r"\]\(<?/tracks/", text)]


@real_track
def test_the_python_track_survives_a_journey_as_a_package(track: CoursePack) -> None:
    texts = write_package(track)
    again = read_package({path: text.encode() for path, text in texts.items()})
    assert again.course == track.course
    assert again.modules == dataclasses.replace(track).modules


@real_track
def test_the_python_track_is_imported_and_again_without_doubles(people: People) -> None:
    first = import_course(people.instructor, source=TRACK, format="exercism")
    again = import_course(people.instructor, source=TRACK, format="exercism")
    assert (first.created, again.created, first.course_id) == (True, False, again.course_id)
    with database.reading(people.instructor) as session:
        found = {t: session.scalar(sa.select(sa.func.count()).select_from(t)) for t in (Course, Lesson, Exercise)}
        assert found == {Course: 1, Lesson: 211, Exercise: 161}
        keys = session.scalars(sa.select(ExerciseKey)).all()
        assert all(key.mode == "unit_tests" and key.tests and key.reference for key in keys)


@real_track
def test_the_exported_track_can_be_imported_as_a_package(sqlite_people: People, tmp_path: Path) -> None:
    import_course(sqlite_people.instructor, source=TRACK, format="exercism")
    files = export_files(sqlite_people.instructor, slug="exercism-python")
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    assert not import_course(sqlite_people.instructor, source=tmp_path).created
    assert export_files(sqlite_people.instructor, slug="exercism-python") == files

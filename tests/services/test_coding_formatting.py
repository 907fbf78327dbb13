"""Formatting: the usual layout of a program, or a sentence about why it stays as it is. Nothing of it is run."""

from pathlib import Path

import pytest

from services import coding
from services.coding import formatting
from services.platform.errors import Invalid, LimitReached, SignInNeeded, Unavailable
from services.platform.rate import limiter
from tests.conftest import People


@pytest.fixture(autouse=True)
def _fresh() -> None:
    limiter.clear()


def laid_out(people: People, source: str) -> str:
    return coding.format_code(people.learner, language="python", source=source)


def test_a_program_is_laid_out_the_usual_way_and_stays_so(sqlite_people: People):
    made = laid_out(sqlite_people, "def f( a,b ):\n        return  {'a':a,\n 'b':b}\nprint( f(1,2) )")
    assert made == 'def f(a, b):\n    return {"a": a, "b": b}\n\n\nprint(f(1, 2))\n'
    assert laid_out(sqlite_people, made) == made


@pytest.mark.parametrize("source", ["", "\n", "# تعليق 😀\n", "x = 'ز'  # ok\r\ny = 1\r\n"])
def test_what_is_small_or_strange_is_formatted_too(sqlite_people: People, source: str):
    made = laid_out(sqlite_people, source)
    assert made.strip().replace('"', "'").splitlines() == source.strip().splitlines()


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("def f(:\n    pass\n", 1),
        ("x = 1\ny = 2 +\n", 2),
        ("if True:\nx = 1\n", 2),
        ("print 'old'\n", 1),
        ("x = 'a\n", 1),
    ],
)
def test_what_is_no_python_is_refused_with_its_line(sqlite_people: People, source: str, line: int):
    with pytest.raises(Invalid) as refusal:
        laid_out(sqlite_people, source)
    assert refusal.value.params == {"line": line}


@pytest.mark.parametrize(
    "source",
    [
        None,
        5,
        ["print()"],
        "print('\0')",
        "\ud800",
        "x" * (64 * 1024 + 1),
        "x = 1\n" * 200_000,
        "(" * 60_000,
        "[" * 30_000 + "1" + "]" * 30_000,
        "[" * 5_000 + "1," + "]" * 5_000,  # would be half a gigabyte
        ("[" * 150 + "1," + "]" * 150 + "\n") * 200,  # would be 18 MB
        "x = " + "-" * 60_000 + "1",
        "\x01\x02\x03",
        "--help\n-\n@file\n%run\n!ls\n",
    ],
    ids=lambda source: str(source)[:12].encode("ascii", "backslashreplace").decode() + f"*{len(str(source))}",
)
def test_hostile_texts_are_refused(sqlite_people: People, source: object):
    with pytest.raises(Invalid):
        coding.format_code(sqlite_people.learner, language="python", source=source)


@pytest.mark.parametrize("language", ["javascript", "", None, 5, ["python"], "Python; ls"])
def test_only_python(sqlite_people: People, language: object):
    with pytest.raises(Invalid):
        coding.format_code(sqlite_people.learner, language=language, source="x = 1\n")


def test_no_configuration_and_nothing_of_the_server_counts(
    sqlite_people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "ruff.toml").write_text("indent-width = 7\n[format]\nquote-style = 'single'\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))
    assert laid_out(sqlite_people, "if x:\n  y='a'\n") == 'if x:\n    y = "a"\n'
    assert [path.name for path in tmp_path.iterdir()] == ["ruff.toml"]


def test_what_takes_too_long_is_ended(sqlite_people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    slow = tmp_path / "ruff"
    slow.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(formatting, "_program", lambda: str(slow))
    monkeypatch.setattr(formatting, "_SECONDS", 0.3)
    with pytest.raises(Invalid):
        laid_out(sqlite_people, "x = 1\n")


def test_a_server_without_the_program_says_so(sqlite_people: People, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(formatting, "_program", lambda: "/nowhere/ruff")
    with pytest.raises(Unavailable):
        laid_out(sqlite_people, "x = 1\n")


def test_so_often_and_only_for_people(sqlite_people: People):
    with pytest.raises(SignInNeeded):
        coding.format_code(sqlite_people.visitor, language="python", source="x = 1\n")
    for _ in range(30):
        laid_out(sqlite_people, "x = 1\n")
    with pytest.raises(LimitReached):
        laid_out(sqlite_people, "x = 1\n")
    assert coding.format_code(sqlite_people.other_learner, language="python", source="x=1") == "x = 1\n"

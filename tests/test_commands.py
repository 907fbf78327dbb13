"""The command line, run as people run it: as a process of its own, on a data folder of its own."""

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from lms_app.cli.demo import DEMO_COURSE

ROOT = Path(__file__).parents[1]


def run(*arguments: str, data: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run ``python -m lms_app`` with nothing of this environment's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "lms_app", *arguments],
        cwd=ROOT,
        env={**kept, "DATA_DIR": str(data), "DATABASE_URL": "", "REDIS_URL": "", **settings},
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str], code: int) -> str:
    """What it ended with: one line, no trace."""
    assert done.returncode == code, done.stderr
    lines = [line for line in done.stderr.splitlines() if not re.match(r"\d{4}-\d\d-\d\d ", line)]
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """It answers at once because of what it does not import, which can be seen without a clock."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "lms_app", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(re.findall(r"\|\s+([\w.]+)$", done.stderr, re.M))
    heavy = {"reflex", "sqlalchemy", "sqlmodel", "pydantic", "fastapi", "litellm", "alembic", "services.models"}
    assert imported & heavy == set()
    courses = ("import-course", "export-course", "judge", "rejudge")
    for command in ("run", "migrate", "demo", "create-user", *courses, "worker"):
        assert re.search(rf"^  {command} ", done.stdout, re.M), command


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nonsense"], "nonsense"),
        (["migrate", "--now"], "--now"),
        (["worker", "--threads", "none"], "--threads"),
        (["create-user"], "email"),
        (["create-user", "ada@example.org", "--name", "Ada"], "NEW_PASSWORD"),
        (["import-course", "/nowhere"], "/nowhere"),
        (["import-course", "README.md", "--format", "unknown"], "exercism"),
        (["export-course", "a-course"], "target"),
        (["judge", "--reference"], "--course"),
        (["judge", "--course", "a-course"], "--reference"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_argument_is_named_in_one_line(tmp_path: Path, arguments: list[str], named: str) -> None:
    assert named in one_line(run(*arguments, data=tmp_path), 2)


def test_a_place_that_cannot_be_written_is_named_in_one_line(demo: Path) -> None:
    for target in ("/proc/nowhere/course", "/proc/course.zip"):
        assert "/proc" in one_line(run("export-course", DEMO_COURSE.name, target, data=demo), 1)


def test_names_and_files_may_be_in_any_script(tmp_path: Path) -> None:
    made = run(
        "create-user", "noor@example.org", "--name", "نور الهدى", data=tmp_path, NEW_PASSWORD="four quiet words here"
    )
    assert made.returncode == 0, made.stderr
    packed = tmp_path / "مساق ٢.zip"
    for command in (
        ("import-course", str(DEMO_COURSE)),
        ("export-course", DEMO_COURSE.name, str(packed)),
        ("import-course", str(packed)),
        ("export-course", DEMO_COURSE.name, str(tmp_path / "again.zip")),
    ):
        done = run(*command, data=tmp_path)
        assert done.returncode == 0, done.stderr
    assert packed.read_bytes() == (tmp_path / "again.zip").read_bytes()


@pytest.mark.parametrize("command", ["run", "migrate", "worker", "settings"])
def test_a_wrong_setting_ends_every_command_with_one_line(tmp_path: Path, command: str) -> None:
    assert "PORT" in one_line(run(command, data=tmp_path, PORT="many"), 2)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1"])
def test_the_known_demo_password_is_not_served_to_others(tmp_path: Path, host: str) -> None:
    line = one_line(run("run", data=tmp_path, HOST=host), 2)
    assert "DEMO=false" in line
    assert not (tmp_path / "lms.sqlite3").exists()


def test_a_port_that_is_taken_is_said_before_any_work(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        line = one_line(run("run", data=tmp_path, PORT=str(taken.getsockname()[1])), 1)
    assert "PORT" in line
    assert not (tmp_path / "lms.sqlite3").exists()


@pytest.mark.parametrize("url", ["not an address", "mysql+nothing://x/y"])
def test_a_database_address_that_is_none(tmp_path: Path, url: str) -> None:
    assert "DATABASE_URL" in one_line(run("migrate", data=tmp_path, DATABASE_URL=url), 2)


def test_a_database_that_does_not_answer_and_its_password_is_not_shown(tmp_path: Path) -> None:
    done = run("migrate", data=tmp_path, DATABASE_URL="postgresql://lms:hunter2@127.0.0.1:1/lms")
    assert "does not answer" in one_line(done, 1)
    assert "hunter2" not in done.stderr


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "lms.sqlite3").write_text("a letter to the operator, longer than the head of a database " * 50)
    assert "not a database" in one_line(run("migrate", data=tmp_path), 1)


def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    assert run("migrate", data=tmp_path).returncode == 0
    with closing(sqlite3.connect(tmp_path / "lms.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
        database.commit()
    assert "another version" in one_line(run("migrate", data=tmp_path), 1)


def test_the_demo_never_exists_where_it_is_off(tmp_path: Path) -> None:
    assert "DEMO" in one_line(run("demo", data=tmp_path, DEMO="false"), 2)


def test_settings_lists_all_and_shows_no_secret(tmp_path: Path) -> None:
    secret = "a-secret-of-more-than-thirty-two-letters"
    done = run(
        "settings",
        data=tmp_path,
        SECRET_KEY=secret,
        LLM_API_KEY=secret,
        DATABASE_URL=f"postgresql://lms:{secret}@db/lms",
    )
    assert done.returncode == 0, done.stderr
    assert secret not in done.stdout
    assert "LLM_API_KEY" in done.stdout
    assert "lms:[hidden]@db" in done.stdout


def test_an_account_can_be_made_once_and_a_bad_one_is_explained(tmp_path: Path) -> None:
    arguments = ("create-user", "ada@example.org", "--name", "Ada", "--role", "instructor")
    password = {"NEW_PASSWORD": "correct horse battery staple"}
    done = run(*arguments, data=tmp_path, **password)
    assert done.returncode == 0, done.stderr
    assert "correct horse" not in done.stdout + done.stderr
    assert "already" in one_line(run(*arguments, data=tmp_path, **password), 1)
    assert run("create-user", "nonsense", "--name", "N", data=tmp_path, **password).returncode == 1
    assert run(*arguments[:-1], "emperor", data=tmp_path, **password).returncode == 1


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo loaded, twice: the second time changes nothing."""
    data = tmp_path_factory.mktemp("data")
    for _ in range(2):
        done = run("demo", data=data, DEMO_PASSWORD="shown-here-1234")
        assert done.returncode == 0, done.stderr
        assert "learner@example.com" in done.stdout
        assert "shown-here-1234" in done.stdout
    return data


def files_below(folder: Path) -> Mapping[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_course_comes_out_byte_by_byte_as_it_went_in(demo: Path, tmp_path: Path) -> None:
    done = run("export-course", DEMO_COURSE.name, str(tmp_path / "out"), data=demo)
    assert done.returncode == 0, done.stderr
    assert files_below(tmp_path / "out") == files_below(DEMO_COURSE)


def test_importing_says_what_came_in(tmp_path: Path) -> None:
    done = run("import-course", str(DEMO_COURSE), data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"slug: {DEMO_COURSE.name}" in done.stdout


def test_a_package_that_is_wrong_is_explained_and_nothing_comes_in(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(DEMO_COURSE, broken)
    (broken / "course.yaml").write_text("title: [", encoding="utf-8")
    done = run("import-course", str(broken), data=tmp_path)
    assert done.returncode == 1
    assert "course.yaml" in done.stderr
    assert "Traceback" not in done.stderr
    assert run("export-course", DEMO_COURSE.name, str(tmp_path / "out"), data=tmp_path).returncode == 1


@pytest.mark.cage
def test_every_reference_solution_of_the_demo_course_is_accepted(demo: Path) -> None:
    done = run("judge", "--course", DEMO_COURSE.name, "--reference", "--json", data=demo)
    if "safe place" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads(done.stdout)
    assert report["references_accepted"] == len(report["rows"]) > 0
    assert report["starters_accepted"] == []


def test_judging_a_course_that_is_not_there(demo: Path) -> None:
    assert "does not exist" in one_line(run("judge", "--course", "nowhere", "--reference", data=demo), 1)


@pytest.mark.cage
def test_an_exercise_is_judged_anew_by_whoever_works(demo: Path) -> None:
    with closing(sqlite3.connect(demo / "lms.sqlite3")) as database:
        exercise = database.execute("SELECT id FROM exercise LIMIT 1").fetchone()[0]
    done = run("rejudge", "--exercise", exercise, data=demo)
    assert (done.returncode, done.stdout.startswith("0 of 0 judged anew")) == (0, True), done.stderr
    with closing(sqlite3.connect(demo / "lms.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM job WHERE kind = 'coding.rejudge'").fetchone() == (1,)


def test_judging_anew_an_exercise_that_is_not_there(demo: Path) -> None:
    assert "does not exist" in one_line(run("rejudge", "--exercise", "nothing", data=demo), 1)

"""What the panel of an exercise shows of other languages, and what it does where a program cannot be run."""

from collections.abc import Callable
from pathlib import Path

import pytest

import lms_app.lms_app  # noqa: F401  (every page: what stands in an address is known by its route)
from services import coding
from services.coding import machine
from services.coding.diff import line_diff
from services.coding.judging import LANGUAGES
from services.coding.schemas import CheckLine, ExerciseRunView, FailingCase, RunView
from services.platform.actor import Actor
from services.platform.rate import limiter
from state.coding import ExerciseState
from state.coding_outcome import of_run
from state.player import PlayerState
from tests.conftest import People
from tests.course_rows import make_taken_course
from tests.state.conftest import Tab

RED = "\x1b[31;1mred\x1b[0m"


def test_what_colours_a_terminal_is_taken_out_of_what_is_shown():
    run = RunView("accepted", f"{RED}\x1b]0;title\x07\x1b[2K!\n", f"{RED}", 0, None, 1, 1, 1)
    outcome = of_run(ExerciseRunView("accepted", run, [], None))
    assert (outcome.stdout, outcome.stderr) == ("red!\n", "red")
    check = CheckLine("a", False, "wrong_answer", f"{RED} is not blue", False, 1)
    assert of_run(ExerciseRunView("wrong_answer", None, [check], None)).checks[0].message == "red is not blue"


def test_where_such_a_sign_makes_an_answer_wrong_it_is_seen():
    case = FailingCase("a", "", "red", RED, RED, line_diff("red", RED))
    outcome = of_run(ExerciseRunView("wrong_answer", None, [], case))
    assert (outcome.failing.got, outcome.failing.stderr) == ("␛[31;1mred␛[0m", "red")
    [row] = outcome.difference
    assert (row.left, row.right) == ("red", "␛[31;1mred␛[0m")
    assert row.right[row.right_from : row.right_to].startswith("␛")


def test_what_was_expected_stands_beside_what_came_with_what_differs_in_the_line():
    case = FailingCase("a", "", "1\n2\n3\n", "1\n20\n3\n4\n", "", line_diff("1\n2\n3\n", "1\n20\n3\n4\n"))
    rows = of_run(ExerciseRunView("wrong_answer", None, [], case)).difference
    assert [(row.kind, row.left, row.right) for row in rows] == [
        ("same", "1", "1"),
        ("changed", "2", "20"),
        ("same", "3", "3"),
        ("changed", "", "4"),
    ]
    assert rows[1].right[rows[1].right_from : rows[1].right_to] == "0"
    assert (rows[3].left_number, rows[3].right_number) == (0, 4)
    case = FailingCase("a", "", "2 h\n", "2 hours\nmore\n", "", line_diff("2 h\n", "2 hours\nmore\n"))
    first, second = of_run(ExerciseRunView("wrong_answer", None, [], case)).difference
    assert (first.left, first.right[first.right_from : first.right_to]) == ("2 h", "ours")
    assert (second.left_number, second.right) == (0, "more")


def test_time_is_that_of_the_longest_test_because_the_limit_is_for_each():
    checks = [CheckLine(str(n), True, "accepted", "", False, ms) for n, ms in enumerate((5, 80, 20))]
    outcome = of_run(ExerciseRunView("accepted", None, checks, None))
    assert (outcome.time_ms, outcome.several, [row.time_ms for row in outcome.checks]) == (80, True, [5, 80, 20])


@pytest.mark.parametrize("name", LANGUAGES)
def test_the_editor_knows_every_language_of_the_judge(name: str):
    source = (Path(__file__).parents[2] / "assets" / "editor.js").read_text(encoding="utf-8")
    kinds = source.partition("const LANGUAGES = {")[2].partition("}")[0]
    assert f" {name}: " in f" {kinds}"


async def test_nothing_runs_by_the_keyboard_where_the_page_has_no_button_for_it(
    tab: Tab, session_of: Callable[[Actor], str], sqlite_people: People, monkeypatch: pytest.MonkeyPatch
):
    limiter.clear()
    made = make_taken_course(sqlite_people.instructor, sqlite_people.learner)
    monkeypatch.setattr(machine, "language_problem", lambda _name: "gcc is not there.")
    mine = tab.as_person(session_of(sqlite_people.learner), key="tab-0002")
    mine.address, mine.parameters = "/learn/small/loops", {"course_at": "small", "lesson_at": "loops"}
    await mine.send(PlayerState.load)
    state = await mine.state(ExerciseState)
    assert state.views[made.doubling].problem == machine.NO_LANGUAGE
    ran = []
    monkeypatch.setattr(coding, "run_exercise", lambda *_, **how: ran.append(how))
    await mine.send(ExerciseState.run, exercise_id=made.doubling)
    assert (ran, made.doubling in (await mine.state(ExerciseState)).outcomes) == ([], False)

"""An exercise in the eyes of its teacher, in the browser: its tests have changed, and all is judged anew."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.e2e.people import Person, reference
from tests.e2e.steps import SLOW, Steps, as_teacher

pytestmark = pytest.mark.browser


@pytest.fixture
def exercise(learner: Person) -> str:
    """An exercise at which somebody handed in something wrong, and then the right program."""
    found = learner.exercise("names")
    learner.hand_in(found, {"main.py": "print(1)\n"})
    learner.solve(found, reference("names"))
    return found


@pytest.fixture
def changed_tests(exercise: str, site_data: Path) -> Iterator[None]:
    """The exercise's hidden tests expect something else; as they were when the test is over."""
    key = UUID(exercise).hex
    with closing(sqlite3.connect(site_data / "site.sqlite3")) as database:
        [before] = database.execute("SELECT hidden_cases FROM exercise_key WHERE exercise_id = ?", [key]).fetchone()
        after = json.dumps([{**case, "expected": "something else"} for case in json.loads(before)])
        change = "UPDATE exercise_key SET hidden_cases = ? WHERE exercise_id = ?"
        with database:
            database.execute(change, [after, key])
        yield
        with database:
            database.execute(change, [before, key])


@pytest.mark.cage
@pytest.mark.usefixtures("changed_tests")
def test_a_teacher_judges_all_anew_and_sees_what_has_changed(open_tab: OpenTab, site: str, exercise: str):
    page = as_teacher(open_tab(), site)
    Steps(page).open_lesson("names")
    page.locator(".exercise-head a", has_text="For teachers").click()
    expect(page.locator(".teach-row").first).to_contain_text("Accepted", timeout=SLOW)
    page.locator("#rejudge").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("are judged by the tests as they are now")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator("#rejudging-title")).to_have_count(0)
    page.locator("#rejudge").click()
    page.locator("#rejudge-start").click()
    expect(page.locator("#rejudging-title")).to_be_visible(timeout=SLOW)
    page.reload()
    expect(page.locator(".teach-rejudging")).to_contain_text("Finished", timeout=SLOW)
    change = page.locator(".teach-changes li", has_text="submission 2").last
    expect(change).to_contain_text("Accepted")
    expect(change).to_contain_text("Wrong answer")
    expect(page.locator(".teach-row").first).to_contain_text("Wrong answer")
    change.get_by_role("button").click()
    expect(page.locator("#submission-title")).to_be_focused()
    opened = page.locator(".teach-opened")
    expect(opened).to_contain_text("judged anew")
    expect(opened.locator(".teach-code")).to_contain_text("input()")
    expect(opened.locator(".checks")).to_contain_text("Hidden test 1 · Wrong answer")
    assert page.evaluate("document.title").startswith("Hours and minutes")


def test_a_learner_finds_neither_the_link_nor_the_page(open_tab: OpenTab, learner: Person):
    page = open_tab(person=learner)
    Steps(page).open_lesson("names")
    expect(page.locator(".exercise-head")).to_be_visible(timeout=SLOW)
    assert page.locator("a[href*='/teach/']").count() == 0
    page.goto(f"/teach/exercises/{learner.exercise('names')}")
    expect(page.get_by_text("This is not open to you")).to_be_visible(timeout=SLOW)

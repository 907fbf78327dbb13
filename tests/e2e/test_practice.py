"""Practice in the browser: an exercise is found, opened where it stands and left; the playground runs and keeps."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.people import COURSE, Person, reference
from tests.e2e.steps import SLOW, Steps

pytestmark = pytest.mark.browser

LOOKS = [pytest.param("en", False, id="en-desktop"), pytest.param("ar", True, id="ar-phone")]


@pytest.mark.cage
@pytest.mark.parametrize(("language", "phone"), LOOKS)
def test_an_exercise_is_found_opened_and_solved(open_tab: OpenTab, learner: Person, language: str, phone: bool):
    page = open_tab(language, phone=phone, person=learner)
    steps = Steps(page, language, phone=phone)
    page.goto("/home")
    page.locator(f"{'.phone-bar' if phone else '.rail'} a[href='/practice']").click()
    rows = page.locator(".practice-row")
    expect(rows).to_have_count(10, timeout=SLOW)
    page.get_by_role("searchbox").fill("RAIN week")
    expect(rows).to_have_count(1)
    expect(page.locator(".practice-row mark").first).to_be_visible()
    page.get_by_role("searchbox").fill("zzzz")
    steps.button("Show all exercises").click()
    expect(rows).to_have_count(10)
    page.locator(".practice-topic select").select_option("loops")
    expect(rows).to_have_count(3)
    expect(page).to_have_url(re.compile(r"\?topic=loops$"))
    page.reload()
    expect(rows).to_have_count(3, timeout=SLOW)
    expect(page.locator(".practice-topic select")).to_have_value("loops")

    rows.get_by_role("link", name="Countdown").click()
    expect(page).to_have_url(re.compile(rf"/learn/{COURSE}/loops#exercise-countdown$"))
    expect(page.locator("[data-block='exercise-countdown']")).to_be_in_viewport(timeout=SLOW)
    exercise = next(row for row in learner.call("GET", "exercises")["items"] if row["title"] == "Countdown")
    learner.solve(exercise["id"], reference("loops"))
    page.go_back()
    expect(rows).to_have_count(3, timeout=SLOW)
    # What is solved stands last.
    expect(rows.last).to_contain_text("Countdown")
    expect(rows.last).to_contain_text(steps.t("Solved"))
    page.locator(".practice-parts a[href='/practice/submissions']").click()
    expect(page.locator(".practice-submission .badge-right")).to_have_text(steps.t("Accepted"))


@pytest.mark.cage
@pytest.mark.parametrize(("language", "phone"), LOOKS)
def test_the_playground_runs_and_keeps_what_was_written(open_tab: OpenTab, learner: Person, language: str, phone: bool):
    page = open_tab(language, phone=phone, person=learner)
    steps = Steps(page, language, phone=phone)
    page.goto("/practice/playground")
    result = page.locator(".playground-result")
    steps.button("Run").click()
    expect(result.locator(".stream")).to_have_text("Hello, world!\n", timeout=SLOW)
    expect(result.locator(".measures")).to_be_visible()

    write(page, 'print(input() + "?")\n', phone=phone)
    page.get_by_label(steps.t("Input for the program")).fill("Amina")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(result.locator(".stream")).to_have_text("Amina?\n", timeout=SLOW)
    page.get_by_role("button", name="SQL", exact=True).click()
    expect(page).to_have_url(re.compile("language=sql$"))
    expect(result.locator(".stream")).to_have_count(0)
    expect(editor(page, phone=phone)).to_contain_text("SELECT")
    page.get_by_role("button", name="Python", exact=True).click()
    expect(editor(page, phone=phone)).to_contain_text("print")
    page.reload()
    expect(editor(page, phone=phone)).to_contain_text("print", timeout=SLOW)
    expect(page.get_by_label(steps.t("Input for the program"))).to_have_value("Amina")

    steps.button("Start over").click()
    expect(editor(page, phone=phone)).to_contain_text("Hello")
    steps.button("Bring my code back").click()
    steps.button("Run").click()
    expect(result.locator(".stream")).to_have_text("Amina?\n", timeout=SLOW)


def editor(page: Page, *, phone: bool) -> Locator:
    """What shows the program: Monaco's lines, or the plain box of a phone."""
    return page.locator(".editor-plain" if phone else ".monaco-editor .view-lines")


def write(page: Page, text: str, *, phone: bool) -> None:
    """Replace what stands in the editor."""
    if phone:
        editor(page, phone=True).fill(text)
        return
    editor(page, phone=False).click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(text)

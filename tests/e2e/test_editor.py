"""The editor of an exercise: how one likes it, formatting, the way out by keyboard, and two tabs with one file."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.people import Person
from tests.e2e.steps import SLOW, Steps

pytestmark = pytest.mark.browser
LESSON = "small-program"  # its exercise has two files


@pytest.fixture
def lesson(open_tab: OpenTab, learner: Person) -> Steps:
    """A learner in a lesson with an exercise."""
    steps = Steps(open_tab(person=learner))
    steps.open_lesson(LESSON)
    steps.program()
    return steps


def test_settings_change_every_editor_at_once_and_stay(lesson: Steps):
    page = lesson.page
    second = Steps(page.context.new_page())
    second.open_lesson(LESSON)
    second.program()
    exercise = _settings(page)
    exercise.get_by_label("Size of the text").focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    for each in (page, second.page):
        expect(each.locator(".monaco-editor .view-lines").first).to_have_css("font-size", "20px")
    exercise.get_by_label("Keys").select_option("vim")
    exercise.locator("summary[aria-label='Editor settings']").focus()
    page.keyboard.press("Escape")
    expect(exercise.locator(".editor-settings")).to_be_hidden()
    expect(exercise.locator("summary[aria-label='Editor settings']")).to_be_focused()
    mode = exercise.locator(".editor-mode")
    expect(mode).to_contain_text("--NORMAL--")
    page.locator(".monaco-editor .view-lines").first.click()
    page.keyboard.type("ggdGihello")
    expect(mode).to_contain_text("--INSERT--")
    page.keyboard.press("Escape")
    page.keyboard.type("0x")
    expect(page.locator(".monaco-editor .view-line")).to_have_text("ello")
    expect(exercise.locator(".exercise-saved")).to_contain_text("Saved")
    _expect_way_out(page, exercise, "Control+m", "Tab indents. To leave the editor, press Ctrl+M, then Tab.")
    page.reload()
    expect(mode).to_contain_text("--NORMAL--", timeout=SLOW)
    expect(page.locator(".monaco-editor .view-line")).to_have_text("ello")
    expect(page.locator(".monaco-editor .view-lines").first).to_have_css("font-size", "20px")


def test_the_plain_box_of_a_phone_grows_too_and_is_formatted(open_tab: OpenTab, learner: Person):
    steps = Steps(open_tab("ar", person=learner, phone=True), "ar", phone=True)
    page = steps.page
    steps.open_lesson(LESSON)
    steps.write_program("x=1\ny=2\n")
    exercise = _settings(page, steps.t("Editor settings"))
    expect(exercise.get_by_label(steps.t("Keys"))).to_have_count(0)
    exercise.get_by_label(steps.t("Size of the text")).fill("22")
    expect(exercise.locator(".editor-plain")).to_have_css("font-size", "22px")
    page.keyboard.press("Escape")
    steps.button("Format", exercise).click()
    expect(exercise.locator(".editor-plain")).to_have_value("x = 1\ny = 2\n")
    page.keyboard.press("Control+z")
    expect(exercise.locator(".editor-plain")).to_have_value("x=1\ny=2\n")


def test_formatting_is_one_step_to_undo_and_keeps_the_line(lesson: Steps):
    page = lesson.page
    lesson.write_program("a=1\nb=2\n\n\n\n\nc   =  (3)\nd=4")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+Alt+KeyF")
    lines = page.locator(".monaco-editor .view-line")
    expect(lines).to_have_count(7)
    assert lesson.program() == "a = 1\nb = 2\n\n\nc = 3\nd = 4"
    page.keyboard.type("#")
    expect(lines.nth(4)).to_contain_text("#")
    page.keyboard.press("ControlOrMeta+z")
    expect(lines.nth(4)).not_to_contain_text("#")
    page.keyboard.press("ControlOrMeta+z")
    expect(lines).to_have_count(8)
    assert lesson.program() == "a=1\nb=2\n\n\n\n\nc   =  (3)\nd=4"
    lesson.write_program("x = = 1")
    page.get_by_role("button", name="Format", exact=True).click()
    expect(page.locator(".notice")).to_contain_text("Line 1 cannot be read as Python. Nothing was changed.")
    assert lesson.program() == "x = = 1"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_way_out_by_keyboard_is_said(open_tab: OpenTab, learner: Person, language: str):
    steps = Steps(open_tab(language, person=learner), language)
    steps.open_lesson(LESSON)
    steps.write_program("x")
    exercise = steps.page.locator(".exercise").first
    steps.page.keyboard.press("Tab")
    expect(exercise.locator(".monaco-editor .view-line")).to_have_text("x   ")
    hint = steps.t("Tab indents. To leave the editor, press Escape, then Tab.")
    leaves, indents = steps.t("Tab now leaves the editor."), steps.t("Tab now indents.")
    said = exercise.locator(".editor-hint [role=status]")
    steps.page.keyboard.press("Control+m")
    expect(said).to_have_text(leaves)
    steps.page.keyboard.press("Control+m")
    expect(said).to_have_text(indents)
    _expect_way_out(steps.page, exercise, "Escape", hint, leaves, steps.t("Run"))


def test_one_tab_alone_is_asked_nothing_whatever_it_types(lesson: Steps):
    exercise = lesson.page.locator(".exercise").first
    lesson.write_program("s = 'س😀é'")
    for piece in (" ", "# ü", " 中"):
        lesson.page.keyboard.insert_text(piece)
        lesson.page.wait_for_timeout(500)  # longer than the pause after which it is saved
    expect(exercise.locator(".exercise-saved")).to_contain_text("Saved")
    expect(exercise.locator(".draft-apart")).to_have_count(0)


def test_two_tabs_lose_neither_text(lesson: Steps):
    first = lesson
    second = Steps(first.page.context.new_page())
    second.open_lesson(LESSON)
    second.program()
    first.write_program("first = 1")
    _expect_saved(first.page)
    second.button("receipt.py").click()
    second.write_program("other_file = 1")
    _expect_saved(second.page)
    notice = second.page.locator(".draft-apart")
    expect(notice).to_have_count(0)
    second.button("main.py").click()
    expect(second.page.locator(".monaco-editor .view-line").first).to_have_text("first = 1")

    first.write_program("first = 2")
    first.page.wait_for_timeout(800)
    second.write_program("second = 2")
    expect(notice).to_contain_text("main.py was changed in another tab at")
    assert second.program() == "second = 2"
    second.page.get_by_role("button", name="Compare the two texts of main.py").click()
    expect(notice.locator(".compare-left")).to_contain_text("first = 2")
    expect(notice.locator(".compare-right")).to_contain_text("second = 2")
    second.button("Use the other").click()
    expect(second.page.locator(".monaco-editor .view-line").first).to_have_text("first = 2")
    second.page.reload()
    second.page.get_by_role("button", name="Bring the other text of main.py back").click()
    expect(second.page.locator(".monaco-editor .view-line").first).to_have_text("second = 2")
    second.page.get_by_role("button", name="Forget the other text of main.py").click()
    expect(notice).to_have_count(0)
    second.button("receipt.py").click()
    expect(second.page.locator(".monaco-editor .view-line").first).to_have_text("other_file = 1")


def _settings(page: Page, words: str = "Editor settings") -> Locator:
    """Open the settings of the first exercise by keyboard; returns the exercise."""
    exercise = page.locator(".exercise").first
    exercise.locator(f"summary[aria-label='{words}']").focus()
    page.keyboard.press("Enter")
    expect(exercise.locator(".editor-settings")).to_be_visible()
    return exercise


def _expect_way_out(
    page: Page, exercise: Locator, key: str, hint: str, leaves: str = "Tab now leaves the editor.", to: str = "Run"
) -> None:
    """What has the focus says how it is left, and is left that way."""
    expect(exercise.locator(".monaco-editor [role=textbox]")).to_have_accessible_description(hint)
    page.keyboard.press(key)
    expect(exercise.locator(".editor-hint [role=status]")).to_have_text(leaves)
    page.keyboard.press("Tab")
    expect(exercise.get_by_role("button", name=to, exact=True)).to_be_focused()


def _expect_saved(page: Page) -> None:
    expect(page.locator(".exercise-saved")).to_contain_text("Saved")

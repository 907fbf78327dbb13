"""An exercise in another language than Python, solved in the browser."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from services.coding import machine
from tests.e2e.conftest import OpenTab
from tests.e2e.people import register
from tests.e2e.serving import ROOT, Site
from tests.e2e.steps import Steps
from tests.language_course import C_DOUBLE, languages_course
from tests.packages import zipped

pytestmark = pytest.mark.browser


@pytest.fixture
def languages(site: str, site_data: Path, tmp_path: Path) -> str:
    """The course of exercises in several languages, on the running site."""
    problem = machine.cage_problem() or machine.language_problem("c")
    if problem:
        pytest.skip(problem)
    package = tmp_path / "languages.zip"
    package.write_bytes(zipped(languages_course()))
    command = [sys.executable, "-m", "lms_app", "import-course", str(package)]
    subprocess.run(command, cwd=ROOT, env=Site(site_data).environment(), check=True, capture_output=True)
    return "languages"


def test_what_the_compiler_says_is_shown_and_then_the_program_is_accepted(
    open_tab: OpenTab, site: str, languages: str
) -> None:
    person = register(site)
    person.call("POST", f"courses/{languages}/enroll")
    steps = Steps(open_tab(person=person))
    page = steps.page
    page.goto(f"/learn/{languages}/all-of-it")
    exercise = page.locator(".exercise").first
    expect(exercise.get_by_role("button", name="Run", exact=True)).to_be_visible()

    steps.write_program(C_DOUBLE.replace("long n;", ""))
    panel = steps.hand_in_program("The program could not be read")
    expect(panel).to_contain_text("Where it could not be read")
    expect(panel.locator(".stream")).to_contain_text("main.c:2")
    expect(panel.locator(".stream")).to_contain_text("undeclared")

    steps.write_program(C_DOUBLE)
    expect(exercise.locator(".monaco-editor .mtk-keyword, .monaco-editor [class*='mtk']").first).to_be_visible()
    panel = steps.hand_in_program("Accepted")
    expect(panel).to_contain_text("2 of 2 tests")

    exercise.get_by_text("Run with your own input").click()
    exercise.get_by_label("Input for the program").fill("21")
    exercise.get_by_role("button", name="Run with this input").click()
    expect(panel.locator(".stream")).to_have_text("42\n")

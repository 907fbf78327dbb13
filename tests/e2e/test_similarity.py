"""Similar programs in the browser: a teacher compares, reads two side by side, and notes what they think."""

import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.people import JUDGE_SECONDS, Person, register
from tests.e2e.steps import SLOW, Steps
from tests.e2e.test_accessibility import look_at
from tests.similar_programs import DISGUISED, ORIGINAL

pytestmark = pytest.mark.browser

TEACHER = {"email": "instructor@example.com", "password": "demo-pass-1234"}


def hand_in(person: Person, exercise_id: str, text: str) -> None:
    """Hand a program in and wait until the judge has seen it, whatever it says."""
    sent = person.call("POST", f"exercises/{exercise_id}/submissions", files={"words.py": text})
    deadline = time.monotonic() + JUDGE_SECONDS
    while not sent["finished"] and time.monotonic() < deadline:
        time.sleep(0.3)
        sent = person.call("GET", f"submissions/{sent['id']}")
    assert sent["status"] == "done", sent


@pytest.fixture
def exercise(site: str) -> str:
    """An exercise at which two people handed in the same program in two disguises."""
    first, second = register(site, "Hodan Ali").enrol(), register(site, "Liban Warsame").enrol()
    lesson = first.call("GET", f"lessons/{first.lessons()['dictionaries']['id']}")
    found = next(block["exercise_id"] for block in lesson["blocks"] if block["exercise_id"])
    hand_in(first, found, ORIGINAL)
    hand_in(second, found, DISGUISED["other comments, layout and brackets"])
    return str(found)


def as_teacher(page: Page, site: str) -> Page:
    page.context.request.post("/auth/sign-in", form=TEACHER, headers={"origin": site}, max_redirects=0)
    return page


@pytest.mark.cage
@pytest.mark.parametrize(
    ("language", "colours", "phone"),
    [
        pytest.param("en", "dark", False, id="en-dark-desktop"),
        pytest.param("ar", "light", True, id="ar-light-phone"),
    ],
)
def test_a_teacher_compares_and_notes(
    open_tab: OpenTab, site: str, exercise: str, language: str, colours: str, phone: bool
):
    page = as_teacher(open_tab(language, colours=colours, phone=phone), site)
    steps = Steps(page, language, phone=phone)
    page.goto(f"/teach/exercises/{exercise}/similarity")
    expect(page.locator("#compare")).to_be_visible(timeout=SLOW)
    look_at(page)
    page.locator("#compare").click()
    expect(page.locator(".similar-row").first).to_be_visible(timeout=SLOW)
    look_at(page)
    page.locator(".similar-row .btn").first.click()
    expect(page.locator("#pair-title")).to_be_focused()
    left, right = page.locator("[data-side=left]"), page.locator("[data-side=right]")
    for side in (left, right):
        expect(side.locator(".similar-shared").first).to_be_visible()
        assert side.locator(".similar-scroll").evaluate("each => getComputedStyle(each).direction") == "ltr"
    below = right.bounding_box()["y"] > left.bounding_box()["y"]
    assert below is phone
    look_at(page)
    note = f"They sat together, I asked ({language})."  # the other run notes at the same pair
    page.locator("#field-note").fill(note)
    page.locator("#field-note").blur()
    if not page.locator("#field-looked-at").is_checked():
        page.locator("#field-looked-at").click()
    expect(page.get_by_text(steps.t("Saved"), exact=True)).to_be_visible()
    expect(page.locator(".similar-row-open .badge-right")).to_be_visible()
    page.reload()
    expect(page.locator(".similar-note").first).to_have_text(note)


def test_a_learner_finds_neither_the_link_nor_the_report(open_tab: OpenTab, learner: Person):
    page = open_tab(person=learner)
    lesson = learner.call("GET", f"lessons/{learner.lessons()['dictionaries']['id']}")
    exercise_id = next(block["exercise_id"] for block in lesson["blocks"] if block["exercise_id"])
    Steps(page, "en").open_lesson("dictionaries")
    expect(page.locator(".exercise-head")).to_be_visible(timeout=SLOW)
    assert page.locator("a[href*='/similarity']").count() == 0
    page.goto(f"/teach/exercises/{exercise_id}/similarity")
    expect(page.get_by_text("This is not open to you")).to_be_visible(timeout=SLOW)

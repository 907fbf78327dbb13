"""Similar programs in the browser: a teacher compares, reads two side by side, and notes what they think."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.e2e.people import Person, register
from tests.e2e.steps import SLOW, Steps, as_teacher
from tests.e2e.test_accessibility import look_at
from tests.similar_programs import DISGUISED, ORIGINAL

pytestmark = pytest.mark.browser


@pytest.fixture
def exercise(site: str) -> str:
    """An exercise at which two people handed in the same program in two disguises."""
    first, second = register(site, "Hodan Ali").enrol(), register(site, "Liban Warsame").enrol()
    found = first.exercise("dictionaries")
    first.hand_in(found, {"words.py": ORIGINAL})
    second.hand_in(found, {"words.py": DISGUISED["other comments, layout and brackets"]})
    return found


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
    exercise_id = learner.exercise("dictionaries")
    Steps(page, "en").open_lesson("dictionaries")
    expect(page.locator(".exercise-head")).to_be_visible(timeout=SLOW)
    assert page.locator("a[href*='/similarity']").count() == 0
    page.goto(f"/teach/exercises/{exercise_id}/similarity")
    expect(page.get_by_text("This is not open to you")).to_be_visible(timeout=SLOW)

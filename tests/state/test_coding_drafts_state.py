"""Two tabs at one exercise: what differs is joined, what clashes is kept twice. Formatting on request."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

import lms_app.lms_app  # noqa: F401  (every page: what stands in an address is known by its route)
from services import coding
from services.coding.files import mark_of
from services.courses.models import Exercise
from services.platform.actor import Actor
from services.platform.database import unit_of_work
from services.platform.rate import limiter
from state.coding import ExerciseState
from state.coding_conflicts import ConflictState
from state.coding_format import FormatState
from state.player import PlayerState
from state.shell import ShellState
from tests.conftest import People
from tests.course_rows import make_taken_course
from tests.state.conftest import Tab

STARTER = {"main.py": "import helper\n", "helper.py": "# helps\n"}


@pytest.fixture
def exercise(sqlite_people: People) -> str:
    """An exercise with two files."""
    limiter.clear()
    made = make_taken_course(sqlite_people.instructor, sqlite_people.learner)
    with unit_of_work(sqlite_people.instructor) as session:
        session.scalars(sa.select(Exercise).where(Exercise.slug == "doubling")).one().starter = dict(STARTER)
    return made.doubling


@pytest.fixture
async def tabs(
    tab: Tab, session_of: Callable[[Actor], str], sqlite_people: People, exercise: str
) -> tuple["Editor", "Editor"]:
    """Two tabs of one person with the lesson open."""
    session = session_of(sqlite_people.learner)
    both = []
    for key in ("tab-0002", "tab-0003"):
        mine = tab.as_person(session, key=key)
        mine.address, mine.parameters = "/learn/small/loops", {"course_at": "small", "lesson_at": "loops"}
        await mine.send(PlayerState.load)
        both.append(Editor(mine, exercise))
    return both[0], both[1]


class Editor:
    """A tab with the editor before somebody: it names the texts that it has shown of a file."""

    def __init__(self, tab: Tab, exercise: str) -> None:
        self.tab, self.exercise = tab, exercise
        self.known = {name: [mark_of(text)] for name, text in STARTER.items()}

    async def state(self) -> ExerciseState:
        return await self.tab.state(ExerciseState)

    async def type(self, name: str, text: str) -> None:
        await self.tab.send(ExerciseState.edit, exercise_id=self.exercise, name=name, text=text, known=self.known[name])
        self.known[name].append(mark_of(text))

    async def press(self, handler: object, aside: str) -> None:
        await self.tab.send(handler, exercise_id=self.exercise, aside_id=aside)

    async def files(self) -> dict[str, str]:
        return dict((await self.state())._files[self.exercise])

    async def shown(self) -> str:
        return (await self.state()).shown[self.exercise].text

    async def apart(self) -> list[tuple[str, bool]]:
        return [(row.name, row.settled) for row in (await self.state()).apart.get(self.exercise, [])]

    async def aside(self) -> str:
        return (await self.state()).apart[self.exercise][0].id


Two = tuple[Editor, Editor]


async def test_edits_of_different_files_are_joined_without_a_question(tabs: Two):
    first, second = tabs
    await first.type("main.py", "mine")
    await second.tab.send(ExerciseState.open_file, exercise_id=second.exercise, name="helper.py")
    await second.type("helper.py", "also mine")
    assert await second.files() == {"main.py": "mine", "helper.py": "also mine"}
    await first.tab.send(PlayerState.come_back)
    assert await first.files() == {"main.py": "mine", "helper.py": "also mine"}
    assert await first.apart() == await second.apart() == []


async def test_what_did_not_change_keeps_its_place_in_the_editor(tabs: Two):
    first, second = tabs
    before = (await first.state()).resets[first.exercise]
    await second.type("helper.py", "also mine")
    await first.tab.send(PlayerState.come_back)
    assert (await first.state()).resets[first.exercise] == before
    await second.type("main.py", "mine")
    await first.tab.send(PlayerState.come_back)
    assert ((await first.state()).resets[first.exercise], await first.shown()) == (before + 1, "mine")


async def test_the_same_file_in_both_is_told_and_each_goes_on_with_its_own(tabs: Two):
    first, second = tabs
    await first.type("main.py", "first")
    await second.type("main.py", "second")
    assert (await first.apart(), await second.apart()) == ([], [("main.py", False)])
    await first.type("main.py", "first, longer")
    await second.tab.send(PlayerState.come_back)
    assert (await second.files())["main.py"] == "second"
    await first.tab.send(PlayerState.come_back)
    assert (await first.files(), await first.apart()) == ({**STARTER, "main.py": "first, longer"}, [("main.py", False)])
    times = [(await each.state()).apart[each.exercise][0].at for each in tabs]
    assert times[0] < times[1], "each is told when the other one wrote"


async def test_mine_is_what_the_tab_shows_also_where_it_was_put_aside(tabs: Two):
    first, second = tabs
    await first.type("main.py", "first")
    await second.type("main.py", "second")
    aside = await second.aside()
    await second.press(ConflictState.use_mine, aside)
    assert (await second.files(), await second.apart()) == ({**STARTER, "main.py": "second"}, [("main.py", True)])
    await first.tab.send(PlayerState.come_back)
    assert await first.shown() == "second"
    await first.press(ConflictState.bring_back, aside)
    assert await first.shown() == "first"
    await first.press(ConflictState.forget, aside)
    assert (await first.apart(), await first.shown()) == ([], "first")


async def test_the_other_one_is_taken_into_the_editor(tabs: Two):
    first, second = tabs
    await first.type("main.py", "first")
    await second.type("main.py", "second")
    await second.press(ConflictState.use_other, await second.aside())
    assert await second.shown() == "first"
    await second.press(ConflictState.bring_back, await second.aside())
    assert await second.shown() == "second"


async def test_a_tab_that_was_loaded_anew_still_has_both(tabs: Two):
    first, second = tabs
    await first.type("main.py", "first")
    await second.type("main.py", "second")
    await second.tab.send(PlayerState.load)
    assert (await second.shown(), await second.apart()) == ("first", [("main.py", False)])
    await second.press(ConflictState.use_other, await second.aside())
    assert await second.shown() == "second"


async def test_both_are_compared_the_tabs_own_at_the_end(tabs: Two):
    first, second = tabs
    await first.type("main.py", "first")
    await second.type("main.py", "second")
    await first.tab.send(PlayerState.come_back)
    aside = await second.aside()
    for tab, left, right in ((first, "second", "first"), (second, "first", "second")):
        await tab.press(ConflictState.compare, aside)
        rows = (await tab.tab.state(ConflictState)).compared[aside].rows
        assert [(row.left, row.right) for row in rows] == [(left, right)]
        await tab.press(ConflictState.compare, aside)
        assert (await tab.tab.state(ConflictState)).compared == {}


async def test_starting_over_and_its_undo_lose_nothing_of_the_other_tab(tabs: Two):
    first, second = tabs
    await second.type("helper.py", "helper of the second")
    await first.type("main.py", "first")
    await second.tab.send(ExerciseState.start_over, exercise_id=second.exercise)
    assert (await second.files())["helper.py"] == STARTER["helper.py"]
    await second.tab.send(ExerciseState.undo_reset, exercise_id=second.exercise)
    assert (await second.files())["helper.py"] == "helper of the second"
    await first.tab.send(PlayerState.come_back)
    assert await first.files() == {"main.py": "first", "helper.py": "helper of the second"}


async def test_an_earlier_program_that_is_taken_back_leaves_the_other_tabs_file_alone(tabs: Two, sqlite_people: People):
    first, second = tabs
    earlier = coding.submit(
        sqlite_people.learner,
        exercise_id=first.exercise,
        files={"main.py": "earlier", "helper.py": STARTER["helper.py"]},
    )
    await first.type("helper.py", "mine")
    await second.tab.send(ExerciseState.take_back, submission_id=earlier.id)
    assert (await second.files(), await second.apart()) == ({"main.py": "earlier", "helper.py": "mine"}, [])
    await second.tab.send(ExerciseState.undo_reset, exercise_id=second.exercise)
    assert (await second.files())["main.py"] == STARTER["main.py"]


class TestFormat:
    async def test_the_editor_that_asked_gets_the_text_and_the_draft_stays(self, tabs: Two):
        tab = tabs[0]
        await tab.type("main.py", "x=1")
        await tab.tab.send(FormatState.format_file, exercise_id=tab.exercise, request="r1")
        made = (await tab.tab.state(FormatState)).formatted
        assert (made.request, made.made_of, made.text) == ("r1", mark_of("x=1"), "x = 1\n")
        assert (await tab.files())["main.py"] == "x=1"

    async def test_where_it_cannot_be_read_the_line_is_said(self, tabs: Two):
        tab = tabs[0]
        await tab.type("main.py", "x = 1\ny = (\n")
        await tab.tab.send(FormatState.format_file, exercise_id=tab.exercise, request="r1")
        assert (await tab.tab.state(FormatState)).formatted.request == ""
        said = (await tab.tab.state(ShellState)).notice
        assert said == "Line 3 cannot be read as Python. Nothing was changed."

    async def test_what_is_formatted_already_is_said(self, tabs: Two):
        tab = tabs[0]
        await tab.tab.send(FormatState.format_file, exercise_id=tab.exercise, request="r1")
        assert (await tab.tab.state(FormatState)).formatted.request == ""
        assert (await tab.tab.state(ShellState)).notice == "The program is formatted already."

    async def test_an_exercise_that_is_not_open_is_none(self, tabs: Two):
        await tabs[0].tab.send(FormatState.format_file, exercise_id="elsewhere", request="r1")
        assert (await tabs[0].tab.state(ShellState)).notice == ""

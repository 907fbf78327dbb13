"""Practice in a tab: the address holds what is searched for, submissions are followed, and the playground runs."""

import asyncio
from collections.abc import Callable

import pytest

import lms_app.lms_app  # noqa: F401  (every page)
import state.practice
from services import coding, enrolment
from services.coding import LanguageView, RunView
from services.coding.models import Submission
from services.platform import database
from services.platform.actor import Actor
from services.platform.errors import LimitReached
from services.platform.rate import limiter
from state.courses import Piece
from state.playground import PlaygroundState
from state.practice import OwnSubmissionsState, PracticeState
from state.shell import ShellState
from tests.conftest import People
from tests.practice_course import handed_in, make_library
from tests.state.conftest import Tab


@pytest.fixture
def lena(tab: Tab, session_of: Callable[[Actor], str], sqlite_people: People) -> Tab:
    """A learner's tab; she takes a course of three exercises."""
    limiter.clear()
    course = make_library(
        sqlite_people.instructor,
        "four",
        ("Alpha", 1, "python", "loops"),
        ("Bravo", 5, "javascript", "text"),
        ("Charlie", 9, "python"),
    )
    enrolment.enrol(sqlite_people.learner, course_id=course)
    return tab.as_person(session_of(sqlite_people.learner), key="tab-0002")


async def titles(tab: Tab) -> list[str]:
    return ["".join(piece.text for piece in row.title) for row in (await tab.state(PracticeState)).rows]


class TestLibrary:
    async def test_the_address_says_what_is_shown(self, lena: Tab):
        lena.address = "/practice?q=alph&level=beginner&topic=loops&progress=new&rows=9"
        await lena.send(PracticeState.open)
        library = await lena.state(PracticeState)
        assert (await titles(lena), library.total, library.exercises) == (["Alpha"], 1, 3)
        assert library.query == "q=alph&level=beginner&topic=loops&progress=new"
        assert list(library.rows[0].title) == [Piece("Alph", True), Piece("a", False)]

    async def test_search_filters_and_clearing_go_into_the_address(self, lena: Tab):
        await lena.send(PracticeState.open)
        assert await titles(lena) == ["Alpha", "Bravo", "Charlie"]
        await lena.send(PracticeState.narrow, name="language", value="python")
        await lena.send(PracticeState.choose_topic, value="text")
        library = await lena.state(PracticeState)
        assert (await titles(lena), library.query) == ([], "topic=text&language=python")
        # What was chosen stays in sight, to be taken away.
        assert {facet.value: facet.count for facet in library.topics} == {"Part four": 1, "loops": 1, "text": 0}
        await lena.send(PracticeState.narrow, name="language", value="python")
        assert await titles(lena) == ["Bravo"]
        await lena.send(PracticeState.search, text="nothing of the kind")
        assert await titles(lena) == []
        await lena.send(PracticeState.clear)
        assert (len(await titles(lena)), (await lena.state(PracticeState)).query) == (3, "")

    async def test_more_comes_below_and_each_exercise_once(self, lena: Tab, sqlite_people: People):
        many = make_library(sqlite_people.instructor, "many", *[(f"Many{n}", 1, "python") for n in range(32)])
        enrolment.enrol(sqlite_people.learner, course_id=many)
        await lena.send(PracticeState.open)
        assert len(await titles(lena)) == 30
        # What was on the first page stands at the very end now.
        handed_in(sqlite_people.learner, "Alpha", "accepted")
        await lena.send(PracticeState.more)
        shown = await titles(lena)
        assert (len(shown), len(set(shown))) == (35, 35)
        assert (await lena.state(PracticeState)).next_cursor == ""

    async def test_a_stranger_signs_in_and_comes_back_to_the_same_search(self, tab: Tab, lena: Tab):
        tab.address = "/practice?q=a b&level=beginner"
        await tab.send(PracticeState.open)
        assert "/sign-in?code=needed&next=/practice%3Fq%3Da%2Bb%26level%3Dbeginner" in tab.text
        await tab.send(PracticeState.search, text="alpha")
        assert "Alpha" not in tab.text

    @pytest.mark.parametrize("query", ["level=%00", "q=%00", "topic=" + "x" * 5000, "progress=everything"])
    async def test_an_odd_address_is_a_library_all_the_same(self, lena: Tab, query: str):
        lena.address = f"/practice?{query}"
        await lena.send(PracticeState.open)
        assert (await lena.state(PracticeState)).status == "ready"
        assert (await lena.state(ShellState)).notice == ""

    async def test_odd_events_change_nothing(self, lena: Tab):
        await lena.send(PracticeState.open)
        for handler, sent in (
            (PracticeState.narrow, {"name": "rows", "value": "x"}),
            (PracticeState.narrow, {"name": "_find", "value": "x"}),
            (PracticeState.choose_topic, {"value": ["loops"]}),
            (PracticeState.search, {"text": "a\x00b"}),
        ):
            await lena.send(handler, **sent)
        assert (len(await titles(lena)), (await lena.state(PracticeState)).query) == (3, "")


class TestOwnSubmissions:
    async def test_what_waits_is_followed_until_it_is_judged(
        self, lena: Tab, sqlite_people: People, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(state.practice, "_LOOK_SECONDS", 0.02)
        waiting = handed_in(sqlite_people.learner, "Alpha")
        told(sqlite_people.learner, waiting, status="queued", verdict="")
        looking = asyncio.create_task(lena.send(OwnSubmissionsState.open))
        await asyncio.sleep(0.3)
        assert [row.status for row in (await lena.state(OwnSubmissionsState)).rows] == ["queued"]
        told(sqlite_people.learner, waiting, status="done", verdict="accepted")
        await asyncio.wait_for(looking, 5)
        assert [row.verdict for row in (await lena.state(OwnSubmissionsState)).rows] == ["accepted"]

    async def test_earlier_ones_come_below(self, lena: Tab, sqlite_people: People):
        for _ in range(32):
            handed_in(sqlite_people.learner, "Bravo")
        await lena.send(OwnSubmissionsState.open)
        assert len((await lena.state(OwnSubmissionsState)).rows) == 30
        await lena.send(OwnSubmissionsState.more)
        rows = (await lena.state(OwnSubmissionsState)).rows
        assert [row.number for row in rows] == list(range(32, 0, -1))

    async def test_a_stranger_signs_in_first(self, tab: Tab):
        await tab.send(OwnSubmissionsState.open)
        assert "/sign-in?code=needed&next=/practice/submissions" in tab.text


class TestPlayground:
    @pytest.fixture(autouse=True)
    def _languages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        views = [
            LanguageView("c", "C", False),
            LanguageView("python", "Python", True),
            LanguageView("sql", "SQL", True),
            LanguageView("web", "HTML, CSS and JavaScript", True),
        ]
        monkeypatch.setattr(coding, "languages", lambda _actor: views)

    async def test_only_languages_that_work_are_offered(self, lena: Tab):
        lena.address = "/practice/playground?language=c"
        await lena.send(PlaygroundState.open)
        bench = await lena.state(PlaygroundState)
        assert [language.name for language in bench.languages] == ["python", "sql"]
        assert (bench.status, bench.language, bench.query) == ("ready", "python", "language=python")
        await lena.send(PlaygroundState.choose, language="sql")
        await lena.send(PlaygroundState.choose, language="c")
        assert (await lena.state(PlaygroundState)).query == "language=sql"

    async def test_where_nothing_can_be_run_it_says_so(self, lena: Tab, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(coding, "languages", lambda _actor: [LanguageView("python", "Python", False)])
        await lena.send(PlaygroundState.open)
        assert (await lena.state(PlaygroundState)).status == "closed"

    async def test_a_program_is_run_with_its_input_and_long_output_is_cut(
        self, lena: Tab, monkeypatch: pytest.MonkeyPatch
    ):
        asked: list[dict] = []

        def run(_actor: Actor, **sent: str) -> RunView:
            asked.append(sent)
            return RunView("accepted", "x" * 60_000, "", 0, None, 12, 15, 4096)

        monkeypatch.setattr(coding, "run_code", run)
        await lena.send(PlaygroundState.open)
        await lena.send(PlaygroundState.run, language="python", source="print(1)", stdin="2")
        assert asked == [{"language": "python", "source": "print(1)", "stdin": "2"}]
        bench = await lena.state(PlaygroundState)
        assert (bench.outcome.status, len(bench.outcome.stdout), bench.outcome.truncated) == ("done", 50_000, True)
        assert (bench.outcome.time_ms, bench.outcome.memory_kb, bench.busy) == (12, 4096, False)

    async def test_a_refusal_stands_where_the_result_would(self, lena: Tab, monkeypatch: pytest.MonkeyPatch):
        def busy(_actor: Actor, **_sent: str) -> RunView:
            raise LimitReached("Your last program is still running.", retry_after=5)

        monkeypatch.setattr(coding, "run_code", busy)
        await lena.send(PlaygroundState.open)
        await lena.send(PlaygroundState.run, language="python", source="", stdin="")
        bench = await lena.state(PlaygroundState)
        assert (bench.outcome.status, bench.outcome.message) == ("refused", "Your last program is still running.")
        assert not bench.busy

    async def test_a_stranger_signs_in_first_and_runs_nothing(self, tab: Tab, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(coding, "run_code", lambda *_a, **_k: pytest.fail("it ran"))
        tab.address = "/practice/playground?language=sql"
        await tab.send(PlaygroundState.open)
        assert "/sign-in?code=needed&next=/practice/playground%3Flanguage%3Dsql" in tab.text
        await tab.send(PlaygroundState.run, language="python", source="", stdin="")


def told(actor: Actor, submission_id: object, **values: str) -> None:
    """Write what the judge would have written."""
    with database.unit_of_work(actor) as session:
        found = session.get(Submission, submission_id)
        for name, value in values.items():
            setattr(found, name, value)

"""The catalogue in the page: search and filters narrow it, the address holds them, and odd events change nothing."""

import pytest
import sqlalchemy as sa

from services.courses import import_course
from services.courses.models import Course
from services.platform import database
from state.courses import CatalogueState, Piece
from state.shell import ShellState
from tests.conftest import People
from tests.packages import small, zipped
from tests.state.conftest import Tab


def add(people: People, slug: str, **values: object) -> None:
    files = small()
    files["course.yaml"] = files["course.yaml"].replace(b"slug: small", f"slug: {slug}".encode())
    import_course(people.instructor, source=zipped(files))
    with database.unit_of_work(people.instructor) as session:
        session.execute(sa.update(Course).where(Course.slug == slug).values(**values or {"level": "beginner"}))


async def slugs(tab: Tab) -> list[str]:
    return [row.slug for row in (await tab.state(CatalogueState)).rows]


class TestFinding:
    async def test_the_address_says_what_is_shown(self, tab: Tab, sqlite_people: People) -> None:
        add(sqlite_people, "first", title="Loops in depth", search="loops in depth", level="beginner")
        add(sqlite_people, "second", title="Loops again", search="loops again", level="advanced")
        tab.address = "/catalogue?q=loops&level=advanced"
        await tab.send(CatalogueState.open)
        state = await tab.state(CatalogueState)
        assert await slugs(tab) == ["second"]
        assert (state.text, state.level, state.total) == ("loops", "advanced", 1)
        assert state.query == "q=loops&level=advanced"
        assert list(state.rows[0].title) == [Piece("Loops", True), Piece(" again", False)]

    async def test_a_search_and_a_filter_go_into_the_address(self, tab: Tab, sqlite_people: People) -> None:
        add(sqlite_people, "first", title="Déjà vu", search="deja vu", category="Art")
        add(sqlite_people, "second", title="Other", search="other", category="Science")
        await tab.send(CatalogueState.open)
        assert await slugs(tab) == ["second", "first"]
        await tab.send(CatalogueState.search, text="deja ")
        assert await slugs(tab) == ["first"]
        await tab.send(CatalogueState.narrow, name="category", value="Science")
        state = await tab.state(CatalogueState)
        assert (state.total, state.query) == (0, "q=deja&category=Science")
        # What was chosen stays in sight, to be taken away.
        assert [(facet.value, facet.count) for facet in state.categories] == [("Art", 1), ("Science", 0)]
        await tab.send(CatalogueState.narrow, name="category", value="Science")
        assert await slugs(tab) == ["first"]
        await tab.send(CatalogueState.clear)
        assert (await tab.state(CatalogueState)).query == ""

    async def test_more_comes_below_and_each_course_once(self, tab: Tab, sqlite_people: People) -> None:
        for number in range(32):
            add(sqlite_people, f"c{number:02}")
        await tab.send(CatalogueState.open)
        assert len(await slugs(tab)) == 30
        await tab.send(CatalogueState.more)
        shown = await slugs(tab)
        assert (len(shown), len(set(shown))) == (32, 32)
        assert (await tab.state(CatalogueState)).next_cursor == ""
        await tab.send(CatalogueState.more)
        assert len(await slugs(tab)) == 32

    async def test_levels_stand_from_the_easiest_on(self, tab: Tab, sqlite_people: People) -> None:
        for number, level in enumerate(("advanced", "beginner", "for everybody", "intermediate")):
            add(sqlite_people, f"c{number}", level=level)
        await tab.send(CatalogueState.open)
        levels = [facet.value for facet in (await tab.state(CatalogueState)).levels]
        assert levels == ["beginner", "intermediate", "advanced", "for everybody"]

    async def test_drafts_are_not_even_counted(self, tab: Tab, sqlite_people: People) -> None:
        add(sqlite_people, "hidden", status="draft", title="Hidden thing")
        await tab.send(CatalogueState.open)
        assert (await tab.state(CatalogueState)).total == 0
        assert "Hidden thing" not in tab.text


class TestRefusing:
    @pytest.mark.parametrize(
        ("handler", "sent"),
        [
            (CatalogueState.narrow, {"name": "rows", "value": "x"}),
            (CatalogueState.narrow, {"name": "_find", "value": "x"}),
            (CatalogueState.search, {"text": ["loops"]}),
            (CatalogueState.search, {"text": "a\x00b"}),
            (CatalogueState.search, {"text": "x" * 501}),
        ],
    )
    async def test_odd_events_change_nothing(self, tab: Tab, sqlite_people: People, handler, sent) -> None:
        add(sqlite_people, "first")
        await tab.send(CatalogueState.open)
        await tab.send(handler, **sent)
        state = await tab.state(CatalogueState)
        assert (await slugs(tab), state.query) == (["first"], "")

    @pytest.mark.parametrize("query", ["level=%00", "q=%00", "level=a&level=b", "q=" + "x" * 5000, "rows=1&total=9"])
    async def test_an_odd_address_is_a_catalogue_all_the_same(
        self, tab: Tab, sqlite_people: People, query: str
    ) -> None:
        tab.address = f"/catalogue?{query}"
        await tab.send(CatalogueState.open)
        assert (await tab.state(CatalogueState)).status == "ready"
        assert (await tab.state(ShellState)).notice == ""

"""The rules of docs/architecture.md that no other test holds, walked over everything there is."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Mapper
from sqlmodel import SQLModel

from lms_app.api.app import make_rest
from services import ai, assessment, models  # noqa: F401  (models: every table)
from services.platform import database
from services.platform.database import OrganisationRow
from services.platform.errors import SignInNeeded
from services.platform.rate import limiter
from state.assessment import QuizState
from state.shell import ShellState
from tests.api_clients import client_of
from tests.conftest import People
from tests.course_rows import make_taken_course
from tests.filled import Filled, fill
from tests.state.conftest import Tab, tab
from tests.test_architecture import ROOT, calls, found, trees

__all__ = ["tab"]


@pytest.fixture
def filled(people: People) -> Iterator[Filled]:
    limiter.clear()
    yield fill(people)
    ai.close()


class TestRule2:
    """Every row belongs to an organisation."""

    # What stands above organisations.
    _ABOVE = frozenset({"organisation"})

    def test_every_table_says_whose_its_rows_are(self) -> None:
        tables = {table.name: table for table in SQLModel.metadata.sorted_tables}
        assert {name for name, table in tables.items() if "organisation_id" not in table.c} == self._ABOVE
        for name in tables.keys() - self._ABOVE:
            assert not tables[name].c.organisation_id.nullable

    def test_no_row_of_any_table_is_seen_or_changed_from_another_organisation(
        self, people: People, filled: Filled
    ) -> None:
        for mapped in scoped_classes():
            with database.reading(people.learner) as session:
                rows = session.scalars(sa.select(mapped)).all()
            assert rows, f"nothing in {mapped.__name__}, so this test shows nothing of it: fill it in tests/filled.py"
            with database.reading(people.foreign_admin) as session:
                seen = session.scalars(sa.select(mapped)).all()
                assert not {row.id for row in seen} & {row.id for row in rows}, mapped.__name__
                assert session.get(mapped, rows[0].id) is None, mapped.__name__
            with database.unit_of_work(people.foreign_admin) as session:
                wanted = sa.delete(mapped).where(mapped.id.in_([row.id for row in rows]))  # type: ignore[attr-defined]
                assert session.execute(wanted).rowcount == 0, mapped.__name__  # type: ignore[attr-defined]

    def test_no_route_tells_another_organisation_that_anything_exists(self, people: People, filled: Filled) -> None:
        """What is there and what is not are answered alike: status, words and headers that speak of it."""
        there = filled.parameters()
        missing = {name: str(uuid4()) for name in there}
        walked = 0
        for person in (people.foreign_admin, people.foreign_learner):
            client = client_of(person)
            for method, path in routes():
                wanted = {name for name in there if f"{{{name}}}" in path}
                assert path.count("{") == len(wanted), f"{path} has a parameter that tests/filled.py does not know"
                if not wanted:
                    continue
                real, none = (
                    client.request(method, "/api" + path.format(**ids), json=BODIES.get((method, path)))
                    for ids in (there, missing)
                )
                assert (real.status_code, told(real)) == (404, told(none)), f"{method} {path} for {person.role}"
                walked += 1
        assert walked >= 32

    def test_lists_and_questions_without_an_id_find_nothing_of_another_organisation(
        self, people: People, filled: Filled
    ) -> None:
        client = client_of(people.foreign_admin)
        assert client.get("/api/v1/courses").json()["items"] == []
        for asked in ({"lesson_id": str(filled.made.lesson)}, {"course": filled.course}, {"course": "taken"}):
            assert client.post("/api/v1/ai/ask", json={"question": "What is a loop?", **asked}).status_code == 404


BODIES = {
    ("PUT", "/v1/attempts/{attempt_id}/answers"): {"answers": {"x": "a"}},
    ("POST", "/v1/exercises/{exercise_id}/submissions"): {"files": {"main.py": "print(1)"}},
    ("PUT", "/v1/similar-pairs/{pair_id}"): {"note": "Seen."},
}


def told(answer: httpx.Response) -> object:
    body = answer.json()
    return {name: body[name] for name in body if name != "instance"}


def scoped_classes() -> list[type[OrganisationRow]]:
    def below(cls: type) -> Iterator[type]:
        for each in cls.__subclasses__():
            yield each
            yield from below(each)

    return [each for each in below(OrganisationRow) if isinstance(sa.inspect(each, raiseerr=False), Mapper)]


def routes() -> list[tuple[str, str]]:
    paths = make_rest().openapi()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


async def test_rule_3_page_route_and_service_refuse_with_the_same_words(tab: Tab, sqlite_people: People) -> None:
    made = make_taken_course(sqlite_people.instructor)
    with pytest.raises(SignInNeeded) as refused:
        assessment.start_attempt(sqlite_people.visitor, quiz_id=made.quiz)
    route = client_of(sqlite_people.visitor).post(f"/api/v1/quizzes/{made.quiz}/attempts")
    await tab.send(QuizState.start, quiz_id=made.quiz)
    assert (route.status_code, route.json()["detail"]) == (401, refused.value.message)
    assert (await tab.state(ShellState)).notice == refused.value.message


class TestRule5:
    """The event loop is never blocked, and no transaction waits for the world."""

    def test_a_route_that_runs_on_the_loop_calls_services_in_a_thread(self) -> None:
        wrong = []
        for name, tree in trees("lms_app"):
            services = {"accounts", "ai", "assessment", "coding", "courses", "enrolment", "audit", "database"}
            for function in ast.walk(tree):
                if not isinstance(function, ast.AsyncFunctionDef):
                    continue
                called = [(text, call.lineno) for text, call in calls(function) if text.split(".")[0] in services]
                wrong += [f"{name}:{line} {text}" for text, line in called if text not in self._QUICK]
        assert wrong == []

    # Asks memory only, or is asynchronous itself.
    _QUICK = frozenset({"accounts.resolve_cached", "accounts.known_visitor", "ai.follow", "ai.warm_up"})

    def test_nothing_slow_is_called_inside_a_transaction(self) -> None:
        """A hash, a file, a program, a letter or a model keeps every other writer waiting."""
        slow = ("judging.judge", "judging.run", "storage.put", "mail.send", "httpx.", "gateway.", "hash_password")
        wrong = [
            f"{name}:{call.lineno} {text}"
            for name, tree in trees("services")
            for block in ast.walk(tree)
            if isinstance(block, ast.With) and "unit_of_work" in ast.unparse(block.items[0].context_expr)
            for text, call in calls(ast.Module(block.body, []))
            if any(word in text for word in slow)
        ]
        assert wrong == []


class TestRule8:
    """Time comes from one clock, ids from one place."""

    def test_nobody_else_asks_what_time_it_is(self) -> None:
        # Counting seconds (time.monotonic) is not asking for the time.
        asked = r"^(datetime(\.datetime)?\.(now|utcnow|today)|(datetime\.)?date\.today|time\.time|time\.localtime)$"
        allowed = (
            "services/platform/clock.py",
            "services/platform/rate.py",  # how long others have to wait, told to another process
            "lms_app/frontend.py",  # files on disk
        )
        assert found(asked, "lms_app", "state", "services", except_in=allowed) == []

    def test_rows_get_their_ids_from_one_place(self) -> None:
        assert found(r"uuid\.?uuid[1-8]$", "services", "state", except_in=("services/platform/ids.py",)) == []


def test_rule_10_importing_the_app_makes_nothing() -> None:
    """The server starts its processes from one that has imported the app already: nothing may be open by then."""
    program = """
import sys, threading
import lms_app.lms_app
from services.platform import cache, database
from services.coding import machine
from services.ai import runner
import state.base
made = {
    "engine": database.engine.cache_info().currsize,
    "cache": cache.shared.cache_info().currsize,
    "judge": machine._judge.cache_info().currsize,
    "pool": state.base._pool.cache_info().currsize,
    "runner": int(runner._made is not None),
    "threads": threading.active_count() - 1,
    "heavy": [name for name in ("litellm", "faiss", "bm25s", "openai", "docker") if name in sys.modules],
}
print(made)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    nothing = {"engine": 0, "cache": 0, "judge": 0, "pool": 0, "runner": 0, "threads": 0, "heavy": []}
    assert done.returncode == 0, done.stderr
    assert ast.literal_eval(done.stdout.strip().splitlines()[-1]) == nothing

"""The guard and the guarded base: who may send an event, and with what."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import reflex as rx
from pydantic import BaseModel
from reflex_base.registry import RegistrationContext

from lms_app.guard import FRAMEWORK_EVENTS
from services import accounts
from services.platform.actor import Actor
from services.platform.errors import Forbidden, Invalid
from state.base import PUBLIC, GuardedState, Id, Line, Permission, TabState, handles
from state.shell import ShellState
from tests.conftest import People
from tests.state.conftest import HYDRATE, Tab

SessionOf = Callable[[Actor], str]


class Choice(BaseModel):
    """A structured argument."""

    question: Id
    keys: list[Id]


def _who(actor: Actor, *, loud: bool = False) -> str:
    return actor.name.upper() if loud else actor.name


def _refuse(actor: Actor) -> None:
    raise Forbidden("You may not do {what}.", what="that")


def _invalid(actor: Actor) -> None:
    raise Invalid("Some fields need another look.", fields={"title": "Write a title."})


class ProbeState(GuardedState, rx.State):
    """What the tests send events to."""

    ran: list[str] = []
    flag: bool = False
    number: float = 0
    field_errors: dict[str, str] = {}
    kept: str = rx.LocalStorage("")
    _secret: str = "the answer key"

    @handles(PUBLIC)
    def switch(self, on: bool) -> None:
        self.flag = on
        self.ran = [*self.ran, "switch"]

    @handles(PUBLIC)
    async def write(self, text: Line) -> None:
        self.ran = [*self.ran, text]

    @handles(PUBLIC)
    async def measure(self, number: float) -> None:
        self.number = number
        self.ran = [*self.ran, "measure"]

    @handles(PUBLIC)
    async def choose(self, choice: Choice) -> None:
        self.ran = [*self.ran, *choice.keys]

    @handles(Permission.learn)
    async def learn(self) -> None:
        self.ran = [*self.ran, await self.call(_who, loud=True)]

    @handles(Permission.edit_courses)
    async def teach(self) -> None:
        self.ran = [*self.ran, "teach"]

    @handles(Permission.learn, background=True)
    async def work(self) -> None:
        name = await self.call(_who)
        async with self:
            self.ran = [*self.ran, f"background {name}"]

    @handles(Permission.learn, background=True)
    async def work_fails(self) -> None:
        await self.call(_refuse)

    @handles(PUBLIC)
    async def steps(self) -> AsyncIterator[None]:
        self.ran = [*self.ran, "one"]
        yield
        self.ran = [*self.ran, "two"]

    @handles(PUBLIC)
    def plain_steps(self) -> Iterator[None]:
        self.ran = [*self.ran, "three"]
        yield

    @handles(PUBLIC)
    async def refused(self) -> None:
        await self.call(_refuse)

    @handles(PUBLIC)
    async def invalid(self) -> None:
        await self.call(_invalid)

    @handles(PUBLIC)
    async def broken(self) -> None:
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    @handles(PUBLIC, rate=(2, 60))
    async def seldom(self) -> None:
        self.ran = [*self.ran, "seldom"]


class OpenState(rx.State):
    """A state that somebody forgot to guard."""

    touched: bool = False

    def helper(self) -> None:
        self.touched = True

    @rx.event
    def decorated(self) -> None:
        self.touched = True


@pytest.fixture
def learner_tab(tab: Tab, sqlite_people: People, session_of: SessionOf) -> Tab:
    return tab.as_person(session_of(sqlite_people.learner), key="tab-learner")


async def ran(tab: Tab) -> list[str]:
    return list((await tab.state(ProbeState)).ran)


async def notice(tab: Tab) -> str:
    return (await tab.state(ShellState)).notice


class TestWho:
    async def test_a_visitor_runs_what_is_public_and_nothing_else(self, tab: Tab) -> None:
        await tab.send(ProbeState.write, text="hello")
        await tab.send(ProbeState.learn)
        await tab.send(ProbeState.teach)
        assert await ran(tab) == ["hello"]
        assert await notice(tab) == "Sign in first."

    async def test_a_person_acts_under_their_own_name(self, learner_tab: Tab) -> None:
        await learner_tab.send(ProbeState.learn)
        await learner_tab.send(ProbeState.work)
        assert await ran(learner_tab) == ["LENA", "background Lena"]

    async def test_a_learner_may_not_run_a_teachers_event(self, learner_tab: Tab) -> None:
        await learner_tab.send(ProbeState.teach)
        assert await ran(learner_tab) == []
        assert await notice(learner_tab) == "You may not do this."

    async def test_a_stolen_tab_key_without_the_cookie_gets_nothing(self, learner_tab: Tab) -> None:
        await learner_tab.send(ProbeState.write, text="private words")
        thief = learner_tab.as_person("")
        learner_tab.recorder.sent.clear()
        await thief.send(HYDRATE)
        await thief.send(ProbeState.write, text="by a thief")
        assert thief.frames == []
        assert "by a thief" not in await ran(thief)

    async def test_another_person_in_the_same_tab_is_refused_and_the_tab_is_emptied(
        self, learner_tab: Tab, sqlite_people: People, session_of: SessionOf
    ) -> None:
        await learner_tab.send(ProbeState.write, text="private words")
        other = learner_tab.as_person(session_of(sqlite_people.other_learner))
        learner_tab.recorder.sent.clear()
        await other.send(ProbeState.write, text="mine")
        assert other.frames == []
        assert await ran(other) == []
        # The key is spent: its first owner gets a new one too.
        await learner_tab.send(ProbeState.write, text="again")
        assert await ran(learner_tab) == []

    async def test_a_revoked_session_is_refused_at_the_next_event(
        self, learner_tab: Tab, sqlite_people: People
    ) -> None:
        await learner_tab.send(ProbeState.write, text="private words")
        holder = accounts.resolve(learner_tab.cookie)
        assert holder
        accounts.sign_out(holder)
        learner_tab.recorder.sent.clear()
        await learner_tab.send(ProbeState.write, text="after")
        assert await ran(learner_tab) == []
        assert learner_tab.frames == []

    async def test_a_suspended_person_is_refused_at_the_next_event(
        self, learner_tab: Tab, sqlite_people: People
    ) -> None:
        await learner_tab.send(ProbeState.learn)
        accounts.set_active(sqlite_people.admin, user_id=sqlite_people.learner.user_id, active=False)
        await learner_tab.send(ProbeState.learn)
        assert await ran(learner_tab) == []

    async def test_a_changed_role_counts_at_the_next_event(self, learner_tab: Tab, sqlite_people: People) -> None:
        await learner_tab.send(ProbeState.teach)
        accounts.set_role(sqlite_people.admin, user_id=sqlite_people.learner.user_id, role="instructor")
        await learner_tab.send(ProbeState.teach)
        assert await ran(learner_tab) == ["teach"]

    async def test_background_work_stops_acting_for_a_session_that_ended(
        self, learner_tab: Tab, sqlite_people: People
    ) -> None:
        from services.platform.errors import SignInNeeded
        from state.base import Speaker, call_service, set_speaker

        holder = accounts.resolve(learner_tab.cookie)
        assert holder
        set_speaker(Speaker(actor=holder, token=learner_tab.cookie, tab="tab-learner"))
        assert await call_service(_who) == "Lena"
        accounts.sign_out(holder)
        with pytest.raises(SignInNeeded):
            await call_service(_who)

    async def test_the_page_learns_who_is_signed_in(self, learner_tab: Tab) -> None:
        await learner_tab.send(HYDRATE)
        shell = await learner_tab.state(ShellState)
        assert (shell.signed_in, shell.person_name, shell.person_role) == (True, "Lena", "learner")


class TestWhatCanBeNamed:
    @pytest.mark.parametrize(
        "name", ["setvar", "reset", "get_state", "__init__", "call", "_secret", "__class__", "dict"]
    )
    async def test_helpers_and_inherited_names_change_nothing(self, tab: Tab, name: str) -> None:
        await tab.send(ProbeState.write, text="before")
        before = len(tab.frames)
        prefix = ProbeState.get_full_name()
        full = f"{prefix}.{name}"
        if full in RegistrationContext.get().event_handlers:
            await tab.send(full, var_name="flag", value=True)
        assert await ran(tab) == ["before"]
        assert not (await tab.state(ProbeState)).flag
        assert len(tab.frames) == before

    @pytest.mark.parametrize("name", ["helper", "decorated", "setvar"])
    async def test_methods_of_a_state_without_a_guard_do_not_run(self, tab: Tab, name: str) -> None:
        payload = {"var_name": "touched", "value": True} if name == "setvar" else {}
        await tab.send(f"{OpenState.get_full_name()}.{name}", **payload)
        assert not (await tab.state(OpenState)).touched

    async def test_the_browser_cannot_write_vars(self, tab: Tab) -> None:
        name = next(name for name in FRAMEWORK_EVENTS if name.endswith("update_vars_internal"))
        await tab.send(name, vars={f"{ProbeState.get_full_name()}.flag": True})
        await tab.send(name, vars={f"{TabState.get_full_name()}._owner": "x"})
        assert not (await tab.state(ProbeState)).flag
        assert (await tab.state(TabState))._owner == "visitor"

    @pytest.mark.parametrize("value", [{"$ne": 1}, 1, ["a"], "x" * 20_000, "a\x00", True])
    async def test_what_the_browser_keeps_itself_is_a_text(self, tab: Tab, value: object) -> None:
        name = next(name for name in FRAMEWORK_EVENTS if name.endswith("update_vars_internal"))
        await tab.send(name, vars={f"{ProbeState.get_full_name()}.kept": "mine"})
        await tab.send(name, vars={f"{ProbeState.get_full_name()}.kept": value})
        await tab.send(name, vars={"no.such.state": "x"})
        assert (await tab.state(ProbeState)).kept == "mine"

    async def test_private_values_are_never_sent(self, tab: Tab) -> None:
        await tab.send(HYDRATE)
        assert tab.frames
        assert "the answer key" not in tab.text
        assert "_owner" not in tab.text

    def test_an_undeclared_public_method_stops_the_import(self) -> None:
        with pytest.raises(TypeError, match="declare it"):

            class Careless(GuardedState, rx.State):
                def helper(self) -> None: ...

    def test_an_argument_without_a_type_stops_the_import(self) -> None:
        with pytest.raises(TypeError, match="does not say what"):

            class Untyped(GuardedState, rx.State):
                @handles(PUBLIC)
                def take(self, anything) -> None: ...  # type: ignore[no-untyped-def]


class TestWhatIsSent:
    @pytest.mark.parametrize(
        ("handler", "payload"),
        [
            ("switch", {"on": {"$ne": 1}}),
            ("switch", {"on": [True]}),
            ("switch", {}),
            ("switch", {"on": True, "force": True}),
            ("measure", {"number": float("nan")}),
            ("measure", {"number": float("inf")}),
            ("measure", {"number": 10**400}),
            ("measure", {"number": {"a": 1}}),
            ("write", {"text": ["a"]}),
            ("write", {"text": "x" * 501}),
            ("write", {"text": "half \ud800 of a pair"}),
            ("write", {"text": "a\x00b"}),
            ("write", {"text": None}),
            ("choose", {"choice": {"question": "q", "keys": "abc"}}),
            ("choose", {"choice": {"question": "q", "keys": ["a\x00"]}}),
            ("choose", {"choice": [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}),
        ],
    )
    async def test_what_does_not_fit_runs_nothing(
        self, tab: Tab, handler: str, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        await tab.send(f"{ProbeState.get_full_name()}.{handler}", **payload)
        assert await ran(tab) == []
        assert await notice(tab) == "What was sent cannot be used. Nothing was changed."
        assert not [record for record in caplog.records if record.levelno >= logging.ERROR]

    async def test_what_fits_is_parsed(self, tab: Tab) -> None:
        await tab.send(ProbeState.switch, on=True)
        await tab.send(ProbeState.choose, choice={"question": "q1", "keys": ["a", "b"]})
        assert await ran(tab) == ["switch", "a", "b"]
        assert (await tab.state(ProbeState)).flag is True

    async def test_generators_send_each_step(self, tab: Tab) -> None:
        await tab.send(ProbeState.steps)
        await tab.send(ProbeState.plain_steps)
        assert await ran(tab) == ["one", "two", "three"]
        assert '["one"]' in tab.text

    async def test_an_event_can_be_used_only_so_often(self, tab: Tab) -> None:
        for _ in range(4):
            await tab.send(ProbeState.seldom)
        assert await ran(tab) == ["seldom", "seldom"]
        assert "Try again in" in await notice(tab)


class TestErrors:
    async def test_a_refusal_becomes_a_notice(self, tab: Tab) -> None:
        await tab.send(ProbeState.refused)
        shell = await tab.state(ShellState)
        assert (shell.notice, shell.notice_kind) == ("You may not do that.", "wrong")

    async def test_a_refusal_in_the_background_becomes_a_notice(self, learner_tab: Tab) -> None:
        await learner_tab.send(ProbeState.work_fails)
        assert await notice(learner_tab) == "You may not do that."

    async def test_wrong_fields_are_told_beside_the_fields(self, tab: Tab) -> None:
        await tab.send(ProbeState.invalid)
        assert (await tab.state(ProbeState)).field_errors == {"title": "Write a title."}
        assert await notice(tab) == ""

    async def test_a_bug_is_one_sentence_with_the_id_it_was_logged_under(
        self, tab: Tab, caplog: pytest.LogCaptureFixture
    ) -> None:
        await tab.send(ProbeState.broken)
        told = await notice(tab)
        logged = [record for record in caplog.records if record.exc_info]
        assert len(logged) == 1
        reference = logged[0].getMessage().rsplit(" ", 1)[1]
        assert told == f"Something went wrong here, and it was written down as {reference}."
        assert "passwd" not in tab.text

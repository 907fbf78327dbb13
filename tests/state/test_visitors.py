"""What a stranger's tab leaves behind: nothing, soon after it closed."""

from collections.abc import Callable

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken

from lms_app.guard import GuardedNamespace
from lms_app.lms_app import app
from services.platform.actor import Actor
from tests.conftest import People
from tests.state.conftest import HYDRATE, Tab


def namespace_over(tab: Tab) -> tuple[GuardedNamespace, StateManagerMemory]:
    """The guarded websocket over the states of this tab's processor."""
    manager = tab.processor._root_context.state_manager  # type: ignore[union-attr]
    assert isinstance(manager, StateManagerMemory)
    over = rx.App.__new__(rx.App)
    over.__dict__.update({**app.__dict__, "_state_manager": manager})
    return GuardedNamespace("/_event", over), manager


def kept(manager: StateManagerMemory, tab: Tab) -> bool:
    return BaseStateToken(ident=tab.key, cls=rx.State).cache_key in manager.states


async def test_a_visitors_tab_is_forgotten_after_it_closed(tab: Tab, sqlite_people: People) -> None:
    namespace, manager = namespace_over(tab)
    await tab.send(HYDRATE)
    assert kept(manager, tab)
    namespace._forget_visitor(tab.key)
    assert not kept(manager, tab)


async def test_a_visitors_tab_that_came_back_is_kept(tab: Tab, sqlite_people: People) -> None:
    namespace, manager = namespace_over(tab)
    await tab.send(HYDRATE)
    await namespace._token_manager.link_token_to_sid(tab.key, "sid")
    namespace._forget_visitor(tab.key)
    assert kept(manager, tab)


async def test_a_persons_tab_is_kept(tab: Tab, sqlite_people: People, session_of: Callable[[Actor], str]) -> None:
    mine = tab.as_person(session_of(sqlite_people.learner), key="tab-kept")
    namespace, manager = namespace_over(mine)
    await mine.send(HYDRATE)
    namespace._forget_visitor(mine.key)
    assert kept(manager, mine)


async def test_a_tab_that_never_was_is_no_error(tab: Tab, sqlite_people: People) -> None:
    namespace, _manager = namespace_over(tab)
    namespace._forget_visitor("never-there")

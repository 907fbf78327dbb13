"""What a browser can call and what it is sent: both compared with a checked-in list.

A new event handler or a new var fails here until its line is in the list, where a reviewer sees it. After looking at
what is new, write the lists again with ``python -m tests.test_handlers --write``.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import reflex as rx
from reflex.istate.delta import _resolve_delta
from reflex.istate.manager.token import BaseStateToken
from reflex.state import BaseState
from reflex_base.registry import RegistrationContext

import lms_app.lms_app  # noqa: F401  (every page, and so every state)
from lms_app.guard import FRAMEWORK_EVENTS
from services.platform.actor import Actor
from state.base import GuardedState, declared
from tests.conftest import People
from tests.state.conftest import HYDRATE, Tab, session_of, tab

__all__ = ["session_of", "tab"]

HANDLERS = Path(__file__).with_name("handlers.json")
HYDRATED = Path(__file__).with_name("hydrate.json")
_MARKER = "_rx_state_"


def _ours(state: type[BaseState]) -> bool:
    """Whether the product or the framework made it, not another test."""
    return state.__module__.startswith(("state.", "components.", "lms_app.", "reflex"))


def registered() -> dict[str, str]:
    """Return every event there is and who may send it; "nobody" is refused by the guard."""
    found: dict[str, str] = {}
    for name, handler in RegistrationContext.get().event_handlers.items():
        if not all(_ours(state) for state in handler.states):
            continue
        if name.rpartition(".")[2] == "setvar":
            continue  # every state has one, and none of them may run: see test_setvar_never_runs
        said = declared(handler.handler.fn)
        found[name] = said.permission.value if said else "framework" if name in FRAMEWORK_EVENTS else "nobody"
    return dict(sorted(found.items()))


def keys_of(delta: Any) -> dict[str, list[str]]:
    """Return the names of the vars in a delta, by state, without those of test states."""
    states = RegistrationContext.get().base_states
    return {
        name: sorted(key.removesuffix(_MARKER) for key in values)
        for name, values in sorted(delta.items())
        if values and _ours(states[name])
    }


def sent_to_everybody() -> dict[str, list[str]]:
    """Return what the browser receives when a page is opened, by names."""
    root = rx.State(_reflex_internal_init=True)
    return keys_of(asyncio.run(_resolve_delta(root.dict())))


def test_every_event_is_one_that_was_looked_at() -> None:
    assert registered() == json.loads(HANDLERS.read_text())


def test_every_state_is_guarded() -> None:
    states = RegistrationContext.get().base_states.values()
    open_ones = [
        state.get_full_name()
        for state in states
        if _ours(state)
        and not state.__module__.startswith("reflex")
        and state.event_handlers.keys() - {"setvar"}
        and not issubclass(state, GuardedState)
    ]
    assert open_ones == []


def test_setvar_never_runs() -> None:
    handlers = RegistrationContext.get().event_handlers
    assert not [name for name in handlers if name.endswith(".setvar") and declared(handlers[name].handler.fn)]
    assert not [name for name in FRAMEWORK_EVENTS if name.endswith(".setvar")]


@pytest.mark.parametrize("role", ["visitor", "learner", "assistant", "instructor", "organisation_admin", "admin"])
async def test_a_page_sends_each_role_only_what_was_looked_at(
    role: str, tab: Tab, sqlite_people: People, session_of: Callable[[Actor], str]
) -> None:
    person = getattr(sqlite_people, role)
    mine = tab if role == "visitor" else tab.as_person(session_of(person), key=f"tab-{role}".replace("_", "-"))
    await mine.send(HYDRATE)
    assert keys_of(mine.frames[0].delta) == json.loads(HYDRATED.read_text())


async def test_the_state_of_a_tab_survives_being_pickled(tab: Tab) -> None:
    await tab.send(HYDRATE)
    root = await tab.state(rx.State)
    token = BaseStateToken(ident="copy", cls=rx.State)
    assert token.deserialize(token.serialize(root)) is not None


if __name__ == "__main__" and "--write" in sys.argv:
    HANDLERS.write_text(json.dumps(registered(), indent=1) + "\n")
    HYDRATED.write_text(json.dumps(sent_to_everybody(), indent=1) + "\n")

"""A browser's tab without a browser: events go through the real processor and the real guard, in memory."""

import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

import pytest
import reflex as rx
from reflex.istate.manager.token import BaseStateToken
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event, EventHandler
from reflex_base.event.processor import BaseStateEventProcessor
from reflex_base.utils.format import format_event_handler

from lms_app.api.actor import session_cookie
from lms_app.guard import SessionGuard
from services.accounts.models import User
from services.accounts.sessions import open_session
from services.platform import database
from services.platform.actor import Actor
from services.platform.rate import limiter

S = TypeVar("S", bound=BaseState)
HYDRATE = "reflex___state____state.hydrate"


class Guarded:
    """What the processor asks before each event: the guard, as the app's list of middleware would."""

    def __init__(self) -> None:
        self._guard = SessionGuard()

    async def _preprocess(self, state: BaseState, event: Event) -> StateUpdate | None:
        return await self._guard.preprocess(self, state, event)  # type: ignore[arg-type]


@dataclass
class Recorder:
    """Stands where the websocket is, and keeps what would be sent to each tab."""

    sent: dict[str, list[StateUpdate]] = field(default_factory=dict)

    async def emit_update(self, update: StateUpdate, token: str) -> None:
        self.sent.setdefault(token, []).append(update)


@dataclass
class Tab:
    """One tab of a browser, with the session cookie it has."""

    processor: BaseStateEventProcessor
    recorder: Recorder
    key: str = "tab-0001"
    cookie: str = ""
    language: str = "en"
    address: str = "/"
    parameters: dict[str, str] = field(default_factory=dict)

    async def send(self, handler: EventHandler | str, **payload: Any) -> None:
        """Send an event with these arguments and wait until everything it started is done."""
        name = handler if isinstance(handler, str) else format_event_handler(handler)
        if name != HYDRATE and not (await self.state(rx.State)).router_data:
            await self.send(HYDRATE)  # as a page does when it connects
        cookie = f"lang={self.language}; {session_cookie()}={self.cookie}"
        query = {**dict(parse_qsl(urlsplit(self.address).query)), **self.parameters}
        path = urlsplit(self.address).path
        router = {"headers": {"cookie": cookie}, "path": path, "pathname": path, "asPath": self.address, "query": query}
        router["token"] = self.key
        future = await self.processor.enqueue(self.key, Event(name=name, payload=payload, router_data=router))
        await future.wait_all()

    async def state(self, cls: type[S]) -> S:
        """Return the state of this tab as the server has it."""
        manager = self.processor._root_context.state_manager  # type: ignore[union-attr]
        root = await manager.get_state(BaseStateToken(ident=self.key, cls=rx.State))
        return await root.get_state(cls)

    @property
    def frames(self) -> list[StateUpdate]:
        """Everything that was sent to this tab."""
        return self.recorder.sent.get(self.key, [])

    @property
    def text(self) -> str:
        """Everything that was sent to this tab, as one text to search for what must not be in it."""
        return json.dumps(
            [[update.delta, [str(event) for event in update.events]] for update in self.frames], default=str
        )

    def as_person(self, cookie: str, key: str | None = None) -> "Tab":
        """Return a tab (this one's key unless another is given) that comes with another cookie."""
        return Tab(self.processor, self.recorder, key or self.key, cookie, self.language)


@pytest.fixture
async def tab(sqlite: str) -> AsyncIterator[Tab]:
    """A visitor's tab. ``tab.as_person(session_of(person), key="tab-0002")`` is somebody's."""
    limiter.clear()
    recorder = Recorder()
    processor = BaseStateEventProcessor(middleware=Guarded(), backend_exception_handler=_log)  # type: ignore[arg-type]
    async with processor.configure(event_namespace=recorder):  # type: ignore[arg-type]
        yield Tab(processor, recorder)


def _log(exception: Exception) -> None:
    logging.getLogger("tests").error("an event failed", exc_info=exception)


@pytest.fixture
def session_of() -> Callable[[Actor], str]:
    """Open a browser session for a person of ``sqlite_people`` and return its cookie."""

    def open_one(person: Actor) -> str:
        with database.unit_of_work(person) as session:
            user = session.get(User, person.user_id)
            assert user
            return open_session(session, user, kind="browser", user_agent="test")[1]

    return open_one

"""Who is speaking, decided before every event: hydrate, uploads and background work included.

A tab's key (``client_token``) is made up by the browser and proves nothing. The session cookie does: it came with the
websocket's handshake, and a script cannot read it. A tab belongs to the session that used it first.
"""

import asyncio
import logging
import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import reflex as rx
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from reflex.app import EventNamespace
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.state import BaseState, StateUpdate
from reflex_base.constants import SocketEvent
from reflex_base.constants.state import FIELD_MARKER
from reflex_base.event import Event
from reflex_base.event.context import EventContext
from reflex_base.registry import RegistrationContext

from lms_app.api.actor import FLASH_COOKIE, LANGUAGE_COOKIE, session_cookie
from services import accounts
from services.platform import audit, metrics
from services.platform.actor import Actor
from services.platform.errors import LimitReached
from services.platform.messages import LANGUAGES, choose_language
from services.platform.rate import limiter
from state.base import Speaker, TabState, declared, in_pool, is_plain, set_speaker
from state.shell import ShellState

_logger = logging.getLogger(__name__)

# One socket's events: a person who types and clicks stays far below; a script is slowed to this.
_EVENTS_PER = (150, 10.0)
_MESSAGES = frozenset({"event", "ping", "client_error"})
_TOLD_PER = (30, 60.0)
# Reflex keeps the state of a tab for an hour; a stranger can open thousands of tabs and close them at once.
_VISITOR_STAYS = 120.0
_LONGEST_KEPT = 10_000
_ENDED = "ended"
_VISITOR = "visitor"
_TAB_KEY = re.compile(r"[0-9A-Za-z-]{8,64}")

_ROOT = "reflex___state____state"
_HYDRATES = frozenset({f"{_ROOT}.hydrate", f"{_ROOT}.hydrate_and_load"})


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class _Nothing(_Arguments):
    pass


class _Hydrate(_Arguments):
    vars: dict[str, Any] | None = None
    hashes: list[str] | None = Field(default=None, max_length=2000)


class _SetHydrated(_Arguments):
    value: bool


class _UpdateVars(_Arguments):
    vars: dict[str, Any]


class _FrontendError(_Arguments):
    info: str = Field(max_length=20_000)
    component_stack: str = Field(max_length=20_000)


# The only events of Reflex itself that may run, and what they may carry.
FRAMEWORK_EVENTS: Mapping[str, type[_Arguments]] = {
    f"{_ROOT}.hydrate": _Nothing,
    f"{_ROOT}.hydrate_and_load": _Hydrate,
    f"{_ROOT}.set_is_hydrated": _SetHydrated,
    f"{_ROOT}.reflex___state____on_load_internal_state.on_load_internal": _Nothing,
    f"{_ROOT}.reflex___state____on_load_internal_state.set_is_hydrated": _SetHydrated,
    f"{_ROOT}.reflex___state____update_vars_internal_state.update_vars_internal": _UpdateVars,
    f"{_ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception": _FrontendError,
}


def may_run(event: Event) -> bool:
    """Whether an event names something that was declared, or one of the framework's own in its usual form."""
    arguments = FRAMEWORK_EVENTS.get(event.name)
    if arguments is None:
        registered = RegistrationContext.get().event_handlers.get(event.name)
        return registered is not None and declared(registered.handler.fn) is not None
    try:
        parsed = arguments.model_validate(event.payload)
    except ValidationError:
        return False
    return all(_kept_by_browser(name, value) for name, value in (getattr(parsed, "vars", None) or {}).items())


def _kept_by_browser(name: str, value: object) -> bool:
    """Whether it is a text for a var that the browser keeps itself (a cookie or local storage), and no other var."""
    state_name, _, var_name = name.rpartition(".")
    state = RegistrationContext.get().base_states.get(state_name)
    if state is None or not state._is_client_storage(var_name.removesuffix(FIELD_MARKER)):
        return False
    return isinstance(value, str) and len(value) <= _LONGEST_KEPT and is_plain(value)


class SessionGuard(rx.Middleware):
    """Runs before every event and refuses those that nobody may send, or that come from another person's tab."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """Say who speaks for the rest of this event, or refuse it."""
        context = EventContext.get()
        headers = (context.router_data or state.router_data).get("headers") or {}
        if not may_run(event):
            await note_refusal("undeclared", event.name, headers.get("cookie"))
            return StateUpdate()
        cookies = read_cookies(headers.get("cookie", ""))
        token = cookies.get(session_cookie(), "")
        actor = await find_actor(token, cookies.get(LANGUAGE_COOKIE), headers.get("accept-language"))
        tab = await state.get_state(TabState)
        owner = owner_of(actor)
        if tab._owner not in ("", owner):
            metrics.refused.labels("another's tab").inc()
            await self._end(app, state, context.token)
            return StateUpdate()
        if not tab._owner:
            tab._owner = owner
        shell = await state.get_state(ShellState)
        if shell._language:
            actor = _speaking(actor, shell._language)
        set_speaker(Speaker(actor=actor, token=token, tab=context.token, flash=cookies.get(FLASH_COOKIE, "")))
        if event.name in _HYDRATES:
            shell.signed_in = actor.signed_in
            shell.person_name = actor.name
            shell.person_role = actor.role.value if actor.signed_in else ""
            shell.notice = ""  # of an earlier visit to a page: it was shown there
        return None

    async def _end(self, app: rx.App, state: BaseState, tab_key: str) -> None:
        """Empty the tab for good, and tell the browser to load the page again under a new key."""
        root = state._get_root_state()
        root.reset()
        (await state.get_state(TabState))._owner = _ENDED
        root._clean()
        namespace = getattr(app, "_event_namespace", None)
        if isinstance(namespace, GuardedNamespace):
            await namespace.send_away(tab_key)


class GuardedNamespace(EventNamespace):
    """Reflex's websocket, with what it lets in looked at first."""

    def __init__(self, namespace: str, app: rx.App) -> None:
        super().__init__(namespace, app)
        self._cookie_headers: dict[str, tuple[str, str]] = {}

    async def trigger_event(self, event: str, *args: Any) -> Any:
        """Run what the server itself says of a socket, and of a browser's messages the three kinds there are.

        A message may have any name: "connect" or "disconnect" would run with whatever its sender made up.
        """
        sid = args[0] if args else ""
        by_server = (event == "connect" and sid not in self._cookie_headers) or (
            event == "disconnect" and not self.server.manager.is_connected(sid, self.namespace)
        )
        if by_server:
            return await super().trigger_event(event, *args)
        if not isinstance(event, str) or event not in _MESSAGES:
            await note_refusal("unknown", str(event), self._cookie_headers.get(sid, ("", ""))[0])
            return None
        try:
            return await super().trigger_event(event, *args)
        except Exception as error:
            metrics.refused.labels("unreadable").inc()
            _tell("a message on a websocket could not be read: %s", type(error).__name__)
            _logger.debug("the message that could not be read", exc_info=error)
            return None

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> Any:
        """Remember which session the handshake came with; refuse what is not a browser's."""
        self._cookie_headers[sid] = (environ.get("HTTP_COOKIE", ""), environ.get("HTTP_ACCEPT_LANGUAGE", ""))
        try:
            return await super().on_connect(sid, environ, auth)
        except Exception:
            self._cookie_headers.pop(sid, None)
            _logger.warning("a websocket was refused")
            return False

    def on_disconnect(self, sid: str) -> asyncio.Task[Any] | None:
        """Forget the socket; a visitor's tab, which holds nothing of its own, soon after unless it comes back."""
        self._cookie_headers.pop(sid, None)
        if key := self.sid_to_token.get(sid):
            asyncio.get_running_loop().call_later(_VISITOR_STAYS, self._forget_visitor, key)
        return super().on_disconnect(sid)

    def _forget_visitor(self, tab_key: str) -> None:
        manager = self.app.state_manager
        if not isinstance(manager, StateManagerMemory) or tab_key in self._token_manager.token_to_socket:
            return  # in Redis a tab's state ends by itself
        token = BaseStateToken(ident=tab_key, cls=rx.State)
        root = manager.states.get(token.cache_key)
        lock = manager._states_locks.get(token.lock_key)
        if root is None or (lock is not None and lock.locked()):
            return
        if root.get_substate(TabState.get_full_name().split("."))._owner in ("", _VISITOR):
            manager._purge_token(token)

    async def on_event(self, sid: str, data: Any) -> None:
        """Pass on an event that has the form of one, names something that exists, and does not come too often."""
        if (
            not isinstance(data, dict)
            or not isinstance(name := data.get("name"), str)
            or not isinstance(data.get("payload", {}), dict)
            or not isinstance(router_data := data.get("router_data", {}), dict)
            or not is_plain([name, router_data])
        ):
            metrics.refused.labels("unreadable").inc()
            _tell("a message on a websocket was not an event")
            return
        try:
            limiter.take(f"socket:{sid}", *_EVENTS_PER)
        except LimitReached:
            metrics.refused.labels("too often").inc()
            return
        if name not in RegistrationContext.get().event_handlers:
            await note_refusal("unknown", name, self._cookie_headers.get(sid, ("", ""))[0])
            return
        await super().on_event(sid, data)

    async def link_token_to_sid(self, sid: str, token: str, update_state: bool = True) -> None:
        """Give the tab its key; one that belongs to another session is answered with a new key and an empty state."""
        if _TAB_KEY.fullmatch(token) and not await self._belongs_to_another(sid, token):
            await super().link_token_to_sid(sid, token, update_state=update_state)
            return
        fresh = str(uuid.uuid4())
        await super().link_token_to_sid(sid, fresh, update_state=update_state)
        await self.emit("new_token", fresh, to=sid)

    async def send_away(self, tab_key: str) -> None:
        """Let a tab load its page again under a new key, by messages that need no script of ours to be evaluated."""
        record = self._token_manager.token_to_socket.get(tab_key)
        if record is None:
            return
        await self.emit("new_token", str(uuid.uuid4()), to=record.sid)
        await self.emit(str(SocketEvent.STATE_MISMATCH), {"backend": "", "reload_cooldown_ms": -1}, to=record.sid)

    async def _belongs_to_another(self, sid: str, token: str) -> bool:
        tab = await self.app.state_manager.get_state(BaseStateToken(ident=token, cls=TabState))
        owner = (await tab.get_state(TabState))._owner
        if not owner:
            return False
        header, accepted = self._cookie_headers.get(sid, ("", ""))
        cookies = read_cookies(header)
        actor = await find_actor(cookies.get(session_cookie(), ""), cookies.get(LANGUAGE_COOKIE), accepted)
        return owner != owner_of(actor)


def protect(app: rx.App) -> None:
    """Put the guard in front of every event of the app, and of its websocket."""
    app.add_middleware(SessionGuard(), index=0)
    namespace = app._event_namespace
    if app.sio is None or namespace is None:
        raise RuntimeError("the app has no websocket to guard")
    guarded = GuardedNamespace(namespace.namespace, app)
    app.sio.register_namespace(guarded)
    app._event_namespace = guarded


async def note_refusal(reason: str, name: str, cookie_header: object) -> None:
    """Count a message that no page of ours sends; write down what it was, and who sent it where that is known.

    A stranger's are counted and, so that they cannot fill the disk, logged only now and then.
    """
    metrics.refused.labels(reason).inc()
    _tell("an event was refused, it is %s: %s", reason, printable(name))
    token = read_cookies(cookie_header).get(session_cookie(), "")
    actor = await find_actor(token, None, None) if token else None
    if actor is not None and actor.signed_in:
        await in_pool(audit.refused, actor, f"event {printable(name)}")


def _tell(message: str, *words: object) -> None:
    try:
        limiter.take("told-of-refusals", *_TOLD_PER)
    except LimitReached:
        return
    _logger.warning(message, *words)


def on_backend_error(exception: Exception) -> None:
    """Log what no handler caught. The person is told by the guarded base; what comes here is the framework's."""
    _logger.error("an event failed", exc_info=exception)


def on_frontend_error(exception: Exception) -> None:
    """Log what a browser reports, as what it is: a stranger's text."""
    try:
        limiter.take("frontend-errors", 20, 60)
    except LimitReached:
        return
    _logger.warning("a browser reported: %s", printable(str(exception), 2000))


async def find_actor(token: str, language: str | None, accepted: str | None) -> Actor:
    """Return the holder of the session, or a visitor; asks the database off the event loop, and seldom."""
    known, actor = accounts.resolve_cached(token) if token else (True, None)
    if not known:
        actor = await in_pool(accounts.resolve, token)
    if actor is None:
        chosen = choose_language(language, accepted)
        return accounts.known_visitor(chosen) or await in_pool(accounts.default_visitor, chosen)
    # The language in which static_site sent the page, so that both speak the same; without a browser, the account's.
    return _speaking(actor, choose_language(language, accepted)) if language in LANGUAGES or accepted else actor


def owner_of(actor: Actor) -> str:
    """Return what a tab of this actor is marked with."""
    return str(actor.session_id) if actor.session_id else _VISITOR


def read_cookies(header: object) -> dict[str, str]:
    """Return the cookies of a header; of two with one name the first, which has the more specific path."""
    cookies: dict[str, str] = {}
    if isinstance(header, str):
        for part in header.split(";"):
            name, separator, value = part.strip().partition("=")
            if separator:
                cookies.setdefault(name, value.strip('"'))
    return cookies


def printable(text: str, longest: int = 120) -> str:
    """Return a stranger's text so that it stays on its line of the log."""
    return "".join(c if c.isprintable() else "?" for c in text[:longest])


def _speaking(actor: Actor, language: str) -> Actor:
    return actor if actor.language == language else replace(actor, language=language)

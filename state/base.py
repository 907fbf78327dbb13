"""The guarded base of every state: what was sent, by whom, how often; and how a handler calls a service.

Any websocket client can call every public method of a state class with any JSON. So a public method is declared with
``@handles``, which names who may call it; its arguments are parsed by their annotations before it runs.
"""

import asyncio
import contextvars
import inspect
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cache, partial, wraps
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, get_type_hints

import reflex as rx
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, create_model
from reflex.istate.proxy import StateProxy

from services import accounts
from services.platform import audit, metrics
from services.platform.actor import Actor
from services.platform.errors import Invalid, NotPermitted, ServiceError, SignInNeeded
from services.platform.messages import N_, translate
from services.platform.permissions import PUBLIC, Permission, require
from services.platform.rate import limiter
from services.platform.request import new_request_id, request_id

__all__ = ["PUBLIC", "GuardedState", "Handles", "Id", "Key", "Line", "Permission", "Text", "handles"]

P = ParamSpec("P")
R = TypeVar("R")

_logger = logging.getLogger(__name__)

Id = Annotated[str, StringConstraints(min_length=1, max_length=36)]
Key = Annotated[str, StringConstraints(max_length=120)]
Line = Annotated[str, StringConstraints(max_length=500)]
Text = Annotated[str, StringConstraints(max_length=100_000)]

_UNREADABLE = N_("What was sent cannot be used. Nothing was changed.")
_BROKEN = N_("Something went wrong here, and it was written down as {reference}.")
_MARK = "__handles__"
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who sent the event being handled: found by the guard, never taken from state or arguments."""

    actor: Actor
    token: str = field(repr=False)
    tab: str = field(repr=False)
    flash: str = field(default="", repr=False)


_speaker: contextvars.ContextVar[Speaker] = contextvars.ContextVar("speaker")


@dataclass(frozen=True, slots=True)
class Handles:
    """What was declared of a handler."""

    permission: Permission
    parameters: type[BaseModel]
    per: int
    seconds: float


def speaker() -> Speaker:
    """Return who is speaking; without the guard before it, nobody is and nothing may run."""
    try:
        return _speaker.get()
    except LookupError:
        raise SignInNeeded from None


def set_speaker(found: Speaker) -> None:
    """Say who speaks for the rest of this task; for the guard."""
    _speaker.set(found)


@contextmanager
def speaking(actor: Actor, tab: str = "test") -> Any:
    """Let ``actor`` speak inside the block; for tests that call a handler as a method."""
    before = _speaker.set(Speaker(actor=actor, token="", tab=tab))
    try:
        yield
    finally:
        _speaker.reset(before)


@cache
def _pool() -> ThreadPoolExecutor:
    # A pool of their own keeps slow work elsewhere from the services. They are short and mostly compute: more threads
    # than these only take the interpreter from each other.
    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="service")


@cache
def _patient_pool() -> ThreadPoolExecutor:
    # A program that runs for seconds holds its thread all the while; here it holds none that another learner needs.
    return ThreadPoolExecutor(max_workers=16, thread_name_prefix="patient")


def handles(
    permission: Permission,
    *,
    rate: tuple[int, float] = (60, 10),
    background: bool = False,
    supersedes: bool = False,
    **actions: Any,
) -> Callable[[Callable[..., Any]], Any]:
    """Declare a public method as an event handler: who may call it, and how often one tab may.

    Its arguments are parsed by their annotations (use ``Id``, ``Key``, ``Line``, ``Text`` or a pydantic model); when
    they do not fit, nothing runs. ``background``, ``supersedes`` and ``actions`` are those of ``rx.event``.
    """

    def declare(function: Callable[..., Any]) -> Any:
        declared = Handles(permission, _parameters(function), *rate)
        wrapped = _stream(function, declared) if _yields(function) else _once(function, declared)
        setattr(wrapped, _MARK, declared)
        # Reflex would turn arguments into what the hints say, and log values that do not fit. We parse them ourselves.
        wrapped.__annotations__ = {}
        return rx.event(wrapped, background=background or None, supersedes=supersedes or None, **actions)

    return declare


def declared(function: object) -> Handles | None:
    """Return what ``@handles`` said of a handler's function, or None."""
    found = getattr(function, _MARK, None)
    return found if isinstance(found, Handles) else None


def _yields(function: Callable[..., Any]) -> bool:
    return inspect.isasyncgenfunction(function) or inspect.isgeneratorfunction(function)


def _parameters(function: Callable[..., Any]) -> type[BaseModel]:
    """Make the model that a handler's arguments are parsed by, from its signature."""
    hints = get_type_hints(function, include_extras=True)
    fields: dict[str, Any] = {}
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if name not in hints:
            raise TypeError(f"{function.__qualname__} does not say what {name} is")
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise TypeError(f"{function.__qualname__} takes any arguments; name them")
        default = ... if parameter.default is parameter.empty else parameter.default
        fields[name] = (hints[name], default)
    config = ConfigDict(extra="forbid", allow_inf_nan=False, str_max_length=200_000, hide_input_in_errors=True)
    return create_model(f"{function.__qualname__}_arguments", __config__=config, **fields)


def _once(function: Callable[..., Any], declared: Handles) -> Callable[..., Any]:
    @wraps(function)
    async def run(self: Any, **sent: Any) -> Any:
        async with _shown(self, function):
            result = function(self, **_admit(function, declared, sent))
            return await result if inspect.isawaitable(result) else result
        return None

    return run


def _stream(function: Callable[..., Any], declared: Handles) -> Callable[..., Any]:
    @wraps(function)
    async def run(self: Any, **sent: Any) -> AsyncIterator[Any]:
        async with _shown(self, function):
            events = function(self, **_admit(function, declared, sent))
            if inspect.isasyncgen(events):
                async for event in events:
                    yield event
            else:
                for event in events:
                    yield event

    return run


@asynccontextmanager
async def _shown(state: Any, function: Callable[..., Any]) -> AsyncIterator[None]:
    """Turn an error inside the block into what the person is shown; count and time the event."""
    request_id.set(new_request_id())
    started, outcome = time.monotonic(), "done"
    try:
        yield
    except ServiceError as error:
        outcome = "refused"
        if isinstance(error, NotPermitted):
            await in_pool(audit.refused, speaker().actor, f"event {function.__qualname__}")
        await _show(state, error)
    except Exception:
        outcome = "failed"
        reference = secrets.token_hex(4)
        _logger.exception("%s failed, reference %s", function.__qualname__, reference)
        await _show(state, ServiceError(_BROKEN, reference=reference))
    finally:
        metrics.events.labels(outcome).inc()
        if not isinstance(state, StateProxy):  # one in the background follows an answer for as long as it takes
            metrics.event_seconds.observe(time.monotonic() - started)


def _admit(function: Callable[..., Any], declared: Handles, sent: dict[str, Any]) -> dict[str, Any]:
    who = speaker()
    require(who.actor, declared.permission)
    # A person by session, so that many tabs are not many allowances.
    limiter.take(f"{function.__qualname__}|{who.actor.session_id or who.tab}", declared.per, declared.seconds)
    if not is_plain(sent):
        raise Invalid(_UNREADABLE)
    try:
        parsed = declared.parameters.model_validate(sent)
    except ValidationError:
        raise Invalid(_UNREADABLE) from None
    return {name: getattr(parsed, name) for name in declared.parameters.model_fields}


def is_plain(value: object, depth: int = 0) -> bool:
    """Whether every text in this JSON can be stored and it is not nested absurdly deep."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, str):
        return accounts.storable(value)
    if isinstance(value, dict):
        return all(is_plain(key, depth + 1) and is_plain(item, depth + 1) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(is_plain(item, depth + 1) for item in value)
    return True


async def _show(state: Any, error: ServiceError) -> None:
    """Put an error where the person sees it: beside its fields when the state has them, else as a notice."""
    if isinstance(state, StateProxy):
        async with state:
            await _show_locked(state, error)
    else:
        await _show_locked(state, error)


async def _show_locked(state: Any, error: ServiceError) -> None:
    from state.shell import ShellState  # the shell is a guarded state itself

    language = _language()
    fields = error.fields if isinstance(error, Invalid) else {}
    if fields and "field_errors" in state.__class__.get_fields():
        state.field_errors = {name: translate(language, text) for name, text in fields.items()}
        return
    shell = await state.get_state(ShellState)
    shell._say(translate(language, error.message, **error.params), "wrong")


def _language() -> str:
    try:
        return _speaker.get().actor.language
    except LookupError:
        return "en"


def _not_an_event(function: Callable[P, R]) -> Callable[P, R]:
    """Keep a public helper of the base class from becoming an endpoint."""
    function.__override_base_method__ = True  # type: ignore[attr-defined]  # how Reflex marks its own
    return function


class GuardedState(rx.State, mixin=True):
    """The base of every state of this product. Helpers start with ``_``.

    Write ``class QuizState(GuardedState, rx.State)``: with a mixin alone Reflex makes another mixin.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Refuse a public method that was not declared."""
        if cls._mixin and all(getattr(base, "_mixin", True) for base in cls.__bases__):
            raise TypeError(f"write class {cls.__qualname__}(GuardedState, rx.State)")
        for name, value in vars(cls).items():
            if name.startswith("_") or not inspect.isfunction(value):
                continue
            if declared(value) is None and not getattr(value, "__override_base_method__", False):
                raise TypeError(f"{cls.__qualname__}.{name} is public; declare it with @handles or name it _{name}")
        super().__init_subclass__(**kwargs)

    @_not_an_event
    async def call(self, function: Callable[Concatenate[Actor, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a service function for the person who speaks, in a thread, off the event loop."""
        return await call_service(function, *args, **kwargs)

    @_not_an_event
    async def call_patiently(
        self, function: Callable[Concatenate[Actor, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As ``call``, for a service function that waits for a program to run: in threads of its own."""
        return await _in(_patient_pool(), _as_speaker, speaker(), partial(function, **kwargs), *args)


async def call_service(function: Callable[Concatenate[Actor, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a service function for the person who speaks; see ``GuardedState.call``."""
    return await in_pool(_as_speaker, speaker(), partial(function, **kwargs), *args)


async def in_pool(function: Callable[..., R], /, *args: Any) -> R:
    """Run a blocking function in the services' thread pool, with this task's context."""
    return await _in(_pool(), function, *args)


async def _in(pool: ThreadPoolExecutor, function: Callable[..., R], /, *args: Any) -> R:
    work = partial(contextvars.copy_context().run, function, *args)
    return await asyncio.get_running_loop().run_in_executor(pool, work)


def _as_speaker(who: Speaker, function: Callable[..., R], *args: Any) -> R:
    # A background handler may outlive the session it began in.
    if who.token and who.actor.signed_in and accounts.resolve(who.token) is None:
        raise SignInNeeded("Your session has ended. Sign in again.")
    return function(who.actor, *args)


class TabState(rx.State):
    """Which session a tab belongs to; never sent to the browser."""

    _owner: str = ""

"""The one way to a language model: LiteLLM, streaming, with our own time-outs, retries and small family of errors."""

import asyncio
import logging
import os
import random
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

from services.ai import texts
from services.platform.config import settings
from services.platform.errors import Invalid, LimitReached, ServiceError, Unavailable

logger = logging.getLogger(__name__)

ChatMessage = dict[str, str]
_PASSING = frozenset({408, 409, 425, 429})  # refusals that a later try may not meet


_LONGEST = 40_000  # characters; a model that says more than this goes round in circles


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and how often to try again before the first word."""

    connect: float = 10
    first: float = 60
    stall: float = 30
    total: float = 300
    tries: int = 3
    longest_pause: float = 20


@dataclass(slots=True)
class Usage:
    """What an answer cost in tokens; filled while it is streamed, also when it is broken off."""

    tokens_in: int = 0
    tokens_out: int = 0
    estimated: bool = False


def configured() -> bool:
    """Whether a model is set; without one the offline tutor answers."""
    return bool(settings().llm_model)


def warm_up() -> None:
    """Import LiteLLM in the background where a model is set, so that the first question does not wait for it."""
    if configured():
        threading.Thread(target=_litellm, name="tutor-warm-up", daemon=True).start()


def patience() -> Patience:
    """Return the waits that the settings ask for."""
    longest = settings().llm_timeout_seconds
    return Patience(first=longest, stall=min(30, longest))


async def stream(messages: list[ChatMessage], usage: Usage, waits: Patience | None = None) -> AsyncGenerator[str, None]:
    """Yield the model's answer as it comes. Raises Unavailable, LimitReached or Invalid with a sentence for the reader.

    Tries again only before the first word: after it, a second try would say everything twice.
    """
    waits = waits or patience()
    produced: list[str] = []
    length = 0
    await asyncio.to_thread(_litellm)  # its import is no part of the provider's time
    deadline = asyncio.get_running_loop().time() + waits.total
    try:
        for attempt in range(1, waits.tries + 1):
            try:
                async with aclosing(_once(messages, usage, waits, deadline)) as pieces:
                    async for piece in pieces:
                        produced.append(piece)
                        yield piece
                        if (length := length + len(piece)) > _LONGEST:
                            raise _Incomplete
                return
            except Exception as error:
                refusal = _explain(error, begun=bool(produced))
                pause = _pause(error, attempt)
                if produced or attempt == waits.tries or pause is None or pause > waits.longest_pause:
                    raise refusal from None  # the cause may hold the key and the whole prompt
            await asyncio.sleep(pause)
    finally:
        if produced and not usage.tokens_out:
            with suppress(Exception):  # a count that fails must not hide what happened
                _estimate(usage, messages, "".join(produced))


async def _once(
    messages: list[ChatMessage], usage: Usage, waits: Patience, deadline: float
) -> AsyncGenerator[str, None]:
    import httpx

    model = settings().llm_model
    base = settings().llm_api_base or None
    key = settings().llm_api_key.get_secret_value() or ("none" if base else None)
    own_server = base is not None and "/" not in model  # any name that a local server has, without a provider before it
    ended = begun = False
    loop = asyncio.get_running_loop()
    first = min(deadline, loop.time() + waits.first)
    async with asyncio.timeout_at(first):
        response = await _litellm().acompletion(
            model=model,
            messages=messages,
            stream=True,
            stream_options={"include_usage": True},
            api_base=base,
            api_key=key,
            custom_llm_provider="openai" if own_server else None,
            timeout=httpx.Timeout(waits.total, connect=waits.connect),
            num_retries=0,
            max_retries=0,
        )
    chunks = aiter(response)
    try:
        while True:
            try:
                async with asyncio.timeout_at(min(deadline, loop.time() + waits.stall) if begun else first):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                break
            if counted := getattr(chunk, "usage", None):
                usage.tokens_in += counted.prompt_tokens or 0
                usage.tokens_out += counted.completion_tokens or 0
            for choice in chunk.choices[:1]:
                ended = ended or choice.finish_reason is not None
                if piece := choice.delta.content:
                    begun = True
                    yield piece
    finally:
        if close := getattr(response, "aclose", None):
            with suppress(Exception):
                await close()
    # LiteLLM says "stop" also for a stream that never said so; what it has received itself tells the difference.
    if not ended or not begun or getattr(response, "received_finish_reason", "stop") is None:
        usage.estimated = True  # in such a case the counts are LiteLLM's own
        raise _Incomplete


class _Incomplete(Exception):
    """The stream ended without saying that the answer is whole, or with no answer at all, or did not end."""


@cache
def _litellm() -> Any:
    """Import LiteLLM on first use: it takes seconds and 176 MB, which nobody without a provider should pay."""
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else the import asks the network
    import litellm

    litellm.telemetry = False
    litellm.suppress_debug_info = True
    litellm.turn_off_message_logging = True
    litellm.drop_params = True
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        # Its loggers write requests, keys within provider errors included; what we need of a failure we log ourselves.
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return litellm


def _explain(error: Exception, *, begun: bool) -> ServiceError:
    """Return what the reader is told. The log gets the kind of the error, never its text, which may hold the key."""
    import openai

    status = getattr(error, "status_code", None)
    logger.warning("model provider failed: %s, status %s, answer begun: %s", type(error).__name__, status, begun)
    if begun:
        return Unavailable(texts.BROKEN_OFF)
    if status is not None and status >= 500:  # whatever LiteLLM makes of its text
        return Unavailable(texts.UNAVAILABLE)
    name = type(error).__name__
    if isinstance(error, openai.RateLimitError):
        after = _retry_after(error)
        return LimitReached(texts.BUSY, retry_after=max(1, round(after)) if after is not None else None)
    if name == "ContextWindowExceededError":
        return Invalid(texts.TOO_LONG)
    if name == "ContentPolicyViolationError":
        return Invalid(texts.REFUSED)
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError | openai.NotFoundError):
        return Unavailable(texts.MISCONFIGURED)
    if isinstance(error, openai.BadRequestError):
        return Unavailable(texts.MISCONFIGURED)
    return Unavailable(texts.UNAVAILABLE)


def _pause(error: Exception, attempt: int) -> float | None:
    """Return how long to wait before the next try; None when trying again cannot help."""
    import openai

    if isinstance(error, openai.APIStatusError) and error.status_code < 500 and error.status_code not in _PASSING:
        return None
    after = _retry_after(error)
    return after if after is not None else 0.5 * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311  (no secret)


def _retry_after(error: Exception) -> float | None:
    for headers in (
        getattr(error, "litellm_response_headers", None),
        getattr(getattr(error, "response", None), "headers", None),
    ):
        value = headers.get("retry-after") if headers else None
        if value is not None:
            with suppress(ValueError):
                return max(0.0, float(value))
    return None


def _estimate(usage: Usage, messages: list[ChatMessage], produced: str) -> None:
    """Count tokens ourselves, for an answer that was stopped before the provider said how many."""
    litellm = _litellm()
    model = settings().llm_model
    usage.tokens_in += litellm.token_counter(model=model, messages=messages)
    usage.tokens_out += litellm.token_counter(model=model, text=produced)
    usage.estimated = True

"""The gateway to a model, against a server that speaks the real wire format and misbehaves in every way we know of."""

import asyncio
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.ai import gateway, texts
from services.ai.gateway import Patience, Usage
from services.platform.config import settings
from services.platform.errors import LimitReached, ServiceError, Unavailable
from tests.fake_provider import KEY, FakeProvider, Reply, running_provider

QUICK = Patience(connect=1, first=1.5, stall=0.6, total=10, tries=3, longest_pause=3)
QUESTION = [{"role": "user", "content": "What is a loop?"}]


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProvider]:
    """A provider that the settings name."""
    with running_provider() as made:
        monkeypatch.setenv("LLM_MODEL", "test-model")
        monkeypatch.setenv("LLM_API_BASE", made.base)
        monkeypatch.setenv("LLM_API_KEY", KEY)
        settings.cache_clear()
        yield made
    settings.cache_clear()


async def read(usage: Usage | None = None, waits: Patience = QUICK) -> tuple[str, ServiceError | None]:
    """Return what came, and what it ended with."""
    pieces: list[str] = []
    try:
        async for piece in gateway.stream(QUESTION, usage or Usage(), waits):
            pieces.append(piece)
    except ServiceError as error:
        return "".join(pieces), error
    return "".join(pieces), None


async def test_an_answer_comes_piece_by_piece_with_its_tokens_counted(provider: FakeProvider) -> None:
    the_rest = threading.Event()
    provider.queue(Reply(["A loop", " repeats", " a block."], gate=the_rest, usage=(50, 7)))
    usage, seen = Usage(), []
    async for piece in gateway.stream(QUESTION, usage, replace(QUICK, stall=10)):
        seen.append(piece)
        the_rest.set()  # the provider says no more before the first piece is here
    assert seen == ["A loop", " repeats", " a block."]
    assert (usage.tokens_in, usage.tokens_out, usage.estimated) == (50, 7, False)
    assert provider.requests[0]["messages"] == QUESTION
    assert provider.requests[0]["model"] == "test-model"


async def test_retry_after_is_respected_before_the_first_word(provider: FakeProvider) -> None:
    provider.queue(Reply(status=429, headers={"Retry-After": "1"}), Reply(["Yes."]))
    assert await read() == ("Yes.", None)
    assert provider.asked_at[1] - provider.asked_at[0] >= 1


async def test_a_long_retry_after_is_told_to_the_reader_at_once(provider: FakeProvider) -> None:
    provider.queue(Reply(status=429, headers={"Retry-After": "120"}))
    text, error = await read()
    assert text == ""
    assert isinstance(error, LimitReached)
    assert (error.message, error.retry_after) == (texts.BUSY, 120)
    assert len(provider.requests) == 1


async def test_a_server_error_is_tried_again_and_then_told(provider: FakeProvider) -> None:
    provider.queue(Reply(status=500), Reply(["Now."]))
    assert await read() == ("Now.", None)
    provider.queue(Reply(status=500))
    _, error = await read()
    assert isinstance(error, Unavailable)
    assert error.message == texts.UNAVAILABLE
    assert len(provider.requests) == 2 + QUICK.tries


@pytest.mark.parametrize("ending", ["cut", "garbage", "silent", "unfinished"])
async def test_an_answer_broken_off_in_the_middle_is_not_taken_for_whole_and_not_begun_again(
    provider: FakeProvider, ending: str
) -> None:
    provider.queue(Reply(["A loop", " repeats"], ending=ending), Reply(["Another answer."]))
    usage = Usage()
    text, error = await read(usage)
    assert text == "A loop repeats"
    assert isinstance(error, Unavailable)
    assert error.message == texts.BROKEN_OFF
    assert len(provider.requests) == 1
    assert usage.estimated
    assert usage.tokens_in > 0
    assert usage.tokens_out > 0


@pytest.mark.parametrize("ending", ["cut", "garbage", "silent", "unfinished"])
async def test_a_failure_before_the_first_word_is_tried_again(provider: FakeProvider, ending: str) -> None:
    provider.queue(Reply([], ending=ending), Reply(["Second try."]))
    assert await read() == ("Second try.", None)


@pytest.mark.parametrize(
    "body", ["<html>bad gateway</html>", '{"choices": "none"}', '{"a":'], ids=["html", "wrong shape", "cut json"]
)
async def test_an_answer_that_is_no_stream_is_a_clear_error(provider: FakeProvider, body: str) -> None:
    provider.queue(Reply(status=200, body=body))
    text, error = await read()
    assert text == ""
    assert isinstance(error, Unavailable)


async def test_a_wrong_key_is_told_once_and_never_written_down(
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture,
) -> None:
    wrong = "sk-wrong-0123456789abcdef"
    monkeypatch.setenv("LLM_API_KEY", wrong)
    settings.cache_clear()
    provider.queue(Reply(["never"]))
    with caplog.at_level(logging.DEBUG):
        text, error = await read()
    assert text == ""
    assert isinstance(error, Unavailable)
    assert error.message == texts.MISCONFIGURED
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert len(provider.requests) == 1
    shown = capfd.readouterr()
    assert wrong not in caplog.text + str(error) + shown.out + shown.err


async def test_a_provider_that_is_not_there_is_a_clear_error(
    provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("LLM_API_BASE", f"http://127.0.0.1:{free.getsockname()[1]}/v1")
        settings.cache_clear()
        _, error = await read()
    assert isinstance(error, Unavailable)
    assert error.message == texts.UNAVAILABLE


async def test_the_whole_answer_has_a_longest_time(provider: FakeProvider) -> None:
    provider.queue(Reply(["word "] * 100, delay=0.1))
    text, error = await read(waits=Patience(connect=1, first=2, stall=1, total=1.5, tries=1))
    assert text.startswith("word ")
    assert isinstance(error, Unavailable)
    assert error.message == texts.BROKEN_OFF


async def test_cancelling_closes_the_connection_and_still_counts_what_came(provider: FakeProvider) -> None:
    provider.queue(Reply(["word "] * 200, delay=0.05))
    usage, came = Usage(), asyncio.Event()

    async def consume() -> None:
        async for _ in gateway.stream(QUESTION, usage, QUICK):
            came.set()

    task = asyncio.create_task(consume())
    await asyncio.wait_for(came.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(provider.hung_up.wait, 5), "the provider went on for nobody"
    assert usage.estimated
    assert usage.tokens_out > 0


async def test_a_model_that_goes_round_in_circles_is_cut(provider: FakeProvider) -> None:
    provider.queue(Reply(["again and again " * 400] * 20))
    text, error = await read()
    assert 40_000 < len(text) < 60_000
    assert isinstance(error, Unavailable)
    assert error.message == texts.BROKEN_OFF


def test_the_library_is_imported_only_when_a_model_is_asked() -> None:
    program = (
        "import sys; from services import ai, models; print([n for n in ('litellm', 'openai') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"

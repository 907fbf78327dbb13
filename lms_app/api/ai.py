"""REST: ask the tutor, answered whole as JSON or as it is written as server-sent events."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from lms_app.api.actor import CurrentActor
from services import ai
from services.platform.actor import Actor
from services.platform.errors import ServiceError
from services.platform.messages import translate

router = APIRouter(tags=["tutor"])
_QUIET_SECONDS = 15  # after which a comment keeps proxies from closing the stream


class AboutIn(BaseModel):
    """What a question points at."""

    model_config = ConfigDict(extra="forbid")

    block_key: str = Field("", description="Key of a block of the lesson.")
    selection: str = Field("", description="Words of the lesson.")
    code: str = Field("", description="The learner's own code.")
    failing_test: str = Field("", description="The public case that the code fails.")


class QuestionIn(BaseModel):
    """A question to the tutor, about a lesson or, without one, about the beginning of a course."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(description="At most 4,000 characters.")
    lesson_id: str = Field("", description="Id of a lesson.")
    course: str = Field("", description="Slug or id of a course, when no lesson is given.")
    about: AboutIn = Field(default_factory=AboutIn)
    client_key: str | None = Field(None, description="The same for the same question sent again: it is asked once.")


class CitationOut(BaseModel):
    """A place in the course that the answer stands on; ``number`` is the n of [n] in the text."""

    number: int
    title: str
    lesson_slug: str
    block_key: str
    href: str
    quote: str


class AnswerOut(BaseModel):
    """An answer as it stands; ``status`` is done, stopped or failed, and ``error`` then says why."""

    question_id: str
    id: str
    conversation_id: str
    text: str
    status: str
    error: str
    source: str = Field(description="model or offline")
    citations: list[CitationOut]


@router.post(
    "/ai/ask",
    response_model=AnswerOut,
    responses={
        200: {
            "description": "The whole answer; or, asked with Accept: text/event-stream, the events "
            "question, delta, citation, done and error.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def ask(request: Request, body: QuestionIn, actor: CurrentActor) -> Any:
    """Ask the tutor. The question is kept, and the answer goes on, also when the connection closes."""
    exchange = await run_in_threadpool(
        ai.ask,
        actor,
        question=body.question,
        lesson_id=body.lesson_id,
        course=body.course,
        about=body.about.model_dump(),
        client_key=body.client_key,
    )
    if "text/event-stream" in request.headers.get("accept", ""):
        return StreamingResponse(
            _events(actor, exchange),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )
    async for _chunk in ai.follow(actor, message_id=exchange.answer.id):
        pass
    answer = await run_in_threadpool(ai.message, actor, message_id=exchange.answer.id)
    return AnswerOut(
        question_id=exchange.question.id,
        id=answer.id,
        conversation_id=exchange.conversation_id,
        text=answer.text,
        status=answer.status,
        error=answer.error,
        source=answer.source,
        citations=[CitationOut(**asdict(citation)) for citation in answer.citations],
    )


@router.post("/ai/answers/{answer_id}/stop", status_code=204)
def stop(answer_id: str, actor: CurrentActor) -> Response:
    """Stop an answer; what it has written is kept."""
    ai.stop(actor, message_id=answer_id)
    return Response(status_code=204)


async def _events(actor: Actor, exchange: ai.Exchange) -> AsyncGenerator[str, None]:
    answer_id = exchange.answer.id
    yield _event(
        "question", {"id": exchange.question.id, "answer_id": answer_id, "conversation_id": exchange.conversation_id}
    )
    cited: set[int] = set()
    try:
        async for chunk in _with_comments(ai.follow(actor, message_id=answer_id)):
            if chunk is None:
                yield ": still here\n\n"
                continue
            for citation in chunk.citations:
                if citation.number not in cited:
                    cited.add(citation.number)
                    yield _event("citation", asdict(citation))
            if chunk.delta or chunk.first:
                yield _event("delta", {"text": chunk.delta, "replace": chunk.first})
            if chunk.last and chunk.status == "failed":
                yield _event("error", {"id": answer_id, "detail": chunk.error, "may_retry": True})
            elif chunk.last:
                yield _event("done", {"id": answer_id, "status": chunk.status, "source": chunk.source})
    except ServiceError as error:
        yield _event("error", {"id": answer_id, "detail": translate(actor.language, error.message, **error.params)})


async def _with_comments(chunks: AsyncGenerator[ai.Chunk, None]) -> AsyncGenerator[ai.Chunk | None, None]:
    """Yield the chunks, and nothing now and then while there are none."""
    coming = asyncio.ensure_future(anext(chunks, None))
    try:
        while True:
            ready, _ = await asyncio.wait({coming}, timeout=_QUIET_SECONDS)
            if not ready:
                yield None
                continue
            chunk = coming.result()
            if chunk is None:
                return
            yield chunk
            coming = asyncio.ensure_future(anext(chunks, None))
    finally:
        coming.cancel()


def _event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"

"""A submission followed as server-sent events: its place in the queue, that it runs, and its judgement."""

import json
import time
from collections.abc import AsyncGenerator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from lms_app import streams
from lms_app.api.actor import CurrentActor
from services import coding
from services.coding.pacing import Looks
from services.coding.schemas import SubmissionView
from services.platform.actor import Actor
from services.platform.errors import ServiceError, SignInNeeded
from services.platform.messages import translate

router = APIRouter(tags=["code"])
_LONGEST_SECONDS = 240.0  # then the client comes back by itself, and says anew who it is
_QUIET_SECONDS = 15.0  # after which a comment keeps proxies from closing the stream
_COME_BACK_MS = 1000


@router.get(
    "/submissions/{submission_id}/events",
    response_class=Response,
    responses={
        200: {
            "description": "The events queued (with the place), running (a few times a second with how many tests are "
            "behind it, where judging takes longer) and done (with the submission), each when it "
            "comes true; done is the last. Sent again with Last-Event-ID, only what is new comes.",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        204: {"description": "Last-Event-ID was that of done: there is nothing more to come."},
    },
)
async def events(
    submission_id: str,
    actor: CurrentActor,
    last_event_id: Annotated[str, Header(max_length=40, description="The id of the last event received.")] = "",
) -> Response:
    """Follow a submission until it is judged; the stream then ends."""
    view = await run_in_threadpool(coding.submission, actor, submission_id=submission_id)
    if view.finished and last_event_id == _id(view):
        return Response(status_code=204)  # what tells a browser to come back no more
    if actor.user_id is None:
        raise SignInNeeded
    with streams.opened(actor.user_id):
        pass  # refused before the first byte, where there still is a status to say so with
    return StreamingResponse(
        _events(actor, view, last_event_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(actor: Actor, view: SubmissionView, seen: str) -> AsyncGenerator[str, None]:
    assert actor.user_id is not None
    end_at = time.monotonic() + _LONGEST_SECONDS
    said_at = time.monotonic()
    looks = Looks()
    yield f"retry: {_COME_BACK_MS}\n\n"
    try:
        with streams.opened(actor.user_id) as stream:
            while True:
                if _id(view) != seen:
                    seen, said_at = _id(view), time.monotonic()
                    yield _event(view)
                elif time.monotonic() - said_at > _QUIET_SECONDS:
                    said_at = time.monotonic()
                    yield ": still here\n\n"
                if view.finished or time.monotonic() > end_at or not await stream.pause(looks.pause(view.place)):
                    return
                view = await run_in_threadpool(coding.submission, actor, submission_id=view.id)
    except ServiceError as error:
        # No id: whoever comes back is told what is true then.
        detail = translate(actor.language, error.message, **error.params)
        yield f"event: error\ndata: {json.dumps({'detail': detail, 'code': error.code}, ensure_ascii=False)}\n\n"


def _id(view: SubmissionView) -> str:
    """What an event says, in short: two that say the same have the same id, after a restart of the server too."""
    if view.finished:
        return f"done-{view.status}-{view.rejudged_at}"[:40]
    return f"{view.status}-{view.place}-{view.tests_done}" if view.tests_done else f"{view.status}-{view.place}"


def _event(view: SubmissionView) -> str:
    name = "done" if view.finished else view.status
    data: dict[str, Any] = {"id": view.id, "status": view.status, "place": view.place, "message": view.message}
    if view.tests_total:
        data |= {"tests_done": view.tests_done, "tests_total": view.tests_total}
    if view.finished:
        data = asdict(view)
    return f"id: {_id(view)}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"

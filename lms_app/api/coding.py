"""Code by the API: exercises, submissions, and running a program."""

from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import BaseModel, Field

from lms_app.api.actor import CurrentActor
from lms_app.api.pagination import Page, WantedPage, page_of
from services import coding

router = APIRouter(tags=["code"])


class Files(BaseModel):
    """Files by name, with their text. What is not sent comes from the exercise's starter."""

    files: dict[str, str] = Field(min_length=1, max_length=20)


class Program(BaseModel):
    """A program to run. Limits above this server's ceiling are lowered to it."""

    language: str = Field(examples=["python"], max_length=40)
    source: str = Field(examples=["print(input())"])
    stdin: str = ""
    files: dict[str, str] | None = Field(default=None, description="other files beside the program")
    limits: dict[str, float] | None = Field(
        default=None, description="cpu_ms, wall_ms, memory_mb, processes, output_kb, file_mb, files"
    )


class RunResult(BaseModel):
    """What became of a run."""

    verdict: str
    stdout: str
    stderr: str
    exit_code: int | None
    signal: str | None
    time_ms: int
    wall_ms: int
    memory_kb: int


@router.post("/code/run")
def run(program: Program, actor: CurrentActor) -> RunResult:
    """Run a program in the sandbox with its own input."""
    ran = coding.run_code(
        actor,
        language=program.language,
        source=program.source,
        stdin=program.stdin,
        files=program.files,
        limits=program.limits,
    )
    return RunResult(
        verdict=ran.verdict,
        stdout=ran.stdout,
        stderr=ran.stderr,
        exit_code=ran.exit_code,
        signal=ran.signal,
        time_ms=ran.time_ms,
        wall_ms=ran.wall_ms,
        memory_kb=ran.memory_kb,
    )


@router.get("/exercises/{exercise_id}")
def exercise(exercise_id: str, actor: CurrentActor) -> coding.ExerciseView:
    """Return an exercise with its starter, public cases, limits, your draft and your last submissions."""
    return coding.exercise_view(actor, exercise_id=exercise_id)


@router.post("/exercises/{exercise_id}/submissions", status_code=202)
def submit(
    exercise_id: str,
    files: Files,
    actor: CurrentActor,
    idempotency_key: Annotated[
        str, Header(description="Made up by the sender: the same request sent again hands in once.")
    ] = "",
) -> coding.SubmissionView:
    """Hand files in to be judged; follow the submission until it is finished."""
    return coding.submit(actor, exercise_id=exercise_id, files=files.files, request_key=idempotency_key)


@router.get("/exercises/{exercise_id}/submissions")
def submissions(exercise_id: str, actor: CurrentActor, page: WantedPage) -> Page[coding.SubmissionRow]:
    """Return your submissions at an exercise, the newest first."""
    found = coding.history(actor, exercise_id=exercise_id, cursor=page.cursor, limit=page.limit)
    return page_of(found.rows, found.next_cursor)


@router.get("/submissions/{submission_id}")
def submission(submission_id: str, actor: CurrentActor) -> coding.SubmissionView:
    """Return a submission with its code and its judgement."""
    return coding.submission(actor, submission_id=submission_id)


@router.get("/submissions/{submission_id}/compare/{other_id}")
def compare(submission_id: str, other_id: str, actor: CurrentActor) -> coding.CompareView:
    """Return what changed between two submissions of one person at one exercise."""
    return coding.compare(actor, submission_id=submission_id, other_id=other_id)


@router.post("/submissions/{submission_id}/cancel")
def cancel(submission_id: str, actor: CurrentActor) -> coding.SubmissionView:
    """Take back a submission that still waits for the judge. What has ended is returned as it is."""
    return coding.cancel(actor, submission_id=submission_id)


@router.post("/submissions/{submission_id}/again", status_code=202)
def submit_again(submission_id: str, actor: CurrentActor) -> coding.SubmissionView:
    """Hand in the code of one of your submissions once more."""
    return coding.submit_again(actor, submission_id=submission_id)


@router.post("/exercises/{exercise_id}/rejudge", status_code=202)
def rejudge(exercise_id: str, actor: CurrentActor) -> coding.RejudgingView:
    """Judge everything handed in at an exercise anew, by its tests as they are now. While it goes on, this is it."""
    return coding.rejudge(actor, exercise_id=exercise_id)


@router.get("/rejudges/{rejudge_id}")
def rejudge_progress(rejudge_id: str, actor: CurrentActor) -> coding.RejudgingView:
    """Return how far an exercise is judged anew."""
    return coding.rejudge_progress(actor, rejudging_id=rejudge_id)


@router.get("/rejudges/{rejudge_id}/changes")
def rejudge_changes(rejudge_id: str, actor: CurrentActor, page: WantedPage) -> Page[coding.RenewedRow]:
    """Return the submissions that judging an exercise anew has changed, with their verdicts before and after."""
    found = coding.renewed(actor, rejudging_id=rejudge_id, cursor=page.cursor, limit=page.limit)
    return page_of(found.rows, found.next_cursor)


@router.get("/languages")
def languages(actor: CurrentActor) -> list[coding.LanguageView]:
    """Return the languages of this server, and whether programs in each can be run now."""
    return coding.languages(actor)

"""Code by the API: exercises, submissions, and running a program."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from lms_app.api.actor import CurrentActor
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
        default=None, description="cpu_ms, wall_ms, memory_mb, processes, output_kb, file_mb"
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
def submit(exercise_id: str, files: Files, actor: CurrentActor) -> coding.SubmissionView:
    """Hand files in to be judged; follow the submission until it is finished."""
    return coding.submit(actor, exercise_id=exercise_id, files=files.files)


@router.get("/submissions/{submission_id}")
def submission(submission_id: str, actor: CurrentActor) -> coding.SubmissionView:
    """Return a submission with its judgement."""
    return coding.submission(actor, submission_id=submission_id)

"""Code exercises: drafted, run, handed in and judged."""

from services.coding import held as _held  # noqa: F401  (registers itself with courses)
from services.coding import jobs as _jobs  # noqa: F401  (declares the judge's job)
from services.coding.exercises import exercise_view, hint, reset_draft, save_draft
from services.coding.judging import cage_problem, close
from services.coding.reference import judge_reference
from services.coding.running import run_code, run_exercise
from services.coding.schemas import (
    CaseView,
    CheckLine,
    DiffLine,
    DraftView,
    ExerciseRunView,
    ExerciseView,
    FailingCase,
    FileView,
    HintView,
    LimitsView,
    ReferenceReport,
    ReferenceRow,
    RunView,
    SubmissionRow,
    SubmissionView,
)
from services.coding.submitting import give_up, judge_pending, submission, submissions, submit

__all__ = [
    "CaseView",
    "CheckLine",
    "DiffLine",
    "DraftView",
    "ExerciseRunView",
    "ExerciseView",
    "FailingCase",
    "FileView",
    "HintView",
    "LimitsView",
    "ReferenceReport",
    "ReferenceRow",
    "RunView",
    "SubmissionRow",
    "SubmissionView",
    "cage_problem",
    "close",
    "exercise_view",
    "give_up",
    "hint",
    "judge_pending",
    "judge_reference",
    "reset_draft",
    "run_code",
    "run_exercise",
    "save_draft",
    "submission",
    "submissions",
    "submit",
]

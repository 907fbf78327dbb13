"""Code exercises: drafted, run, handed in and judged."""

from services.coding import held as _held  # noqa: F401  (registers itself with courses)
from services.coding import jobs as _jobs  # noqa: F401  (declares the judge's job)
from services.coding.exercises import exercise_view, hint, reset_draft, save_draft
from services.coding.history import compare, history, submissions
from services.coding.machine import cage_problem, close
from services.coding.pacing import Looks
from services.coding.reference import judge_reference
from services.coding.rejudging import rejudge, rejudge_progress
from services.coding.running import languages, run_code, run_exercise
from services.coding.schemas import (
    CaseView,
    CheckLine,
    CompareView,
    DiffLine,
    DraftView,
    ExerciseRunView,
    ExerciseView,
    FailingCase,
    FileChange,
    FileView,
    HintView,
    HistoryPage,
    LanguageView,
    LimitsView,
    ReferenceReport,
    ReferenceRow,
    RejudgingView,
    RunView,
    SubmissionRow,
    SubmissionView,
)
from services.coding.submitting import cancel, submission, submit, submit_again
from services.coding.verdicts import give_up, judge_pending

__all__ = [
    "CaseView",
    "CheckLine",
    "CompareView",
    "DiffLine",
    "DraftView",
    "ExerciseRunView",
    "ExerciseView",
    "FailingCase",
    "FileChange",
    "FileView",
    "HintView",
    "HistoryPage",
    "LanguageView",
    "LimitsView",
    "Looks",
    "ReferenceReport",
    "ReferenceRow",
    "RejudgingView",
    "RunView",
    "SubmissionRow",
    "SubmissionView",
    "cage_problem",
    "cancel",
    "close",
    "compare",
    "exercise_view",
    "give_up",
    "hint",
    "history",
    "judge_pending",
    "judge_reference",
    "languages",
    "rejudge",
    "rejudge_progress",
    "reset_draft",
    "run_code",
    "run_exercise",
    "save_draft",
    "submission",
    "submissions",
    "submit",
    "submit_again",
]

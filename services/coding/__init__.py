"""Code exercises: drafted, run, handed in and judged."""

from services.coding import held as _held  # noqa: F401  (registers itself with courses)
from services.coding import jobs as _jobs  # noqa: F401  (declares the judge's job)
from services.coding.drafts import bring_back, choose_text, compare_texts, forget_text, reset_draft, save_draft
from services.coding.exercises import exercise_view, hint
from services.coding.formatting import format_code
from services.coding.history import compare, history, submissions
from services.coding.machine import cage_problem, close
from services.coding.reference import judge_reference
from services.coding.rejudging import rejudge, rejudge_progress
from services.coding.running import languages, run_code, run_exercise
from services.coding.schemas import (
    Aside,
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
    "Aside",
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
    "ReferenceReport",
    "ReferenceRow",
    "RejudgingView",
    "RunView",
    "SubmissionRow",
    "SubmissionView",
    "bring_back",
    "cage_problem",
    "cancel",
    "choose_text",
    "close",
    "compare",
    "compare_texts",
    "exercise_view",
    "forget_text",
    "format_code",
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

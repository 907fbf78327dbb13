"""What the rest of the product receives of quizzes: frozen, and never an answer key before the attempt is submitted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One choice of a question, in the author's order."""

    key: str
    html: str


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as its taker sees it, with what they have saved for it so far (empty: nothing).

    ``saved_choices`` holds the chosen keys of single and multiple choice, and ``true`` or ``false`` of a true/false
    question; ``saved_text`` what was written for a short or numeric one.
    """

    id: str
    key: str
    number: int
    kind: str  # single, multiple, truefalse, short or numeric
    html: str
    choices: list[ChoiceView]
    points: int
    saved_choices: list[str]
    saved_text: str
    answered: bool
    saved_at: str = ""


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """A line in the list of one's attempts. Score, percent and passed count only once it is submitted."""

    id: str
    number: int
    status: str  # open or submitted
    started_at: str
    submitted_at: str
    score: float
    max_score: int
    percent: int
    passed: bool


@dataclass(frozen=True, slots=True)
class AttemptView:
    """An open attempt with its questions."""

    id: str
    quiz_id: str
    number: int
    status: str
    started_at: str
    questions: list[QuestionView]


@dataclass(frozen=True, slots=True)
class QuizView:
    """A quiz as a learner meets it.

    ``questions`` are those of the open attempt, with its saved answers, when ``open_attempt_id`` is not empty;
    otherwise those that the next attempt would have.
    """

    id: str
    title: str
    introduction_html: str
    course_id: str
    lesson_id: str
    pass_percent: int
    attempts_allowed: int  # 0: as many as one likes
    attempts_left: int  # that may still be started; meaningless when attempts_allowed is 0
    may_start: bool
    questions: list[QuestionView]
    max_score: int
    open_attempt_id: str
    open_attempt_number: int
    attempts: list[AttemptRow]  # the newest first
    best_percent: int  # 0 when nothing has been submitted
    passed: bool


@dataclass(frozen=True, slots=True)
class SavedAnswers:
    """The acknowledgement of a save: from here on a crash loses none of it."""

    attempt_id: str
    saved_at: str
    answered: int
    total: int


@dataclass(frozen=True, slots=True)
class ChoiceResult:
    """A choice after submission."""

    key: str
    html: str
    chosen: bool
    right: bool


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """A question after submission: what was answered, what was right, and why."""

    id: str
    number: int
    kind: str
    html: str
    outcome: str  # right, partly, wrong or unanswered
    points: float
    max_points: int
    choices: list[ChoiceResult]
    your_answer: str  # as text, of a short or numeric question, and true or false
    right_answer: str  # likewise; of several accepted answers the first
    explanation_html: str
    taught_in_lesson: str  # title of the lesson that taught it; empty when the author named no place
    taught_in_href: str  # address of the very block


@dataclass(frozen=True, slots=True)
class AttemptResult:
    """A submitted attempt, graded."""

    id: str
    quiz_id: str
    quiz_title: str
    number: int
    started_at: str
    submitted_at: str
    score: float
    max_score: int
    percent: int  # rounded down, so that it reaches the pass mark exactly when the attempt passes
    pass_percent: int
    passed: bool
    questions: list[QuestionResult]

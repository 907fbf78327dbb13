"""The package in memory: one frozen value per file, and the tree they make. Equal values mean an equal course."""

from dataclasses import dataclass, field
from typing import Any

LEVELS = ("beginner", "intermediate", "advanced")
COMPLETIONS = ("viewed", "manual", "quiz", "exercise", "time")
QUESTION_KINDS = ("single", "multiple", "truefalse", "short", "numeric")


@dataclass(frozen=True, slots=True)
class CourseDoc:
    """What course.yaml says, but for the list of modules, which the tree holds."""

    slug: str
    title: str
    summary: str = ""
    description: str = ""
    language: str = "en"
    level: str = "beginner"
    category: str = ""
    tags: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    prerequisites: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    licence: str = ""
    status: str = "published"


@dataclass(frozen=True, slots=True)
class BlockDoc:
    """One block of a lesson."""

    key: str
    kind: str
    title: str = ""
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LessonDoc:
    """What a lesson's Markdown file says."""

    title: str
    minutes: int = 5
    completion: str = "viewed"
    status: str = "published"
    blocks: tuple[BlockDoc, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One input with the output that is expected."""

    name: str
    stdin: str = ""
    expected: str = ""
    points: float = 1
    group: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that earn their points only together; ``points`` of None: those of its cases."""

    name: str
    points: float | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judging:
    """How an exercise's cases are judged, where it is not the usual way."""

    tolerance: dict[str, float] = field(default_factory=dict)  # absolute, relative
    ignore_case: bool = False
    presentation_errors: bool = False
    stop_at_first_failure: bool = False
    groups: tuple[Group, ...] = ()
    program: dict[str, str] = field(default_factory=dict)  # language and entry of the checker or interactor


@dataclass(frozen=True, slots=True)
class ExerciseDoc:
    """What exercise.yaml says. Order between public and hidden cases carries no meaning and is not kept."""

    title: str
    language: str = "python"
    difficulty: int = 1
    entry: str = ""
    limits: dict[str, int | float] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    mode: str = "cases"
    checker: str = "tokens"
    public: tuple[Case, ...] = ()
    hidden: tuple[Case, ...] = ()
    judging: Judging = field(default_factory=Judging)
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExercisePack:
    """An exercise's folder."""

    slug: str
    doc: ExerciseDoc
    instructions: str = ""
    starter: dict[str, str] = field(default_factory=dict)
    tests: dict[str, str] = field(default_factory=dict)
    support: dict[str, str] = field(default_factory=dict)
    reference: dict[str, str] = field(default_factory=dict)
    checker: dict[str, str] = field(default_factory=dict)
    interactor: dict[str, str] = field(default_factory=dict)
    schema: str = ""


@dataclass(frozen=True, slots=True)
class QuestionDoc:
    """A question with its answer."""

    key: str
    kind: str
    text: str
    answer: dict[str, Any]
    choices: tuple[tuple[str, str], ...] = ()
    points: int = 1
    explanation: str = ""
    taught_in: str = ""


@dataclass(frozen=True, slots=True)
class QuizDoc:
    """What a quiz's file says."""

    title: str
    introduction: str = ""
    pass_percent: int = 60
    attempts: int = 0
    questions: tuple[QuestionDoc, ...] = ()


@dataclass(frozen=True, slots=True)
class LessonPack:
    """A lesson with what stands in its folder."""

    slug: str
    doc: LessonDoc
    exercises: tuple[ExercisePack, ...] = ()
    quizzes: tuple[tuple[str, QuizDoc], ...] = ()


@dataclass(frozen=True, slots=True)
class ModulePack:
    """A module with its lessons, in order."""

    slug: str
    title: str
    summary: str
    lessons: tuple[LessonPack, ...]


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture or film, or a file beside the course such as its licence, kept byte by byte."""

    path: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class CoursePack:
    """A whole course. ``sources`` are the package's own text files as written; empty when it was made otherwise."""

    course: CourseDoc
    modules: tuple[ModulePack, ...]
    media: tuple[MediaFile, ...] = ()
    sources: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

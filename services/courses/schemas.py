"""What the rest of the product receives of courses: frozen, and only what the viewer may see."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A row of the catalogue."""

    id: str
    slug: str
    title: str
    summary: str
    language: str
    level: str
    category: str
    tags: list[str]
    lessons: int
    exercises: int
    quizzes: int
    minutes: int
    enrolled: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter chip: a value and how many courses of the present search have it."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class CataloguePage:
    """One page of the catalogue; ``next_cursor`` is empty on the last."""

    cards: list[CourseCard]
    total: int
    next_cursor: str
    levels: list[Facet]
    languages: list[Facet]
    categories: list[Facet]


@dataclass(frozen=True, slots=True)
class SyllabusLesson:
    """A lesson's line in the syllabus and in the outline of the player."""

    id: str
    slug: str
    title: str
    minutes: int
    exercises: int
    quizzes: int
    status: str = "published"
    progress: str = "none"  # none, started or completed


@dataclass(frozen=True, slots=True)
class SyllabusModule:
    """A module with its lessons."""

    id: str
    title: str
    summary: str
    lessons: list[SyllabusLesson]


@dataclass(frozen=True, slots=True)
class CourseDetail:
    """The course page."""

    card: CourseCard
    description_html: str
    outcomes: list[str]
    prerequisites: list[str]
    authors: list[str]
    licence: str
    modules: list[SyllabusModule]
    status: str = "published"
    may_edit: bool = False


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block as a learner sees it. Fields that a kind does not use stay empty."""

    id: str
    key: str
    kind: str
    title: str = ""
    html: str = ""  # text: sanitised HTML of the Markdown; code: highlighted source; prompt: its words
    source: str = ""  # code sample as text, for Copy and Run; prompt text
    language: str = ""
    runnable: bool = False
    src: str = ""  # image or video address on this server, or the video's URL
    alt: str = ""
    caption: str = ""
    exercise_id: str = ""
    quiz_id: str = ""


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson with its blocks, for the player and the API."""

    id: str
    slug: str
    title: str
    course_id: str
    course_slug: str
    course_title: str
    module_title: str
    language: str
    minutes: int
    number: int  # of this lesson in the course, from 1
    total: int
    completion: str
    blocks: list[BlockView]
    previous_slug: str = ""
    next_slug: str = ""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A place in a course that matches a search; ``html`` is an escaped excerpt with the match in <mark>."""

    lesson_slug: str
    lesson_title: str
    block_key: str
    html: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did."""

    course_id: str
    slug: str
    title: str
    created: bool
    modules: int
    lessons: int
    exercises: int
    quizzes: int
    drafts: int
    warnings: list[str] = field(default_factory=list)

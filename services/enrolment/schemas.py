"""What the rest of the product receives of enrolment."""

from dataclasses import dataclass

from services.courses.schemas import SyllabusModule


@dataclass(frozen=True, slots=True)
class EnrolmentView:
    """A person's place in a course; ``created`` tells whether this call made it."""

    course_id: str
    course_slug: str
    course_title: str
    enrolled_at: str
    created: bool


@dataclass(frozen=True, slots=True)
class CourseProgress:
    """A course on the learner's home, with where to go on. The lesson is empty where a course has none yet."""

    course_id: str
    slug: str
    title: str
    summary: str
    language: str
    lessons: int
    done: int
    percent: int
    minutes_left: int
    completed: bool
    lesson_slug: str
    lesson_title: str
    block_key: str
    last_active_at: str


@dataclass(frozen=True, slots=True)
class Home:
    """The learner's home: where they stopped last, if anywhere, and all their courses, the latest first."""

    resume: CourseProgress | None
    courses: list[CourseProgress]


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of a course with this person's progress."""

    course_id: str
    course_slug: str
    course_title: str
    modules: list[SyllabusModule]
    percent: int
    minutes_left: int
    enrolled: bool
    completed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go on in a course."""

    course_slug: str
    lesson_slug: str
    block_key: str


@dataclass(frozen=True, slots=True)
class LessonState:
    """How far a person is in a lesson."""

    lesson_id: str
    block_key: str
    completed: bool
    seconds: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is in a lesson and in its course."""

    lesson_id: str
    lesson_completed: bool
    course_completed: bool
    percent: int
    minutes_left: int

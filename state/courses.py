"""The catalogue and the page of a course."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import reflex as rx

from services import courses, enrolment
from services.courses.schemas import CourseCard, Facet, SyllabusLesson
from services.enrolment.schemas import Outline
from services.platform.errors import Forbidden, NotFound
from state.base import PUBLIC, GuardedState, Id, Key, Line, Permission, handles, is_plain, speaker

_PAGE = 30
_FILTERS = ("level", "category", "language")
_LEVELS = ("beginner", "intermediate", "advanced")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a title or summary; ``hit`` where it is what was searched for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A row of the catalogue."""

    slug: str
    title: list[Piece]
    summary: list[Piece]
    level: str
    language: str
    minutes: int
    lessons: int
    enrolled: bool


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module's line in the syllabus, without its lessons."""

    id: str
    title: str
    summary: str
    lessons: int
    minutes: int
    done: int


class CatalogueState(GuardedState, rx.State):
    """The courses that fit the search and the filters; ``query`` is both as they stand in the address.

    ``drawn`` changes when a text came from the address, so that the search box takes it over.
    """

    status: str = "loading"
    rows: list[CourseRow] = []
    total: int = 0
    next_cursor: str = ""
    levels: list[Facet] = []
    languages: list[Facet] = []
    categories: list[Facet] = []
    text: str = ""
    level: str = ""
    language: str = ""
    category: str = ""
    query: str = ""
    drawn: int = 0
    busy: bool = False

    @handles(PUBLIC, supersedes=True)
    async def open(self) -> None:
        """Show what the address asks for."""
        asked = self.router.url.query_parameters
        # Anybody may have written the address.
        said = {name: value for name, value in asked.items() if isinstance(value, str) and is_plain(value)}
        text = said.get("q", "")[:200]
        if text != self.text:
            self.text = text
            self.drawn += 1
        for name in _FILTERS:
            setattr(self, name, said.get(name, "")[:80])
        await self._find()

    @handles(PUBLIC, supersedes=True, rate=(60, 20))
    async def search(self, text: Line) -> None:
        """Find courses as the person types."""
        self.text = text[:200]
        await self._find()

    @handles(PUBLIC, supersedes=True)
    async def narrow(self, name: Key, value: Key) -> None:
        """Press a filter; pressed again it is taken away."""
        if name in _FILTERS:
            setattr(self, name, "" if getattr(self, name) == value else value)
            await self._find()

    @handles(PUBLIC, supersedes=True)
    async def clear(self) -> None:
        """Take the search and every filter away."""
        self.text = self.level = self.language = self.category = ""
        self.drawn += 1
        await self._find()

    @handles(PUBLIC)
    async def more(self) -> Any:
        """Show the next courses below."""
        if not self.next_cursor:
            return
        self.busy = True
        yield
        try:
            page = await self.call(courses.catalogue, cursor=self.next_cursor, **self._wanted())
            self.rows = [*self.rows, *self._rows(page.cards)]
            self.next_cursor = page.next_cursor
        finally:
            self.busy = False

    async def _find(self) -> None:
        try:
            page = await self.call(courses.catalogue, **self._wanted())
        except Exception:
            self.status = "error"
            raise
        self.rows = self._rows(page.cards)
        self.total, self.next_cursor = page.total, page.next_cursor
        self.levels = with_chosen(_in_order(page.levels), self.level)
        self.languages = with_chosen(page.languages, self.language)
        self.categories = with_chosen(page.categories, self.category)
        asked = {"q": self.text.strip(), **{name: getattr(self, name) for name in _FILTERS}}
        self.query = urlencode({name: value for name, value in asked.items() if value})
        self.status = "ready"

    def _wanted(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "level": self.level,
            "language": self.language,
            "category": self.category,
            "limit": _PAGE,
        }

    def _rows(self, cards: list[CourseCard]) -> list[CourseRow]:
        return [_row(card, self.text) for card in cards]


class CoursePageState(GuardedState, rx.State):
    """The page of a course. The lessons of a module are sent when it is opened: some courses have hundreds.

    ``action`` says what the one button does: sign_in, enrol, start, continue, again, or none.
    """

    status: str = "loading"
    slug: str = ""
    title: str = ""
    summary: str = ""
    language: str = "en"
    level: str = ""
    category: str = ""
    draft: bool = False
    lessons: int = 0
    exercises: int = 0
    quizzes: int = 0
    minutes: int = 0
    description_html: str = ""
    outcomes: list[str] = []
    prerequisites: list[str] = []
    authors: list[str] = []
    licence: str = ""
    modules: list[ModuleRow] = []
    opened: dict[str, list[SyllabusLesson]] = {}
    may_read: bool = False
    enrolled: bool = False
    percent: int = 0
    minutes_left: int = 0
    action: str = "none"
    next_at: str = ""
    next_title: str = ""
    left: bool = False
    busy: bool = False
    _id: str = ""

    @handles(PUBLIC)
    async def open(self) -> None:
        """Show the course of the address."""
        asked = getattr(self, "course_at", "")
        slug = asked if isinstance(asked, str) else ""
        if slug != self.slug:
            self.reset()
        self.left = False
        try:
            await self._load(slug)
        except NotFound:
            self.reset()
            self.status = "missing"
        except Exception:
            self.status = "error"
            raise

    @handles(PUBLIC, rate=(60, 20))
    async def toggle(self, module_id: Id) -> None:
        """Open a module of the syllabus, or close it."""
        if module_id in self.opened:
            self.opened = {key: lessons for key, lessons in self.opened.items() if key != module_id}
            return
        if not self._id:
            return
        found = await self.call(enrolment.outline, course=self._id)
        module = next((module for module in found.modules if module.id == module_id), None)
        if module is not None:
            self.opened = {**self.opened, module_id: module.lessons}

    @handles(Permission.learn, rate=(20, 60))
    async def enrol(self) -> Any:
        """Enrol in the course that is shown."""
        if not self._id:
            return
        self.busy = True
        yield
        try:
            await self.call(enrolment.enrol, course_id=self._id)
            self.left = False
            await self._load(self.slug)
        finally:
            self.busy = False
        yield
        yield rx.set_focus("next-step")  # which is drawn by now, where the pressed button was

    @handles(Permission.learn, rate=(20, 60))
    async def leave(self) -> Any:
        """Leave the course that is shown; enrolling again brings everything back."""
        if not self._id:
            return
        await self.call(enrolment.cancel_enrolment, course_id=self._id)
        self.left = True
        await self._load(self.slug)
        yield
        yield rx.set_focus("enrol")  # the pressed button is gone with its menu

    async def _load(self, slug: str) -> None:
        detail = await self.call(courses.course_detail, slug=slug)
        outline = await self.call(enrolment.outline, course=detail.card.id)
        card = detail.card
        self._id, self.slug, self.title, self.summary = card.id, card.slug, card.title, card.summary
        self.language, self.level, self.category, self.minutes = card.language, card.level, card.category, card.minutes
        self.lessons, self.exercises, self.quizzes = card.lessons, card.exercises, card.quizzes
        self.draft = detail.status != "published"
        self.description_html, self.outcomes, self.prerequisites = (
            detail.description_html,
            detail.outcomes,
            detail.prerequisites,
        )
        self.authors, self.licence = detail.authors, detail.licence
        self.modules = [
            ModuleRow(
                module.id,
                module.title,
                module.summary,
                len(module.lessons),
                sum(lesson.minutes for lesson in module.lessons),
                sum(lesson.progress == "completed" for lesson in module.lessons),
            )
            for module in outline.modules
        ]
        fresh = {module.id: module.lessons for module in outline.modules}
        self.opened = {key: fresh[key] for key in self.opened if key in fresh}
        self.enrolled, self.percent, self.minutes_left = outline.enrolled, outline.percent, outline.minutes_left
        await self._find_action(outline)
        self.status = "ready"

    async def _find_action(self, outline: Outline) -> None:
        self.may_read, self.next_at, self.next_title = False, "", ""
        if not speaker().actor.signed_in:
            self.action, self.next_at = "sign_in", f"/sign-in?next={quote(f'/courses/{self.slug}')}"
            return
        try:
            place = await self.call(enrolment.resume_place, course_slug=self.slug)
        except Forbidden:
            self.action = "none" if self.draft else "enrol"
            return
        except NotFound:
            self.action = "none"
            return
        lessons = [lesson for module in outline.modules for lesson in module.lessons]
        self.may_read = True
        self.next_at = f"/learn/{self.slug}/{place.lesson_slug}"
        self.next_title = next((lesson.title for lesson in lessons if lesson.slug == place.lesson_slug), "")
        begun = any(lesson.progress != "none" for lesson in lessons)
        if not self.enrolled:
            self.action = "none" if self.draft else "enrol"
        elif outline.completed:
            self.action = "again"
        else:
            self.action = "continue" if begun else "start"


def _in_order(levels: list[Facet]) -> list[Facet]:
    """The levels from the easiest on; those that an author made up after them."""
    known = [facet for name in _LEVELS for facet in levels if facet.value == name]
    return known + [facet for facet in levels if facet.value not in _LEVELS]


def with_chosen(facets: list[Facet], chosen: str) -> list[Facet]:
    """A filter that was chosen stays to be taken away, also where it leaves nothing."""
    if not chosen or any(facet.value == chosen for facet in facets):
        return facets
    return [*facets, Facet(chosen, 0)]


def _row(card: CourseCard, text: str) -> CourseRow:
    return CourseRow(
        slug=card.slug,
        title=_pieces(card.title, text),
        summary=_pieces(card.summary, text),
        level=card.level,
        language=card.language,
        minutes=card.minutes,
        lessons=card.lessons,
        enrolled=card.enrolled,
    )


def _pieces(words: str, text: str) -> list[Piece]:
    return [Piece(piece, hit) for piece, hit in courses.hits(words, text)]

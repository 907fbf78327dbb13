"""The course player: the lesson that is open, the outline beside it, and how far the learner is."""

from urllib.parse import quote

import reflex as rx
from reflex.event import EventType

from services import courses, enrolment
from services.courses.schemas import BlockView, SearchHit, SyllabusModule
from services.platform.errors import Forbidden, NotFound, SignInNeeded
from state.ai import TutorState
from state.assessment import QuizState
from state.base import PUBLIC, GuardedState, Key, Line, Permission, handles
from state.coding import ExerciseState, SampleState
from state.opening import Opened, whole_lesson
from state.progress import ProgressState


class PlayerState(GuardedState, rx.State):
    """What the player shows of the course and of the lesson in it."""

    status: str = "loading"
    message: str = ""
    course_title: str = ""
    course_address: str = ""
    lesson_base: str = ""
    outline: list[SyllabusModule] = []
    lesson_id: str = ""
    title: str = ""
    module_title: str = ""
    number: int = 0
    total: int = 0
    minutes: int = 0
    completion: str = "viewed"
    enrolled: bool = False
    language: str = "en"
    blocks: list[BlockView] = []
    previous_at: str = ""
    next_at: str = ""
    resume_at: str = ""
    hits: list[SearchHit] = []
    searched: str = ""
    _course_id: str = ""

    @handles(PUBLIC)
    async def load(self) -> EventType | list[EventType] | None:
        """Open the lesson of the address, or say why it cannot be opened."""
        course, lesson = self._param("course_at"), self._param("lesson_at")
        try:
            opened = await self.call(
                whole_lesson,
                course_slug=course,
                lesson_slug=lesson,
                outlined=self._course_id if self.outline else "",
            )
        except SignInNeeded:
            return self._to_sign_in()
        except Forbidden as refusal:
            self.status, self.course_address = "forbidden", f"/courses/{course}"
            self.message = refusal.message  # translated in the page
        except NotFound:
            self.status = "missing"
        else:
            return await self._open(opened)
        return None

    @handles(PUBLIC)
    async def resume(self) -> EventType:
        """Lead from /learn/<course> to the lesson where the learner stopped."""
        course = self._param("course_at")
        try:
            place = await self.call(enrolment.resume_place, course_slug=course)
        except SignInNeeded:
            return self._to_sign_in()
        except (Forbidden, NotFound):
            return rx.redirect(f"/courses/{course}", replace=True)
        return rx.redirect(f"/learn/{course}/{place.lesson_slug}", replace=True)

    @handles(Permission.learn)
    async def go_on(self) -> EventType | None:
        """Finish the lesson where reading finishes it, and go to the next one, or to the end of the course."""
        progress = await self.get_state(ProgressState)
        if self.enrolled and self.completion in ("viewed", "manual") and not progress.lesson_done:
            await self.call(enrolment.complete_lesson, lesson_id=self.lesson_id)
            await progress._refresh()
            if progress.course_done:
                return None
        return rx.redirect(self.next_at or self.course_address)

    @handles(Permission.learn, rate=(30, 60))
    async def stay_at(self, block_key: Key) -> None:
        """Remember the block that is being read."""
        if self.lesson_id:
            await self.call(enrolment.remember_place, lesson_id=self.lesson_id, block_key=block_key)

    @handles(Permission.learn, rate=(10, 60))
    async def add_time(self, seconds: int) -> None:
        """Count seconds of reading; the service believes no more than the clock allows."""
        if self.lesson_id and await self.call(enrolment.add_time, lesson_id=self.lesson_id, seconds=seconds):
            await (await self.get_state(ProgressState))._refresh()

    @handles(Permission.learn, rate=(20, 60))
    async def come_back(self) -> None:
        """Show what another tab did meanwhile, when this one is looked at again: answers, drafts and progress."""
        if self.status != "ready" or not self.enrolled:
            return
        for widget in (QuizState, ExerciseState):
            await (await self.get_state(widget))._look_again()
        await (await self.get_state(ProgressState))._refresh()

    @handles(PUBLIC, supersedes=True)
    async def search(self, text: Line) -> None:
        """Find places in this course as the person types."""
        self.searched = text.strip()
        if len(self.searched) < 2 or not self._course_id:
            self.hits = []
            return
        self.hits = await self.call(courses.search_course, course_id=self._course_id, text=self.searched)

    async def _open(self, opened: Opened) -> list[EventType]:
        """Show the lesson; returns what has to be followed (an answer or a judgement that is still running)."""
        progress = await self.get_state(ProgressState)
        view, outline = opened.view, opened.outline
        if outline is not None:
            self._course_id, self.hits, self.searched = view.course_id, [], ""
            self.outline, self.enrolled = outline.modules, outline.enrolled
            progress.marks, progress.course_done = {}, outline.completed
            progress.percent, progress.minutes_left = outline.percent, outline.minutes_left
        base = f"/learn/{view.course_slug}/"
        self.lesson_base = base
        self.course_title, self.course_address = view.course_title, f"/courses/{view.course_slug}"
        self.lesson_id, self.title = view.id, view.title
        self.module_title, self.language, self.completion = view.module_title, view.language, view.completion
        self.number, self.total, self.minutes = view.number, view.total, view.minutes
        self.blocks = view.blocks
        self.previous_at = base + view.previous_slug if view.previous_slug else ""
        self.next_at = base + view.next_slug if view.next_slug else ""
        self.resume_at = opened.at.block_key
        progress._open(view.id, done=opened.at.completed)
        self.status = "ready"
        (await self.get_state(QuizState))._show(opened.quizzes)
        (await self.get_state(SampleState))._show(view)
        judged = (await self.get_state(ExerciseState))._show(opened.exercises)
        return [*judged, *(await self.get_state(TutorState))._show(view, opened.conversation)]

    def _to_sign_in(self) -> EventType:
        return rx.redirect(f"/sign-in?code=needed&next={quote(self.router.url.path)}", replace=True)

    def _param(self, name: str) -> str:
        # The parts of the address are sent by the browser, so they may be anything.
        value = getattr(self, name, "")
        return value if isinstance(value, str) else ""

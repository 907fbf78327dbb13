"""The home of a learner: where they stopped, and how far they are in each course."""

from typing import Any

import reflex as rx

from services import courses, enrolment
from services.courses.schemas import CourseCard
from services.enrolment.schemas import CourseProgress
from services.platform.actor import Role
from state.base import PUBLIC, GuardedState, handles, speaker

_NOWHERE = CourseProgress(
    course_id="",
    slug="",
    title="",
    summary="",
    language="",
    lessons=0,
    done=0,
    percent=0,
    minutes_left=0,
    completed=False,
    lesson_slug="",
    lesson_title="",
    block_key="",
    last_active_at="",
)


class HomeState(GuardedState, rx.State):
    """The page at /home. ``offers`` are a few courses for a person who has none yet, more for one who teaches."""

    status: str = "loading"
    resume: CourseProgress = _NOWHERE
    courses: list[CourseProgress] = []
    offers: list[CourseCard] = []
    staff: bool = False

    @handles(PUBLIC)
    async def open(self) -> Any:
        """Show the person's courses; a visitor signs in first and comes back."""
        if not speaker().actor.signed_in:
            return rx.redirect("/sign-in?code=needed&next=/home", replace=True)
        try:
            found = await self.call(enrolment.home)
            self.resume, self.courses = found.resume or _NOWHERE, found.courses
            self.staff = speaker().actor.role is not Role.learner
            most = 12 if self.staff else 3
            self.offers = [] if found.courses else (await self.call(courses.catalogue, limit=most)).cards
        except Exception:
            self.status = "error"
            raise
        self.status = "ready"
        return None

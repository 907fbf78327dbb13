"""Lessons over HTTP: reading one, and finishing it."""

from fastapi import APIRouter

from lms_app.api.actor import CurrentActor
from services import enrolment
from services.courses.schemas import LessonView
from services.enrolment.schemas import Progress

router = APIRouter(prefix="/lessons", tags=["courses"])


@router.get("/{lesson_id}")
def lesson(actor: CurrentActor, lesson_id: str) -> LessonView:
    """Return a lesson with its blocks, for those who take the course or teach."""
    return enrolment.lesson_by_id(actor, lesson_id=lesson_id)


@router.post("/{lesson_id}/complete")
def complete(actor: CurrentActor, lesson_id: str) -> Progress:
    """Finish a lesson whose rule leaves that to the learner."""
    return enrolment.complete_lesson(actor, lesson_id=lesson_id)

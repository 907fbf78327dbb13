"""What the player shows of a lesson, asked for at once: one hop to a thread and one reading instead of many."""

from dataclasses import dataclass

from services import ai, assessment, coding, enrolment
from services.ai.schemas import ConversationView
from services.assessment.schemas import QuizView
from services.coding.schemas import ExerciseView, SubmissionView
from services.courses.schemas import LessonView
from services.enrolment.schemas import LessonState, Outline
from services.platform.actor import Actor
from services.platform.database import reading_together


@dataclass(frozen=True, slots=True)
class Opened:
    """A lesson as its reader meets it; ``outline`` is None where the tab has it already."""

    view: LessonView
    outline: Outline | None
    exercises: list[tuple[ExerciseView, SubmissionView | None]]
    """Each with the last program that was handed in, if there is one."""
    quizzes: list[QuizView]
    conversation: ConversationView | None
    at: LessonState


def whole_lesson(actor: Actor, *, course_slug: str, lesson_slug: str, outlined: str) -> Opened:
    """Return a lesson with all that stands in it, and note that the reader is there.

    ``outlined`` is the id of the course whose outline the tab has. Raises what ``enrolment.lesson_view`` raises.
    """
    with reading_together(actor):
        view = enrolment.lesson_view(actor, course_slug=course_slug, lesson_slug=lesson_slug)
        outline = None if view.course_id == outlined else enrolment.outline(actor, course=view.course_id)
        exercises = []
        for block in view.blocks:
            if block.exercise_id:
                exercise = coding.exercise_view(actor, exercise_id=block.exercise_id)
                rows = exercise.submissions
                exercises.append((exercise, coding.submission(actor, submission_id=rows[0].id) if rows else None))
        quizzes = [assessment.quiz_view(actor, quiz_id=block.quiz_id) for block in view.blocks if block.quiz_id]
        conversation = ai.conversation(actor, lesson_id=view.id) if actor.signed_in else None
    return Opened(view, outline, exercises, quizzes, conversation, enrolment.open_lesson(actor, lesson_id=view.id))

"""The check of a course's exercises: each reference solution is accepted, and no untouched starter is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from services.coding import judging, machine
from services.coding.files import Files
from services.coding.judging import Judgement, Task
from services.coding.loading import whole_task, with_starter
from services.coding.schemas import ReferenceReport, ReferenceRow
from services.courses import editable_course
from services.courses.models import Exercise, ExerciseKey, Lesson, Module
from services.platform.actor import Actor
from services.platform.database import reading
from services.platform.errors import ServiceError
from services.platform.permissions import Permission, require


@dataclass(frozen=True, slots=True)
class _Trial:
    slug: str
    title: str
    draft: bool
    task: Task
    reference: Files
    starter: Files


def judge_reference(
    actor: Actor, *, course: object, progress: Callable[[ReferenceRow], None] | None = None
) -> ReferenceReport:
    """Run every exercise's reference solution and starter through the judge; ``progress`` is told of each."""
    require(actor, Permission.edit_courses)
    machine.require_cage()
    with reading(actor) as session:
        found = editable_course(session, actor, course)
        rows = session.execute(
            sa.select(Exercise, ExerciseKey, col(Lesson.status))
            .join(ExerciseKey, col(ExerciseKey.exercise_id) == col(Exercise.id))
            .join(Lesson, col(Lesson.id) == col(Exercise.lesson_id))
            .join(Module, col(Module.id) == col(Lesson.module_id))
            .where(col(Exercise.course_id) == found.id)
            .order_by(col(Module.position), col(Lesson.position), col(Exercise.slug))
        ).all()
    trials = [
        _Trial(
            slug=exercise.slug,
            title=exercise.title,
            draft=status != "published",
            task=whole_task(exercise, key),
            reference=with_starter(exercise, key.reference),
            starter=dict(exercise.starter),
        )
        for exercise, key, status in rows
    ]
    made: list[ReferenceRow] = []
    with ThreadPoolExecutor(machine.slots(), thread_name_prefix="reference") as pool:
        for row in pool.map(_try, trials):
            made.append(row)
            if progress is not None:
                progress(row)
    return ReferenceReport(
        course=found.slug,
        rows=made,
        references_accepted=sum(row.reference == "accepted" for row in made),
        starters_accepted=[row.slug for row in made if row.starter == "accepted"],
    )


def _try(trial: _Trial) -> ReferenceRow:
    reference = _judged(trial.task, trial.reference)
    starter = _judged(trial.task, trial.starter) if trial.starter else None
    failed = next((check for check in reference.result.get("checks", []) if not check["passed"]), None)
    message = reference.result.get("message", "") or (f"{failed['name']}: {failed['message']}" if failed else "")
    return ReferenceRow(
        slug=trial.slug,
        title=trial.title,
        draft=trial.draft,
        reference=reference.verdict,
        passed=reference.passed,
        total=reference.total,
        starter=starter.verdict if starter else "",
        message=message,
    )


def _judged(task: Task, files: Files) -> Judgement:
    """The judgement; an exercise that the judge refuses is a line of the report, not the end of it."""
    try:
        return judging.judge_files(task, files)
    except ServiceError as error:
        # The author reads this on a command line, where the sandbox's own words say more.
        return Judgement("internal_error", 0, 0, 0, {"message": str(error.__cause__ or error.message), "checks": []})

"""An exercise for those who write its course: its tests, what was handed in, and what judging anew has changed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.accounts.models import User
from services.coding import judging, machine
from services.coding.loading import editable_exercise, key_of
from services.coding.models import Rejudging, RenewedVerdict, Submission
from services.coding.rejudging import newest_rejudging
from services.coding.schemas import (
    CaseRow,
    HandedInPage,
    HandedInRow,
    RenewedPage,
    RenewedRow,
    TeachingView,
    VerdictCount,
)
from services.coding.waiting import OPEN
from services.courses.models import Course, Exercise, ExerciseKey, Lesson
from services.courses.package.web_rules import FILE as RULES
from services.courses.package.web_rules import LANGUAGE as WEB
from services.courses.package.web_rules import parse_rules
from services.platform.actor import Actor
from services.platform.database import reading
from services.platform.errors import Invalid, NotFound
from services.platform.ids import parse_id
from services.platform.messages import N_

_MOST_ROWS = 100
_ROW_COLUMNS = ("id", "number", "status", "verdict", "score", "passed", "total", "created_at")
_NO_PAGE = N_("This page does not exist.")


def teaching_view(actor: Actor, *, exercise_id: object) -> TeachingView:
    """The exercise with its tests and its figures, for those who may write its course."""
    with reading(actor) as session:
        exercise = editable_exercise(session, actor, exercise_id)
        asked = sa.select(col(Course.slug), col(Course.title), col(Lesson.slug), col(Lesson.title)).join(
            Lesson, col(Lesson.course_id) == col(Course.id)
        )
        course_slug, course_title, lesson_slug, lesson_title = session.execute(
            asked.where(col(Lesson.id) == exercise.lesson_id)
        ).one()
        key = key_of(session, exercise.id)
        tried, solved = _people(session, exercise.id)
        judged, verdicts = _verdicts(session, exercise.id)
        going_on = newest_rejudging(session, exercise.id)
    return TeachingView(
        exercise_id=str(exercise.id),
        title=exercise.title,
        language=exercise.language,
        language_label=machine.label_of(exercise.language),
        problem=machine.NO_LANGUAGE if machine.language_problem(exercise.language) else "",
        mode="rules" if exercise.language == WEB else key.mode,
        limits=judging.limits_view(judging.exercise_limits(exercise, mode=key.mode)),
        course_slug=course_slug,
        course_title=course_title,
        lesson_slug=lesson_slug,
        lesson_title=lesson_title,
        tests=_tests(exercise, key),
        tried=tried,
        solved=solved,
        judged=judged,
        handed_in=sum(each.count for each in verdicts),
        verdicts=verdicts,
        rejudging=going_on,
    )


def handed_in(actor: Actor, *, exercise_id: object, cursor: object = "", limit: object = 30) -> HandedInPage:
    """What everybody handed in at an exercise page by page, the newest first."""
    before, wanted = _parse_cursor(cursor), _parse_limit(limit)
    with reading(actor) as session:
        exercise = editable_exercise(session, actor, exercise_id)
        asked = (
            sa.select(col(User.name), *(getattr(Submission, name) for name in _ROW_COLUMNS))
            .join(User, col(User.id) == col(Submission.user_id))
            .where(col(Submission.exercise_id) == exercise.id)
            .order_by(col(Submission.id).desc())
            .limit(wanted + 1)
        )
        if before is not None:
            asked = asked.where(col(Submission.id) < before)
        found = [_handed_in(name, values) for name, *values in session.execute(asked)]
    rows = found[:wanted]
    return HandedInPage(rows=rows, next_cursor=rows[-1].id if len(found) > wanted else "")


def renewed(actor: Actor, *, rejudging_id: object, cursor: object = "", limit: object = 30) -> RenewedPage:
    """What judging an exercise anew has changed until now: each submission with its verdict before and after."""
    after, wanted = _parse_cursor(cursor), _parse_limit(limit)
    with reading(actor) as session:
        rejudging = session.scalar(sa.select(Rejudging).where(col(Rejudging.id) == parse_id(rejudging_id)))
        if rejudging is None:
            raise NotFound
        editable_exercise(session, actor, rejudging.exercise_id)
        asked = (
            sa.select(RenewedVerdict, col(Submission.number), col(User.name))
            .join(Submission, col(Submission.id) == col(RenewedVerdict.submission_id))
            .join(User, col(User.id) == col(Submission.user_id))
            .where(col(RenewedVerdict.rejudging_id) == rejudging.id)
            .order_by(col(RenewedVerdict.submission_id))
            .limit(wanted + 1)
        )
        if after is not None:
            asked = asked.where(col(RenewedVerdict.submission_id) > after)
        found = [_renewed(*row) for row in session.execute(asked)]
    rows = found[:wanted]
    return RenewedPage(rows=rows, next_cursor=rows[-1].id if len(found) > wanted else "")


def _people(session: Session, exercise_id: UUID) -> tuple[int, int]:
    person = col(Submission.user_id)
    passed = sa.case((col(Submission.verdict) == "accepted", person))
    asked = sa.select(sa.func.count(sa.distinct(person)), sa.func.count(sa.distinct(passed)))
    tried, solved = session.execute(asked.where(col(Submission.exercise_id) == exercise_id)).one()
    return tried, solved


def _verdicts(session: Session, exercise_id: UUID) -> tuple[int, list[VerdictCount]]:
    asked = (
        sa.select(col(Submission.status), col(Submission.verdict), sa.func.count())
        .where(col(Submission.exercise_id) == exercise_id)
        .group_by(col(Submission.status), col(Submission.verdict))
    )
    judged, counts = 0, dict[str, int]()
    for status, verdict, count in session.execute(asked):
        judged += count if status == "done" else 0
        name = "waiting" if status in OPEN else "cancelled" if status == "cancelled" else verdict
        counts[name] = counts.get(name, 0) + count
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return judged, [VerdictCount(name, count) for name, count in ordered]


def _tests(exercise: Exercise, key: ExerciseKey) -> list[CaseRow]:
    if exercise.language == WEB:
        return [CaseRow(rule["name"], rule["hidden"], 1, "") for rule in parse_rules(RULES, key.tests[RULES])]
    if key.mode == "unit_tests":
        return [CaseRow(name, True, 0, "") for name in key.tests]
    rules = key.judging or {}
    cases = [*exercise.public_cases, *key.hidden_cases]
    worth = {group["name"]: group["points"] for group in rules.get("groups", ())}
    rows = []
    for place, case in enumerate(cases):
        group = str(case.get("group", ""))
        points = _points_of_group(group, worth, cases) if group else case.get("points", 1)
        rows.append(CaseRow(str(case.get("name", "")), place >= len(exercise.public_cases), points, group))
    return rows


def _points_of_group(group: str, worth: Mapping[str, float | None], cases: Sequence[Mapping[str, Any]]) -> float:
    told = worth.get(group)
    return sum(case.get("points", 1) for case in cases if case.get("group") == group) if told is None else told


def _handed_in(name: str, values: Sequence[Any]) -> HandedInRow:
    found = dict(zip(_ROW_COLUMNS, values, strict=True))
    return HandedInRow(**{**found, "id": str(found["id"]), "created_at": found["created_at"].isoformat(), "name": name})


def _renewed(row: RenewedVerdict, number: int, name: str) -> RenewedRow:
    return RenewedRow(
        id=str(row.submission_id),
        name=name,
        number=number,
        before=row.before,
        after=row.after,
        score_before=row.score_before,
        score_after=row.score_after,
    )


def _parse_cursor(cursor: object) -> UUID | None:
    if cursor in ("", None):
        return None
    try:
        return parse_id(cursor)
    except NotFound:
        raise Invalid(_NO_PAGE, fields={"cursor": _NO_PAGE}) from None


def _parse_limit(limit: object) -> int:
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= _MOST_ROWS:
        problem = N_("A page has 1 to 100 lines.")
        raise Invalid(problem, fields={"limit": problem})
    return limit

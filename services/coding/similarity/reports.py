"""Asking for a comparison, reading it, and noting what one thinks of a pair. The judgement is always a person's."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlmodel import col

from services.accounts import storable
from services.accounts.models import User
from services.coding.models import Submission
from services.coding.similarity.comparing import JOB
from services.coding.similarity.loading import report_of, taught_exercise, taught_pair
from services.coding.similarity.models import SimilarityReport, SimilarPair
from services.coding.similarity.schemas import (
    CodeFile,
    CodeLine,
    PairRow,
    PairView,
    RegionRow,
    Side,
    SimilarityView,
)
from services.courses.models import Course, Exercise, Lesson
from services.platform import audit, clock, jobs
from services.platform.actor import Actor
from services.platform.database import reading, unit_of_work
from services.platform.errors import Invalid
from services.platform.ids import new_id
from services.platform.messages import N_
from services.platform.rate import limiter

_MOST_ROWS = 100
_LONGEST_NOTE = 2000
_MOST_LINES, _LONGEST_LINE = 2000, 500
_STARTS = (6, 60.0)  # of one exercise's comparison, a minute
_OPEN = ("queued", "running")


def start(actor: Actor, *, exercise_id: object) -> SimilarityView:
    """Ask for the comparison of what was handed in at an exercise; while one is at work, that is the one."""
    with unit_of_work(actor) as session:
        exercise, lesson, course = taught_exercise(session, actor, exercise_id, lock=True)
        report = report_of(session, exercise.id, lock=True)
        if report is None or report.status not in _OPEN:
            limiter.take(f"similarity:{exercise.id}", *_STARTS)
            report = _begun(session, actor, exercise, report)
            payload = {"report_id": str(report.id), "claim": str(report.claim)}
            jobs.enqueue(session, actor, JOB, payload, key=f"{JOB}:{report.claim}")
            audit.record(session, actor, "similarity.start", report)
        return _view(session, report, (exercise, lesson, course), [], "")


def _begun(session: Session, actor: Actor, exercise: Exercise, report: SimilarityReport | None) -> SimilarityReport:
    now = clock.now()
    if report is None:
        report = SimilarityReport(
            organisation_id=actor.organisation_id,
            course_id=exercise.course_id,
            exercise_id=exercise.id,
            claim=new_id(),
            started_at=now,
        )
        session.add(report)
    report.status, report.claim, report.percent = "queued", new_id(), 0
    report.started_at, report.finished_at = now, None
    session.flush()
    return report


def similarity(actor: Actor, *, exercise_id: object, cursor: object = "", limit: object = 30) -> SimilarityView:
    """The report of an exercise with a page of its pairs, the most alike first."""
    size = min(max(limit, 1), _MOST_ROWS) if isinstance(limit, int) and not isinstance(limit, bool) else 30
    after = _place_after(cursor)
    with reading(actor) as session:
        found = taught_exercise(session, actor, exercise_id)
        report = report_of(session, found[0].id)
        rows = _rows(session, report, col(SimilarPair.place) > after, size + 1) if report is not None else []
        last = str(after + size) if len(rows) > size else ""
        return _view(session, report, found, rows[:size], last)


def _place_after(cursor: object) -> int:
    if cursor in ("", None):
        return 0
    if isinstance(cursor, str) and cursor.isascii() and cursor.isdecimal() and len(cursor) < 8:
        return int(cursor)
    raise Invalid("This page does not exist.", fields={"cursor": "This page does not exist."})


def _view(
    session: Session,
    report: SimilarityReport | None,
    found: tuple[Exercise, Lesson, Course],
    rows: list[PairRow],
    next_cursor: str,
) -> SimilarityView:
    exercise, lesson, course = found
    pairs, worth, looked = _counts(session, report.id) if report is not None else (0, 0, 0)
    return SimilarityView(
        exercise_id=str(exercise.id),
        exercise_title=exercise.title,
        course_slug=course.slug,
        course_title=course.title,
        lesson_slug=lesson.slug,
        status=report.status if report is not None else "none",
        percent=report.percent if report is not None else 0,
        finished_at=report.finished_at.isoformat() if report is not None and report.finished_at else "",
        people=report.people if report is not None else 0,
        compared=report.compared if report is not None else 0,
        pairs=pairs,
        worth_a_look=worth,
        looked_at=looked,
        rows=rows,
        next_cursor=next_cursor,
    )


def _counts(session: Session, report_id: UUID) -> tuple[int, int, int]:
    """How many pairs there are, how many are worth a look, and at how many of all somebody has looked."""
    listed = (col(SimilarPair.report_id) == report_id, col(SimilarPair.place) > 0)
    worth = sa.func.count().filter(col(SimilarPair.worth_a_look))
    row = session.execute(
        sa.select(sa.func.count(), worth, sa.func.count(col(SimilarPair.looked_at))).where(*listed)
    ).one()
    return row[0], row[1], row[2]


def _rows(session: Session, report: SimilarityReport, which: sa.ColumnElement[bool], most: int) -> list[PairRow]:
    left, right, looker = aliased(User), aliased(User), aliased(User)
    asked = (
        sa.select(SimilarPair, col(left.name), col(right.name), col(looker.name))
        .join(left, col(left.id) == col(SimilarPair.left_user_id))
        .join(right, col(right.id) == col(SimilarPair.right_user_id))
        .outerjoin(looker, col(looker.id) == col(SimilarPair.looked_by_id))
        .where(col(SimilarPair.report_id) == report.id, which)
        .order_by(col(SimilarPair.place))
        .limit(most)
    )
    return [_row(pair, *names) for pair, *names in session.execute(asked)]


def _row(pair: SimilarPair, left: str, right: str, looked_by: str | None) -> PairRow:
    return PairRow(
        id=str(pair.id),
        left_name=left,
        right_name=right,
        similarity=pair.similarity,
        left_share=pair.left_share,
        right_share=pair.right_share,
        regions=len(pair.regions),
        group=pair.group_number,
        worth_a_look=pair.worth_a_look,
        looked_at=pair.looked_at.isoformat() if pair.looked_at else "",
        looked_by=looked_by or "",
        note=pair.note,
    )


def similar_pair(actor: Actor, *, pair_id: object) -> PairView:
    """Two programs side by side, with the parts they share."""
    with reading(actor) as session:
        pair, report = taught_pair(session, actor, pair_id)
        row = _rows(session, report, col(SimilarPair.id) == pair.id, 1)[0]
        left = session.get_one(Submission, pair.left_submission_id)
        right = session.get_one(Submission, pair.right_submission_id)
        return PairView(
            row=row,
            exercise_id=str(report.exercise_id),
            left=_side(left, row.left_name, row.left_share, [region["left"] for region in pair.regions]),
            right=_side(right, row.right_name, row.right_share, [region["right"] for region in pair.regions]),
            regions=[
                RegionRow(number, *region["left"], *region["right"])
                for number, region in enumerate(pair.regions, start=1)
            ],
        )


def _side(submission: Submission, name: str, share: float, regions: Sequence[tuple[str, int, int]]) -> Side:
    files = []
    for file, text in submission.files.items():
        marks: dict[int, int] = {}
        for number, (where, first, last) in enumerate(regions, start=1):
            if where == file:
                for line in range(first, last + 1):
                    marks.setdefault(line, number)
        lines = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")[:_MOST_LINES]
        shown = [CodeLine(at, line[:_LONGEST_LINE], marks.get(at, 0)) for at, line in enumerate(lines, start=1)]
        files.append(CodeFile(file, shown))
    return Side(name, submission.number, submission.created_at.isoformat(), share, files)


def mark_pair(actor: Actor, *, pair_id: object, looked_at: object = None, note: object = None) -> PairRow:
    """Note that somebody has looked at a pair (or has not), and what they think of it; None leaves it as it is."""
    text = None if note is None else _note(note)
    if looked_at is not None and not isinstance(looked_at, bool):
        problem = N_("This must be yes or no.")
        raise Invalid(problem, fields={"looked_at": problem})
    with unit_of_work(actor) as session:
        pair, report = taught_pair(session, actor, pair_id, lock=True)
        if looked_at and pair.looked_at is None:
            pair.looked_at, pair.looked_by_id = clock.now(), actor.user_id
        elif looked_at is False:
            pair.looked_at = pair.looked_by_id = None
        if text is not None:
            pair.note = text
        audit.record(session, actor, "similarity.mark", pair, looked_at=pair.looked_at is not None)
        session.flush()
        return _rows(session, report, col(SimilarPair.id) == pair.id, 1)[0]


def _note(note: object) -> str:
    if isinstance(note, str) and storable(note) and len(note.strip()) <= _LONGEST_NOTE:
        return note.strip()
    problem = N_("Write a note of at most 2000 characters.")
    raise Invalid(problem, fields={"note": problem})

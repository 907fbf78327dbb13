"""The work behind a report: who handed in what, compared elsewhere, written down here."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.coding.models import Submission
from services.coding.similarity.loading import best_submissions
from services.coding.similarity.models import SimilarityReport, SimilarPair
from services.coding.similarity.process import Files, Found, rank_apart
from services.courses.models import Exercise, ExerciseKey
from services.platform import clock
from services.platform.actor import Actor, Role
from services.platform.database import reading, unit_of_work
from services.platform.errors import Forbidden
from services.platform.ids import parse_id
from services.platform.jobs import handler

JOB = "similarity.compare"  # a queue of its own: a judge's thread is not kept from learners who wait
_AT_ONCE = 200  # submissions whose files are read together
_SECONDS_BETWEEN = 0.5  # two notes of how far it is


class _Superseded(Exception):
    """Another comparison of the exercise was asked for; this one has nothing to write any more."""


def run_comparison(actor: Actor, *, report_id: object, claim: object) -> None:
    """Compare what was handed in, and write the report. Running it again does no harm."""
    if actor.role is not Role.system:
        raise Forbidden("You may not do this.")
    report, asked = parse_id(report_id), parse_id(claim)
    try:
        _note(actor, report, asked, 0)
        exercise, given, owners = _read(actor, report)
        programs = _files(actor, owners)
        found = rank_apart(programs, exercise.language, given, _Teller(actor, report, asked))
        _write(actor, report, asked, found, owners)
    except _Superseded:
        return


def comparison_gave_up(actor: Actor, *, report_id: object, claim: object) -> None:
    """Say that a comparison has failed; it can be asked for again, and what was found before stays."""
    if actor.role is not Role.system:
        raise Forbidden("You may not do this.")
    with unit_of_work(actor) as session:
        found = session.get(SimilarityReport, parse_id(report_id), with_for_update=True)
        if found is not None and found.claim == parse_id(claim):
            found.status, found.finished_at = "failed", clock.now()


class _Teller:
    """Notes how far a comparison is, now and then."""

    def __init__(self, actor: Actor, report: UUID, claim: UUID) -> None:
        self._where = actor, report, claim
        self._noted_at = time.monotonic()

    def __call__(self, percent: int) -> None:
        """Note it, unless that was done just now."""
        if time.monotonic() - self._noted_at >= _SECONDS_BETWEEN:
            self._noted_at = time.monotonic()
            _note(*self._where, percent)


def _claimed(session: Session, report: UUID, claim: UUID) -> SimilarityReport:
    found = session.get(SimilarityReport, report, with_for_update=True)
    if found is None or found.claim != claim or found.status not in ("queued", "running"):
        raise _Superseded
    return found


def _note(actor: Actor, report: UUID, claim: UUID, percent: int) -> None:
    with unit_of_work(actor) as session:
        found = _claimed(session, report, claim)
        found.status, found.percent = "running", percent


def _read(actor: Actor, report: UUID) -> tuple[Exercise, list[Files], dict[UUID, UUID]]:
    """The exercise, what everybody was given, and the submissions to compare."""
    with reading(actor) as session:
        exercise = session.get_one(Exercise, session.get_one(SimilarityReport, report).exercise_id)
        key = session.scalar(sa.select(ExerciseKey).where(col(ExerciseKey.exercise_id) == exercise.id))
        given = [exercise.starter, *([key.support, key.tests] if key is not None else [])]
        return exercise, [files for files in given if files], best_submissions(session, exercise)


def _files(actor: Actor, owners: Mapping[UUID, UUID]) -> dict[str, Files]:
    wanted = list(owners)
    found: dict[str, Files] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        with reading(actor) as session:
            rows = session.execute(
                sa.select(col(Submission.id), col(Submission.files)).where(
                    col(Submission.id).in_(wanted[start : start + _AT_ONCE])
                )
            )
            found.update((str(submission), files) for submission, files in rows)
    return found


def _write(actor: Actor, report_id: UUID, claim: UUID, found: Found, owners: Mapping[UUID, UUID]) -> None:
    with unit_of_work(actor) as session:
        report = _claimed(session, report_id, claim)
        known = {
            (pair.left_user_id, pair.right_user_id): pair
            for pair in session.scalars(sa.select(SimilarPair).where(col(SimilarPair.report_id) == report_id))
        }
        for place, words in enumerate(found.pairs, start=1):
            values = _values(words, owners) | {"place": place}
            pair = known.pop((values["left_user_id"], values["right_user_id"]), None)
            if pair is None:
                session.add(SimilarPair(organisation_id=report.organisation_id, report_id=report_id, **values))
            else:
                _renew(pair, values)
        for pair in known.values():
            if pair.note or pair.looked_at:
                pair.place = 0
            else:
                session.delete(pair)
        report.status, report.percent, report.finished_at = "done", 100, clock.now()
        report.people, report.compared = len(owners), found.compared


def _renew(pair: SimilarPair, values: Mapping[str, Any]) -> None:
    """Take over what was found now. Who looked at other programs has not looked at these; the note stays."""
    if any(getattr(pair, name) != values[name] for name in ("left_submission_id", "right_submission_id")):
        pair.looked_at = pair.looked_by_id = None
    for name, value in values.items():
        setattr(pair, name, value)


def _values(words: Mapping[str, Any], owners: Mapping[UUID, UUID]) -> dict[str, Any]:
    """A pair's columns; of two people the one with the smaller id is left, so that they are one pair each time."""
    sides = [(owners[UUID(words[side])], UUID(words[side]), words[f"{side}_share"], side) for side in ("left", "right")]
    (left_user, left, left_share, first), (right_user, right, right_share, second) = sorted(sides)
    return {
        "left_user_id": left_user,
        "left_submission_id": left,
        "left_share": left_share,
        "right_user_id": right_user,
        "right_submission_id": right,
        "right_share": right_share,
        "similarity": words["similarity"],
        "worth_a_look": words["worth_a_look"],
        "group_number": words["group"],
        "regions": [{"left": region[first], "right": region[second]} for region in words["regions"]],
    }


def _gave_up(actor: Actor, payload: dict[str, Any], _error: str) -> None:
    comparison_gave_up(actor, report_id=payload["report_id"], claim=payload["claim"])


@handler(JOB, max_attempts=3, gave_up=_gave_up)
def compare_programs(actor: Actor, payload: dict[str, Any]) -> None:
    """Make the report that a job names."""
    run_comparison(actor, report_id=payload["report_id"], claim=payload["claim"])

"""What features above courses tell this one, without it knowing them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Held:
    """What learners' work refers to, so that an import must not delete it."""

    lessons: frozenset[UUID] = field(default_factory=frozenset)
    exercises: frozenset[UUID] = field(default_factory=frozenset)
    quizzes: frozenset[UUID] = field(default_factory=frozenset)


HeldCheck = Callable[[Session, UUID], Held]
Membership = Callable[[Session, UUID, list[UUID]], Iterable[UUID]]

_held_checks: list[HeldCheck] = []
_memberships: list[Membership] = []


def register_held(check: HeldCheck) -> HeldCheck:
    """Register a function that tells, for a course, what learners' work refers to. Register it beside the tables."""
    _held_checks.append(check)
    return check


def register_membership(check: Membership) -> Membership:
    """Register a function that tells which of some courses a person takes."""
    _memberships.append(check)
    return check


def held(session: Session, course_id: UUID) -> Held:
    """Return all that learners' work in the course refers to."""
    found = [check(session, course_id) for check in _held_checks]
    return Held(
        lessons=frozenset().union(*(each.lessons for each in found)),
        exercises=frozenset().union(*(each.exercises for each in found)),
        quizzes=frozenset().union(*(each.quizzes for each in found)),
    )


def taken_courses(session: Session, user_id: UUID | None, course_ids: list[UUID]) -> set[UUID]:
    """Return which of the courses the person takes."""
    if user_id is None or not course_ids:
        return set()
    return {course for check in _memberships for course in check(session, user_id, course_ids)}

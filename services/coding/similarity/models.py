"""Tables of the comparison: one report for an exercise, and its pairs with what staff noted about them."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.platform.database import OrganisationRow, UtcDateTime

_TIME = cast(Any, UtcDateTime)
_JSON = cast(Any, sa.JSON)


class SimilarityReport(OrganisationRow, table=True):
    """How alike the programs handed in at one exercise are. It is made anew in place, so that notes are kept."""

    __tablename__ = "similarity_report"
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    exercise_id: UUID = Field(foreign_key="exercise.id", ondelete="CASCADE", unique=True)
    status: str = Field(default="queued", max_length=20, description="queued, running, done or failed")
    claim: UUID = Field(description="of the comparison that may write here; the last that was asked for")
    percent: int = 0
    people: int = Field(default=0, description="whose programs were looked at")
    compared: int = Field(default=0, description="of them long enough to be compared")
    started_at: datetime = Field(sa_type=_TIME)
    finished_at: datetime | None = Field(default=None, sa_type=_TIME)


class SimilarPair(OrganisationRow, table=True):
    """Two people whose programs are alike. Who looked at it and what they noted survives a new comparison."""

    __tablename__ = "similar_pair"
    __table_args__ = (
        sa.UniqueConstraint("report_id", "left_user_id", "right_user_id"),
        sa.Index("ix_similar_pair_report_id_place", "report_id", "place"),
    )
    report_id: UUID = Field(foreign_key="similarity_report.id", ondelete="CASCADE")
    left_user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    right_user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    left_submission_id: UUID = Field(foreign_key="submission.id", ondelete="CASCADE", index=True)
    right_submission_id: UUID = Field(foreign_key="submission.id", ondelete="CASCADE", index=True)
    place: int = Field(description="in the ranking, from 1; 0: no longer alike, kept for its note")
    similarity: float = Field(description="0 to 1")
    left_share: float = Field(description="of the left program's symbols that the right one has too")
    right_share: float
    worth_a_look: bool = Field(description="whether they share enough for somebody to look at them")
    group_number: int = Field(default=0, description="of the people who are alike among each other; 0: just these two")
    regions: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=_JSON, description="left and right: file, first line, last line"
    )
    looked_at: datetime | None = Field(default=None, sa_type=_TIME)
    looked_by_id: UUID | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL", index=True)
    note: str = Field(default="", max_length=2000)

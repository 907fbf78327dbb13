"""Tables of code that people write: drafts and submissions."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.platform import clock
from services.platform.database import OrganisationRow, UtcDateTime

_TIME = cast(Any, UtcDateTime)
_JSON = cast(Any, sa.JSON)


class Draft(OrganisationRow, table=True):
    """The files in a person's editor at one exercise, each saved on a pause; what was never saved is the starter's."""

    __tablename__ = "draft"
    __table_args__ = (sa.UniqueConstraint("user_id", "exercise_id"),)
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    exercise_id: UUID = Field(foreign_key="exercise.id", ondelete="CASCADE", index=True)
    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    files: dict[str, str] = Field(sa_type=_JSON, description="path to text, in order")
    saved_at: datetime = Field(default_factory=clock.now, sa_type=_TIME)
    version: int = Field(
        default=0,
        sa_column_kwargs={"server_default": sa.text("0")},
        description="counts saves; a save that has not seen the last one is made again",
    )
    written: dict[str, str] | None = Field(
        default=None, sa_type=_JSON, description="path to when its text was saved, in ISO format"
    )
    asides: dict[str, dict[str, Any]] | None = Field(
        default=None, sa_type=_JSON, description="texts of files that another tab had changed meanwhile, by made-up ids"
    )


class Submission(OrganisationRow, table=True):
    """Files handed in at one exercise, and the judgement on them."""

    __tablename__ = "submission"
    __table_args__ = (
        sa.UniqueConstraint("exercise_id", "user_id", "number"),
        sa.Index("submission_waiting", "status", "user_id"),
        sa.Index("submission_request", "user_id", "request_key", unique=True),
        sa.Index("submission_newest", "exercise_id", "id"),
    )
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    exercise_id: UUID = Field(foreign_key="exercise.id", ondelete="CASCADE", index=True)
    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    number: int = Field(description="from 1, per person and exercise")
    files: dict[str, str] = Field(sa_type=_JSON, description="path to text, in order")
    digest: str = Field(max_length=64, description="SHA-256 over the files; tells a double click from a second try")
    status: str = Field(default="queued", max_length=20, description="queued, running, done, failed or cancelled")
    claim: UUID | None = Field(default=None, description="of the judge run that may write the result; the last wins")
    died_at: datetime | None = Field(
        default=None, sa_type=_TIME, description="when a judge run of it was found to have ended without a word"
    )
    request_key: str | None = Field(default=None, max_length=80, description="makes a repeated request the same one")
    cases_done: int = Field(default=0, description="tests behind it while it is judged; 0 where that is quick")
    cases_total: int = Field(default=0, description="of so many")
    verdict: str = Field(default="", max_length=30)
    score: float = Field(default=0, description="0 to 100")
    passed: int = 0
    total: int = 0
    message: str = Field(default="", max_length=500, description="why the judge could not do its work")
    result: dict[str, Any] = Field(
        default_factory=dict, sa_type=_JSON, description="what its owner may know of the judgement, and no more"
    )
    finished_at: datetime | None = Field(default=None, sa_type=_TIME)
    rejudged_at: datetime | None = Field(default=None, sa_type=_TIME, description="when its verdict was last renewed")


class Rejudging(OrganisationRow, table=True):
    """An exercise's submissions judged anew after its tests changed, one after the other, in order of their ids."""

    __tablename__ = "rejudging"
    __table_args__ = (
        sa.Index(
            "rejudging_one_open",
            "exercise_id",
            unique=True,
            sqlite_where=sa.text("status = 'running'"),
            postgresql_where=sa.text("status = 'running'"),
        ),
    )
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    exercise_id: UUID = Field(foreign_key="exercise.id", ondelete="CASCADE", index=True)
    status: str = Field(default="running", max_length=20, description="running, done or failed")
    total: int = Field(default=0, description="submissions to judge anew")
    done: int = Field(default=0, description="of them judged anew, or passed over")
    changed: int = Field(default=0, description="of them with another verdict or score than before")
    kept: int = Field(default=0, description="of them passed over: the judge failed, and the old verdict stands")
    last_id: UUID | None = Field(default=None, description="no foreign key: the submission up to which it has come")
    tried_id: UUID | None = Field(default=None, description="no foreign key: the submission that is judged now")
    tries: int = Field(default=0, description="how often that one was begun")
    message: str = Field(default="", max_length=500, description="why it could not go on")
    finished_at: datetime | None = Field(default=None, sa_type=_TIME)


class RenewedVerdict(OrganisationRow, table=True):
    """A submission that came out of a rejudging otherwise than it went in."""

    __tablename__ = "renewed_verdict"
    __table_args__ = (sa.UniqueConstraint("rejudging_id", "submission_id"),)
    rejudging_id: UUID = Field(foreign_key="rejudging.id", ondelete="CASCADE", index=True)
    submission_id: UUID = Field(foreign_key="submission.id", ondelete="CASCADE", index=True)
    before: str = Field(max_length=30, description="verdict")
    after: str = Field(max_length=30, description="verdict")
    score_before: float = Field(description="0 to 100")
    score_after: float = Field(description="0 to 100")

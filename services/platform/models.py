"""Tables of the platform itself: work to be done later, and who did what."""

from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.platform.database import OrganisationRow, UtcDateTime

_TIME = cast(Any, UtcDateTime)


class JobStatus(StrEnum):
    """Where a job stands. ``failed`` was refused and will not be tried again; ``dead`` used up its attempts."""

    queued = "queued"
    running = "running"
    done = "done"
    failed = "failed"
    dead = "dead"


class Job(OrganisationRow, table=True):
    """Work promised in the same transaction as its cause. The queue's message may be lost; this row may not."""

    __tablename__ = "job"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "key", name="uq_job_organisation_id_key"),
        sa.Index("ix_job_status_run_at", "status", "run_at"),
        sa.Index("ix_job_line_status_turn", "line", "status", "turn"),
        sa.Index("ix_job_line_lane_turn", "line", "lane", "turn"),
    )
    kind: str = Field(max_length=60, description="the handler's name, its feature first: coding.judge")
    payload: dict[str, Any] = Field(sa_type=sa.JSON, description="ids, not contents")
    key: str | None = Field(default=None, max_length=120, description="makes a repeated request the same job")
    line: str | None = Field(
        default=None, max_length=60, description="the queue whose jobs are taken in turn (lanes.py)"
    )
    lane: str | None = Field(default=None, max_length=80, description="whose job it is, in its line")
    turn: int | None = Field(default=None, description="its place in the line, before its id")
    status: str = Field(default=JobStatus.queued, max_length=10)
    attempts: int = 0
    max_attempts: int = 5
    run_at: datetime = Field(sa_type=_TIME, description="not before this time")
    sent_at: datetime | None = Field(default=None, sa_type=_TIME, description="when a message was last queued for it")
    lease_until: datetime | None = Field(default=None, sa_type=_TIME, description="whoever runs it must renew by then")
    finished_at: datetime | None = Field(default=None, sa_type=_TIME)
    last_error: str = Field(default="", max_length=500)


class AuditEntry(OrganisationRow, table=True):
    """One thing somebody did, for those who must answer for it later. Only ever added to; holds no secrets."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_organisation_id_created_at", "organisation_id", "created_at"),
        sa.Index("ix_audit_entry_target", "target_kind", "target_id"),
    )
    actor_id: UUID | None = Field(default=None, description="no foreign key: the entry outlives the person's account")
    actor_role: str = Field(max_length=30)
    action: str = Field(max_length=80, description="noun and verb: course.import")
    target_kind: str = Field(default="", max_length=40)
    target_id: str = Field(default="", max_length=40)
    facts: dict[str, Any] = Field(sa_type=sa.JSON)
    request_id: str = Field(default="", max_length=64)

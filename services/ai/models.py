"""Tables of the tutor: one conversation per learner and lesson, and its messages. An answer is a row that grows."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from services.platform import clock
from services.platform.database import OrganisationRow, UtcDateTime

_TIME = cast(Any, UtcDateTime)
_JSON = cast(Any, sa.JSON)


class Conversation(OrganisationRow, table=True):
    """What one person asked about one lesson; only that person reads it."""

    __tablename__ = "tutor_conversation"
    __table_args__ = (sa.UniqueConstraint("user_id", "lesson_id"),)
    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    course_id: UUID = Field(foreign_key="course.id", ondelete="CASCADE", index=True)
    lesson_id: UUID = Field(foreign_key="lesson.id", ondelete="CASCADE", index=True)


class Message(OrganisationRow, table=True):
    """A question, or an answer that grows while a task writes it.

    The task holds the row by ``lease`` and shows by ``beat_at`` that it lives; a row whose task died is marked failed
    by whoever looks at it next. Tokens are added up over retries, for all of them were paid for.
    """

    __tablename__ = "tutor_message"
    __table_args__ = (sa.UniqueConstraint("conversation_id", "client_key"),)
    conversation_id: UUID = Field(foreign_key="tutor_conversation.id", ondelete="CASCADE", index=True)
    question_id: UUID | None = Field(
        default=None, foreign_key="tutor_message.id", ondelete="CASCADE", index=True, description="of an answer"
    )
    role: str = Field(max_length=10, description="question or answer")
    text: str = Field(default="", description="Markdown; [n] names the nth citation")
    status: str = Field(default="done", max_length=10, description="queued, streaming, done, stopped or failed")
    error: str = Field(default="", max_length=300, description="sentence that explains a failure; a translation key")
    citations: list[dict[str, Any]] = Field(default_factory=list, sa_type=_JSON)
    about: dict[str, Any] = Field(default_factory=dict, sa_type=_JSON, description="what a question points at")
    client_key: str | None = Field(default=None, max_length=64, description="the same for a question sent twice")
    source: str = Field(default="", max_length=10, description="offline or model")
    model: str = Field(default="", max_length=120)
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_estimated: bool = Field(default=False, description="counted here, because the provider did not say")
    lease: str = Field(default="", max_length=32, description="which task may write this answer")
    beat_at: datetime = Field(default_factory=clock.now, sa_type=_TIME)
    updated_at: datetime = Field(default_factory=clock.now, sa_type=_TIME)

"""Tables of accounts: who there is, and which sessions are open."""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlmodel import Field

from services.platform.database import OrganisationRow, Row, UtcDateTime

_TIME = cast(Any, UtcDateTime)


class Organisation(Row, table=True):
    """A tenant: a school or a team. Everything else belongs to one."""

    __tablename__ = "organisation"
    slug: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=200)


class User(OrganisationRow, table=True):
    """A person with an account. The address is unique over all organisations, so that sign-in needs no choice."""

    __tablename__ = "user_account"
    email: str = Field(max_length=254, description="as the person wrote it")
    email_key: str = Field(max_length=254, unique=True, description="case-folded, for look-up")
    name: str = Field(max_length=120)
    password_hash: str = Field(max_length=200)
    role: str = Field(max_length=30)
    language: str = Field(default="en", max_length=8)
    active: bool = True


class AuthSession(OrganisationRow, table=True):
    """One sign-in, of a browser (cookie) or of an API client (token pair). Secrets are stored only as SHA-256."""

    __tablename__ = "auth_session"
    user_id: UUID = Field(foreign_key="user_account.id", ondelete="CASCADE", index=True)
    kind: str = Field(max_length=10, description="browser or api")
    token_hash: str = Field(max_length=64, unique=True)
    user_agent: str = Field(default="", max_length=300)
    last_seen_at: datetime = Field(sa_type=_TIME)
    expires_at: datetime = Field(sa_type=_TIME)
    revoked_at: datetime | None = Field(default=None, sa_type=_TIME)


class UsedRefreshToken(OrganisationRow, table=True):
    """A refresh token that was already exchanged; seeing it again means that it was stolen."""

    __tablename__ = "used_refresh_token"
    session_id: UUID = Field(foreign_key="auth_session.id", ondelete="CASCADE", index=True)
    token_hash: str = Field(max_length=64, unique=True)

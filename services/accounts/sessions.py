"""Who is behind a token: opening, resolving and revoking sessions."""

import hashlib
import secrets
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.accounts.models import AuthSession, User
from services.accounts.schemas import SessionInfo
from services.platform import audit, clock, database
from services.platform.actor import Actor, Role
from services.platform.config import settings
from services.platform.errors import NotFound
from services.platform.ids import parse_id
from services.platform.permissions import require_person

CACHE_SECONDS = 4.0
_MOST_CACHED = 20_000
_TOUCH_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Resolved:
    actor: Actor | None
    until: float


# One cache per database, so that a process that changes its database (a test) starts anew.
_caches: WeakKeyDictionary[sa.Engine, dict[str | UUID, _Resolved]] = WeakKeyDictionary()
_lock = threading.Lock()
_changes = 0


def _cache() -> dict[str | UUID, _Resolved]:
    with _lock:
        return _caches.setdefault(database.engine(), {})


def forget_resolved() -> None:
    """Ask the database again for every token: after a session, a role or an account changed."""
    global _changes
    with _lock:
        _changes += 1
    _cache().clear()


def hash_token(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """Return 256 random bits, as text for a cookie or a header."""
    return secrets.token_urlsafe(32)


def open_session(session: Session, user: User, *, kind: str, user_agent: str) -> tuple[AuthSession, str]:
    """Add a session for the person inside the caller's transaction and return it with its token."""
    token = new_token()
    now = clock.now()
    row = AuthSession(
        organisation_id=user.organisation_id,
        user_id=user.id,
        kind=kind,
        token_hash=hash_token(token),
        user_agent=_one_line(user_agent)[:300],
        last_seen_at=now,
        expires_at=expiry(now),
    )
    session.add(row)
    session.flush()
    return row, token


def actor_of(user: User, session_id: UUID | None) -> Actor:
    """Return the actor that a person is."""
    return Actor(
        organisation_id=user.organisation_id,
        role=Role(user.role),
        user_id=user.id,
        session_id=session_id,
        name=user.name,
        language=user.language,
    )


def resolve(token: object) -> Actor | None:
    """Return who holds the browser session of this cookie, or None. Remembered for a few seconds."""
    if not isinstance(token, str) or not 20 <= len(token) <= 100:
        return None
    key = hash_token(token)
    return _remembered(key, _by_token, token_hash=key)


def resolve_cached(token: str) -> tuple[bool, Actor | None]:
    """Return whether the answer is known without asking the database, and the answer."""
    found = _cache().get(hash_token(token))
    if found is None or found.until <= time.monotonic():
        return False, None
    return True, found.actor


def resolve_session(session_id: UUID) -> Actor | None:
    """Return who holds this session, whatever its kind, or None when it has ended."""
    return _remembered(session_id, _by_id, session_id=session_id)


def _remembered(key: str | UUID, question: sa.Select[*tuple[Any, ...]], **values: object) -> Actor | None:
    cache = _cache()
    found = cache.get(key)
    if found is not None and found.until > time.monotonic():
        return found.actor
    until = time.monotonic() + CACHE_SECONDS  # before the question: an answer is never younger than it seems
    changes = _changes
    actor = _look_up(question, values)
    if len(cache) >= _MOST_CACHED:
        cache.clear()
    if changes == _changes:  # else a session may have been revoked after it was read
        cache[key] = _Resolved(actor, until)
    return actor


_held_by = sa.select(
    col(AuthSession.id), col(AuthSession.kind), col(AuthSession.revoked_at), col(AuthSession.expires_at),
    col(AuthSession.last_seen_at), col(User.active), col(User.organisation_id), col(User.role), col(User.id),
    col(User.name), col(User.language),
).join(User, col(User.id) == col(AuthSession.user_id))  # fmt: skip
_by_token = _held_by.where(
    col(AuthSession.token_hash) == sa.bindparam("token_hash"), col(AuthSession.kind) == "browser"
)
_by_id = _held_by.where(col(AuthSession.id) == sa.bindparam("session_id"))


def _look_up(question: sa.Select[*tuple[Any, ...]], values: dict[str, object]) -> Actor | None:
    now = clock.now()
    with database.reading_across_organisations() as session:
        # Asked at every other event: by the connection it costs a fifth of what objects of both rows would.
        found = session.connection().execute(question, values).first()
    if found is None:
        return None
    session_id, kind, revoked_at, expires_at, last_seen_at, active, organisation_id, role, user_id, name, language = (
        found
    )
    if revoked_at is not None or expires_at <= now or not active:
        return None
    actor = Actor(
        organisation_id=organisation_id,
        role=Role(role),
        user_id=user_id,
        session_id=session_id,
        name=name,
        language=language,
    )
    if now - last_seen_at >= _TOUCH_EVERY and kind == "browser":
        with database.unit_of_work(actor) as session:
            session.execute(
                sa.update(AuthSession)
                .where(col(AuthSession.id) == session_id, col(AuthSession.revoked_at).is_(None))
                .values(last_seen_at=now, expires_at=expiry(now))
            )
    return actor


def sign_out(actor: Actor) -> None:
    """End the session the actor speaks through."""
    if actor.session_id is not None:
        _revoke(actor, col(AuthSession.id) == actor.session_id)


def revoke_session(actor: Actor, *, session_id: object) -> None:
    """End one of the actor's own sessions."""
    require_person(actor)
    wanted = parse_id(session_id)
    if not _revoke(actor, col(AuthSession.id) == wanted, col(AuthSession.user_id) == actor.user_id):
        raise NotFound


def sign_out_everywhere(actor: Actor) -> None:
    """End every session of the acting person, this one too: browsers and API clients alike."""
    require_person(actor)
    _revoke(actor, col(AuthSession.user_id) == actor.user_id, everywhere=True)


def revoke_all(actor: Actor, *, user_id: UUID) -> None:
    """End every session of a person; called by what changes a password, a role or whether they may sign in."""
    _revoke(actor, col(AuthSession.user_id) == user_id)


def own_sessions(actor: Actor) -> list[SessionInfo]:
    """Return the actor's own open sessions, the last used first."""
    require_person(actor)
    with database.reading(actor) as session:
        rows = session.scalars(
            sa.select(AuthSession)
            .where(
                col(AuthSession.user_id) == actor.user_id,
                col(AuthSession.revoked_at).is_(None),
                col(AuthSession.expires_at) > clock.now(),
            )
            .order_by(col(AuthSession.last_seen_at).desc())
            .limit(100)
        ).all()
    return [
        SessionInfo(
            id=str(row.id),
            kind=row.kind,
            user_agent=row.user_agent,
            last_seen_at=row.last_seen_at.isoformat(),
            current=row.id == actor.session_id,
        )
        for row in rows
    ]


def _revoke(actor: Actor, *conditions: sa.ColumnElement[bool], everywhere: bool = False) -> bool:
    with database.unit_of_work(actor) as session:
        result = session.execute(
            sa.update(AuthSession)
            .where(*conditions, col(AuthSession.revoked_at).is_(None))
            .values(revoked_at=clock.now())
        )
        if everywhere:
            audit.record(session, actor, "session.end_all", actor.user_id)
    forget_resolved()
    return bool(result.rowcount)  # type: ignore[attr-defined]  # of an update it is there


def expiry(now: datetime | None = None) -> datetime:
    """Return when a session used at this moment ends."""
    return (now or clock.now()) + timedelta(days=settings().session_days)


def _one_line(text: str) -> str:
    return "".join(c for c in text if c.isprintable())

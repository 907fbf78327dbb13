"""Bearer tokens of the REST API: a signed access token of ten minutes, and a refresh token that works once."""

import os
import secrets
from functools import cache
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy.orm import Session
from sqlmodel import col

from services.accounts import sessions
from services.accounts.models import AuthSession, UsedRefreshToken, User
from services.accounts.schemas import Tokens
from services.platform import audit, clock, database
from services.platform.actor import Actor, system
from services.platform.config import settings
from services.platform.errors import NotFound, SignInNeeded
from services.platform.ids import parse_id
from services.platform.messages import N_

ACCESS_SECONDS = 600
_ALGORITHM = "HS256"
_ISSUER = "lms"
_AUDIENCE = "lms-api"
_ENDED = N_("Your session has ended. Sign in again.")


@cache
def _key_in(folder: Path) -> OctKey:
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        # Whole before it has its name, and never replacing one: several processes may start at once.
        draft = folder / f".secret_key.{os.getpid()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    except FileExistsError:
        pass
    return OctKey.import_key(path.read_text().strip())


@cache
def _key_of(secret: str) -> OctKey:
    return OctKey.import_key(secret)


def _key() -> OctKey:
    secret = settings().secret_key.get_secret_value()
    return _key_of(secret) if secret else _key_in(settings().data_dir.resolve())


def issue_tokens(actor: Actor, refresh_token: str) -> Tokens:
    """Return the pair for an API session that was just opened or refreshed."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": _ISSUER,
        "aud": _AUDIENCE,
        "iat": now,
        "exp": now + ACCESS_SECONDS,
        "sub": str(actor.user_id),
        "sid": str(actor.session_id),
    }
    access = jwt.encode({"alg": _ALGORITHM, "typ": "JWT"}, claims, _key(), algorithms=[_ALGORITHM])
    kind = "bearer"
    return Tokens(access_token=access, refresh_token=refresh_token, token_type=kind, expires_in=ACCESS_SECONDS)


def resolve_access(access_token: object) -> Actor | None:
    """Return who an access token speaks for; None when it is not ours, has expired or its session has ended."""
    if not isinstance(access_token, str) or not 20 <= len(access_token) <= 2000:
        return None
    try:
        token = jwt.decode(access_token, _key(), algorithms=[_ALGORITHM])
        jwt.JWTClaimsRegistry(
            now=int(clock.now().timestamp()),
            iss={"essential": True, "value": _ISSUER},
            aud={"essential": True, "value": _AUDIENCE},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            sid={"essential": True},
        ).validate(token.claims)
        session_id = parse_id(token.claims["sid"])
    except (JoseError, ValueError, NotFound, KeyError, TypeError):
        return None
    actor = sessions.resolve_session(session_id)
    return actor if actor is not None and str(actor.user_id) == token.claims["sub"] else None


def refresh(refresh_token: object) -> Tokens:
    """Exchange a refresh token for a new pair. One that was exchanged before ends the whole session."""
    if not isinstance(refresh_token, str) or not 20 <= len(refresh_token) <= 100:
        raise SignInNeeded(_ENDED)
    hashed = sessions.hash_token(refresh_token)
    with database.across_organisations() as session:
        used = session.scalar(sa.select(UsedRefreshToken).where(col(UsedRefreshToken.token_hash) == hashed))
        if used is not None:
            _end(session, used.session_id)
            audit.record(session, system(used.organisation_id), "session.token_reused", used.session_id)
        exchanged = None if used is not None else _exchange(session, hashed)
    if exchanged is None:
        sessions.forget_resolved()
        raise SignInNeeded(_ENDED)
    return issue_tokens(*exchanged)


def _exchange(session: Session, hashed: str) -> tuple[Actor, str] | None:
    """Put a new refresh token in the place of the old one; only one of two parallel calls finds the old one there."""
    now = clock.now()
    statement = sa.select(AuthSession, User).join(User, col(User.id) == col(AuthSession.user_id))
    statement = statement.where(col(AuthSession.token_hash) == hashed, col(AuthSession.kind) == "api").with_for_update()
    found = session.execute(statement).first()
    if found is None:
        return None
    row, user = found
    if row.revoked_at is not None or row.expires_at <= now or not user.active:
        return None
    token = sessions.new_token()
    session.add(UsedRefreshToken(organisation_id=row.organisation_id, session_id=row.id, token_hash=hashed))
    row.token_hash = sessions.hash_token(token)
    row.last_seen_at = now
    row.expires_at = sessions.expiry(now)
    session.add(row)
    return sessions.actor_of(user, row.id), token


def _end(session: Session, session_id: UUID) -> None:
    session.execute(
        sa.update(AuthSession)
        .where(col(AuthSession.id) == session_id, col(AuthSession.revoked_at).is_(None))
        .values(revoked_at=clock.now())
    )

"""Signing in with a password, slowed for whoever guesses."""

import threading

import sqlalchemy as sa
from sqlmodel import col

from services.accounts import passwords, sessions, tokens
from services.accounts.models import User
from services.accounts.schemas import SignedIn, Tokens, parse_email
from services.platform import audit, cache, database, metrics
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.errors import Invalid, SignInNeeded
from services.platform.rate import Backoff, hidden_key, network_of, take_everywhere

# A known pair of account and address waits long; a whole account only briefly, so that nobody can lock its owner out.
_by_account_and_address = Backoff("account-address", free=5, longest=900, forget_after=3600)
_by_account = Backoff("account", free=20, longest=30, forget_after=900)
_by_address = Backoff("address", free=50, longest=900, forget_after=3600)
# Each try costs a hash, a right one too. A school of a thousand behind one address signs in within a minute.
_TRIES_PER = (1000, 60.0)
_KNOWN_SECONDS = 30 * 24 * 3600
_turns = tuple(threading.Lock() for _ in range(64))
_known_pairs: set[str] = set()


def sign_in(
    visitor: Actor, *, email: object, password: object, kind: str = "browser", user_agent: str = "", address: str = ""
) -> SignedIn:
    """Open a new session for the person with this e-mail address and password.

    A wrong address and a wrong password cost the same time and say the same; each failure makes the next wait longer.
    """
    actor, token = _sign_in(email, password, kind, user_agent, address)
    return SignedIn(actor=actor, token=token, expires_at=sessions.expiry())


def sign_in_for_tokens(
    visitor: Actor, *, email: object, password: object, user_agent: str = "", address: str = ""
) -> Tokens:
    """Open an API session and return its pair of tokens."""
    return tokens.issue_tokens(*_sign_in(email, password, "api", user_agent, address))


def _sign_in(email: object, password: object, kind: str, user_agent: str, address: str) -> tuple[Actor, str]:
    try:
        _, key = parse_email(email)
    except Invalid:
        key = ""
    network = network_of(address)
    pair = f"{key}|{network}"
    take_everywhere(f"sign-in:{network}", *_TRIES_PER)
    # One try of an account after the other: of fifty at once, each would pass before the first has failed.
    with _turns[hash(key) % len(_turns)]:
        user = _checked_person(key, pair, network, password)
    _remember(pair)
    metrics.sign_ins.labels("done").inc()
    actor = sessions.actor_of(user, None)
    renewed = passwords.hash_password(str(password)) if passwords.outdated(user.password_hash) else None
    with database.unit_of_work(actor) as session:
        if renewed is not None:
            session.execute(sa.update(User).where(col(User.id) == user.id).values(password_hash=renewed))
        row, token = sessions.open_session(session, user, kind=kind, user_agent=user_agent)
        actor = sessions.actor_of(user, row.id)
        audit.record(session, actor, "session.open", row, kind=kind)
    return actor, token


def _checked_person(key: str, pair: str, network: str, password: object) -> User:
    """Return whose password it is; a wrong one makes the next try wait longer."""
    keys = [(_by_account_and_address, pair), (_by_address, network)]
    if not _known(pair):
        keys.append((_by_account, key))
    for backoff, name in keys:
        backoff.check(name)
    with database.reading_across_organisations() as session:
        user: User | None = session.scalar(sa.select(User).where(col(User.email_key) == key)) if key else None
    right = passwords.verify(user.password_hash if user else None, password)
    if user is None or not right or not user.active:
        for backoff, name in keys:
            backoff.fail(name)
        metrics.sign_ins.labels("wrong").inc()
        raise SignInNeeded("The e-mail address or the password is not right.")
    for backoff, name in keys:
        if backoff is not _by_address:
            backoff.succeed(name)
    return user


def _known(pair: str) -> bool:
    """Whether the account was signed in to from this address before: strangers' failures do not slow it there."""
    return pair in _known_pairs or bool(settings().redis_url and cache.shared().get(f"known:{hidden_key(pair)}"))


def _remember(pair: str) -> None:
    if len(_known_pairs) > 50_000:
        _known_pairs.clear()
    _known_pairs.add(pair)
    if settings().redis_url:
        cache.shared().set(f"known:{hidden_key(pair)}", True, _KNOWN_SECONDS)


def forget_failures() -> None:
    """Let everybody try at once again; for tests."""
    for backoff in (_by_account_and_address, _by_account, _by_address):
        backoff.clear()
    _known_pairs.clear()

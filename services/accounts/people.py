"""People: who there is, how they join, and what role they have (A1, A4)."""

from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlmodel import col

from services.accounts import passwords, sessions, tokens
from services.accounts.models import Organisation, User
from services.accounts.schemas import Me, SignedIn, Tokens, parse_email, parse_language, parse_name
from services.platform import audit, database
from services.platform.actor import Actor, Role
from services.platform.config import settings
from services.platform.errors import Conflict, Forbidden, Invalid, NotFound, NotPermitted, SignInNeeded
from services.platform.ids import parse_id
from services.platform.messages import N_
from services.platform.permissions import Permission, permissions_of, require, require_person
from services.platform.rate import network_of, take_everywhere

_REGISTRATIONS_PER = (20, 3600.0)


@dataclass(frozen=True, slots=True)
class _Newcomer:
    """What somebody wrote to get an account, checked."""

    name: str
    email: str
    email_key: str
    password: str = field(repr=False)
    language: str

    def user(self, organisation_id: UUID, role: Role) -> User:
        """Return the account. Hashing takes as long as a try to sign in: never inside a transaction."""
        return User(
            organisation_id=organisation_id,
            email=self.email,
            email_key=self.email_key,
            name=self.name,
            password_hash=passwords.hash_password(self.password),
            role=role,
            language=self.language,
        )


def register(
    visitor: Actor,
    *,
    name: object,
    email: object,
    password: object,
    language: object = "en",
    user_agent: str = "",
    address: str = "",
) -> SignedIn:
    """Make an account for a learner and open a browser session for it."""
    _refuse_closed()
    newcomer = _parse_newcomer(name, email, password, language)
    actor, token = _register(visitor, newcomer, "browser", user_agent, address)
    return SignedIn(actor=actor, token=token, expires_at=sessions.expiry())


def register_for_tokens(
    visitor: Actor,
    *,
    name: object,
    email: object,
    password: object,
    language: object = "en",
    user_agent: str = "",
    address: str = "",
) -> Tokens:
    """Make an account for a learner and open an API session for it."""
    _refuse_closed()
    newcomer = _parse_newcomer(name, email, password, language)
    return tokens.issue_tokens(*_register(visitor, newcomer, "api", user_agent, address))


def _refuse_closed() -> None:
    if settings().registration != "open":
        raise Forbidden("Registration is closed here. Ask an administrator for an account.")


def _parse_newcomer(name: object, email: object, password: object, language: object) -> _Newcomer:
    """Parse what was written and report everything that is wrong with it at once."""
    wrong: dict[str, str] = {}
    written_name = written = key = plain = ""
    try:
        written_name = parse_name(name)
    except Invalid as error:
        wrong |= error.fields
    try:
        written, key = parse_email(email)
    except Invalid as error:
        wrong |= error.fields
    try:
        plain = passwords.parse_password(password, email_key=key)
    except Invalid as error:
        wrong |= error.fields
    if wrong:
        raise Invalid("Some fields need another look.", fields=wrong)
    return _Newcomer(written_name, written, key, plain, parse_language(language))


def _register(visitor: Actor, newcomer: _Newcomer, kind: str, user_agent: str, address: str) -> tuple[Actor, str]:
    take_everywhere(f"register:{network_of(address)}", *_REGISTRATIONS_PER)
    # Hashed before the address is looked up: a taken one answers as slowly.
    user = newcomer.user(visitor.organisation_id, Role.learner)
    try:
        with database.unit_of_work(visitor) as session:
            session.add(user)
            session.flush()
            row, token = sessions.open_session(session, user, kind=kind, user_agent=user_agent)
            actor = sessions.actor_of(user, row.id)
            audit.record(session, actor, "account.register", user)
            return actor, token
    except IntegrityError:
        raise Conflict("There is an account with this e-mail address already. Sign in instead.") from None


def me(actor: Actor) -> Me:
    """Return the acting person's own account."""
    user_id = require_person(actor)
    with database.reading(actor) as session:
        user = session.get(User, user_id)
        organisation = session.get(Organisation, actor.organisation_id)
    if user is None or organisation is None:
        raise SignInNeeded
    return Me(
        id=str(user.id),
        name=user.name,
        email=user.email,
        role=user.role,
        language=user.language,
        organisation=organisation.name,
        permissions=sorted(permissions_of(Role(user.role))),
    )


def set_language(actor: Actor, *, language: object) -> None:
    """Remember the language a person reads in; a visitor's is kept by the browser alone."""
    if not actor.signed_in:
        return
    chosen = parse_language(language)
    if chosen == actor.language:
        return
    with database.unit_of_work(actor) as session:
        session.execute(sa.update(User).where(col(User.id) == actor.user_id).values(language=chosen))
    sessions.forget_resolved()


def create_user(
    actor: Actor, *, name: object, email: object, password: object, role: object = Role.learner, language: object = "en"
) -> Me:
    """Make an account with a role, in the actor's organisation; nobody can give more than they have."""
    require(actor, Permission.manage_people)
    given = _parse_role(role)
    _refuse_above(actor, given)
    user = _parse_newcomer(name, email, password, language).user(actor.organisation_id, given)
    try:
        with database.unit_of_work(actor) as session:
            session.add(user)
            session.flush()
            audit.record(session, actor, "account.create", user, role=given)
    except IntegrityError:
        raise Conflict("There is an account with this e-mail address already.") from None
    return me(sessions.actor_of(user, None))


def set_active(actor: Actor, *, user_id: object, active: bool) -> None:
    """Suspend a person or let them in again; suspending ends every session of theirs."""
    require(actor, Permission.manage_people)
    wanted = parse_id(user_id)
    if wanted == actor.user_id:
        raise Conflict("You cannot suspend yourself.")
    with database.unit_of_work(actor) as session:
        user = _manageable(session, actor, wanted)
        user.active = active
        session.add(user)
        audit.record(session, actor, "account.resume" if active else "account.suspend", user)
    if not active:
        sessions.revoke_all(actor, user_id=wanted)
    sessions.forget_resolved()


def set_role(actor: Actor, *, user_id: object, role: object) -> None:
    """Give a person another role; it counts from their next event on."""
    require(actor, Permission.manage_people)
    wanted = parse_id(user_id)
    given = _parse_role(role)
    if wanted == actor.user_id:
        raise Conflict("You cannot change your own role.")
    with database.unit_of_work(actor) as session:
        user = _manageable(session, actor, wanted)
        _refuse_above(actor, given)
        audit.record(session, actor, "account.role", user, before=user.role, now=given)
        user.role = given
        session.add(user)
    sessions.forget_resolved()


def _manageable(session: Session, actor: Actor, user_id: UUID) -> User:
    """Load a person of the actor's organisation who has no more rights than the actor."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    _refuse_above(actor, Role(user.role))
    return user


def _parse_role(value: object) -> Role:
    try:
        role = Role(str(value))
    except ValueError:
        role = Role.system
    if role in (Role.visitor, Role.system):
        message = N_("Choose a role that people can have.")
        raise Invalid(message, fields={"role": message})
    return role


def _refuse_above(actor: Actor, role: Role) -> None:
    if not permissions_of(role) <= permissions_of(actor.role):
        raise NotPermitted("You may not do this.")

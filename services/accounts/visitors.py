"""People who are not signed in, and the organisation in which they look around."""

from uuid import UUID
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from services.accounts.models import Organisation
from services.accounts.schemas import parse_language
from services.platform import database
from services.platform.actor import Actor, Role

# By database, so that a process that changes its database (a test) starts anew.
_defaults: WeakKeyDictionary[sa.Engine, UUID] = WeakKeyDictionary()


def ensure_default_organisation() -> UUID:
    """Return the organisation of people who came without one: the oldest, made when there is none."""
    engine = database.engine()
    known = _defaults.get(engine)
    if known is not None:
        return known
    oldest = sa.select(col(Organisation.id)).order_by(col(Organisation.created_at), col(Organisation.id)).limit(1)
    with database.reading_across_organisations() as session:
        found = session.scalar(oldest)
    if found is None:
        try:
            with database.across_organisations() as session:
                found = session.scalar(oldest)
                if found is None:
                    made = Organisation(slug="default", name="Default organisation")
                    session.add(made)
                    found = made.id
        except IntegrityError:  # another process was first
            with database.reading_across_organisations() as session:
                found = session.scalar(oldest)
    if not isinstance(found, UUID):
        raise LookupError("there is no organisation")
    _defaults[engine] = found
    return found


def default_visitor(language: str = "en") -> Actor:
    """Return the actor for somebody who is not signed in."""
    return Actor(organisation_id=ensure_default_organisation(), role=Role.visitor, language=parse_language(language))


def known_visitor(language: str = "en") -> Actor | None:
    """Return ``default_visitor`` where that needs no question to the database, else None."""
    known = _defaults.get(database.engine())
    return Actor(organisation_id=known, role=Role.visitor, language=parse_language(language)) if known else None

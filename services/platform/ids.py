"""Identifiers: UUIDv7, so that rows sort by the time they were made."""

from uuid import UUID

import uuid6

from services.platform.errors import NotFound


def new_id() -> UUID:
    """Return a new time-ordered identifier (UUIDv7, RFC 9562)."""
    return UUID(int=uuid6.uuid7().int)


def parse_id(value: object) -> UUID:
    """Return the identifier in ``value``; anything that is not one is a thing that does not exist."""
    if isinstance(value, UUID):
        return value
    if isinstance(value, str) and len(value) <= 36:
        try:
            return UUID(value)
        except ValueError:
            pass
    raise NotFound

"""Who did what: one row per act, written in the transaction of the act itself."""

import logging
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from services.platform.actor import Actor
from services.platform.database import unit_of_work
from services.platform.errors import LimitReached
from services.platform.models import AuditEntry
from services.platform.rate import limiter
from services.platform.redaction import is_secret_name
from services.platform.request import request_id

_LONGEST_FACT = 500
# Enough to see who tries what, too few to fill a disk with.
_REFUSALS_OF_ONE, _REFUSALS_OF_ALL = 5, 60  # a minute

_logger = logging.getLogger(__name__)


def record(session: Session, actor: Actor, action: str, target: SQLModel | UUID | str | None, **facts: object) -> None:
    """Add to the record that ``actor`` did ``action`` ("course.import") to ``target`` (a row, its id, or a name).

    ``facts`` are small plain values worth knowing later. Giving a password, token or answer is refused as a bug.
    """
    for name in facts:
        if is_secret_name(name):
            raise ValueError(f"the audit must not hold {name!r}")
    kind, identifier = _describe(target)
    session.add(
        AuditEntry(
            organisation_id=actor.organisation_id,
            actor_id=actor.user_id,
            actor_role=str(actor.role),
            action=action,
            target_kind=kind,
            target_id=identifier,
            facts={name: _plain(value) for name, value in facts.items()},
            request_id=request_id.get()[:64],
        )
    )


def refused(actor: Actor, what: str) -> None:
    """Note in a transaction of its own that a person tried what their role does not allow; a few times a minute.

    ``what`` names an event or a route, not what was sent. Raises nothing: the refusal itself must not fail.
    """
    if not actor.signed_in:
        return
    try:
        limiter.take(f"refused:{actor.user_id}", _REFUSALS_OF_ONE, 60)
        limiter.take("refused", _REFUSALS_OF_ALL, 60)
        with unit_of_work(actor) as session:
            record(session, actor, "access.refused", None, what=what)
    except LimitReached:
        return
    except Exception:
        _logger.exception("a refusal could not be written to the audit")


def _describe(target: SQLModel | UUID | str | None) -> tuple[str, str]:
    if target is None:
        return "", ""
    if isinstance(target, SQLModel):
        table = getattr(target, "__tablename__", type(target).__name__)
        return str(table)[:40], str(getattr(target, "id", ""))[:40]
    return "", str(target)[:40]


def _plain(value: object) -> str | int | float | bool | None:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)[:_LONGEST_FACT]

"""Statements that almost every event sends: built once, and read as plain values instead of rows that track changes.

Building a statement anew and making objects of its rows costs ten times what the database needs to answer it. All of
these are scoped to the session's organisation like any other statement: one that forgets the filter finds nothing.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.platform.database import ORGANISATION, organisation_of, scope_once

Select = sa.Select[*tuple[Any, ...]]
Found = sa.Row[*tuple[Any, ...]]
_Result = sa.CursorResult[*tuple[Any, ...]]


class Asked:
    """A question with ``sa.bindparam`` where its values go."""

    def __init__(self, statement: Select) -> None:
        self._statement = scope_once(statement)

    def rows(self, session: Session, **values: object) -> Sequence[Found]:
        """Return what is found, as columns in the order of the question."""
        return _execute(session, self._statement, values).all()

    def first(self, session: Session, **values: object) -> Found | None:
        """Return the first that is found, or None."""
        return _execute(session, self._statement, values).first()


class Changed:
    """A change with ``sa.bindparam`` where its values go. Objects that the session has loaded do not learn of it.

    An insert that says what to do about a row that is there already is PostgreSQL's; SQLite has taken over its words.
    """

    def __init__(self, statement: sa.Update | sa.Insert | sa.Delete) -> None:
        organisation = sa.bindparam(ORGANISATION, type_=sa.Uuid())
        if isinstance(statement, sa.Update | sa.Delete):
            scoped: sa.Executable = statement.where(statement.table.c.organisation_id == organisation)
        else:
            scoped = statement.values(organisation_id=organisation)
        # Of an insert the number is thrown away otherwise.
        self._statement = scoped.execution_options(preserve_rowcount=True)

    def run(self, session: Session, **values: object) -> int:
        """Change what fits; returns how many rows that were."""
        return _execute(session, self._statement, values).rowcount


def _execute(session: Session, statement: sa.Executable, values: dict[str, object]) -> _Result:
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, {**values, ORGANISATION: organisation_of(session)})

"""One engine, one kind of session, one place where rows are scoped to an organisation and transactions end."""

import contextvars
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from services.platform import clock
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.errors import Unavailable
from services.platform.ids import new_id
from services.platform.messages import N_

# Constraints have names, so that a migration can change them on every database.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

_logger = logging.getLogger(__name__)

ORGANISATION = "organisation_in_scope"
"""The parameter that holds the session's organisation in a statement that ``scope_once`` has scoped."""

_SCOPE = "organisation_id"
_UNSCOPED = "unscoped"
_LONGEST_WAIT = 15.0  # seconds for another writer of SQLite, in this process or another
_CONNECTIONS = 30  # of SQLite; each costs little to keep, and more to open again for every unit of work

# SQLite lets one write at a time, and who must wait sleeps longer each time it looks: threads of one process that
# queue here instead are woken when their turn has come. Between processes SQLite's own wait remains.
_writer = threading.Lock()

_shared: contextvars.ContextVar[Session | None] = contextvars.ContextVar("shared", default=None)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC on every database; SQLite itself would drop the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive times and store in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time was given to the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give back an aware time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(SQLModel):
    """What every table has: a time-ordered identifier and the time it was made."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    created_at: datetime = Field(default_factory=clock.now, sa_type=cast(Any, UtcDateTime), nullable=False)


class _ScopeColumn:
    """Stands in for the mapped column on the mixin itself; table classes get their own (``_name_scope``)."""

    def __get__(self, _instance: object, _owner: type) -> sa.ColumnClause[UUID]:
        return sa.column("organisation_id", sa.Uuid())


class _Scoped:
    """What the scope is applied to. SQLAlchemy reads ``scope`` off this class too, where pydantic has no attribute."""

    scope = _ScopeColumn()


class OrganisationRow(Row, _Scoped):
    """A row that belongs to one organisation; sessions see only those of the actor's own."""

    organisation_id: UUID = Field(foreign_key="organisation.id", ondelete="CASCADE", index=True, nullable=False)


@event.listens_for(Mapper, "after_mapper_constructed")
def _name_scope(mapper: Mapper[Any], cls: type) -> None:
    if issubclass(cls, _Scoped):
        cls.scope = cls.organisation_id  # type: ignore[attr-defined]  # the mapped attribute of the table class


def table_of(cls: type[Row]) -> sa.Table:
    """Return the table behind a class, for statements about columns alone."""
    return cast(sa.Table, sa.inspect(cls).local_table)


@cache
def engine() -> sa.Engine:
    """Return the engine, made on first use (production forks workers from a process that has imported the app)."""
    return make_engine(settings().database_url)


def make_engine(url: str) -> sa.Engine:
    """Return an engine for ``url`` with this product's settings for SQLite or PostgreSQL."""
    if not url.startswith("sqlite"):
        return sa.create_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
    made = sa.create_engine(
        url, pool_size=_CONNECTIONS, connect_args={"check_same_thread": False, "timeout": _LONGEST_WAIT}
    )

    @event.listens_for(made, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        wait = f"busy_timeout={int(_LONGEST_WAIT * 1000)}"
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", wait, "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(made, "begin")
    def _begin(connection: sa.Connection) -> None:
        # A writer that starts as a reader can fail with SQLITE_BUSY at once, whatever the timeout; so it starts as one.
        immediate = connection.get_execution_options().get("immediate", False)
        if immediate:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # cannot fail, and is said before every question
            cast(Any, connection.connection.dbapi_connection).execute("BEGIN")

    return made


def reset_engine() -> None:
    """Forget the engine, so that the next use reads the settings anew; for tests and the command line."""
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()
    _bind.cache_clear()


@contextmanager
def unit_of_work(actor: Actor) -> Iterator[Session]:
    """One writing transaction in the actor's organisation: commit on success, roll back on any error."""
    info: dict[str, object] = {_SCOPE: actor.organisation_id}
    with _answering(), _turn(), _session(immediate=True, info=info) as session, session.begin():
        yield session


@contextmanager
def reading(actor: Actor) -> Iterator[Session]:
    """One reading transaction in the actor's organisation; what is changed in it is thrown away."""
    shared = _shared.get()
    if shared is not None and shared.info[_SCOPE] == actor.organisation_id:
        yield shared
        return
    with _answering(), _session(immediate=False, info={_SCOPE: actor.organisation_id}) as session:
        yield session


@contextmanager
def reading_together(actor: Actor) -> Iterator[None]:
    """Let what reads in the actor's organisation inside the block do so in one transaction, and see one moment.

    A writing transaction inside the block stays one of its own, of which the block's readings see nothing.
    """
    with reading(actor) as session, session.no_autoflush:
        token = _shared.set(session)
        try:
            yield
        finally:
            _shared.reset(token)


@contextmanager
def across_organisations() -> Iterator[Session]:
    """One writing transaction that sees every organisation. Only where nobody is known yet, and for upkeep."""
    with _answering(), _turn(), _session(immediate=True, info={_UNSCOPED: True}) as session, session.begin():
        yield session


@contextmanager
def reading_across_organisations() -> Iterator[Session]:
    """One reading transaction that sees every organisation. Only to find out who somebody is."""
    with _answering(), _session(immediate=False, info={_UNSCOPED: True}) as session:
        yield session


@contextmanager
def _answering() -> Iterator[None]:
    """Tell of a database that is full, gone or locked for too long as what it is: not a bug, and it may pass."""
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
        told = str(error.orig).splitlines() or [type(error).__name__]
        _logger.error("the database cannot be used now: %s", told[0])
        problem = N_("The server cannot reach its data at this moment. Keep this page open and try again soon.")
        raise Unavailable(problem) from error


@contextmanager
def _turn() -> Iterator[None]:
    """Wait for this thread's turn to write; who has waited too long goes on, and is told by SQLite itself."""
    if engine().dialect.name != "sqlite":
        yield
        return
    taken = _writer.acquire(timeout=_LONGEST_WAIT)
    try:
        yield
    finally:
        if taken:
            _writer.release()


def _session(*, immediate: bool, info: dict[str, object]) -> Session:
    session = Session(_bind(engine(), immediate), expire_on_commit=False, autoflush=True)
    session.info.update(info)
    return session


@lru_cache(maxsize=4)
def _bind(made: sa.Engine, immediate: bool) -> sa.Engine:
    # Kept: SQLAlchemy makes another engine of it each time, with a logger and listeners of its own.
    return made.execution_options(immediate=immediate)


@event.listens_for(Session, "do_orm_execute")
def _scope_statements(execution: ORMExecuteState) -> None:
    if execution.session.info.get(_UNSCOPED) or execution.is_column_load:
        return
    if not (execution.is_select or execution.is_update or execution.is_delete):
        return
    # No organisation in the session: compare with NULL, which is true for no row.
    organisation = execution.session.info.get(_SCOPE)
    execution.statement = execution.statement.options(
        with_loader_criteria(_Scoped, lambda cls: cls.scope == organisation, include_aliases=True)
    )


def scope_once(statement: sa.Select[*tuple[Any, ...]]) -> sa.Select[*tuple[Any, ...]]:
    """Scope a statement that is kept and asked again and again; ``organisation_of`` gives the value at each time."""
    return statement.options(
        with_loader_criteria(_Scoped, _in_scope, include_aliases=True, track_closure_variables=False)
    )


def _in_scope(cls: Any) -> sa.ColumnElement[bool]:
    # The name as a literal: SQLAlchemy makes a parameter of every other value that it finds in this function.
    return cast(sa.ColumnElement[bool], cls.scope == sa.bindparam("organisation_in_scope", type_=sa.Uuid()))


def organisation_of(session: Session) -> UUID | None:
    """Return the organisation the session is scoped to; without one, None, which equals no row's."""
    if session.info.get(_UNSCOPED):
        raise RuntimeError("a scoped statement was sent by a session that sees every organisation")
    return session.info.get(_SCOPE)


@event.listens_for(Session, "before_flush")
def _scope_writes(session: Session, _context: object, _instances: object) -> None:
    if session.info.get(_UNSCOPED):
        return
    organisation = session.info.get(_SCOPE)
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, OrganisationRow) and row.organisation_id != organisation:
            raise PermissionError(f"a {type(row).__name__} of another organisation was about to be written")

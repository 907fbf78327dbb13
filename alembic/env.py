"""How Alembic reaches our tables and our database, from its command line and from services.models.migrate."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from services import models
from services.platform.database import UtcDateTime, engine

# The queue of jobs makes its own tables in PostgreSQL.
_NOT_OURS = "huey_"


def _include(_object: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    return not (kind == "table" and name is not None and name.startswith(_NOT_OURS))


def _render(kind: str, thing: Any, _autogenerate: object) -> str | Literal[False]:
    """Write plain SQLAlchemy types, so that a migration goes on working when our classes change."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, AutoString):
        return f"sa.String(length={thing.length})" if thing.length else "sa.String()"
    return False


def _run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_object=_include,
        render_item=_render,
        # SQLite cannot alter a table, so Alembic copies it.
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: sa.Connection | None = context.config.attributes.get("connection")
if given is not None:
    _run(given)
elif context.is_offline_mode():
    raise SystemExit("Migrations read the database they change; --sql is not supported.")
else:
    with models.migrating(engine()) as own:
        _run(own)

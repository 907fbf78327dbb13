"""Every table of the product in one import, for migrations and tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from services.accounts import models as accounts
from services.ai import models as ai
from services.assessment import models as assessment
from services.coding import models as coding
from services.coding.similarity import models as similarity
from services.courses import models as courses
from services.enrolment import models as enrolment
from services.platform import models as platform

__all__ = [
    "accounts",
    "ai",
    "assessment",
    "coding",
    "courses",
    "enrolment",
    "migrate",
    "migrating",
    "platform",
    "similarity",
]

MIGRATIONS = Path(__file__).parents[1] / "alembic"
_LOCK = 5_201_314  # any number that nothing else in the database locks


def migrate(engine: sa.Engine, revision: str = "head") -> None:
    """Bring the database of ``engine`` to the newest schema, or to another revision (also an older one)."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with migrating(engine) as connection:
        config.attributes["connection"] = connection
        if revision == "base" or revision.startswith("-"):
            command.downgrade(config, revision)
        else:
            command.upgrade(config, revision)


@contextmanager
def migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction that changes the schema. Processes that start together wait for the first of them."""
    with engine.execution_options(immediate=True).connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            # Copying a table drops the old one, and dropping it would delete what refers to it.
            _pragma(connection, "foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(sa.text("SET LOCAL lock_timeout = '60s'"))
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
                yield connection
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
                    raise RuntimeError(f"the migration would leave rows without what they refer to: {broken[:5]}")
        finally:
            if sqlite:
                _pragma(connection, "foreign_keys=ON")


def _pragma(connection: sa.Connection, text: str) -> None:
    """Set it outside a transaction; inside one SQLite ignores it without a word."""
    raw = connection.connection.driver_connection
    assert raw is not None
    raw.execute(f"PRAGMA {text}")

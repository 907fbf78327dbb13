"""The schema is made by migrations alone: they lead from nothing to the models and back, on both databases."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from services import models
from services.platform import database
from tests.conftest import POSTGRES

ROOT = Path(__file__).parents[1]


@pytest.fixture(params=[pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on a database without a table."""
    if request.param == "sqlite":
        made = database.make_engine(f"sqlite:///{tmp_path / 'with a space.sqlite3'}")
        yield made
        made.dispose()
        return
    name = f"lms_migrations_{os.getpid()}"
    try:
        administrator = psycopg.connect(POSTGRES, connect_timeout=2, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip(f"no PostgreSQL answers at {POSTGRES}")
    with administrator:
        administrator.execute(f"DROP DATABASE IF EXISTS {name}")
        administrator.execute(f"CREATE DATABASE {name}")
        url = sa.make_url(POSTGRES).set(drivername="postgresql+psycopg", database=name)
        made = database.make_engine(url.render_as_string(False))
        yield made
        made.dispose()
        administrator.execute(f"DROP DATABASE {name} WITH (FORCE)")


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def differences(engine: sa.Engine) -> list[object]:
    """What a new migration would have to change."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": True, "compare_server_default": True, "target_metadata": SQLModel.metadata},
        )
        return list(compare_metadata(context, SQLModel.metadata))


def test_from_nothing_to_the_models_and_back_and_forth_again(empty: sa.Engine) -> None:
    models.migrate(empty)
    assert tables(empty) == set(SQLModel.metadata.tables) | {"alembic_version"}
    assert differences(empty) == []
    models.migrate(empty, "base")
    assert tables(empty) == {"alembic_version"}
    models.migrate(empty)
    assert differences(empty) == []


def test_each_constraint_has_a_name_so_that_a_later_migration_can_change_it(empty: sa.Engine) -> None:
    models.migrate(empty)
    inspector = sa.inspect(empty)
    for table in tables(empty) - {"alembic_version"}:
        for key in inspector.get_foreign_keys(table):
            assert key["name"], f"{table}.{key['constrained_columns']}"
        for unique in inspector.get_unique_constraints(table):
            assert unique["name"], f"{table}.{unique['column_names']}"


def test_a_foreign_key_is_indexed_so_that_deleting_does_not_scan(empty: sa.Engine) -> None:
    models.migrate(empty)
    inspector = sa.inspect(empty)
    for table in tables(empty) - {"alembic_version"}:
        first = {tuple(index["column_names"])[:1] for index in inspector.get_indexes(table)}
        first |= {tuple(unique["column_names"])[:1] for unique in inspector.get_unique_constraints(table)}
        first.add(tuple(inspector.get_pk_constraint(table)["constrained_columns"])[:1])
        for key in inspector.get_foreign_keys(table):
            assert tuple(key["constrained_columns"])[:1] in first, f"{table}.{key['constrained_columns']}"


def test_migrating_again_changes_nothing_and_keeps_the_rows(empty: sa.Engine) -> None:
    models.migrate(empty)
    with empty.begin() as connection:
        connection.execute(
            sa.insert(models.accounts.Organisation).values(slug="kept", name="Kept")  # type: ignore[arg-type]
        )
    models.migrate(empty)
    with empty.connect() as connection:
        assert connection.scalar(sa.text("SELECT name FROM organisation")) == "Kept"


def test_a_failed_migration_leaves_nothing_behind(empty: sa.Engine) -> None:
    with pytest.raises(RuntimeError), models.migrating(empty) as connection:
        connection.execute(sa.text("CREATE TABLE half (id INTEGER)"))
        raise RuntimeError
    assert tables(empty) == set()


def test_sqlite_refuses_a_migration_that_leaves_a_row_without_its_parent(tmp_path: Path) -> None:
    engine = database.make_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    models.migrate(engine)
    with pytest.raises(RuntimeError, match="without what they refer to"), models.migrating(engine) as connection:
        connection.execute(
            sa.text(
                "INSERT INTO job (id, created_at, organisation_id, kind, payload, status, attempts, max_attempts, "
                "run_at, last_error) VALUES ('a', '2030-01-01', 'nobody', 'k', '{}', 'queued', 0, 1, '2030-01-01', '')"
            )
        )
    with engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA foreign_keys")) == 1


def test_it_works_from_another_folder_and_the_library_is_not_shadowed(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    code = (
        "import alembic.command; from services import models; from services.platform.database import engine; "
        "models.migrate(engine())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert tables(database.make_engine(f"sqlite:///{tmp_path / 'lms.sqlite3'}")) > {"alembic_version", "job"}


def test_two_processes_that_start_together_both_succeed(tmp_path: Path) -> None:
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    command = [sys.executable, "-m", "lms_app", "migrate"]
    both = [subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        _out, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors

"""Shared fixtures: a migrated database of each kind, two organisations and a person for each role."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from services import models
from services.accounts.models import Organisation, User
from services.platform import database
from services.platform.actor import Actor, Role
from services.platform.config import settings

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgresql://127.0.0.1:5432/test")
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")


def _postgres_url() -> str | None:
    """Create an empty database of our own beside the one that answers, or return None."""
    try:
        with psycopg.connect(POSTGRES, connect_timeout=2, autocommit=True) as connection:
            name = f"lms_test_{os.getpid()}"
            connection.execute(f"DROP DATABASE IF EXISTS {name}")
            connection.execute(f"CREATE DATABASE {name}")
    except psycopg.OperationalError:
        return None
    return sa.make_url(POSTGRES).set(drivername="postgresql+psycopg", database=name).render_as_string(False)


@pytest.fixture(scope="session")
def _urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str | None]]:
    urls = {
        "sqlite": f"sqlite:///{tmp_path_factory.mktemp('db') / 'test.sqlite3'}",
        "postgres": _postgres_url(),
    }
    for url in filter(None, urls.values()):
        made = database.make_engine(url)
        models.migrate(made)
        made.dispose()
    yield urls
    if urls["postgres"]:
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS lms_test_{os.getpid()} WITH (FORCE)")


def _use(url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    settings.cache_clear()
    database.reset_engine()


def _empty() -> None:
    with database.engine().begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture(params=[pytest.param("sqlite"), pytest.param("postgres", marks=pytest.mark.postgres)])
def db(
    request: pytest.FixtureRequest, _urls: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[str]:
    """An empty database, once SQLite and once PostgreSQL; yields its kind."""
    url = _urls[request.param]
    if url is None:
        pytest.skip(f"no PostgreSQL answers at {POSTGRES}")
    _use(url, monkeypatch, tmp_path)
    yield request.param
    _empty()
    database.reset_engine()
    settings.cache_clear()


@pytest.fixture
def sqlite(_urls: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """An empty SQLite database, for tests whose subject is not the database."""
    url = _urls["sqlite"]
    assert url
    _use(url, monkeypatch, tmp_path)
    yield "sqlite"
    _empty()
    database.reset_engine()
    settings.cache_clear()


@dataclass(frozen=True)
class People:
    """One actor per role in the first organisation, and an admin and a learner of another one."""

    admin: Actor
    organisation_admin: Actor
    instructor: Actor
    assistant: Actor
    learner: Actor
    other_learner: Actor
    visitor: Actor
    system: Actor
    foreign_admin: Actor
    foreign_learner: Actor


def make_people() -> People:
    """Insert two organisations with people; passwords are unusable (sign-in has tests of its own)."""
    with database.across_organisations() as session:
        home = Organisation(slug="home", name="Home School")
        away = Organisation(slug="away", name="Away School")
        session.add_all([home, away])
        session.flush()

        def person(organisation: Organisation, name: str, role: Role) -> Actor:
            email = f"{name}@{organisation.slug}.example"
            user = User(
                organisation_id=organisation.id,
                email=email,
                email_key=email,
                name=name.title(),
                password_hash="!",
                role=role,
            )
            session.add(user)
            session.flush()
            return Actor(organisation_id=organisation.id, role=role, user_id=user.id, name=user.name)

        return People(
            admin=person(home, "ada", Role.platform_admin),
            organisation_admin=person(home, "omar", Role.organisation_admin),
            instructor=person(home, "ines", Role.instructor),
            assistant=person(home, "asha", Role.assistant),
            learner=person(home, "lena", Role.learner),
            other_learner=person(home, "liban", Role.learner),
            visitor=Actor(organisation_id=home.id, role=Role.visitor),
            system=Actor(organisation_id=home.id, role=Role.system),
            foreign_admin=person(away, "faisal", Role.organisation_admin),
            foreign_learner=person(away, "farah", Role.learner),
        )


@pytest.fixture
def people(db: str) -> People:
    """People in both kinds of database."""
    return make_people()


@pytest.fixture
def sqlite_people(sqlite: str) -> People:
    """People in SQLite only."""
    return make_people()

"""What every command does first and last: read the settings, and say in one line what went wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from services.platform.actor import Actor
    from services.platform.config import Settings

WRONG_SETTING = 2


def fail(message: str, code: int = 1) -> NoReturn:
    """End with one line on the error stream."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def load_settings(*, serving: bool = False) -> "Settings":
    """Return the settings with logging set up; a wrong one ends the command with one line that names it.

    ``serving`` also refuses what is right by itself but must not be served with.
    """
    from pydantic import ValidationError

    from services.platform import config, logs

    try:
        chosen = config.settings()
    except ValidationError as error:
        fail(config.explain(error), WRONG_SETTING)
    if serving and (why := config.refusal(chosen)):
        fail(f"Wrong setting: {why}", WRONG_SETTING)
    try:
        chosen.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"Wrong setting: DATA_DIR: {chosen.data_dir} cannot be used ({error.strerror}).", WRONG_SETTING)
    logs.configure(chosen)
    return chosen


def ready_database() -> None:
    """Bring the database to the newest schema and make the first organisation."""
    from alembic.util import CommandError
    from sqlalchemy.exc import ArgumentError, DatabaseError

    from services import accounts, models
    from services.platform.database import engine

    try:
        models.migrate(engine())
        accounts.ensure_default_organisation()
    except ArgumentError:
        fail("Wrong setting: DATABASE_URL is not an address of a database.", WRONG_SETTING)
    except CommandError as error:
        fail(f"The database was made by another version of the platform ({error}): start that one, or a newer one.")
    except DatabaseError as error:
        fail(f"The database does not answer: {str(error.orig).splitlines()[0]}")


def system_actor() -> "Actor":
    """The actor of the command line: the system, in the default organisation."""
    from services import accounts
    from services.platform.actor import system

    return system(accounts.ensure_default_organisation())


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what a service or the machine refuses into one line (and one per field) and exit code 1."""
    from services.platform.errors import Invalid, ServiceError
    from services.platform.messages import translate

    try:
        yield
    except ServiceError as error:
        lines = [translate("en", error.message, context=None, **error.params)]
        if isinstance(error, Invalid):
            lines += [f"  {name}: {problem}" for name, problem in error.fields.items() if problem != lines[0]]
        fail("\n".join(lines))
    except OSError as error:
        fail(f"{error.filename or 'This'} cannot be used: {error.strerror or error}.")

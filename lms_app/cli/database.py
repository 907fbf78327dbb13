"""Commands about the database and the settings."""

import typer

from lms_app.cli import start


def migrate() -> None:
    """Bring the database to the newest schema."""
    start.load_settings()
    start.ready_database()
    typer.echo("The database is at the newest schema.")


def settings() -> None:
    """List every setting with its value; secrets are masked."""
    from pydantic import SecretStr

    from services.platform.redaction import HIDDEN, redact

    chosen = start.load_settings()
    width = max(map(len, type(chosen).model_fields))
    for name, field in type(chosen).model_fields.items():
        value = getattr(chosen, name)
        if isinstance(value, SecretStr):
            value = HIDDEN if value.get_secret_value() else ""
        typer.echo(f"{name.upper():{width}}  {redact(str(value)):32}  {field.description}")

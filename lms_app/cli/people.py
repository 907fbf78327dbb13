"""Commands about people."""

import sys

import typer

from lms_app.cli import start


def create_user(
    email: str = typer.Argument(help="Address the person signs in with."),
    name: str = typer.Option("", help="Name that others see. Asked for if not given."),
    role: str = typer.Option("learner", help="platform_admin, organisation_admin, instructor, assistant or learner."),
    password: str = typer.Option("", envvar="NEW_PASSWORD", help="Asked for if not given."),
) -> None:
    """Create an account in the default organisation."""
    start.load_settings()
    if not (name and password) and not sys.stdin.isatty():
        start.fail("There is nobody to ask: give --name, and the password in NEW_PASSWORD.", start.WRONG_SETTING)
    name = name or typer.prompt("Name")
    password = password or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    start.ready_database()
    from services import accounts

    with start.refusals():
        accounts.create_user(start.system_actor(), name=name, email=email, password=password, role=role)
    typer.echo(f"{email} can sign in as {role}.")

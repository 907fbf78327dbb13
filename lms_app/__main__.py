"""The command line: ``python -m lms_app``."""

import sys

import typer
from typer._click.exceptions import ClickException  # typer's own copy; it has no public name for all of them

from lms_app.cli import courses, database, demo, people, server

WRONG_ARGUMENT = 2

cli = typer.Typer(
    help="A self-hosted learning platform with a tutor beside each lesson.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
cli.command("run")(server.run)
cli.command("dev")(server.dev)
cli.command("worker")(server.worker)
cli.command("migrate")(database.migrate)
cli.command("settings")(database.settings)
cli.command("demo")(demo.demo)
cli.command("create-user")(people.create_user)
cli.command("import-course")(courses.import_course)
cli.command("export-course")(courses.export_course)
cli.command("judge")(courses.judge)
cli.command("rejudge")(courses.rejudge)


def main() -> int:
    """Do what the arguments say and return the exit code; what is wrong with them is said in one line."""
    try:
        done = cli(sys.argv[1:] or ["--help"], prog_name="python -m lms_app", standalone_mode=False)
    except typer.TyperException as error:
        said = error.format_message() if isinstance(error, ClickException) else str(error)
        typer.echo(f"{said} (--help shows what there is.)", err=True)
        return WRONG_ARGUMENT
    except typer.Abort:
        typer.echo("Stopped.", err=True)
        return 1
    return done if isinstance(done, int) else 0


if __name__ == "__main__":
    sys.exit(main())

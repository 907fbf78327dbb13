"""The demo: its people and its course."""

from pathlib import Path

import typer

from lms_app.cli import start

DEMO_COURSE = Path(__file__).parents[1] / "demo" / "python-with-a-tutor"


def demo() -> None:
    """Load the demo accounts and the demo course into this database (needs DEMO=true)."""
    chosen = start.load_settings()
    if not chosen.demo:
        start.fail("DEMO is false: the demo accounts never exist here.", start.WRONG_SETTING)
    start.ready_database()
    with start.refusals():
        load_demo()
    typer.echo(describe_accounts())


def load_demo() -> None:
    """Make the demo accounts, and import the demo course when it is not there yet."""
    from services import accounts, courses
    from services.platform.errors import NotFound

    accounts.ensure_demo_people()
    actor = start.system_actor()
    try:
        courses.course_detail(actor, slug=DEMO_COURSE.name)
    except NotFound:
        courses.import_course(actor, source=DEMO_COURSE, format="package")


def describe_accounts() -> str:
    """The demo accounts as they are shown at the start."""
    from services.accounts import DEMO_PEOPLE
    from services.platform.config import settings

    lines = [f"  {person[0]:26} {person[1]}" for person in DEMO_PEOPLE]
    password = settings().demo_password.get_secret_value()
    return "\n".join(["  Demo accounts:", *lines, f"  Password of each: {password}", ""])

"""The people of a demo: made at its start, and shown on the page that signs in."""

import sqlalchemy as sa
from sqlmodel import col

from services.accounts.models import User
from services.accounts.people import create_user
from services.accounts.schemas import DemoAccount, DemoAccounts
from services.accounts.visitors import ensure_default_organisation
from services.platform import database
from services.platform.actor import Role, system
from services.platform.config import DEFAULT_DEMO_PASSWORD, settings
from services.platform.errors import Conflict

DEMO_PEOPLE = (
    ("admin@example.com", "Amina Admin", Role.platform_admin),
    ("orgadmin@example.com", "Omar Organiser", Role.organisation_admin),
    ("instructor@example.com", "Ines Instructor", Role.instructor),
    ("assistant@example.com", "Asha Assistant", Role.assistant),
    ("learner@example.com", "Lena Learner", Role.learner),
)


def ensure_demo_people() -> None:
    """Make the demo accounts that are missing, each with the password of ``DEMO_PASSWORD``. Only in a demo."""
    if not settings().demo:
        return
    actor = system(ensure_default_organisation())
    emails = [email for email, _, _ in DEMO_PEOPLE]
    with database.reading_across_organisations() as session:
        present = set(session.scalars(sa.select(col(User.email_key)).where(col(User.email_key).in_(emails))))
    password = settings().demo_password.get_secret_value()
    for email, name, role in DEMO_PEOPLE:
        if email in present:
            continue
        try:
            create_user(actor, name=name, email=email, password=password, role=role)
        except Conflict:  # another process was first
            continue


def demo_accounts() -> DemoAccounts:
    """Return the accounts that anybody may sign in with in a demo; the password only while it is the public one."""
    if not settings().demo:
        return DemoAccounts([], "")
    password = settings().demo_password.get_secret_value()
    return DemoAccounts(
        [DemoAccount(email, role.value) for email, _, role in DEMO_PEOPLE],
        password if password == DEFAULT_DEMO_PASSWORD else "",
    )

"""Who did what is written with the act itself, in the actor's organisation, and never a secret."""

import pytest
import sqlalchemy as sa

from services.accounts.models import User
from services.platform import audit
from services.platform.database import reading, unit_of_work
from services.platform.models import AuditEntry
from services.platform.request import request
from tests.conftest import People


def entries(actor: object) -> list[AuditEntry]:
    with reading(actor) as session:
        return list(session.scalars(sa.select(AuditEntry)))


def test_an_entry_says_who_did_what_to_what_under_which_request(people: People) -> None:
    with request("request-1"), unit_of_work(people.instructor) as session:
        lena = session.get(User, people.learner.user_id)
        audit.record(session, people.instructor, "person.rename", lena, before="Lena", count=2)
    (entry,) = entries(people.instructor)
    assert (entry.actor_id, entry.actor_role, entry.action) == (
        people.instructor.user_id,
        "instructor",
        "person.rename",
    )
    assert (entry.target_kind, entry.target_id) == ("user_account", str(people.learner.user_id))
    assert (entry.facts, entry.request_id) == ({"before": "Lena", "count": 2}, "request-1")


def test_an_act_that_failed_leaves_no_entry(people: People) -> None:
    with pytest.raises(RuntimeError), unit_of_work(people.admin) as session:
        audit.record(session, people.admin, "course.delete", None)
        raise RuntimeError
    assert entries(people.admin) == []


def test_another_organisation_sees_nothing_of_it(people: People) -> None:
    with unit_of_work(people.admin) as session:
        audit.record(session, people.admin, "course.delete", "a-course")
    assert entries(people.foreign_admin) == []


@pytest.mark.parametrize("name", ["password", "new_password", "token", "refresh_token", "api_key", "answers", "cookie"])
def test_a_secret_is_refused_as_a_bug(people: People, name: str) -> None:
    with pytest.raises(ValueError, match=name), unit_of_work(people.admin) as session:
        audit.record(session, people.admin, "person.change", None, **{name: "x"})

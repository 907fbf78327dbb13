"""Rows are scoped to the actor's organisation in one place."""

import pytest
import sqlalchemy as sa

from services.courses.models import Course
from services.platform import database
from tests.conftest import People


def _course(people: People, slug: str = "python") -> Course:
    course = Course(organisation_id=people.instructor.organisation_id, slug=slug, title="Python")
    with database.unit_of_work(people.instructor) as session:
        session.add(course)
    return course


def test_a_query_without_a_filter_sees_only_the_actors_organisation(people: People) -> None:
    _course(people)
    with database.reading(people.learner) as session:
        assert len(session.scalars(sa.select(Course)).all()) == 1
    with database.reading(people.foreign_admin) as session:
        assert session.scalars(sa.select(Course)).all() == []


def test_a_look_up_by_id_does_not_cross_organisations(people: People) -> None:
    course = _course(people)
    with database.reading(people.foreign_admin) as session:
        assert session.get(Course, course.id) is None


@pytest.mark.parametrize(
    "statement", [sa.update(Course).values(title="x"), sa.delete(Course)], ids=["update", "delete"]
)
def test_bulk_writes_do_not_cross_organisations(people: People, statement: sa.UpdateBase) -> None:
    _course(people)
    with database.unit_of_work(people.foreign_admin) as session:
        assert session.execute(statement).rowcount == 0
    with database.reading(people.learner) as session:
        assert session.scalars(sa.select(Course.title)).all() == ["Python"]


def test_columns_and_counts_are_scoped_too(people: People) -> None:
    _course(people)
    with database.reading(people.foreign_admin) as session:
        assert session.scalar(sa.select(sa.func.count(Course.id))) == 0
        assert session.scalars(sa.select(Course.slug)).all() == []
        assert session.scalar(sa.select(sa.func.count()).select_from(Course)) == 0


def test_a_row_of_another_organisation_cannot_be_written(people: People) -> None:
    with pytest.raises(PermissionError), database.unit_of_work(people.foreign_admin) as session:
        session.add(Course(organisation_id=people.learner.organisation_id, slug="x", title="X"))


def test_a_reading_session_throws_changes_away(people: People) -> None:
    course = _course(people)
    with database.reading(people.instructor) as session:
        row = session.get(Course, course.id)
        assert row
        row.title = "changed"
        session.flush()
    with database.reading(people.instructor) as session:
        assert session.scalar(sa.select(Course.title)) == "Python"


def test_what_reads_together_sees_one_moment_and_what_it_changes_is_thrown_away(people: People) -> None:
    course = _course(people)
    with database.reading_together(people.instructor):
        with database.reading(people.instructor) as session:
            row = session.get_one(Course, course.id)
        with database.reading(people.learner) as again:
            assert again is session
            row.title = "changed"
            assert again.scalars(sa.select(Course.title)).all() == ["Python"]
    with database.reading(people.instructor) as session:
        assert session.get_one(Course, course.id).title == "Python"


def test_reading_together_stays_in_the_organisation_and_does_not_hold_writers(people: People) -> None:
    with database.reading_together(people.foreign_admin):
        with database.reading(people.foreign_admin) as session:
            assert session.scalars(sa.select(Course)).all() == []
        course = _course(people)
        with database.reading(people.learner) as session:
            assert session.get_one(Course, course.id).title == "Python"
        with database.reading(people.foreign_admin) as session:
            assert session.scalars(sa.select(Course)).all() == []

"""The practice library holds what its lessons would open, tells how far one is, and costs the same however large."""

import pytest

from services import coding, enrolment
from services.coding import PracticePage
from services.coding.practice import level_of
from services.courses import export_files
from services.courses.models import Block
from services.platform import database
from services.platform.errors import Invalid, SignInNeeded
from services.platform.rate import limiter
from tests.conftest import People
from tests.counting import statements
from tests.practice_course import exercise_named, handed_in, make_library, unpublish

FOUR = (
    ("Alpha", 1, "python", "loops"),
    ("Bravo", 3, "javascript", "loops, text"),
    ("Charlie", 5, "python", "text"),
    ("Delta", 9, "sql"),
)


@pytest.fixture
def library(people: People) -> str:
    limiter.clear()
    course = make_library(people.instructor, "four", *FOUR)
    enrolment.enrol(people.learner, course_id=course)
    return course


def titles(page: PracticePage) -> list[str]:
    return [row.title for row in page.rows]


def counts(facets: list) -> dict[str, int]:
    return {facet.value: facet.count for facet in facets}


class TestWhatIsOpen:
    def test_an_enrolled_learner_finds_each_exercise_where_it_stands(self, people: People, library: str):
        page = coding.practice_library(people.learner)
        assert titles(page) == ["Alpha", "Bravo", "Charlie", "Delta"]
        row = page.rows[1]
        assert (row.level, row.difficulty, row.language, row.topics) == ("beginner", 3, "javascript", ["loops", "text"])
        assert (row.course_title, row.lesson_title) == ("Course four", "Lesson Bravo")
        assert (row.address, row.status, row.last_at) == ("/learn/four/bravo#exercise-bravo", "new", "")

    def test_who_is_not_enrolled_or_has_left_finds_nothing(self, people: People, library: str):
        assert coding.practice_library(people.other_learner).exercises == 0
        enrolment.cancel_enrolment(people.learner, course_id=library)
        page = coding.practice_library(people.learner)
        assert (page.rows, page.total, page.exercises, page.topics) == ([], 0, 0, [])

    def test_another_organisation_finds_nothing_and_a_visitor_signs_in(self, people: People, library: str):
        for foreign in (people.foreign_learner, people.foreign_admin):
            assert coding.practice_library(foreign).exercises == 0
        for ask in (coding.practice_library, coding.my_submissions):
            with pytest.raises(SignInNeeded):
                ask(people.visitor)

    def test_those_who_teach_find_all_and_drafts_only_those_who_edit(self, people: People, library: str):
        make_library(people.instructor, "next", ("Echo", 1, "python"), draft=True)
        make_library(people.instructor, "third", ("Fox", 1, "python"), ("Golf", 1, "python"), draft_lessons=("Golf",))
        seen = {
            actor.name: sorted(titles(coding.practice_library(actor)))
            for actor in (people.assistant, people.instructor, people.organisation_admin)
        }
        published = ["Alpha", "Bravo", "Charlie", "Delta", "Fox"]
        whole = sorted([*published, "Echo", "Golf"])
        assert seen == {"Asha": published, "Ines": whole, "Omar": whole}

    def test_a_course_or_lesson_that_becomes_a_draft_is_gone_for_learners(self, people: People, library: str):
        third = make_library(
            people.instructor, "third", ("Fox", 1, "python"), ("Golf", 1, "python"), draft_lessons=("Golf",)
        )
        enrolment.enrol(people.learner, course_id=third)
        assert titles(coding.practice_library(people.learner, text="lesson", topic="Part third")) == ["Fox"]
        unpublish(people.instructor, "four")
        assert titles(coding.practice_library(people.learner)) == ["Fox"]

    def test_what_left_the_package_is_not_offered_though_somebody_worked_at_it(self, people: People, library: str):
        handed_in(people.learner, "Alpha")
        make_library(people.instructor, "four", *FOUR[1:])
        assert titles(coding.practice_library(people.learner)) == ["Bravo", "Charlie", "Delta"]
        assert titles(coding.practice_library(people.instructor)) == ["Bravo", "Charlie", "Delta"]

    def test_what_left_its_lesson_is_not_offered_and_nothing_leads_to_it(self, people: People, library: str):
        handed_in(people.learner, "Alpha")
        with database.unit_of_work(people.instructor) as session:
            block = session.get(Block, exercise_named(people.instructor, "Alpha").block_id)
            assert block
            block.retired = True
        for actor in (people.learner, people.instructor):
            assert titles(coding.practice_library(actor)) == ["Bravo", "Charlie", "Delta"]
        row = coding.my_submissions(people.learner).rows[0]
        assert (row.exercise_title, row.address) == ("Alpha", "")

    def test_whatever_is_listed_can_be_opened(self, people: People, library: str):
        for actor in (people.learner, people.assistant, people.instructor):
            for row in coding.practice_library(actor).rows:
                assert coding.exercise_view(actor, exercise_id=row.id).title == row.title


class TestHowFarOneIs:
    def test_a_draft_and_a_wrong_answer_are_tries_and_one_accepted_answer_solves(self, people: People, library: str):
        coding.save_draft(people.learner, exercise_id=exercise_named(people.learner, "Alpha").id, files={"main.py": ""})
        handed_in(people.learner, "Bravo")
        handed_in(people.learner, "Charlie", "accepted")
        handed_in(people.learner, "Charlie", "time_limit")
        page = coding.practice_library(people.learner)
        states = {row.title: (row.status, bool(row.last_at)) for row in page.rows}
        assert states == {
            "Alpha": ("tried", True),
            "Bravo": ("tried", True),
            "Charlie": ("solved", True),
            "Delta": ("new", False),
        }
        assert (page.solved, page.exercises) == (1, 4)

    def test_nobody_else_s_work_counts(self, people: People, library: str):
        handed_in(people.other_learner, "Alpha", "accepted")
        assert {row.status for row in coding.practice_library(people.learner).rows} == {"new"}

    def test_the_newest_work_says_when_last(self, people: People, library: str):
        handed_in(people.learner, "Alpha")
        before = coding.practice_library(people.learner, text="alpha").rows[0].last_at
        coding.save_draft(people.learner, exercise_id=exercise_named(people.learner, "Alpha").id, files={"main.py": ""})
        assert coding.practice_library(people.learner, text="alpha").rows[0].last_at > before


class TestOrder:
    def test_one_s_own_level_comes_first_and_the_solved_last(self, people: People):
        course = make_library(
            people.instructor,
            "many",
            *[(f"Easy{n}", 1, "python") for n in range(4)],
            *[(f"Middle{n}", 5, "python") for n in range(4)],
            ("Hard", 9, "python"),
        )
        enrolment.enrol(people.learner, course_id=course)
        assert titles(coding.practice_library(people.learner, limit=1)) == ["Easy0"]
        for n in range(3):
            handed_in(people.learner, f"Middle{n}", "accepted")
        page = coding.practice_library(people.learner)
        assert page.own_level == "intermediate"
        assert titles(page) == [
            *["Middle3", "Hard", "Easy0", "Easy1", "Easy2", "Easy3"],
            *["Middle0", "Middle1", "Middle2"],
        ]

    def test_what_was_begun_comes_before_what_is_new(self, people: People, library: str):
        handed_in(people.learner, "Bravo")
        assert titles(coding.practice_library(people.learner))[:2] == ["Bravo", "Alpha"]

    def test_pages_show_each_once_also_when_one_is_solved_meanwhile(self, people: People, library: str):
        first = coding.practice_library(people.learner, limit=2)
        assert titles(first) == ["Alpha", "Bravo"]
        second = coding.practice_library(people.learner, limit=2, cursor=first.next_cursor)
        assert (titles(second), second.next_cursor, second.total) == (["Charlie", "Delta"], "", 4)
        handed_in(people.learner, "Charlie", "accepted")
        moved = coding.practice_library(people.learner, limit=2, cursor=first.next_cursor)
        assert titles(moved) == ["Delta", "Charlie"]

    @pytest.mark.parametrize(
        ("difficulty", "level"),
        [(1, "beginner"), (3, "beginner"), (4, "intermediate"), (7, "intermediate"), (8, "advanced"), (10, "advanced")],
    )
    def test_a_difficulty_belongs_to_one_level(self, difficulty: int, level: str):
        assert level_of(difficulty) == level


class TestFilters:
    def test_each_narrows_and_its_counts_are_those_of_the_others(self, people: People, library: str):
        handed_in(people.learner, "Alpha", "accepted")
        page = coding.practice_library(people.learner, topic="text")
        assert (titles(page), page.total, page.exercises) == (["Bravo", "Charlie"], 2, 4)
        assert counts(page.topics) == {"loops": 2, "text": 2, "Part four": 1}
        assert counts(page.levels) == {"beginner": 1, "intermediate": 1}
        assert counts(page.languages) == {"javascript": 1, "python": 1}
        assert counts(page.statuses) == {"new": 2}
        both = coding.practice_library(people.learner, topic="loops", status="solved")
        assert (titles(both), counts(both.statuses)) == (["Alpha"], {"new": 1, "solved": 1})
        assert titles(coding.practice_library(people.learner, level="advanced")) == ["Delta"]
        assert titles(coding.practice_library(people.learner, language="sql")) == ["Delta"]
        assert titles(coding.practice_library(people.learner, level="no such")) == []

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("CHÁRLIE", ["Charlie"]),
            ("lesson delta", ["Delta"]),
            ("javascript loops", ["Bravo"]),
            ("course four sql", ["Delta"]),
            ("part", ["Delta"]),
            ("nothing", []),
            ("%", []),
        ],
    )
    def test_words_are_found_in_titles_topics_lesson_course_and_language(
        self, people: People, library: str, words: str, found: list[str]
    ):
        assert titles(coding.practice_library(people.learner, text=words)) == found

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("topic", ["loops"]),
            ("level", "a\x00"),
            ("status", "x" * 201),
            ("cursor", "x"),
            ("cursor", "1-" + "g" * 32),
            ("cursor", 7),
            ("limit", 0),
            ("limit", True),
        ],
    )
    def test_odd_wishes_are_refused_by_name(self, people: People, library: str, name: str, value: object):
        with pytest.raises(Invalid) as refused:
            coding.practice_library(people.learner, **{name: value})
        assert list(refused.value.fields) == [name]


class TestOwnSubmissions:
    def test_the_newest_come_first_over_all_exercises_page_by_page(self, people: People, library: str):
        mine = [handed_in(people.learner, title) for title in ("Alpha", "Delta", "Alpha")]
        handed_in(people.other_learner, "Alpha")
        first = coding.my_submissions(people.learner, limit=2)
        assert [row.id for row in first.rows] == [str(mine[2]), str(mine[1])]
        row = first.rows[1]
        assert (row.exercise_title, row.course_title, row.language) == ("Delta", "Course four", "sql")
        assert (row.verdict, row.status, row.address) == ("wrong_answer", "done", "/learn/four/delta#exercise-delta")
        rest = coding.my_submissions(people.learner, limit=2, cursor=first.next_cursor)
        assert ([row.id for row in rest.rows], rest.next_cursor) == ([str(mine[0])], "")

    def test_the_way_to_the_exercise_is_closed_with_the_course(self, people: People, library: str):
        handed_in(people.learner, "Alpha")
        enrolment.cancel_enrolment(people.learner, course_id=library)
        assert coding.my_submissions(people.learner).rows[0].address == ""
        enrolment.enrol(people.learner, course_id=library)
        unpublish(people.instructor, "four")
        assert coding.my_submissions(people.learner).rows[0].address == ""

    @pytest.mark.parametrize("wrong", [{"cursor": "x"}, {"cursor": 7}, {"limit": 101}])
    def test_odd_pages_are_refused(self, people: People, library: str, wrong: dict):
        with pytest.raises(Invalid):
            coding.my_submissions(people.learner, **wrong)


def test_more_exercises_courses_and_submissions_cost_no_more_queries(people: People, library: str):
    def asked() -> list[int]:
        found = []
        for ask in (coding.practice_library, coding.my_submissions):
            with statements() as sent:
                ask(people.learner)
            found.append(len(sent))
        return found

    handed_in(people.learner, "Alpha")
    few = asked()
    assert few == [4, 1]
    for name in ("x", "y", "z"):
        more = make_library(people.instructor, name, *[(f"{name}{n}", 2, "python") for n in range(6)])
        enrolment.enrol(people.learner, course_id=more)
        for n in range(6):
            handed_in(people.learner, f"{name}{n}")
    assert asked() == few
    assert len(coding.practice_library(people.learner).rows) == 22


def test_topics_are_imported_stored_and_given_back(people: People, library: str):
    path = "all/bravo/bravo.exercise/exercise.yaml"
    assert b"topics: [loops, text]\n" in export_files(people.instructor, slug="four")[path]
    assert exercise_named(people.instructor, "Bravo").topics == ["loops", "text"]
    with pytest.raises(Invalid) as refused:
        make_library(people.instructor, "long", ("Echo", 1, "python", "x" * 61))
    told = refused.value.params
    assert (told["file"], told["line"], told["name"]) == ("all/echo/echo.exercise/exercise.yaml", 4, "topics")

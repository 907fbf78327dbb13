"""What was handed in before: page by page, handed in again, compared."""

import pytest

from services import coding
from services.coding.diff import code_diff
from services.platform.actor import Actor
from services.platform.errors import Forbidden, Invalid, NotFound, SignInNeeded
from services.platform.rate import limiter
from tests.conftest import People
from tests.counting import statements
from tests.course_rows import Made, make_taken_course


@pytest.fixture
def made(people: People) -> Made:
    limiter.clear()
    return make_taken_course(people.instructor, people.learner, people.other_learner)


def hand_in(actor: Actor, exercise: str, *programs: str) -> list[str]:
    return [coding.submit(actor, exercise_id=exercise, files={"main.py": text}).id for text in programs]


class TestHistory:
    def test_goes_back_page_by_page(self, people: People, made: Made):
        mine = hand_in(people.learner, made.doubling, *(str(n) for n in range(7)))
        hand_in(people.other_learner, made.doubling, "x")
        seen: list[str] = []
        cursor, sizes = "", []
        while True:
            page = coding.history(people.learner, exercise_id=made.doubling, cursor=cursor, limit=3)
            seen += [row.id for row in page.rows]
            sizes.append(len(page.rows))
            if not (cursor := page.next_cursor):
                break
        assert (seen, sizes) == (mine[::-1], [3, 3, 1])

    def test_what_comes_meanwhile_does_not_shift_a_page(self, people: People, made: Made):
        mine = hand_in(people.learner, made.doubling, "0", "1", "2")
        first = coding.history(people.learner, exercise_id=made.doubling, limit=2)
        hand_in(people.learner, made.doubling, "3")
        rest = coding.history(people.learner, exercise_id=made.doubling, cursor=first.next_cursor, limit=2)
        assert [row.id for row in rest.rows] == mine[:1]

    def test_asks_no_more_queries_for_more_rows(self, people: People, made: Made):
        hand_in(people.learner, made.doubling, "0")
        with statements() as few:
            coding.history(people.learner, exercise_id=made.doubling)
        hand_in(people.learner, made.doubling, *(str(n) for n in range(1, 12)))
        with statements() as many:
            coding.history(people.learner, exercise_id=made.doubling)
        assert len(many) == len(few)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"cursor": "x"},
            {"cursor": "-1"},
            {"cursor": "9" * 40},
            {"cursor": 5},
            {"limit": 0},
            {"limit": 101},
            {"limit": True},
            {"limit": "9"},
        ],
    )
    def test_a_page_that_is_none(self, people: People, made: Made, wrong: dict[str, object]):
        with pytest.raises(Invalid):
            coding.history(people.learner, exercise_id=made.doubling, **wrong)

    def test_only_for_those_who_take_the_course(self, people: People, made: Made):
        other = make_taken_course(people.instructor, slug="other")
        for actor, exercise, refusal in (
            (people.foreign_learner, made.doubling, NotFound),
            (people.visitor, made.doubling, SignInNeeded),
            (people.learner, other.doubling, Forbidden),
        ):
            with pytest.raises(refusal):
                coding.history(actor, exercise_id=exercise)


class TestSubmitAgain:
    def test_hands_the_same_code_in_once_more(self, people: People, made: Made):
        first, _second = hand_in(people.learner, made.doubling, "one", "two")
        again = coding.submit_again(people.learner, submission_id=first)
        assert (again.number, again.status, [file.text for file in again.files]) == (3, "queued", ["one"])

    def test_only_ones_own(self, people: People, made: Made):
        first = hand_in(people.learner, made.doubling, "one")[0]
        for actor in (people.other_learner, people.instructor, people.foreign_admin):
            with pytest.raises(NotFound):
                coding.submit_again(actor, submission_id=first)
        with pytest.raises(SignInNeeded):
            coding.submit_again(people.visitor, submission_id=first)


class TestCompare:
    def test_tells_what_changed_from_the_earlier_to_the_later(self, people: People, made: Made):
        first, second = hand_in(people.learner, made.doubling, "a = 1\nprint(a)\n", "a = 2\nprint(a)\n")
        for pair in ((first, second), (second, first)):
            view = coding.compare(people.learner, submission_id=pair[0], other_id=pair[1])
            assert (view.before.number, view.after.number) == (1, 2)
            [file] = view.files
            assert (file.name, file.same) == ("main.py", False)
            assert [(line.kind, line.text) for line in file.lines] == [
                ("missing", "a = 1"),
                ("extra", "a = 2"),
                ("same", "print(a)"),
            ]

    def test_files_that_came_and_went_stand_beside_nothing(self, people: People, made: Made):
        sent = [{"main.py": "x", "old.py": "o"}, {"main.py": "x", "new.py": "n"}]
        first, second = (coding.submit(people.learner, exercise_id=made.doubling, files=each).id for each in sent)
        view = coding.compare(people.learner, submission_id=first, other_id=second)
        assert [(file.name, file.same, [line.kind for line in file.lines]) for file in view.files] == [
            ("main.py", True, []),
            ("old.py", False, ["missing"]),
            ("new.py", False, ["extra"]),
        ]

    def test_white_space_counts_in_code(self):
        assert [line.kind for line in code_diff("if a:\n  b\n", "if a:\n    b\n")] == ["same", "missing", "extra"]
        assert [line.kind for line in code_diff("a \n", "a\n")] == ["missing", "extra"]

    def test_is_for_its_owner_and_those_who_teach(self, people: People, made: Made):
        mine = hand_in(people.learner, made.doubling, "1", "2")
        for actor in (people.learner, people.instructor, people.assistant):
            assert coding.compare(actor, submission_id=mine[0], other_id=mine[1]).files
        for actor in (people.other_learner, people.foreign_admin):
            with pytest.raises(NotFound):
                coding.compare(actor, submission_id=mine[0], other_id=mine[1])

    def test_not_of_two_people_or_two_exercises(self, people: People, made: Made):
        mine = hand_in(people.learner, made.doubling, "1")[0]
        other = hand_in(people.learner, made.leap, "1")[0]
        theirs = hand_in(people.other_learner, made.doubling, "1")[0]
        with pytest.raises(Invalid):
            coding.compare(people.learner, submission_id=mine, other_id=other)
        with pytest.raises(NotFound):
            coding.compare(people.learner, submission_id=mine, other_id=theirs)
        with pytest.raises(Invalid):
            coding.compare(people.instructor, submission_id=mine, other_id=theirs)

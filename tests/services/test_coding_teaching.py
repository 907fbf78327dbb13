"""What those who write a course see of an exercise: tests, figures, submissions, and what rejudging changed."""

from collections.abc import Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa

from services import coding
from services.coding import judging, machine
from services.coding.judging import Judgement
from services.courses.models import Exercise, ExerciseKey
from services.platform import jobs
from services.platform.actor import Actor
from services.platform.database import unit_of_work
from services.platform.errors import Forbidden, Invalid, NotFound, SignInNeeded, Unavailable
from services.platform.rate import limiter
from tests.conftest import People
from tests.counting import statements
from tests.course_rows import Made, make_taken_course


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Jobs are run by the tests themselves; the judge is a function, so there is no cage to ask for."""
    monkeypatch.setattr(machine, "require_cage", lambda: None)
    jobs.use_queue(lambda _queue, _job: None)
    yield
    jobs.use_queue(None)


@pytest.fixture
def made(people: People) -> Made:
    limiter.clear()
    return make_taken_course(people.instructor, people.learner, people.other_learner)


@pytest.fixture
def scores(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The points of each program; the judge of these tests gives the rest none."""
    found: dict[str, float] = {}

    def judge(_task: judging.Task, files: dict[str, str], _progress: object = None) -> Judgement:
        score = found.get(files["main.py"], 0)
        return Judgement("accepted" if score == 100 else "wrong_answer", score, int(score == 100), 1, {})

    monkeypatch.setattr(judging, "judge_files", judge)
    return found


def hand_in(actor: Actor, made: Made, *programs: str) -> list[str]:
    return [coding.submit(actor, exercise_id=made.doubling, files={"main.py": text}).id for text in programs]


def judged(people: People, made: Made, scores: dict[str, float]) -> list[str]:
    """Three submissions of two people, of which the second was right."""
    scores["two"] = 100
    ids = [*hand_in(people.learner, made, "one", "two"), *hand_in(people.other_learner, made, "three")]
    jobs.run_due()
    return ids


class TestView:
    def test_shows_whose_and_which_tests_there_are_and_what_they_earn(self, people: People, made: Made):
        view = coding.teaching_view(people.instructor, exercise_id=made.doubling)
        assert (view.title, view.language_label, view.problem) == ("Doubling", "Python", "")
        assert (view.course_slug, view.lesson_slug, view.lesson_title) == ("small", "loops", "Loops")
        assert [(row.name, row.hidden, row.points, row.group) for row in view.tests] == [
            ("two", False, 1, ""),
            ("HIDDEN-NAME", True, 1, ""),
        ]
        assert (view.limits.cpu_ms, view.limits.memory_mb) == (1000, 128)
        units = coding.teaching_view(people.instructor, exercise_id=made.leap)
        assert (units.mode, [row.name for row in units.tests]) == ("unit_tests", ["leap_test.py"])

    def test_a_test_of_a_group_earns_with_the_group(self, people: People, made: Made):
        with unit_of_work(people.instructor) as session:
            exercise = session.get_one(Exercise, UUID(made.doubling))
            exercise.public_cases = [
                {"name": "a", "stdin": "", "expected": "", "points": 2, "group": "told"},
                {"name": "b", "stdin": "", "expected": "", "points": 3, "group": "summed"},
            ]
            asked = sa.select(ExerciseKey).where(ExerciseKey.exercise_id == exercise.id)
            key = session.scalars(asked).one()
            key.hidden_cases = [{"name": "c", "stdin": "", "expected": "", "points": 4, "group": "summed"}]
            key.judging = {"groups": [{"name": "told", "points": 20, "needs": []}]}
        view = coding.teaching_view(people.instructor, exercise_id=made.doubling)
        assert [(row.group, row.points) for row in view.tests] == [("told", 20), ("summed", 7), ("summed", 7)]

    def test_of_a_page_it_shows_the_rules(self, people: People, made: Made):
        rules = "rules:\n  - name: a heading\n    select: h1\n  - select: p\n    hidden: true\n"
        with unit_of_work(people.instructor) as session:
            session.get_one(Exercise, UUID(made.leap)).language = "web"
            asked = sa.select(ExerciseKey).where(ExerciseKey.exercise_id == UUID(made.leap))
            session.scalars(asked).one().tests = {"rules.yaml": rules}
        view = coding.teaching_view(people.instructor, exercise_id=made.leap)
        assert [(row.name, row.hidden) for row in view.tests] == [("a heading", False), ("2", True)]
        assert view.mode == "rules"

    def test_counts_people_and_submissions(self, people: People, made: Made, scores: dict[str, float]):
        none = coding.teaching_view(people.instructor, exercise_id=made.doubling)
        assert (none.tried, none.solved, none.judged, none.handed_in, none.verdicts) == (0, 0, 0, 0, [])
        judged(people, made, scores)
        coding.cancel(people.learner, submission_id=hand_in(people.learner, made, "four")[0])
        hand_in(people.other_learner, made, "five")
        view = coding.teaching_view(people.instructor, exercise_id=made.doubling)
        assert (view.tried, view.solved, view.judged, view.handed_in) == (2, 1, 3, 5)
        assert [(each.verdict, each.count) for each in view.verdicts] == [
            ("wrong_answer", 2),
            ("accepted", 1),
            ("cancelled", 1),
            ("waiting", 1),
        ]

    def test_says_where_its_language_cannot_be_run_and_does_not_judge_it_anew(
        self, people: People, made: Made, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(machine, "language_problem", lambda _name: "gcc is not there.")
        assert coding.teaching_view(people.instructor, exercise_id=made.doubling).problem == machine.NO_LANGUAGE
        with pytest.raises(Unavailable, match="its tools are not here"):
            coding.rejudge(people.instructor, exercise_id=made.doubling)

    def test_asks_as_many_questions_of_many_submissions_as_of_few(
        self, people: People, made: Made, scores: dict[str, float]
    ):
        def ask() -> int:
            with statements() as sent:
                coding.teaching_view(people.instructor, exercise_id=made.doubling)
                coding.handed_in(people.instructor, exercise_id=made.doubling)
            return len(sent)

        judged(people, made, scores)
        few = ask()
        hand_in(people.learner, made, *(str(n) for n in range(15)))
        assert ask() == few


class TestHandedIn:
    def test_lists_everybody_page_by_page_the_newest_first(self, people: People, made: Made, scores: dict[str, float]):
        ids = judged(people, made, scores)
        first = coding.handed_in(people.instructor, exercise_id=made.doubling, limit=2)
        assert [(row.id, row.number, row.verdict) for row in first.rows] == [
            (ids[2], 1, "wrong_answer"),
            (ids[1], 2, "accepted"),
        ]
        names = {people.learner.name, people.other_learner.name}
        assert {row.name for row in first.rows} == names
        rest = coding.handed_in(people.instructor, exercise_id=made.doubling, cursor=first.next_cursor, limit=2)
        assert ([row.id for row in rest.rows], rest.next_cursor) == ([ids[0]], "")

    def test_odd_pages_are_refused(self, people: People, made: Made):
        for cursor in ("x", "1", {}, 7, "x" * 40):
            with pytest.raises(Invalid):
                coding.handed_in(people.instructor, exercise_id=made.doubling, cursor=cursor)
        for limit in (0, 101, True, "10", None):
            with pytest.raises(Invalid):
                coding.handed_in(people.instructor, exercise_id=made.doubling, limit=limit)


class TestRenewed:
    def test_tells_each_change_of_verdict_or_score(self, people: People, made: Made, scores: dict[str, float]):
        ids = judged(people, made, scores)
        scores.update({"two": 40, "three": 50})
        started = coding.rejudge(people.instructor, exercise_id=made.doubling)
        assert coding.teaching_view(people.instructor, exercise_id=made.doubling).rejudging == started
        jobs.run_due()
        first = coding.renewed(people.instructor, rejudging_id=started.id, limit=1)
        rest = coding.renewed(people.instructor, rejudging_id=started.id, cursor=first.next_cursor)
        told = [(row.id, row.before, row.after, row.score_before, row.score_after) for row in first.rows + rest.rows]
        assert told == [
            (ids[1], "accepted", "wrong_answer", 100, 40),
            (ids[2], "wrong_answer", "wrong_answer", 0, 50),
        ]
        assert (first.next_cursor, rest.next_cursor, rest.rows[0].name) == (ids[1], "", people.other_learner.name)
        done = coding.rejudge_progress(people.instructor, rejudging_id=started.id)
        assert (done.status, done.changed) == ("done", 2)

    def test_the_last_one_is_shown_and_each_has_its_own_changes(
        self, people: People, made: Made, scores: dict[str, float]
    ):
        judged(people, made, scores)
        scores.clear()
        first = coding.rejudge(people.instructor, exercise_id=made.doubling)
        jobs.run_due()
        second = coding.rejudge(people.instructor, exercise_id=made.doubling)
        jobs.run_due()
        shown = coding.teaching_view(people.instructor, exercise_id=made.doubling).rejudging
        assert shown is not None and shown.id == second.id
        pages = [coding.renewed(people.instructor, rejudging_id=each.id).rows for each in (first, second)]
        assert [len(rows) for rows in pages] == [1, 0]


def test_all_of_it_is_for_those_who_write_the_course(people: People, made: Made):
    started = coding.rejudge(people.instructor, exercise_id=made.doubling)
    for actor, refusal in (
        (people.learner, Forbidden),
        (people.assistant, Forbidden),
        (people.visitor, SignInNeeded),
        (people.foreign_admin, NotFound),
        (people.foreign_learner, NotFound),
    ):
        with pytest.raises(refusal):
            coding.teaching_view(actor, exercise_id=made.doubling)
        with pytest.raises(refusal):
            coding.handed_in(actor, exercise_id=made.doubling)
        with pytest.raises(refusal):
            coding.renewed(actor, rejudging_id=started.id)
    for wrong in (None, "x", {}, "0190a000-0000-7000-8000-000000000000"):
        with pytest.raises(NotFound):
            coding.teaching_view(people.instructor, exercise_id=wrong)
        with pytest.raises(NotFound):
            coding.renewed(people.instructor, rejudging_id=wrong)

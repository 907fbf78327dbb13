"""The report of similar programs: who may ask for it, what it holds, and what is kept from one to the next."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from services.accounts.models import User
from services.coding import similarity
from services.coding.models import Submission
from services.coding.similarity import comparing, process
from services.coding.similarity.models import SimilarityReport, SimilarPair
from services.courses.models import Course, Exercise, ExerciseKey
from services.enrolment.models import Enrolment
from services.platform import jobs
from services.platform.actor import Actor, Role
from services.platform.database import reading, unit_of_work
from services.platform.errors import Forbidden, Invalid, LimitReached, NotFound, NotPermitted, SignInNeeded
from services.platform.models import AuditEntry, Job
from services.platform.rate import limiter
from tests.conftest import People
from tests.counting import statements
from tests.course_rows import Made, make_taken_course
from tests.similar_programs import DISGUISED, INDEPENDENT, ORIGINAL


@pytest.fixture
def made(people: People) -> Made:
    limiter.clear()
    return make_taken_course(people.instructor, people.learner, people.other_learner)


def hand_in(person: Actor, made: Made, text: str, *, score: float = 100, status: str = "done", number: int = 1) -> str:
    """Insert a submission as the judge left it."""
    with unit_of_work(person) as session:
        row = Submission(
            organisation_id=person.organisation_id,
            course_id=made.course,
            exercise_id=UUID(made.doubling),
            user_id=person.user_id,
            number=number,
            files={"main.py": text},
            digest=str(number),
            status=status,
            score=score,
        )
        session.add(row)
    return str(row.id)


def more_learners(teacher: Actor, made: Made, count: int) -> list[Actor]:
    found = []
    with unit_of_work(teacher) as session:
        for number in range(count):
            name = f"pupil{number}@home.example"
            user = User(
                organisation_id=teacher.organisation_id,
                email=name,
                email_key=name,
                name=f"Pupil {number}",
                password_hash="!",
                role=Role.learner,
            )
            session.add(user)
            session.flush()
            session.add(Enrolment(organisation_id=teacher.organisation_id, user_id=user.id, course_id=made.course))
            found.append(Actor(organisation_id=teacher.organisation_id, role=Role.learner, user_id=user.id))
    return found


def compare(teacher: Actor, made: Made) -> similarity.SimilarityView:
    similarity.start(teacher, exercise_id=made.doubling)
    jobs.run_due()
    return similarity.similarity(teacher, exercise_id=made.doubling)


class TestReport:
    def test_nothing_is_compared_before_somebody_asks(self, people: People, made: Made) -> None:
        view = similarity.similarity(people.assistant, exercise_id=made.doubling)
        assert (view.status, view.rows, view.exercise_title, view.course_slug) == ("none", [], "Doubling", "small")

    def test_it_is_queued_made_and_read(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.other_learner, made, DISGUISED["other names and values"])
        for pupil, text in zip(more_learners(people.instructor, made, 3), INDEPENDENT[:3], strict=True):
            hand_in(pupil, made, text)
        assert similarity.start(people.assistant, exercise_id=made.doubling).status == "queued"
        jobs.run_due()
        view = similarity.similarity(people.assistant, exercise_id=made.doubling)
        assert (view.status, view.percent, view.people, view.compared) == ("done", 100, 5, 5)
        assert (view.pairs, view.worth_a_look, view.looked_at) == (1, 1, 0)
        row = view.rows[0]
        assert {row.left_name, row.right_name} == {"Lena", "Liban"}
        assert row.worth_a_look and row.similarity > 0.9 and row.group == 0

    def test_both_programs_stand_side_by_side_with_their_lines(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.other_learner, made, "# mine\n\n" + ORIGINAL, number=3)
        pair = similarity.similar_pair(people.instructor, pair_id=compare(people.instructor, made).rows[0].id)
        by_name = {side.name: side for side in (pair.left, pair.right)}
        assert (by_name["Liban"].number, by_name["Liban"].share) == (3, 1.0)
        lena, liban = (by_name[name].files[0].lines for name in ("Lena", "Liban"))
        assert [line.text for line in lena] == ORIGINAL.removesuffix("\n").split("\n")
        assert [line.region for line in lena] == [line.region for line in liban[2:]]
        assert max(line.region for line in lena) == len(pair.regions) > 0
        first = pair.regions[0]
        assert lena[1].region == 1 and (first.number, first.left_file) == (1, "main.py")

    def test_one_program_of_each_person_their_best_and_last(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, INDEPENDENT[0], score=50, number=1)
        wanted = hand_in(people.learner, made, ORIGINAL, score=90, number=2)
        hand_in(people.learner, made, INDEPENDENT[1], score=80, number=3)
        hand_in(people.other_learner, made, INDEPENDENT[2], score=90, number=1)
        last = hand_in(people.other_learner, made, ORIGINAL, score=90, number=2)
        hand_in(people.other_learner, made, INDEPENDENT[3], score=100, number=3, status="failed")
        view = compare(people.instructor, made)
        assert (view.people, len(view.rows)) == (2, 1)
        with reading(people.instructor) as session:
            pair = session.scalars(sa.select(SimilarPair)).one()
        assert {str(pair.left_submission_id), str(pair.right_submission_id)} == {wanted, last}

    def test_what_staff_tried_out_is_nobodys_work(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.instructor, made, ORIGINAL)
        view = compare(people.instructor, made)
        assert (view.people, view.rows) == (1, [])

    def test_starter_and_given_files_do_not_count(self, people: People, made: Made) -> None:
        with unit_of_work(people.instructor) as session:
            exercise = session.get_one(Exercise, UUID(made.doubling))
            exercise.starter = {"main.py": ORIGINAL}
            key = session.scalars(sa.select(ExerciseKey).where(ExerciseKey.exercise_id == exercise.id)).one()  # type: ignore[arg-type]
            key.support = {"help.py": INDEPENDENT[3]}
        hand_in(people.learner, made, ORIGINAL + INDEPENDENT[3])
        hand_in(people.other_learner, made, INDEPENDENT[3] + ORIGINAL)
        view = compare(people.instructor, made)
        assert (view.people, view.compared, view.rows) == (2, 0, [])

    def test_pages_follow_each_other(self, people: People, made: Made) -> None:
        for pupil in more_learners(people.instructor, made, 4):
            hand_in(pupil, made, ORIGINAL)
        first = compare(people.instructor, made)
        assert (first.pairs, first.next_cursor) == (6, "")
        seen, cursor = [], ""
        for _page in range(3):
            page = similarity.similarity(people.instructor, exercise_id=made.doubling, cursor=cursor, limit=2)
            seen += [row.id for row in page.rows]
            cursor = page.next_cursor
        assert cursor == "" and seen == [row.id for row in first.rows] and len(set(seen)) == 6
        assert {row.group for row in first.rows} == {1}

    def test_reading_asks_as_often_for_many_pairs_as_for_one(self, people: People, made: Made) -> None:
        asked = []
        pupils = more_learners(people.instructor, made, 5)
        for some in (pupils[:2], pupils[2:]):
            for pupil in some:
                hand_in(pupil, made, ORIGINAL)
            compare(people.instructor, made)
            with statements() as seen:
                view = similarity.similarity(people.instructor, exercise_id=made.doubling)
            asked.append(len(seen))
        assert len(view.rows) == 10 and asked[0] == asked[1]

    @pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 9, 3, ["1"]])
    def test_an_odd_cursor_is_refused(self, people: People, made: Made, cursor: object) -> None:
        with pytest.raises(Invalid):
            similarity.similarity(people.instructor, exercise_id=made.doubling, cursor=cursor)


class TestComparing:
    def test_asking_twice_is_one_comparison(self, people: People, made: Made) -> None:
        similarity.start(people.instructor, exercise_id=made.doubling)
        similarity.start(people.assistant, exercise_id=made.doubling)
        with reading(people.instructor) as session:
            kinds = session.scalars(sa.select(Job.kind)).all()  # type: ignore[call-overload]
        assert list(kinds) == [comparing.JOB]

    def test_one_that_was_overtaken_writes_nothing(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.other_learner, made, ORIGINAL)
        similarity.start(people.instructor, exercise_id=made.doubling)
        with reading(people.instructor) as session:
            report = session.scalars(sa.select(SimilarityReport)).one()
        old = str(UUID(int=report.claim.int ^ 1))
        similarity.run_comparison(people.system, report_id=str(report.id), claim=old)
        similarity.comparison_gave_up(people.system, report_id=str(report.id), claim=old)
        view = similarity.similarity(people.instructor, exercise_id=made.doubling)
        assert (view.status, view.rows) == ("queued", [])

    def test_done_twice_it_is_the_same(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.other_learner, made, ORIGINAL)
        first = compare(people.instructor, made)
        with reading(people.instructor) as session:
            report = session.scalars(sa.select(SimilarityReport)).one()
        similarity.run_comparison(people.system, report_id=str(report.id), claim=str(report.claim))
        assert similarity.similarity(people.instructor, exercise_id=made.doubling) == first

    def test_one_that_fails_says_so_and_keeps_what_was_found(
        self, people: People, made: Made, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.other_learner, made, ORIGINAL)
        before = compare(people.instructor, made)
        similarity.start(people.instructor, exercise_id=made.doubling)
        with unit_of_work(people.instructor) as session:
            session.execute(sa.update(Job).values(attempts=99, max_attempts=1))
        monkeypatch.setattr(process.sys, "executable", "/bin/false")
        jobs.run_due()
        view = similarity.similarity(people.instructor, exercise_id=made.doubling)
        assert (view.status, view.rows) == ("failed", before.rows)

    def test_it_tells_how_far_it_is(self, people: People, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
        hand_in(people.learner, made, ORIGINAL)
        similarity.start(people.instructor, exercise_id=made.doubling)
        seen: list[tuple[str, int]] = []

        def slowly(*asked: object) -> process.Found:
            tell = asked[-1]
            assert callable(tell)
            for percent in (10, 70):
                tell(percent)
                view = similarity.similarity(people.instructor, exercise_id=made.doubling)
                seen.append((view.status, view.percent))
            return process.Found([], 1, [])

        monkeypatch.setattr(comparing, "_SECONDS_BETWEEN", 0)
        monkeypatch.setattr(comparing, "rank_apart", slowly)
        jobs.run_due()
        assert seen == [("running", 10), ("running", 70)]

    def test_it_cannot_be_started_without_end(self, people: People, made: Made) -> None:
        def again() -> None:
            similarity.start(people.instructor, exercise_id=made.doubling)
            with unit_of_work(people.instructor) as session:
                session.execute(sa.update(SimilarityReport).values(status="done"))

        for _time in range(6):
            again()
        with pytest.raises(LimitReached):
            again()

    def test_the_process_gets_no_secret_of_this_one(self, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
        monkeypatch.setenv("SECRET_KEY", "s" * 40)
        told: list[dict[str, str]] = []
        real = process.subprocess.Popen

        def watched(*args: object, **how: object) -> object:
            told.append(dict(how["env"]))  # type: ignore[call-overload]
            return real(*args, **how)  # type: ignore[call-overload]

        monkeypatch.setattr(process.subprocess, "Popen", watched)
        found = process.rank_apart({"a": {"m.py": ORIGINAL}, "b": {"m.py": ORIGINAL}}, "python", [], lambda _p: None)
        assert [pair["similarity"] for pair in found.pairs] == [1.0]
        assert told and "SECRET_KEY" not in told[0]


class TestMarks:
    def test_what_was_noted_stays_through_a_new_comparison(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.other_learner, made, ORIGINAL)
        pair = compare(people.instructor, made).rows[0].id
        marked = similarity.mark_pair(people.assistant, pair_id=pair, looked_at=True, note="  They sat together. ")
        assert (marked.looked_by, marked.note, bool(marked.looked_at)) == ("Asha", "They sat together.", True)
        again = compare(people.instructor, made)
        assert (again.rows, again.looked_at) == ([marked], 1)

    def test_one_is_changed_without_the_other(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.other_learner, made, ORIGINAL)
        pair = compare(people.instructor, made).rows[0].id
        similarity.mark_pair(people.instructor, pair_id=pair, note="First.")
        looked = similarity.mark_pair(people.instructor, pair_id=pair, looked_at=True)
        assert (looked.note, looked.looked_by) == ("First.", "Ines")
        kept = similarity.mark_pair(people.assistant, pair_id=pair, looked_at=True, note="Second.")
        assert (kept.looked_by, kept.looked_at) == ("Ines", looked.looked_at)
        back = similarity.mark_pair(people.assistant, pair_id=pair, looked_at=False)
        assert (back.looked_at, back.looked_by, back.note) == ("", "", "Second.")
        with reading(people.instructor) as session:
            acts = session.scalars(sa.select(AuditEntry.action)).all()  # type: ignore[call-overload]
        assert acts.count("similarity.mark") == 4

    def test_other_programs_of_the_same_people_were_not_looked_at_yet(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, ORIGINAL, score=50)
        hand_in(people.other_learner, made, ORIGINAL)
        pair = compare(people.instructor, made).rows[0].id
        similarity.mark_pair(people.instructor, pair_id=pair, looked_at=True, note="Fine.")
        hand_in(people.learner, made, ORIGINAL + "\n", number=2)
        row = compare(people.instructor, made).rows[0]
        assert (row.id, row.looked_at, row.note) == (pair, "", "Fine.")

    def test_a_note_outlives_the_likeness_and_comes_back_with_it(self, people: People, made: Made) -> None:
        hand_in(people.learner, made, ORIGINAL, score=50)
        hand_in(people.other_learner, made, ORIGINAL)
        pair = compare(people.instructor, made).rows[0].id
        similarity.mark_pair(people.instructor, pair_id=pair, note="Ask them.")
        hand_in(people.learner, made, INDEPENDENT[0], score=60, number=2)
        assert compare(people.instructor, made).rows == []
        hand_in(people.learner, made, ORIGINAL, score=70, number=3)
        assert [(row.id, row.note) for row in compare(people.instructor, made).rows] == [(pair, "Ask them.")]

    @pytest.mark.parametrize(
        "how", [{"note": "x" * 2001}, {"note": 5}, {"note": "\0"}, {"looked_at": "yes"}, {"looked_at": 1}]
    )
    def test_what_cannot_be_kept_is_refused_by_field(self, people: People, made: Made, how: dict) -> None:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.other_learner, made, ORIGINAL)
        pair = compare(people.instructor, made).rows[0].id
        with pytest.raises(Invalid) as refused:
            similarity.mark_pair(people.instructor, pair_id=pair, **how)
        assert list(refused.value.fields) == list(how)


class TestWhoMay:
    @pytest.fixture
    def pair(self, people: People, made: Made) -> str:
        hand_in(people.learner, made, ORIGINAL)
        hand_in(people.other_learner, made, ORIGINAL)
        return compare(people.instructor, made).rows[0].id

    def each(self, actor: Actor, made: Made, pair: str) -> list[type[Exception] | None]:
        refused: list[type[Exception] | None] = []
        for call in (
            lambda: similarity.start(actor, exercise_id=made.doubling),
            lambda: similarity.similarity(actor, exercise_id=made.doubling),
            lambda: similarity.similar_pair(actor, pair_id=pair),
            lambda: similarity.mark_pair(actor, pair_id=pair, note="mine"),
        ):
            try:
                call()
                refused.append(None)
            except (Forbidden, NotFound) as error:
                refused.append(type(error))
        return refused

    def test_those_who_teach_and_nobody_else(self, people: People, made: Made, pair: str) -> None:
        assert self.each(people.learner, made, pair) == [NotPermitted] * 4
        assert self.each(people.visitor, made, pair) == [SignInNeeded] * 4
        assert self.each(people.foreign_admin, made, pair) == [NotFound] * 4
        assert self.each(people.foreign_learner, made, pair) == [NotFound] * 4
        for teacher in (people.assistant, people.instructor, people.organisation_admin):
            assert self.each(teacher, made, pair) == [None] * 4
        row = similarity.similar_pair(people.instructor, pair_id=pair).row
        assert row.note == "mine"  # of those who teach

    def test_of_a_course_that_is_a_draft_only_those_who_write_it(self, people: People, made: Made, pair: str) -> None:
        with unit_of_work(people.instructor) as session:
            session.execute(sa.update(Course).values(status="draft"))
        assert self.each(people.assistant, made, pair) == [NotFound] * 4
        assert self.each(people.learner, made, pair) == [NotFound] * 4
        assert self.each(people.instructor, made, pair) == [None] * 4

    @pytest.mark.parametrize("wrong", ["", "nothing", None, 7, {"a": 1}])
    def test_what_is_no_id_is_not_found(self, people: People, made: Made, wrong: object) -> None:
        for call in (similarity.start, similarity.similarity):
            with pytest.raises(NotFound):
                call(people.instructor, exercise_id=wrong)  # type: ignore[operator]
        for ask in (similarity.similar_pair, similarity.mark_pair):
            with pytest.raises(NotFound):
                ask(people.instructor, pair_id=wrong)  # type: ignore[operator]

    def test_only_the_worker_compares(self, people: People, made: Made) -> None:
        for person in (people.admin, people.instructor, people.learner):
            for call in (similarity.run_comparison, similarity.comparison_gave_up):
                with pytest.raises(Forbidden):
                    call(person, report_id=made.doubling, claim=made.doubling)

    def test_a_person_who_is_deleted_takes_their_pairs_along(self, people: People, made: Made, pair: str) -> None:
        with unit_of_work(people.instructor) as session:
            session.execute(sa.delete(Submission).where(Submission.user_id == people.learner.user_id))  # type: ignore[arg-type]
        assert similarity.similarity(people.instructor, exercise_id=made.doubling).rows == []

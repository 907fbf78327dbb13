"""Drafts: each file is kept for itself; where two tabs wrote the same one, both texts are kept until one is chosen."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from services import coding
from services.coding.files import mark_of
from services.coding.models import Draft
from services.courses.models import Exercise
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.database import reading, unit_of_work
from services.platform.errors import Conflict, Forbidden, Invalid, LimitReached, NotFound, SignInNeeded
from services.platform.rate import limiter
from tests.conftest import People
from tests.course_rows import make_taken_course

STARTER = {"main.py": "import helper\n", "helper.py": "# helps\n"}


@pytest.fixture
def exercise(people: People) -> str:
    """An exercise with two files."""
    limiter.clear()
    made = make_taken_course(people.instructor, people.learner, people.other_learner)
    with unit_of_work(people.instructor) as session:
        session.scalars(sa.select(Exercise).where(Exercise.slug == "doubling")).one().starter = dict(STARTER)
    return made.doubling


class Editor:
    """A tab as the service meets it: it sends a file with the marks of all it has shown of it."""

    def __init__(self, actor: Actor, exercise: str) -> None:
        self.actor, self.exercise = actor, exercise
        self.open()

    def open(self) -> None:
        """Take what is stored, as a tab does that is loaded anew."""
        self.texts = stored(self.actor, self.exercise)
        self.known = {name: [mark_of(text)] for name, text in self.texts.items()}
        self.asides: dict[str, str] = {}

    def type(self, name: str, text: str) -> coding.DraftView:
        """Write a text and save it."""
        draft = coding.save_draft(
            self.actor,
            exercise_id=self.exercise,
            files={name: text},
            known={name: self.known[name]},
            asides=self.asides,
        )
        self.texts[name] = text
        self.known[name].append(mark_of(text))
        self.asides |= draft.put_aside
        return draft


def stored(actor: Actor, exercise: str) -> dict[str, str]:
    return {file.name: file.text for file in coding.exercise_view(actor, exercise_id=exercise).files}


def asides(actor: Actor, exercise: str) -> list[tuple[str, str, bool]]:
    view = coding.exercise_view(actor, exercise_id=exercise)
    return [(each.name, each.text, each.settled) for each in view.asides]


@pytest.fixture
def two(people: People, exercise: str) -> tuple[Editor, Editor]:
    """The same person's exercise in two tabs."""
    return Editor(people.learner, exercise), Editor(people.learner, exercise)


Two = tuple[Editor, Editor]


class TestSaving:
    def test_one_tab_that_types_on_is_never_in_its_own_way(self, people: People, exercise: str):
        tab = Editor(people.learner, exercise)
        for text in ("a", "ab", "a", "abc"):
            assert tab.type("main.py", text).asides == []
        assert stored(people.learner, exercise) == {**STARTER, "main.py": "abc"}

    def test_a_save_whose_answer_was_lost_is_no_other_tab(self, people: People, exercise: str):
        tab = Editor(people.learner, exercise)
        tab.type("main.py", "a")
        tab.known["main.py"].append(mark_of("ab"))  # sent, and never arrived
        assert tab.type("main.py", "abc").asides == []

    def test_edits_of_different_files_are_joined_without_a_question(self, people: People, exercise: str, two: Two):
        first, second = two
        first.type("main.py", "mine")
        draft = second.type("helper.py", "also mine")
        assert draft.asides == []
        assert {file.name: file.text for file in draft.files} == {"main.py": "mine", "helper.py": "also mine"}
        assert stored(people.learner, exercise) == {"main.py": "mine", "helper.py": "also mine"}

    def test_two_tabs_with_the_same_text_agree(self, people: People, exercise: str, two: Two):
        for tab in two:
            assert tab.type("main.py", "same").asides == []

    def test_what_was_not_saved_follows_the_starter(self, people: People, exercise: str):
        Editor(people.learner, exercise).type("main.py", "mine")
        with unit_of_work(people.instructor) as session:
            row = session.scalars(sa.select(Exercise).where(Exercise.slug == "doubling")).one()
            row.starter = {**STARTER, "helper.py": "# mended\n"}
        assert stored(people.learner, exercise) == {"main.py": "mine", "helper.py": "# mended\n"}

    @pytest.mark.parametrize("round_", range(3))
    def test_saves_at_once_lose_nothing(self, people: People, exercise: str, round_: int):
        tabs = [Editor(people.learner, exercise) for _ in range(6)]

        def save(number: int) -> None:
            tabs[number].type("main.py" if number % 2 else "helper.py", f"text {number}")

        with ThreadPoolExecutor(6) as pool:
            list(pool.map(save, range(6)))
        kept = {
            *stored(people.learner, exercise).values(),
            *(text for _n, text, _s in asides(people.learner, exercise)),
        }
        assert kept == {f"text {number}" for number in range(6)}


class TestConflict:
    def test_the_later_save_does_not_overwrite_and_both_are_kept(self, people: People, exercise: str, two: Two):
        first, second = two
        first.type("main.py", "first")
        draft = second.type("main.py", "second")
        assert stored(people.learner, exercise)["main.py"] == "first"
        assert asides(people.learner, exercise) == [("main.py", "second", False)]
        assert list(draft.put_aside) == ["main.py"]

    def test_both_go_on_typing(self, people: People, exercise: str, two: Two):
        first, second = two
        first.type("main.py", "first")
        second.type("main.py", "second")
        first.type("main.py", "first, longer")
        second.type("main.py", "second, longer")
        assert stored(people.learner, exercise)["main.py"] == "first, longer"
        assert asides(people.learner, exercise) == [("main.py", "second, longer", False)]

    def test_a_third_tab_has_a_text_of_its_own(self, people: People, exercise: str, two: Two):
        third = Editor(people.learner, exercise)
        for number, tab in enumerate((*two, third)):
            tab.type("main.py", f"text {number}")
        assert [text for _name, text, _settled in asides(people.learner, exercise)] == ["text 1", "text 2"]

    def test_each_time_is_told_of_the_text_it_belongs_to(self, people: People, exercise: str, two: Two):
        first, second = two
        saved = first.type("main.py", "first")
        later = second.type("main.py", "second")
        aside = coding.exercise_view(people.learner, exercise_id=exercise).asides[0]
        assert aside.file_written_at == saved.saved_at < aside.written_at == later.saved_at

    def test_it_ends_by_itself_when_the_texts_are_the_same_again(self, people: People, exercise: str, two: Two):
        first, second = two
        first.type("main.py", "first")
        second.type("main.py", "second")
        assert second.type("main.py", "first").asides == []

    def test_a_reset_takes_nothing_that_another_tab_wrote(self, people: People, exercise: str, two: Two):
        first, second = two
        second.type("helper.py", "mine")
        first.type("main.py", "first")
        draft = coding.reset_draft(people.learner, exercise_id=exercise, known=second.known)
        assert {file.name: file.text for file in draft.files} == {**STARTER, "main.py": "first"}
        assert asides(people.learner, exercise) == [("main.py", STARTER["main.py"], False)]

    def test_so_many_that_a_choice_is_needed_are_refused(self, people: People, exercise: str):
        tabs = [Editor(people.learner, exercise) for _ in range(12)]
        for number, tab in enumerate(tabs[:11]):
            tab.type("main.py", f"text {number}")
        with pytest.raises(Conflict):
            tabs[11].type("main.py", "one too many")
        assert len(asides(people.learner, exercise)) == 10

    def test_a_refused_submission_is_kept_beside_what_another_tab_wrote(
        self, people: People, exercise: str, two: Two, monkeypatch: pytest.MonkeyPatch
    ):
        two[0].type("main.py", "first")
        monkeypatch.setattr(settings(), "judge_waiting", 0)
        with pytest.raises(LimitReached):
            coding.submit(people.learner, exercise_id=exercise, files={"main.py": "handed in"})
        assert stored(people.learner, exercise)["main.py"] == "first"
        assert asides(people.learner, exercise) == [("main.py", "handed in", False)]


class TestChoosing:
    @pytest.fixture
    def aside(self, two: Two) -> str:
        """The second tab's text, which was put aside."""
        two[0].type("main.py", "first")
        return two[1].type("main.py", "second").put_aside["main.py"]

    @pytest.mark.parametrize(("swap", "taken", "kept"), [(True, "second", "first"), (False, "first", "second")])
    def test_the_other_one_can_be_brought_back_as_often_as_one_likes(
        self, people: People, exercise: str, aside: str, swap: bool, taken: str, kept: str
    ):
        at = {"exercise_id": exercise, "aside_id": aside}
        coding.choose_text(people.learner, **at, swap=swap)
        assert stored(people.learner, exercise)["main.py"] == taken
        assert asides(people.learner, exercise) == [("main.py", kept, True)]
        for text in (kept, taken):
            coding.bring_back(people.learner, **at)
            assert stored(people.learner, exercise)["main.py"] == text
        coding.forget_text(people.learner, **at)
        assert (stored(people.learner, exercise)["main.py"], asides(people.learner, exercise)) == (taken, [])

    def test_a_tab_that_types_on_after_the_others_choice_loses_nothing(
        self, people: People, exercise: str, aside: str, two: Two
    ):
        first, second = two
        coding.choose_text(people.learner, exercise_id=exercise, aside_id=aside, swap=True)
        second.type("main.py", "second, longer")
        first.type("main.py", "first, longer")
        assert stored(people.learner, exercise)["main.py"] == "second, longer"
        assert asides(people.learner, exercise) == [("main.py", "first", True), ("main.py", "first, longer", False)]

    def test_it_is_done_once(self, people: People, exercise: str, aside: str):
        at = {"exercise_id": exercise, "aside_id": aside}
        with pytest.raises(Conflict):
            coding.forget_text(people.learner, **at)
        with pytest.raises(NotFound):
            coding.bring_back(people.learner, **at)
        coding.choose_text(people.learner, **at, swap=True)
        with pytest.raises(Conflict):
            coding.choose_text(people.learner, **at, swap=True)
        assert stored(people.learner, exercise)["main.py"] == "second"

    def test_they_are_compared_either_way_round(self, people: People, exercise: str, aside: str):
        at = {"exercise_id": exercise, "aside_id": aside}
        lines = coding.compare_texts(people.learner, **at, aside_first=False).lines
        assert [(line.kind, line.text) for line in lines] == [("missing", "first"), ("extra", "second")]
        lines = coding.compare_texts(people.learner, **at, aside_first=True).lines
        assert [(line.kind, line.text) for line in lines] == [("missing", "second"), ("extra", "first")]

    @pytest.mark.parametrize("value", [None, "", "x", 5, {}, ["a"]])
    def test_a_text_that_is_none(self, people: People, exercise: str, aside: str, value: object):
        for function, how in FUNCTIONS:
            with pytest.raises(NotFound):
                function(people.learner, exercise_id=exercise, aside_id=value, **how)

    def test_it_is_nobody_elses(self, people: People, exercise: str, aside: str):
        for actor, refusal in (
            (people.other_learner, NotFound),
            (people.instructor, NotFound),
            (people.foreign_learner, NotFound),
            (people.visitor, SignInNeeded),
        ):
            for function, how in FUNCTIONS:
                with pytest.raises(refusal):
                    function(actor, exercise_id=exercise, aside_id=aside, **how)
        other = make_taken_course(people.instructor, slug="other")
        with pytest.raises(Forbidden):
            coding.choose_text(people.learner, exercise_id=other.doubling, aside_id=aside, swap=True)


FUNCTIONS: list[tuple[Any, dict[str, bool]]] = [
    (coding.choose_text, {"swap": True}),
    (coding.bring_back, {}),
    (coding.forget_text, {}),
    (coding.compare_texts, {"aside_first": True}),
]


@pytest.mark.parametrize(
    "sent",
    [
        {"known": []},
        {"known": "main.py"},
        {"known": {"main.py": "4-5"}},
        {"known": {"main.py": [5]}},
        {"known": {"main.py": ["x" * 25]}},
        {"known": {"main.py": ["x"] * 61}},
        {"known": {5: []}},
        {"known": {f"{n}.py": [] for n in range(21)}},
        {"asides": []},
        {"asides": {"main.py": 5}},
        {"asides": {f"{n}.py": "" for n in range(21)}},
    ],
    ids=str,
)
def test_what_a_stranger_makes_up_is_refused(people: People, exercise: str, sent: Mapping[str, object]):
    for refused in (
        lambda: coding.save_draft(people.learner, exercise_id=exercise, files={"main.py": ""}, **sent),
        lambda: coding.reset_draft(people.learner, exercise_id=exercise, **sent),
    ):
        with pytest.raises(Invalid):
            refused()
    with reading(people.learner) as session:
        assert session.scalars(sa.select(Draft)).all() == []


def test_files_sent_one_by_one_are_no_more_than_files_sent_together(people: People, exercise: str):
    for number in range(18):
        coding.save_draft(people.learner, exercise_id=exercise, files={f"{number}.py": "x" * 10_000})
    with pytest.raises(Invalid):
        coding.save_draft(people.learner, exercise_id=exercise, files={"large.py": "x" * 100_000})
    for number in range(18, 20):
        coding.save_draft(people.learner, exercise_id=exercise, files={f"{number}.py": ""})
    with pytest.raises(Invalid):
        coding.save_draft(people.learner, exercise_id=exercise, files={"20.py": ""})


@pytest.mark.parametrize(("text", "mark"), [("", "0-0"), ("print(1)\n", "9-3ce11e06"), ("س😀\r\n", "8-2b390bbd")])
def test_marks_are_those_that_the_browser_makes(text: str, mark: str):
    """Where the two differ, a tab is in its own way: see tests/e2e/test_editor.py."""
    assert mark_of(text) == mark

"""What staff receive of a comparison, frozen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two people whose programs are alike. Shares are from 0 to 1, and times ISO texts; empty: not yet."""

    id: str
    left_name: str
    right_name: str
    similarity: float
    left_share: float
    right_share: float
    regions: int
    group: int  # 0: just these two
    worth_a_look: bool
    looked_at: str
    looked_by: str
    note: str


@dataclass(frozen=True, slots=True)
class SimilarityView:
    """The report of an exercise with a page of its pairs, the most alike first."""

    exercise_id: str
    exercise_title: str
    course_slug: str
    course_title: str
    lesson_slug: str
    status: str  # none, queued, running, done or failed
    percent: int
    finished_at: str
    people: int
    compared: int
    pairs: int
    worth_a_look: int
    looked_at: int
    rows: list[PairRow]
    next_cursor: str  # empty on the last page


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of a program; ``region`` is the number of the shared part it belongs to, 0 for none."""

    number: int
    text: str
    region: int


@dataclass(frozen=True, slots=True)
class CodeFile:
    """A file of a program."""

    name: str
    lines: list[CodeLine]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two programs: whose, which of their submissions, and its text."""

    name: str
    number: int
    handed_in_at: str
    share: float
    files: list[CodeFile]


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A part that both programs have, by its number and its lines on both sides."""

    number: int
    left_file: str
    left_first: int
    left_last: int
    right_file: str
    right_first: int
    right_last: int


@dataclass(frozen=True, slots=True)
class PairView:
    """Two programs side by side."""

    row: PairRow
    exercise_id: str
    left: Side
    right: Side
    regions: list[RegionRow]

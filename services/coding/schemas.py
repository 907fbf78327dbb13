"""What the rest of the product receives of code exercises: frozen, and nothing of what an exercise keeps hidden."""

from dataclasses import dataclass, field

from services.courses.schemas import Facet


@dataclass(frozen=True, slots=True)
class FileView:
    """A file in the editor."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case that the learner may see."""

    name: str
    stdin: str
    expected: str


@dataclass(frozen=True, slots=True)
class LimitsView:
    """What one run of the program may use."""

    cpu_ms: int
    wall_ms: int
    memory_mb: int
    processes: int
    output_kb: int
    file_mb: int
    files: int


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of the comparison of expected with printed output; a number of 0 means: not on that side.

    The characters from ``changed_from`` up to ``changed_to`` differ from the line on the other side.
    """

    kind: str  # same, missing (expected, not printed) or extra (printed, not expected)
    text: str
    expected_line: int
    got_line: int
    changed_from: int = 0
    changed_to: int = 0


@dataclass(frozen=True, slots=True)
class FailingCase:
    """The first public case that failed."""

    name: str
    stdin: str
    expected: str
    got: str
    stderr: str
    diff: list[DiffLine]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One test of a submission. Of a hidden case only whether it passed is told; its name is a number."""

    name: str
    passed: bool
    verdict: str
    message: str
    hidden: bool
    time_ms: int


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A line in the list of one's submissions."""

    id: str
    number: int
    status: str  # queued, running, done, failed (the judge's fault) or cancelled
    verdict: str  # empty until it is done
    score: float
    passed: int
    total: int
    created_at: str


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A submission with what its owner may know of the judgement. Follow it until ``finished``."""

    id: str
    exercise_id: str
    user_id: str
    number: int
    status: str  # queued, running, done, failed (the judge's fault) or cancelled
    finished: bool
    verdict: str
    accepted: bool
    score: float
    passed: int
    total: int
    created_at: str
    finished_at: str
    message: str = ""  # an English sentence (key of its translation) when the judge could not do its work
    files: list[FileView] = field(default_factory=list)
    checks: list[CheckLine] = field(default_factory=list)
    failing: FailingCase | None = None
    compile_log: str = ""
    output: str = ""  # what the learner's program printed while its unit tests ran
    time_ms: int = 0  # of all tests together
    longest_ms: int = 0  # of one run of the program: what its limit is held against
    memory_kb: int = 0
    place: int = 0  # in the queue of the judge, from 1; 0 when it does not stand there
    tests_done: int = 0  # while it runs: so many tests are behind it. Said only where judging takes longer
    tests_total: int = 0  # of so many; 0: not known
    rejudged_at: str = ""  # when its verdict was renewed because the exercise's tests had changed


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of one's submissions at an exercise, the newest first."""

    rows: list[SubmissionRow]
    next_cursor: str  # empty on the last page


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """An exercise in the practice library, with how far one is at it."""

    id: str
    title: str
    language: str
    difficulty: int
    level: str  # beginner, intermediate or advanced, by the difficulty
    topics: list[str]
    course_slug: str
    course_title: str
    lesson_slug: str
    lesson_title: str
    address: str  # of the lesson at the place where the exercise stands
    status: str  # new, tried or solved
    last_at: str  # when one last handed in or wrote there; empty when new


@dataclass(frozen=True, slots=True)
class PracticePage:
    """A page of the practice library; a filter's own counts are those of the other filters."""

    rows: list[PracticeRow]
    total: int  # of what was asked for
    next_cursor: str  # empty on the last page
    levels: list[Facet]
    topics: list[Facet]
    languages: list[Facet]
    statuses: list[Facet]
    exercises: int  # of all that are open to one
    solved: int  # of them
    own_level: str


@dataclass(frozen=True, slots=True)
class OwnSubmissionRow:
    """A line in the list of one's submissions at all exercises."""

    id: str
    exercise_id: str
    exercise_title: str
    course_title: str
    language: str
    address: str  # of the exercise; empty where it is not open to one any more
    number: int
    status: str  # queued, running, done, failed (the judge's fault) or cancelled
    verdict: str  # empty until it is done
    score: float
    passed: int
    total: int
    created_at: str


@dataclass(frozen=True, slots=True)
class OwnSubmissionsPage:
    """A page of one's submissions, the newest first."""

    rows: list[OwnSubmissionRow]
    next_cursor: str  # empty on the last page


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of two submissions, line by line; ``same`` when nothing in it differs."""

    name: str
    same: bool
    lines: list[DiffLine]


@dataclass(frozen=True, slots=True)
class CompareView:
    """Two submissions of one person at one exercise, the earlier first."""

    before: SubmissionRow
    after: SubmissionRow
    files: list[FileChange]


@dataclass(frozen=True, slots=True)
class RejudgingView:
    """How far an exercise is judged anew."""

    id: str
    exercise_id: str
    status: str  # running, done or failed
    finished: bool
    total: int
    done: int
    changed: int
    kept: int
    created_at: str
    finished_at: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class RenewedRow:
    """A submission with what judging it anew made of it."""

    id: str
    name: str  # whose it is
    number: int
    before: str
    after: str
    score_before: float
    score_after: float


@dataclass(frozen=True, slots=True)
class RenewedPage:
    """A page of what judging anew changed, in the order in which it was handed in."""

    rows: list[RenewedRow]
    next_cursor: str  # empty on the last page


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A test as its author knows it, without what it reads and expects. Of unit tests a row is a file."""

    name: str
    hidden: bool
    points: float  # its own; of a group's test the group's, which all of its tests earn together
    group: str


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """How many submissions have a verdict; besides those of the judge there are waiting and cancelled."""

    verdict: str
    count: int


@dataclass(frozen=True, slots=True)
class HandedInRow:
    """A submission of anybody's, for those who write the course."""

    id: str
    name: str  # whose it is
    number: int
    status: str
    verdict: str
    score: float
    passed: int
    total: int
    created_at: str


@dataclass(frozen=True, slots=True)
class HandedInPage:
    """A page of what was handed in at an exercise by everybody, the newest first."""

    rows: list[HandedInRow]
    next_cursor: str  # empty on the last page


@dataclass(frozen=True, slots=True)
class TeachingView:
    """An exercise for those who write its course."""

    exercise_id: str
    title: str
    language: str
    language_label: str
    problem: str  # an English sentence (key of its translation) when this server cannot run its language
    mode: str  # cases, unit_tests, or rules that a page is held against
    limits: LimitsView
    course_slug: str
    course_title: str
    lesson_slug: str
    lesson_title: str
    tests: list[CaseRow]
    tried: int  # people who handed something in
    solved: int  # of them with a program that passes
    judged: int  # submissions that judging anew would judge
    handed_in: int  # submissions of any kind
    verdicts: list[VerdictCount]  # the most frequent first
    rejudging: RejudgingView | None  # the one that is going on, else the last


@dataclass(frozen=True, slots=True)
class LanguageView:
    """A language that exercises may be in; ``works`` when programs in it run on this server now."""

    name: str
    label: str
    works: bool


@dataclass(frozen=True, slots=True)
class Aside:
    """A text of a file that was put aside because another tab had written the file meanwhile."""

    id: str
    name: str
    text: str
    written_at: str
    file_written_at: str
    settled: bool  # one of the two was chosen, and this is the other one


@dataclass(frozen=True, slots=True)
class ExerciseView:
    """An exercise as a learner meets it. ``files`` is the draft if there is one, else the starter."""

    id: str
    slug: str
    title: str
    course_id: str
    lesson_id: str
    language: str
    difficulty: int
    instructions_html: str
    hints: int
    entry: str
    files: list[FileView]
    starter: list[FileView]
    has_draft: bool
    draft_saved_at: str
    cases: list[CaseView]
    limits: LimitsView
    submissions: list[SubmissionRow]  # the newest first, at most ten
    solved: bool
    runs: bool = True  # False where a program is nothing by itself, only together with its unit tests
    problem: str = ""  # an English sentence (key of its translation) when this server cannot run its language
    asides: list[Aside] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class HintView:
    """One hint; ``total`` says how many there are."""

    number: int
    total: int
    html: str


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as it is stored after a save or a choice; ``put_aside`` has by file the ids of what was put aside now."""

    exercise_id: str
    saved_at: str
    files: list[FileView]
    asides: list[Aside] = field(default_factory=list)
    put_aside: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunView:
    """What became of one run of a program."""

    verdict: str
    stdout: str
    stderr: str
    exit_code: int | None
    signal: str | None
    time_ms: int
    wall_ms: int
    memory_kb: int
    message: str = ""
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class ExerciseRunView:
    """What became of Run in an exercise: with own input ``run``, otherwise a line per public case."""

    verdict: str
    run: RunView | None
    checks: list[CheckLine]
    failing: FailingCase | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class ReferenceRow:
    """How an exercise's own reference solution and untouched starter fare before the judge."""

    slug: str
    title: str
    draft: bool
    reference: str  # verdict
    passed: int
    total: int
    starter: str  # verdict; empty when there is no starter
    message: str


@dataclass(frozen=True, slots=True)
class ReferenceReport:
    """The check of a whole course's exercises."""

    course: str
    rows: list[ReferenceRow]
    references_accepted: int
    starters_accepted: list[str]  # slugs

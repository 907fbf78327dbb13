"""What the rest of the product receives of code exercises: frozen, and nothing of what an exercise keeps hidden."""

from dataclasses import dataclass, field


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
    time_ms: int = 0
    memory_kb: int = 0
    place: int = 0  # in the queue of the judge, from 1; 0 when it does not stand there
    rejudged_at: str = ""  # when its verdict was renewed because the exercise's tests had changed


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of one's submissions at an exercise, the newest first."""

    rows: list[SubmissionRow]
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

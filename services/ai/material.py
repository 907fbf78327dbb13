"""What an answer is made from, whoever writes it."""

import re
from dataclasses import dataclass

from services.ai.retrieval import CourseIndex, Hit, Passage

# The share of a question's words, weighted by rarity, that a passage must have to answer it. Measured on XQuAD: answers
# 94 % of the questions its articles answer, and 13 % of those whose article was taken out.
ENOUGH_COVERAGE = 0.4

_ENOUGH = 6
_HELP = re.compile(
    r"\b(?:hints?|stuck|help|solve|solutions?|answers?|wrong|fail(?:s|ed|ing)?|error|next|fix|debug)\b"
    r"|تلميح|ساعد|حل|عالق|خطا|خطأ|فشل|\b(?:caawi|tilmaan|xal|qalad)",
    re.IGNORECASE,
)
_ERROR_NAME = re.compile(r"\b[A-Z]\w*(?:Error|Exception|Warning)\b")


@dataclass(frozen=True, slots=True)
class ExerciseAsked:
    """The public side of the exercise a question is about."""

    block_key: str
    title: str
    instructions: str
    hints: list[str]
    hints_given: int
    pointed: bool  # the learner pointed at it; else it is only the one exercise of the lesson


@dataclass(frozen=True, slots=True)
class Material:
    """The question with all that surrounds it."""

    question: str
    about: dict[str, str]
    history: list[tuple[str, str]]
    language: str
    course_title: str
    lesson_id: str
    lesson_title: str
    index: CourseIndex
    exercise: ExerciseAsked | None

    @property
    def wants_hint(self) -> bool:
        """Whether this asks for help with the exercise, rather than about what is taught."""
        if self.exercise is None:
            return False
        if self.about.get("failing_test") and not self._asks_what_is_taught:
            return True
        return _HELP.search(self.question) is not None and (self.exercise.pointed or bool(self.about.get("code")))

    @property
    def _asks_what_is_taught(self) -> bool:
        """Whether a passage answers the bare question: a failing test stands beside it, but is not what it is about."""
        best = self.index.search(self.question, lesson_id=self.lesson_id, limit=_ENOUGH)
        return any(hit.coverage >= ENOUGH_COVERAGE for hit in best if hit.passage.kind != "exercise")

    @property
    def sought(self) -> str:
        """The words to search for: the question, the words selected, the names of errors met."""
        errors = " ".join(dict.fromkeys(_ERROR_NAME.findall(self.about.get("failing_test", ""))))
        return f"{self.question} {self.about.get('selection', '')} {errors}"

    def hits(self, limit: int = _ENOUGH) -> list[Hit]:
        """Return the passages that fit the question."""
        return self.index.search(
            self.sought, lesson_id=self.lesson_id, block_key=self.about.get("block_key", ""), limit=limit
        )

    def pointed(self) -> list[Passage]:
        """Return the passages of the block that the question points at."""
        block = self.about.get("block_key", "")
        return self.index.of_block(self.lesson_id, block) if block else []

    def passages(self) -> list[Passage]:
        """Return the passages a model may cite: the block pointed at, then the best of the course."""
        found = dict.fromkeys([*self.pointed()[:2], *(hit.passage for hit in self.hits())])
        return list(found)[:_ENOUGH] or self.index.of_lesson(self.lesson_id)[:3]

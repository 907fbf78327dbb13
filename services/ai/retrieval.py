"""Finding the passages of a course that answer a question, among those this person may see.

Only what every learner of the course reads is looked at: texts, code samples, prompts and the instructions of
exercises. The tables with answers, hidden tests and solutions, and the package's source files, are not even imported.
"""

import math
import re
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from services.ai.text import frozen_blocks
from services.ai.words import words
from services.courses.models import Block, Course, Exercise, Lesson, Module

if TYPE_CHECKING:
    from bm25s import BM25

MAX_WORDS = 200
_THIS_LESSON, _THIS_BLOCK = 1.15, 1.3  # how much nearer what the learner looks at is
_TEACHES_LESS = 0.6  # a task, or a list of links, beside a text about the same
_CACHED_COURSES = 16
_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*(?:\{#[^}]*\})?\s*#*$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a block, with the place it stands at."""

    course_slug: str
    lesson_id: str
    lesson_slug: str
    lesson_title: str
    block_key: str
    kind: str  # text, code, prompt or exercise
    heading: str
    text: str

    @property
    def title(self) -> str:
        """Lesson and heading, as a reader names the place."""
        return self.lesson_title if self.heading in ("", self.lesson_title) else f"{self.lesson_title} › {self.heading}"

    @property
    def href(self) -> str:
        """The address of the block in the player."""
        return f"/learn/{self.course_slug}/{self.lesson_slug}#{self.block_key}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. ``coverage`` is how much of what the question says the passage has, from 0 to 1."""

    passage: Passage
    score: float
    coverage: float


class CourseIndex:
    """The passages of one course, searchable by BM25. Made once for each version of the course."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = list(passages)
        self._words = [words(f"{passage.title} {passage.text}") for passage in passages]
        self._has = [frozenset(found) for found in self._words]
        self._teaches = [passage.kind != "exercise" and not _lists_links(passage.text) for passage in passages]
        counts = Counter(word for has in self._has for word in has)
        total = len(self.passages)
        self._idf = {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in counts.items()}
        self._unknown = math.log(1 + (total + 0.5) / 0.5)
        self._bm25 = _bm25(self._words) if self._idf else None

    def weight(self, word: str) -> float:
        """How telling a word is in this course; one that the course never uses tells most."""
        return self._idf.get(word, self._unknown)

    def search(self, question: str, *, lesson_id: str = "", block_key: str = "", limit: int = 6) -> list[Hit]:
        """Return the best passages, best first; those of this lesson and block count a little more.

        What BM25 says is weighed by how much of the question the passage has: one rare word in a short passage would
        come before a longer passage that has them all.
        """
        asked = words(question)
        known = [word for word in asked if word in self._idf]
        if not known or self._bm25 is None:
            return []
        scores = self._bm25.get_scores(known)
        for at, passage in enumerate(self.passages):
            pointed = passage.lesson_id == lesson_id and block_key and passage.block_key == block_key
            if passage.lesson_id == lesson_id:
                scores[at] *= _THIS_BLOCK if pointed else _THIS_LESSON
            if not pointed and not self._teaches[at]:
                scores[at] *= _TEACHES_LESS
        covered = {at: self._coverage(asked, self._has[at]) for at in scores.nonzero()[0].tolist()}
        best = sorted(covered, key=lambda at: -scores[at] * covered[at])[:limit]
        return [Hit(self.passages[at], float(scores[at]) * covered[at], covered[at]) for at in best]

    def of_block(self, lesson_id: str, block_key: str) -> list[Passage]:
        """Return the passages of one block, in order."""
        return [p for p in self.passages if p.lesson_id == lesson_id and p.block_key == block_key]

    def of_lesson(self, lesson_id: str) -> list[Passage]:
        """Return the passages of one lesson, in order."""
        return [p for p in self.passages if p.lesson_id == lesson_id]

    def _coverage(self, asked: Iterable[str], has: frozenset[str]) -> float:
        terms = set(asked)
        whole = sum(self.weight(word) for word in terms)
        return sum(self.weight(word) for word in terms & has) / whole if whole else 0.0


def _lists_links(markdown: str) -> bool:
    """Whether most of the words are those of links: such a passage names what to read, and teaches nothing itself."""
    inside = sum(len(link.split()) for link in re.findall(r"\[([^\]]*)\](?:\([^)]*\)|\[)", markdown))
    return inside * 2 > len(re.sub(r"\]\([^)]*\)", "", markdown).split()) > 0


def _bm25(corpus: list[list[str]]) -> "BM25":
    from bm25s import BM25  # on first use: it brings numpy

    made = BM25(k1=1.5, b=0.75)
    made.index(corpus, show_progress=False)
    return made


_cache: OrderedDict[tuple[UUID, bool], tuple[datetime, CourseIndex]] = OrderedDict()
_cache_lock = Lock()


def course_index(session: Session, course: Course, *, drafts: bool) -> CourseIndex:
    """Return the index of this version of the course, with the lessons in draft only for those who may see them."""
    key = (course.id, drafts)
    with _cache_lock:
        kept = _cache.get(key)
        if kept and kept[0] == course.updated_at:
            _cache.move_to_end(key)
            return kept[1]
    made = CourseIndex(load_passages(session, course, drafts=drafts))
    with _cache_lock:
        _cache[key] = (course.updated_at, made)
        while len(_cache) > _CACHED_COURSES:
            _cache.popitem(last=False)
    return made


def load_passages(session: Session, course: Course, *, drafts: bool) -> list[Passage]:
    """Return all passages of a course in reading order."""
    query = (
        sa.select(
            *(col(column) for column in (Block.kind, Block.key, Block.title, Block.text)),
            Lesson,
            *(col(column) for column in (Exercise.title, Exercise.instructions)),
        )
        .join(Lesson, col(Lesson.id) == Block.lesson_id)
        .join(Module, col(Module.id) == Lesson.module_id)
        .outerjoin(Exercise, col(Exercise.block_id) == Block.id)
        .where(col(Block.course_id) == course.id, col(Block.kind).in_(("text", "code", "prompt", "exercise")))
        .order_by(col(Module.position), col(Lesson.position), col(Block.position))
    )
    if not drafts:
        query = query.where(col(Lesson.status) == "published")
    passages: list[Passage] = []
    for row in session.execute(query):
        kind, key, title, text, lesson, exercise_title, instructions = tuple(row)
        heading, body = (exercise_title or title, instructions or "") if kind == "exercise" else (title, text)
        place = (course.slug, str(lesson.id), lesson.slug, lesson.title, key, kind)
        parts = [(heading, body)] if kind == "code" else split(heading, body)
        passages.extend(Passage(*place, head, part) for head, part in parts if part.strip())
    return passages


def split(heading: str, markdown: str) -> list[tuple[str, str]]:
    """Split Markdown into pieces of at most about ``MAX_WORDS`` words, each with the heading it stands under."""
    pieces: list[tuple[str, str]] = []
    packed: list[str] = []
    size = 0

    def close() -> None:
        nonlocal packed, size
        if packed:
            pieces.append((heading, "\n\n".join(packed)))
        packed, size = [], 0

    for paragraph in frozen_blocks(markdown.strip() + "\n\n\nx")[0]:
        first, _, rest = paragraph.partition("\n")
        if found := _HEADING.match(first):
            close()
            heading, paragraph = _plain_heading(found.group(1)), rest
        for part in _short(paragraph):
            length = len(part.split())
            if size + length > MAX_WORDS:
                close()
            packed.append(part)
            size += length
    close()
    return pieces


def _plain_heading(markdown: str) -> str:
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown).replace("`", "").replace("**", "")


def _short(paragraph: str) -> list[str]:
    """A paragraph that is too long is cut between sentences; code is never cut."""
    if not paragraph.strip():
        return []
    if len(paragraph.split()) <= MAX_WORDS or "```" in paragraph:
        return [paragraph]
    parts: list[list[str]] = [[]]
    size = 0
    for sentence in sentences(paragraph):
        length = len(sentence.split())
        if parts[-1] and size + length > MAX_WORDS:
            parts.append([])
            size = 0
        parts[-1].append(sentence)
        size += length
    return [" ".join(part) for part in parts]


_SENTENCE_END = re.compile(r"(?<=[.!?؟。])(?:[\"'”’)»*_]*)\s+(?=\S)|\n(?=\s*(?:[-*+]|\d+[.)])\s)|\n{2,}")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|Mr|Mrs|Dr|St|No|cf)|\b[A-Z])\.$")


def sentences(text: str) -> list[str]:
    """Split prose into sentences and list items."""
    found: list[str] = []
    start = 0
    for end in _SENTENCE_END.finditer(text):
        sentence = text[start : end.end()]
        if _ABBREVIATION.search(sentence.rstrip()):
            continue
        found.append(sentence.strip())
        start = end.end()
    found.append(text[start:].strip())
    return [sentence for sentence in found if sentence]

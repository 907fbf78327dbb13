"""The tutor without a model: it quotes the best passages of the course, and says so when there are none."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from services.ai.material import ENOUGH_COVERAGE, ExerciseAsked, Material
from services.ai.retrieval import CourseIndex, Hit, Passage, sentences
from services.ai.text import frozen_blocks
from services.ai.words import words
from services.platform.messages import translate

# Such a sentence speaks of the one before it, which is quoted with it.
_POINTS_BACK = re.compile(r"(?:this|that|these|those|it|they|so|هذا|هذه|ذلك|تلك|tani|taas|kani|kaas)\b", re.IGNORECASE)
_NEAR_THE_BEST = 0.6
_CODE_LINES = 14
_LOOKED_AT = 12


@dataclass(slots=True)
class Written:
    """An answer in paragraphs; [n] names the nth passage."""

    passages: list[Passage] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)

    def cite(self, passage: Passage) -> str:
        """Return the marker of a passage."""
        if passage not in self.passages:
            self.passages.append(passage)
        return f"[{self.passages.index(passage) + 1}]"


def compose(material: Material) -> Written:
    """Write an answer that quotes the course, or a hint, or that nothing was found."""
    written = Written()
    language = material.language
    if material.exercise and material.wants_hint:
        _hint(written, material, material.exercise)
    else:
        hits = material.hits(limit=_LOOKED_AT)
        teaching = [hit for hit in hits if _explains(hit.passage, material)]
        if teaching and teaching[0].coverage >= ENOUGH_COVERAGE:
            best = [hit for hit in teaching[:3] if hit is teaching[0] or _fits_too(hit, teaching[0])]
            _quote(written, material.index, material.sought, [hit.passage for hit in best])
        elif pointed := (material.pointed() or _asks_of_the_lesson(material)):
            written.paragraphs.append(translate(language, "The course says here:"))
            _quote(written, material.index, material.sought, pointed[:2])
        else:
            _nothing(written, material, hits)
    note = translate(language, "I am the offline tutor: I quote this course and write no answers of my own.")
    written.paragraphs.append(f"*{note}*")
    return written


def _fits_too(hit: Hit, best: Hit) -> bool:
    return hit.score >= _NEAR_THE_BEST * best.score and hit.coverage >= ENOUGH_COVERAGE


def _explains(passage: Passage, material: Material) -> bool:
    """The text of a task explains nothing, unless it is what the question points at."""
    return passage.kind != "exercise" or passage.block_key == material.about.get("block_key")


def _asks_of_the_lesson(material: Material) -> list[Passage]:
    """A question of words that say nothing ("explain this please") is about the lesson itself."""
    return [] if words(material.sought) else material.index.of_lesson(material.lesson_id)


def _hint(written: Written, material: Material, exercise: ExerciseAsked) -> None:
    language, given, total = material.language, exercise.hints_given, len(exercise.hints)
    if given < total:
        heading = translate(language, "Hint {number} of {total}", number=given + 1, total=total)
        written.paragraphs += [f"**{heading}**", exercise.hints[given].strip()]
        if given + 1 < total:
            written.paragraphs.append(translate(language, "Try it first. Then ask again for the next hint."))
    elif total:
        written.paragraphs.append(
            translate(language, "You have had every hint. I give no solutions; these passages teach what you need:")
        )
    else:
        written.paragraphs.append(
            translate(language, "This exercise has no hints. I give no solutions; these passages teach what you need:")
        )
    sought = f"{material.sought} {exercise.title} {exercise.instructions}"
    hits = material.index.search(sought, lesson_id=material.lesson_id)
    teaching = [hit.passage for hit in hits if hit.passage.kind in ("text", "code")]
    _quote(written, material.index, sought, teaching[: 1 if given < total else 2])


def _nothing(written: Written, material: Material, hits: Sequence[Hit]) -> None:
    language = material.language
    written.paragraphs.append(
        translate(language, "I found nothing about this in the course “{course}”.", course=_safe(material.course_title))
    )
    nearest = list({hit.passage.lesson_id: hit.passage for hit in reversed(hits)}.values())[::-1][:3]
    if nearest:
        written.paragraphs.append(translate(language, "These lessons are nearest:"))
        written.paragraphs.append("\n".join(f"- {_safe(p.lesson_title)} {written.cite(p)}" for p in nearest))
    written.paragraphs.append(translate(language, "Ask in other words, with the terms that the course uses."))


def _quote(written: Written, index: CourseIndex, sought: str, passages: Sequence[Passage]) -> None:
    for passage in passages:
        marker = written.cite(passage)
        if passage.kind == "code":
            program = f"```python\n{passage.text.strip(chr(10))}\n```"
            written.paragraphs += [_named(passage, marker), _shortened(program)]
            continue
        quote, code = _best_sentences(index, sought, passage.text)
        if quote:
            written.paragraphs.append(f"> {quote} {marker}")
        if code:
            written.paragraphs += [*([] if quote else [_named(passage, marker)]), _shortened(code)]


def _named(passage: Passage, marker: str) -> str:
    """The line over a program that is quoted: a marker that stands alone below it would say nothing."""
    return f"{_safe(passage.title)} {marker}"


def _best_sentences(index: CourseIndex, sought: str, text: str) -> tuple[str, str]:
    """Return the two sentences that fit best, in their order, and the code that they announce."""
    asked = set(words(sought))
    units: list[str] = []
    code_after: dict[int, str] = {}
    for block in frozen_blocks(text + "\n\n\nx")[0]:
        if block.lstrip().startswith(("```", "~~~")):
            code_after[len(units) - 1] = block
        else:
            units += [clean for sentence in sentences(_unquoted(block)) if (clean := _clean(sentence))]
    # A sentence that announces what is not quoted with it ("Here is one:") leaves its reader waiting.
    if any(not unit.endswith(":") for unit in units):
        kept = [at for at, unit in enumerate(units) if at in code_after or not unit.endswith(":")]
        code_after = {new: code_after[at] for new, at in enumerate(kept) if at in code_after}
        units = [units[at] for at in kept]
    if not units:
        return "", next(iter(code_after.values()), "")
    scores = [sum(index.weight(word) for word in asked & set(words(unit))) for unit in units]
    best = max(range(len(units)), key=lambda at: scores[at])
    others = sorted((at for at in range(len(units)) if at != best and scores[at] > 0), key=lambda at: -scores[at])
    if best and _POINTS_BACK.match(units[best]):
        others.insert(0, best - 1)
    if not others and best + 1 < len(units):
        others = [best + 1]
    chosen = sorted([best, *others[:1]])
    code = next((code_after[at] for at in chosen if at in code_after and units[at].endswith(":")), "")
    return " … ".join(units[at] for at in chosen) if _apart(chosen) else " ".join(units[at] for at in chosen), code


def _apart(chosen: list[int]) -> bool:
    return len(chosen) == 2 and chosen[1] - chosen[0] > 1


def _shortened(code: str) -> str:
    """Return fenced code with no more lines than an answer needs; its fence stays whole."""
    first, *lines, last = code.split("\n")
    return code if len(lines) <= _CODE_LINES else "\n".join([first, *lines[:_CODE_LINES], "…", last])


def _unquoted(block: str) -> str:
    """Return a block without the signs of a quotation or callout at the beginning of its lines."""
    return re.sub(r"^[ \t]*(?:>[ \t]?)+(?:\[!\w+\][ \t]*)?", "", block, flags=re.MULTILINE)


def _clean(sentence: str) -> str:
    """Return a sentence of Markdown as it can be quoted inside another text: no pictures, links, lists or headings."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", sentence)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^\s*(?:[-*+]|\d+[.)]|#{1,6}|>)\s+", "", text)
    text = text.replace("**", "").replace("__", "") if "`" not in text else text
    text = text if text.count("`") % 2 == 0 else text.replace("`", "")
    return re.sub(r"\s+", " ", re.sub(r"(?<!\w)\[(?=\d)", r"\\[", text)).strip()


def _safe(title: str) -> str:
    """Return a title so that it says the same inside Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", title)


def excerpt(text: str, length: int = 180) -> str:
    """Return the beginning of a passage as plain text, for the list of sources."""
    whole = re.sub(r"\s+", " ", re.sub(r"[`*_#>]|```\w*", "", _clean(_unquoted(text)))).strip()
    return whole if len(whole) <= length else whole[:length].rsplit(" ", 1)[0] + " …"

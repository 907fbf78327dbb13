"""A lesson's Markdown file: front matter, then blocks set apart by directive lines, headings and marked code."""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.languages import LANGUAGES
from services.courses.package import yamls
from services.courses.package.docs import COMPLETIONS, BlockDoc, LessonDoc
from services.courses.package.errors import wrong
from services.courses.package.keys import LONGEST, free, is_key, slugify

_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})(?P<info>.*)")
_HEADING = re.compile(r"##[ \t]+(?P<title>.*?)(?:[ \t]+#+)?(?:[ \t]*\{#(?P<key>[^}\s]*)\})?[ \t]*")
_LEAF = re.compile(r"::(?P<name>[a-z]+)\{(?P<rest>.*)\}[ \t]*")
_OPEN = re.compile(r":::+(?P<name>[a-z]+)[ \t]*(?:\{(?P<rest>.*)\})?(?P<more>.*)")
_CLOSE = re.compile(r":::+[ \t]*")
_ATTRIBUTE = re.compile(r'\s*(?P<name>[a-z]+)(?:="(?P<value>(?:[^"\\]|\\.)*)")?(?=\s|$)')
_SAMPLE = re.compile(r"(?P<language>[\w+#.-]*)[ \t]*\{(?P<rest>sample\b.*)\}[ \t]*")
_LONGEST_LINE = 2_000  # of those that are looked at more closely
_LEAVES = {
    "image": ("src", "alt", "caption", "key"),
    "video": ("src", "title", "key"),
    "exercise": ("ref", "key"),
    "quiz": ("ref", "key"),
    "text": ("key",),
}


@dataclass(slots=True)
class _Draft:
    """A block while it is read; its key is given when all of the lesson is known."""

    kind: str
    line: int
    title: str = ""
    key: str = ""
    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)


def split_front_matter(file: str, source: str) -> tuple[str, str, int]:
    """Return the YAML, the Markdown, and the line on which the Markdown begins."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise wrong(file, 1, "a lesson begins with a line --- and its title.")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    raise wrong(file, 1, "the line --- that ends the head of the lesson is missing.")


def parse_lesson(file: str, source: str) -> tuple[LessonDoc, dict[str, int]]:
    """Return the lesson, and the line of each block by its key."""
    head, body, first = split_front_matter(file, source)
    fields = yamls.read(file, head, first_line=2)
    title = fields.line_text("title")
    minutes = fields.integer("minutes", 5, least=1, most=600)
    completion = fields.choice("completion", COMPLETIONS, "viewed")
    status = fields.choice("status", ("published", "draft"), "published")
    fields.done()
    drafts = _Reader(file, first).read(body)
    blocks, lines = _with_keys(file, drafts)
    if not blocks:
        raise wrong(file, first, "the lesson is empty.")
    _check_rule(file, fields.line_of("completion"), completion, blocks)
    return LessonDoc(title, minutes, completion, status, blocks), lines


def split_text(markdown: str) -> tuple[BlockDoc, ...]:
    """Return the text blocks of plain Markdown, cut at its headings of level 2; nothing else in it has a meaning."""
    drafts = _Reader("", 1, directives=False).read(markdown)
    return _with_keys("", drafts)[0]


def _check_rule(file: str, line: int, completion: str, blocks: tuple[BlockDoc, ...]) -> None:
    if completion in ("quiz", "exercise") and not any(block.kind == completion for block in blocks):
        raise wrong(file, line, "the lesson has no {kind} to be completed by.", kind=completion)


class _Reader:
    """Goes through the lines once, minding code fences, in which nothing has a meaning."""

    def __init__(self, file: str, first: int, *, directives: bool = True) -> None:
        self.file = file
        self.first = first
        self.directives = directives
        self.found: list[_Draft] = []
        self.text: list[str] = []
        self.current = _Draft("text", first)

    def read(self, body: str) -> list[_Draft]:
        """Return the blocks of the lesson."""
        lines = body.split("\n")
        i = 0
        while i < len(lines):
            line = lines[i]
            fence = _FENCE.fullmatch(line) if len(line) <= _LONGEST_LINE else None
            if fence and not (fence["marks"][0] == "`" and "`" in fence["info"]):
                end = self._fence_end(lines, i, fence["marks"])
                sample = _SAMPLE.fullmatch(fence["info"].strip()) if self.directives else None
                if sample and not line.startswith(" "):
                    self._sample(sample, lines[i + 1 : end - 1], i)
                else:
                    self.text.extend(lines[i:end])
                i = end
            elif not self.directives:
                self._plain(line, i)
                i += 1
            elif line.startswith("::") and len(line) > _LONGEST_LINE:
                raise wrong(self.file, self.first + i, "this line is too long.")
            elif line.startswith(":::"):
                i = self._container(lines, i)
            elif leaf := _LEAF.fullmatch(line):
                self._leaf(leaf["name"], leaf["rest"], i)
                i += 1
            else:
                self._plain(line, i)
                i += 1
        self._flush()
        return self.found

    def _plain(self, line: str, i: int) -> None:
        heading = _HEADING.fullmatch(line) if len(line) <= _LONGEST_LINE else None
        if not heading or not heading["title"]:
            self.text.append(line)
            return
        self._flush()
        key = heading["key"] if self.directives else None
        written = f"## {heading['title']}" if key is not None else line.rstrip()
        self.current = _Draft("text", self.first + i, title=_plain_title(heading["title"]), key=key or "")
        if key is not None and not is_key(key):
            raise wrong(self.file, self.first + i, "“{key}” cannot be a key; use letters, digits and -.", key=key)
        self.text = [written]

    def _flush(self) -> None:
        text = "\n".join(self.text).strip("\n").rstrip()
        if text.strip():
            self.current.text = text
            self.found.append(self.current)
        elif self.current.key:
            raise wrong(self.file, self.current.line, "this text block is empty.")
        self.text = []
        self.current = _Draft("text", self.first)

    def _fence_end(self, lines: list[str], start: int, marks: str) -> int:
        closing = re.compile(rf" {{0,3}}{re.escape(marks[0])}{{{len(marks)},}}[ \t]*")
        for i in range(start + 1, len(lines)):
            if closing.fullmatch(lines[i]):
                return i + 1
        if self.directives:
            raise wrong(self.file, self.first + start, "this code is not closed by a line {marks}.", marks=marks)
        return len(lines)

    def _sample(self, match: re.Match[str], code: list[str], i: int) -> None:
        values = self._attributes(match["rest"], ("sample", "runnable", "title", "key"), i)
        self._flush()
        data = {"language": match["language"] or "text", "runnable": "runnable" in values}
        if data["runnable"] and data["language"] not in LANGUAGES:
            problem = "a sample in “{language}” cannot be run; known are: {known}."
            raise wrong(self.file, self.first + i, problem, language=str(data["language"]), known=", ".join(LANGUAGES))
        self._add("code", i, values, "\n".join(code), data)

    def _container(self, lines: list[str], i: int) -> int:
        """Read a prompt, the one container there is, and return the line after it."""
        match = _OPEN.fullmatch(lines[i])
        if not match or match["name"] != "prompt" or match["more"].strip():
            raise wrong(self.file, self.first + i, "“{text}” begins no block; only :::prompt does.", text=lines[i])
        values = self._attributes(match["rest"] or "", ("title", "key"), i)
        for end in range(i + 1, len(lines)):
            if _CLOSE.fullmatch(lines[end]):
                self._flush()
                words = "\n".join(lines[i + 1 : end]).strip("\n").rstrip()
                if not words:
                    raise wrong(self.file, self.first + i, "this prompt has no words.")
                self._add("prompt", i, values, words, {})
                return end + 1
        raise wrong(self.file, self.first + i, "this prompt is not closed by a line :::.")

    def _leaf(self, name: str, rest: str, i: int) -> None:
        if name not in _LEAVES:
            known = ", ".join(_LEAVES)
            raise wrong(
                self.file, self.first + i, "“::{name}” is not known; known are: {known}.", name=name, known=known
            )
        values = self._attributes(rest, _LEAVES[name], i)
        self._flush()
        if name == "text":
            if not values.get("key"):
                raise wrong(self.file, self.first + i, "“{name}” is missing.", name="key")
            self.current = _Draft("text", self.first + i, key=values["key"])
            return
        needed = ("src", "alt") if name == "image" else ("src",) if name == "video" else ("ref",)
        for each in needed:
            if not values.get(each):
                raise wrong(self.file, self.first + i, "“{name}” is missing.", name=each)
        data = {k: v for k, v in values.items() if k in ("src", "alt", "caption", "ref")}
        self._add(name, i, values, "", data)

    def _add(self, kind: str, i: int, values: dict[str, str], text: str, data: dict[str, Any]) -> None:
        title, key = values.get("title", ""), values.get("key", "")
        self.found.append(_Draft(kind, self.first + i, title, key, text, data))

    def _attributes(self, rest: str, allowed: tuple[str, ...], i: int) -> dict[str, str]:
        values: dict[str, str] = {}
        line, at, rest = self.first + i, 0, rest.rstrip()
        while at < len(rest):
            match = _ATTRIBUTE.match(rest, at)
            if not match:
                raise wrong(self.file, line, 'expected name="value" at “{rest}”.', rest=rest[at:].strip())
            name = match["name"]
            if name not in allowed or name in values:
                known = ", ".join(allowed)
                raise wrong(self.file, line, "“{name}” cannot stand here; known are: {known}.", name=name, known=known)
            if match["value"] is None and name not in ("sample", "runnable"):
                raise wrong(self.file, line, "“{name}” has no value.", name=name)
            values[name] = re.sub(r"\\(.)", r"\1", match["value"] or "")
            at = match.end()
        if "key" in values and not is_key(values["key"]):
            raise wrong(self.file, line, "“{key}” cannot be a key; use letters, digits and -.", key=values["key"])
        if len(values.get("title", "")) > 200:
            raise wrong(self.file, line, "the title is longer than {longest} characters.", longest=200)
        return values


def _plain_title(heading: str) -> str:
    """Return a heading without its marks: it becomes a line of the outline and a name in an address."""
    text = re.sub(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?", r"\1", heading)
    return re.sub(r"[`*]|(?<!\w)_|_(?!\w)|\\(?=\W)", "", text).strip()[:200]


def natural_key(kind: str, title: str, data: dict[str, Any], taken: set[str]) -> str:
    """Return the key that a block has when its author gives it none."""
    if kind in ("exercise", "quiz"):
        base = f"{kind}-{data['ref']}"
    elif kind == "image":
        base = f"image-{slugify(str(data['src']).rsplit('/', 1)[-1].rsplit('.', 1)[0])}"
    elif kind == "text":
        base = slugify(title) or "text"
    else:
        base = f"{kind}-{slugify(title)}" if slugify(title) else kind
    return free(base[: LONGEST - 5].rstrip("-"), taken)


def _with_keys(file: str, drafts: list[_Draft]) -> tuple[tuple[BlockDoc, ...], dict[str, int]]:
    given: set[str] = set()
    for draft in drafts:
        if draft.key in given:
            raise wrong(file, draft.line, "the key “{key}” is used twice in this lesson.", key=draft.key)
        if draft.key:
            given.add(draft.key)
    taken, blocks, lines = set(given), [], {}
    for draft in drafts:
        key = draft.key or natural_key(draft.kind, draft.title, draft.data, taken)
        taken.add(key)
        lines[key] = draft.line
        blocks.append(BlockDoc(key, draft.kind, draft.title, draft.text, draft.data))
    return tuple(blocks), lines

"""From the files of a package to a course in memory: everything is checked here, before anything is written."""

import re
from dataclasses import dataclass

from services.courses.package import yamls
from services.courses.package.docs import (
    LEVELS,
    CourseDoc,
    CoursePack,
    ExercisePack,
    LessonPack,
    MediaFile,
    ModulePack,
    QuizDoc,
)
from services.courses.package.errors import wrong
from services.courses.package.exercise_files import FOLDERS, SCHEMA, parse_exercise
from services.courses.package.keys import is_slug
from services.courses.package.lesson_text import parse_lesson
from services.courses.package.media import check_media
from services.courses.package.quiz_files import parse_quiz

FORMAT = 1
BESIDE = re.compile(r"(README|LICEN[CS]E|COPYING|NOTICE|CHANGELOG)(\.md|\.txt)?", re.IGNORECASE)
_MOST_TEXT = 1024 * 1024
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})?")
_IN_TEXT = re.compile(r"\]\((media/[^)\s\"]*)")


def read_package(files: dict[str, bytes]) -> CoursePack:
    """Return the course that the files are, or raise ``Invalid`` naming the file and line of the first fault."""
    return _Reader(files).read()


def parse_course(file: str, source: str) -> tuple[CourseDoc, tuple[str, ...], list[int]]:
    """Return course.yaml, the names of its modules, and their lines."""
    fields = yamls.read(file, source)
    fields.integer("format", None, least=FORMAT, most=FORMAT)
    slug = fields.line_text("slug")
    if not is_slug(slug):
        raise fields.error("slug", "“{slug}” cannot be a name; use small letters, digits and -.", slug=slug)
    language = fields.line_text("language", "en")
    if len(language) > 8 or not _LANGUAGE.fullmatch(language):
        raise fields.error("language", "“{language}” is not a language code such as en, ar or so.", language=language)
    doc = CourseDoc(
        slug=slug,
        title=fields.line_text("title"),
        summary=fields.line_text("summary", "", longest=500),
        description=fields.text("description", ""),
        language=language,
        level=fields.choice("level", LEVELS, "beginner"),
        category=fields.line_text("category", "", longest=80),
        tags=fields.texts("tags", longest=60),
        outcomes=fields.texts("outcomes"),
        prerequisites=fields.texts("prerequisites"),
        authors=fields.texts("authors"),
        licence=fields.line_text("licence", ""),
        status=fields.choice("status", ("published", "draft", "archived"), "published"),
    )
    modules = fields.texts("modules", most=500)
    if not modules:
        raise fields.error("modules", "“{name}” must name at least one folder.")
    fields.done()
    return doc, modules, fields.lines_of("modules")


def parse_module(file: str, source: str) -> tuple[str, str, tuple[str, ...], list[int]]:
    """Return the title and summary of module.yaml, the names of its lessons, and their lines."""
    fields = yamls.read(file, source)
    title = fields.line_text("title")
    summary = fields.line_text("summary", "", longest=500)
    lessons = fields.texts("lessons", most=500)
    if not lessons:
        raise fields.error("lessons", "“{name}” must name at least one lesson.")
    fields.done()
    return title, summary, lessons, fields.lines_of("lessons")


@dataclass(slots=True)
class _Seen:
    """Where a name that must be unique in the course was given first."""

    lessons: dict[str, str]
    exercises: dict[str, str]
    quizzes: dict[str, str]


class _Reader:
    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.sources: dict[str, str] = {}
        self.used: set[str] = set()
        self.seen = _Seen({}, {}, {})
        self.keys: dict[str, set[str]] = {}
        self.quizzes: list[tuple[str, str, QuizDoc]] = []

    def read(self) -> CoursePack:
        if "course.yaml" not in self.files:
            raise wrong("course.yaml", 0, "there is no such file, so this is not a course package.")
        course, names, lines = parse_course("course.yaml", self.text("course.yaml"))
        self._unique("course.yaml", names, lines)
        modules = tuple(self._module(name, line) for name, line in zip(names, lines, strict=True))
        media = tuple(
            MediaFile(path, check_media(path, content), content)
            for path, content in sorted(self.files.items())
            if path.startswith("media/")
        )
        self.used |= {item.path for item in media}
        for path in sorted(self.files):
            if "/" not in path and BESIDE.fullmatch(path):
                self.text(path)
        if unknown := sorted(self.files.keys() - self.used):
            raise wrong(unknown[0], 0, "nothing in the course refers to this file.")
        self._check_taught_in()
        return CoursePack(course, modules, media, self.sources)

    def text(self, path: str) -> str:
        """Return a text file as its author wrote it."""
        content = self.files[path]
        self.used.add(path)
        if len(content) > _MOST_TEXT:
            raise wrong(path, 0, "a text file must be smaller than 1 MB.")
        try:
            text = content.decode()
        except UnicodeDecodeError as error:
            raise wrong(path, content.count(b"\n", 0, error.start) + 1, "this is not UTF-8 text.") from None
        if "\x00" in text:
            raise wrong(path, text.count("\n", 0, text.index("\x00")) + 1, "this is not text.")
        self.sources[path] = text
        return text

    def _unique(self, file: str, names: tuple[str, ...], lines: list[int]) -> None:
        for name, line in zip(names, lines, strict=True):
            if not is_slug(name):
                raise wrong(file, line, "“{slug}” cannot be a name; use small letters, digits and -.", slug=name)
            if names.count(name) > 1:
                raise wrong(file, line, "“{name}” is listed twice.", name=name)

    def _module(self, slug: str, line: int) -> ModulePack:
        file = f"{slug}/module.yaml"
        if slug == "media" or file not in self.files:
            raise wrong("course.yaml", line, "there is no file {path}.", path=file)
        title, summary, names, lines = parse_module(file, self.text(file))
        self._unique(file, names, lines)
        lessons = tuple(self._lesson(slug, name, file, line) for name, line in zip(names, lines, strict=True))
        return ModulePack(slug, title, summary, lessons)

    def _lesson(self, module: str, slug: str, listed_in: str, line: int) -> LessonPack:
        file, folder = f"{module}/{slug}.md", f"{module}/{slug}/"
        in_folder = f"{folder}lesson.md"
        if file in self.files and in_folder in self.files:
            raise wrong(listed_in, line, "there is both {one} and {other}.", one=file, other=in_folder)
        if in_folder in self.files:
            file = in_folder
        elif file not in self.files:
            raise wrong(listed_in, line, "there is neither {one} nor {other}.", one=file, other=in_folder)
        self._once(self.seen.lessons, slug, file, listed_in, line)
        doc, block_lines = parse_lesson(file, self.text(file))
        self.keys[slug] = {block.key for block in doc.blocks}
        exercises: list[ExercisePack] = []
        quizzes: list[tuple[str, QuizDoc]] = []
        for block in doc.blocks:
            at = block_lines[block.key]
            if block.kind == "exercise":
                exercises.append(self._exercise(folder, str(block.data["ref"]), file, at))
            elif block.kind == "quiz":
                quizzes.append(self._quiz(folder, str(block.data["ref"]), file, at, slug))
            elif block.kind in ("image", "video"):
                self._check_src(block.kind, str(block.data["src"]), file, at)
            elif block.kind in ("text", "prompt"):
                self._check_links(block.text, file)
        return LessonPack(slug, doc, tuple(exercises), tuple(quizzes))

    def _once(self, seen: dict[str, str], slug: str, path: str, file: str, line: int) -> None:
        if slug in seen:
            problem = "“{slug}” is already the name of {other}; names must differ in the whole course."
            raise wrong(file, line, problem, slug=slug, other=seen[slug])
        seen[slug] = path

    def _exercise(self, folder: str, slug: str, file: str, line: int) -> ExercisePack:
        root = f"{folder}{slug}.exercise/"
        if not is_slug(slug) or f"{root}exercise.yaml" not in self.files:
            raise wrong(file, line, "there is no file {path}.", path=f"{root}exercise.yaml")
        self._once(self.seen.exercises, slug, root, file, line)
        parts = {
            name: {
                path.removeprefix(f"{root}{name}/"): self.text(path)
                for path in sorted(self.files)
                if path.startswith(f"{root}{name}/")
            }
            for name in FOLDERS
        }
        schema = self.text(f"{root}{SCHEMA}") if f"{root}{SCHEMA}" in self.files else ""
        doc = parse_exercise(f"{root}exercise.yaml", self.text(f"{root}exercise.yaml"), parts, schema)
        if f"{root}instructions.md" not in self.files:
            raise wrong(f"{root}instructions.md", 0, "there is no such file.")
        instructions = clean_markdown(self.text(f"{root}instructions.md"))
        self._check_links(instructions, f"{root}instructions.md")
        return ExercisePack(slug, doc, instructions, schema=schema, **parts)

    def _quiz(self, folder: str, slug: str, file: str, line: int, lesson: str) -> tuple[str, QuizDoc]:
        path = f"{folder}{slug}.quiz.yaml"
        if not is_slug(slug) or path not in self.files:
            raise wrong(file, line, "there is no file {path}.", path=path)
        self._once(self.seen.quizzes, slug, path, file, line)
        quiz = parse_quiz(path, self.text(path))
        self.quizzes.append((lesson, path, quiz))
        return slug, quiz

    def _check_src(self, kind: str, src: str, file: str, line: int) -> None:
        if kind == "video" and re.fullmatch(r"https://[^\s\"<>]{1,1000}", src):
            return
        if not src.startswith("media/") or src not in self.files:
            raise wrong(file, line, "there is no file {path} in the package.", path=src)
        film = src.lower().endswith((".mp4", ".webm"))
        if film != (kind == "video"):
            raise wrong(file, line, "{path} is not of the right kind for this block.", path=src)

    def _check_links(self, markdown: str, file: str) -> None:
        for match in _IN_TEXT.finditer(markdown):
            if match[1] not in self.files:
                source = self.sources[file]
                line = source.count("\n", 0, max(source.find(match[1]), 0)) + 1
                raise wrong(file, line, "there is no file {path} in the package.", path=match[1])

    def _check_taught_in(self) -> None:
        for lesson, path, quiz in self.quizzes:
            for question in quiz.questions:
                where, _, key = question.taught_in.rpartition("#")
                if question.taught_in and key not in self.keys.get(where or lesson, set()):
                    problem = "question “{question}”: there is no block “{key}” to be taught in."
                    raise wrong(path, 0, problem, question=question.key, key=question.taught_in)


def clean_markdown(source: str) -> str:
    """Return a Markdown file's text without what only its editor put there."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return text.strip("\n").rstrip()

"""From a course in memory to the text of its files, in one canonical way; reading them gives the same course again."""

from typing import Any

import yaml

from services.courses.package.docs import BlockDoc, CourseDoc, CoursePack, LessonDoc, LessonPack, ModulePack
from services.courses.package.exercise_files import FOLDERS, SCHEMA, exercise_values
from services.courses.package.lesson_text import natural_key
from services.courses.package.quiz_files import quiz_values
from services.courses.package.reader import FORMAT


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as a person would: as a block after ``|``."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write an equal value again rather than refer to it; the reader refuses references."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def to_yaml(values: dict[str, Any]) -> str:
    """Return ``values`` as YAML, in their order."""
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)


def write_course(doc: CourseDoc, modules: tuple[str, ...]) -> str:
    """Return course.yaml."""
    values: dict[str, Any] = {"format": FORMAT, "slug": doc.slug, "title": doc.title}
    for name in ("summary", "description", "language", "level", "category"):
        if getattr(doc, name):
            values[name] = getattr(doc, name)
    for name in ("tags", "outcomes", "prerequisites", "authors"):
        if getattr(doc, name):
            values[name] = list(getattr(doc, name))
    if doc.licence:
        values["licence"] = doc.licence
    if doc.status != "published":
        values["status"] = doc.status
    return to_yaml(values | {"modules": list(modules)})


def write_module(title: str, summary: str, lessons: tuple[str, ...]) -> str:
    """Return module.yaml."""
    values: dict[str, Any] = {"title": title}
    if summary:
        values["summary"] = summary
    return to_yaml(values | {"lessons": list(lessons)})


def write_lesson(doc: LessonDoc) -> str:
    """Return a lesson's Markdown file."""
    head: dict[str, Any] = {"title": doc.title, "minutes": doc.minutes, "completion": doc.completion}
    if doc.status != "published":
        head["status"] = doc.status
    explicit = _explicit_keys(doc.blocks)
    parts = [f"---\n{to_yaml(head)}---"]
    before = ""
    for block in doc.blocks:
        parts.append(_block(block, block.key in explicit, before))
        before = block.kind
    return "\n\n".join(parts) + "\n"


def _explicit_keys(blocks: tuple[BlockDoc, ...]) -> set[str]:
    """Return the keys that must be written, for without it the block would get another one."""
    explicit: set[str] = set()
    while True:
        taken, more = set(explicit), set()
        for block in blocks:
            if block.key in explicit:
                continue
            natural = natural_key(block.kind, block.title, block.data, taken)
            if natural != block.key:
                more.add(block.key)
            taken.add(natural)
        if not more:
            return explicit
        explicit |= more


def _block(block: BlockDoc, keyed: bool, before: str) -> str:
    key = {"key": block.key} if keyed else {}
    if block.kind == "text":
        if block.title and block.text.startswith("## "):
            first, _, rest = block.text.partition("\n")
            return (f"{first} {{#{block.key}}}" if keyed else first) + (f"\n{rest}" if rest else "")
        return f'::text{{key="{block.key}"}}\n\n{block.text}' if keyed or before == "text" else block.text
    if block.kind == "code":
        fence = "`" * 3
        while fence in block.text:
            fence += "`"
        marks = ["sample"] + (["runnable"] if block.data.get("runnable") else [])
        named = _attributes({"title": block.title} | key)
        info = " ".join([*marks, named] if named else marks)
        return f"{fence}{block.data.get('language', '')} {{{info}}}\n{block.text}\n{fence}"
    if block.kind == "prompt":
        named = _attributes({"title": block.title} | key)
        return f":::prompt{{{named}}}\n{block.text}\n:::"
    named = _attributes({**block.data, "title": block.title, **key}, keep=("src", "ref", "alt"))
    return f"::{block.kind}{{{named}}}"


def _attributes(values: dict[str, Any], keep: tuple[str, ...] = ()) -> str:
    shown = {name: str(value) for name, value in values.items() if value or name in keep}
    escaped = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in shown.items()}
    return " ".join(f'{name}="{value}"' for name, value in escaped.items())


def lesson_files(module: str, lesson: LessonPack, *, folder: bool) -> dict[str, str]:
    """Return path to text of a lesson and what belongs to it."""
    files = {f"{module}/{lesson.slug}/lesson.md" if folder else f"{module}/{lesson.slug}.md": write_lesson(lesson.doc)}
    root = f"{module}/{lesson.slug}/"
    for exercise in lesson.exercises:
        base = f"{root}{exercise.slug}.exercise/"
        files[f"{base}exercise.yaml"] = to_yaml(exercise_values(exercise.doc))
        files[f"{base}instructions.md"] = exercise.instructions + "\n"
        if exercise.schema:
            files[f"{base}{SCHEMA}"] = exercise.schema
        for name in FOLDERS:
            files |= {f"{base}{name}/{path}": text for path, text in getattr(exercise, name).items()}
    for slug, quiz in lesson.quizzes:
        files[f"{root}{slug}.quiz.yaml"] = to_yaml(quiz_values(quiz))
    return files


def needs_folder(lesson: LessonPack) -> bool:
    """Whether a lesson has more than its text."""
    return bool(lesson.exercises or lesson.quizzes)


def module_files(module: ModulePack, folders: set[str]) -> dict[str, str]:
    """Return path to text of a module; ``folders`` are lessons that stand in one without need."""
    names = tuple(lesson.slug for lesson in module.lessons)
    files = {f"{module.slug}/module.yaml": write_module(module.title, module.summary, names)}
    for lesson in module.lessons:
        files |= lesson_files(module.slug, lesson, folder=needs_folder(lesson) or lesson.slug in folders)
    return files


def write_package(pack: CoursePack, folders: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return path to canonical text of every text file of the course."""
    files = {"course.yaml": write_course(pack.course, tuple(module.slug for module in pack.modules))}
    for module in pack.modules:
        files |= module_files(module, set(folders))
    return files

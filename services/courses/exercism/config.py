"""The files in which Exercism describes a track: what is read of them, and nothing guessed."""

import json
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.courses.package.errors import wrong

_Slug = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=70)
_MOST = 1024 * 1024


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True)


class Concept(_Read):
    """A concept of the track."""

    slug: str = _Slug
    name: str = Field(min_length=1, max_length=200)


class Listed(_Read):
    """An exercise as the track lists it."""

    slug: str = _Slug
    name: str = Field(min_length=1, max_length=200)
    concepts: list[str] = []
    prerequisites: list[str] = []
    practices: list[str] = []
    difficulty: int = Field(1, ge=1, le=10)
    status: Literal["active", "beta", "wip", "deprecated"] = "active"

    @property
    def draft(self) -> bool:
        """Whether learners are not meant to see it."""
        return self.status in ("wip", "deprecated")


class Exercises(_Read):
    """Both kinds of exercise."""

    concept: list[Listed] = []
    practice: list[Listed] = []


class Feature(_Read):
    """One of the reasons to learn the language."""

    title: str
    content: str


class Track(_Read):
    """config.json of the track."""

    language: str = Field(min_length=1, max_length=60)
    slug: str = _Slug
    blurb: str = ""
    concepts: list[Concept] = Field(min_length=1, max_length=400)
    exercises: Exercises
    key_features: list[Feature] = []
    tags: list[str] = []


class Files(_Read):
    """Which file of an exercise is what."""

    solution: list[str] = Field(min_length=1)
    test: list[str] = Field(min_length=1)
    editor: list[str] = []
    exemplar: list[str] = []
    example: list[str] = []


class ExerciseConfig(_Read):
    """.meta/config.json of an exercise."""

    authors: list[str] = []
    files: Files
    blurb: str = ""


class ConceptConfig(_Read):
    """.meta/config.json of a concept."""

    authors: list[str] = []
    blurb: str = ""


class Link(_Read):
    """An entry of a concept's links.json."""

    url: str = Field(pattern=r"^https?://[^\s<>]+$", max_length=2000)
    description: str = ""


M = TypeVar("M", bound=BaseModel)


def text_of(files: dict[str, bytes], path: str) -> str:
    """Return a text file of the track."""
    if path not in files:
        raise wrong(path, 0, "there is no such file.")
    if len(files[path]) > _MOST:
        raise wrong(path, 0, "a text file must be smaller than 1 MB.")
    try:
        text = files[path].decode()
    except UnicodeDecodeError as error:
        raise wrong(path, files[path].count(b"\n", 0, error.start) + 1, "this is not UTF-8 text.") from None
    if "\x00" in text:
        raise wrong(path, 0, "this is not text.")
    return text


def read(files: dict[str, bytes], path: str, model: type[M]) -> M:
    """Return a JSON file as the model that describes it."""
    return _checked(path, _json(files, path), model)


def read_links(files: dict[str, bytes], path: str) -> list[Link]:
    """Return a concept's links; none if the file is not there."""
    if path not in files:
        return []
    values = _json(files, path)
    if not isinstance(values, list):
        raise wrong(path, 1, "this is not a list.")
    return [_checked(path, value, Link) for value in values[:100]]


def _json(files: dict[str, bytes], path: str) -> object:
    try:
        return json.loads(text_of(files, path))
    except json.JSONDecodeError as error:
        raise wrong(path, error.lineno, "this is not JSON: {problem}.", problem=error.msg) from None
    except (RecursionError, ValueError):
        raise wrong(path, 0, "this is not JSON.") from None


def _checked(path: str, value: object, model: type[M]) -> M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise wrong(path, 0, "at {where}: {problem}.", where=where, problem=first["msg"]) from None

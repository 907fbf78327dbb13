"""The languages the judge knows: one TOML file each in this folder, and nothing else to add one."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable

from sandbox.languages.base import Language, Step, language_from


def load(folder: Traversable) -> dict[str, Language]:
    """The languages of a folder by name. ValueError, with the file's name, when one of its files is wrong."""
    languages: dict[str, Language] = {}
    for text in sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name):
        try:
            language = language_from(tomllib.loads(text.read_text("utf-8")))
        except (ValueError, TypeError) as error:
            raise ValueError(f"{text.name}: {error}") from None
        languages[language.name] = language
    return languages


LANGUAGES: dict[str, Language] = load(files(__name__))


def language_named(name: str) -> Language:
    """The language of that name; ValueError when the judge does not know it."""
    language = LANGUAGES.get(name) if isinstance(name, str) else None
    if language is None:
        raise ValueError(f"language: {str(name)[:40]!r} is not one of {', '.join(LANGUAGES)}")
    return language


__all__ = ["LANGUAGES", "Language", "Step", "language_named", "load"]

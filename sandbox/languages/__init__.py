"""The languages the judge knows. A new one is one small module here and its line in the registry."""

from __future__ import annotations

from sandbox.languages.base import Language
from sandbox.languages.python import PYTHON

LANGUAGES: dict[str, Language] = {language.name: language for language in (PYTHON,)}


def language_named(name: str) -> Language:
    """The language of that name; ValueError when the judge does not know it."""
    language = LANGUAGES.get(name) if isinstance(name, str) else None
    if language is None:
        raise ValueError(f"language: {str(name)[:40]!r} is not one of {', '.join(LANGUAGES)}")
    return language


__all__ = ["LANGUAGES", "Language", "language_named"]

"""Which image a language runs in, what it is called, and what it is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).parent
BASE = "base"
RECIPE_LABEL = "learning.sandbox.recipe"

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "python": ("python", "sql", "bash", "web"),
    "native": ("c", "cpp"),
    "node": ("javascript", "typescript"),
    "java": ("java",),
}
"""The images, each with the languages that it serves. One Dockerfile each."""


def family_of(language: str) -> str | None:
    """The image that serves a language, None where none does."""
    return next((family for family, languages in FAMILIES.items() if language in languages), None)


def image_name(family: str) -> str:
    """What the engine knows an image by."""
    return f"learning-sandbox-{family}:latest"


def recipe(family: str) -> str:
    """A short name for all that an image is made from: it changes when a Dockerfile does."""
    names = (dockerfile(BASE),) if family == BASE else (dockerfile(BASE), dockerfile(family), "seal.sh")
    content = b"\0".join((FOLDER / name).read_bytes() for name in names)
    return hashlib.sha256(content).hexdigest()[:16]


def dockerfile(family: str) -> str:
    """The name of an image's Dockerfile in this folder."""
    return f"{family}.Dockerfile"

"""Drivers that go into a cage as text: they run there, under the cage's interpreter, and are never imported here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from sandbox.languages import Language


def harness_files(language: Language) -> Mapping[str, bytes]:
    """The modules of a language's driver by their path in the cage, and of the packages that it needs.

    `main.py` of the driver is what starts.
    """
    return _together(language.harness, language.packages)


def missing_package(language: Language) -> str:
    """The first package that the driver needs and this installation does not have; empty when all are there."""
    return next((name for name in language.packages if _folder_of(name) is None), "")


@cache
def _together(harness: str, packages: tuple[str, ...]) -> Mapping[str, bytes]:
    folder = files("sandbox.harness").joinpath(harness)
    found = {f"sandbox/harness/{harness}/{item.name}": item.read_bytes() for item in folder.iterdir() if item.is_file()}
    for name in packages:
        root = _folder_of(name)
        if root is None:
            raise ValueError(f"language: the package {name} is not installed")
        found |= {f"{name}/{path.relative_to(root)}": path.read_bytes() for path in root.rglob("*.py")}
    return found


def _folder_of(package: str) -> Path | None:
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None

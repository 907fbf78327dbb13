"""Drivers that go into a cage as text: they run there, under the cage's interpreter, and are never imported here."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def harness_files(name: str) -> dict[str, bytes]:
    """The modules of a driver by their path in the cage; `main.py` among them is what starts."""
    folder = files("sandbox.harness").joinpath(name)
    return {f"sandbox/harness/{name}/{item.name}": item.read_bytes() for item in folder.iterdir() if item.is_file()}

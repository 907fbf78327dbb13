"""C and C++: the learner's files and the tests in one program, which is started anew for every test."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from sandbox.harness.runner.driver import WORK, Broken, compiler, drive, row, sources
from sandbox.harness.runner.symbols import check_names, check_no_early_code, said_by

_HERE = Path(__file__).parent
_TESTS = Path("/tmp/tests")  # noqa: S108 - the cell's own
_PROGRAM = "/opt/program/tests"
_TEST = re.compile(r"^[ \t]*TEST\s*\(\s*(\w+)\s*\)", re.MULTILINE)


class Native:
    """One of the two: its compiler, its standard, its extension, and the library below its own."""

    def __init__(self, program: str, standard: str, extension: str, library: str = "") -> None:
        self.command = [program, standard, "-O1", "-pthread"]
        self.extension = extension
        self.library = library

    def build(self, payload: Any, heap_mb: str) -> None:
        """Compile the learner's files while no test lies in the cell that they could include, then the tests."""
        objects = []
        for number, name in enumerate(sources(self.extension)):
            objects.append(f"/tmp/{number}.o")  # noqa: S108
            # A program that was handed in whole gets out of the way of the tests' own main.
            own = ["-I", WORK, "-I", str(_HERE), "-Wall", "-Dmain=main_of_the_program"]
            compiler([*self.command, *own, "-c", name, "-o", objects[-1]])
        _TESTS.mkdir(0o700)
        tests = [_TESTS / Path(name).name for name in payload["tests"]]
        for path, text in zip(tests, payload["tests"].values()):  # noqa: B905 - Python 3.9 in some cells
            path.write_text(text, encoding="utf-8")
        # check.c must come first. The learner's files are not looked at when it is compiled, and for the tests only
        # after all others and where a name stands in quotes: else a check.h or a math.h could be handed in.
        language = "c" if self.extension == ".c" else "c++"
        parts = [f"{_TESTS}/check.o"]
        compiler([*self.command, "-x", language, "-c", f"{_HERE}/check.c", "-o", parts[0]], of_the_tests=True)
        # Without carets: they would show lines of the tests.
        quiet = ["-fno-diagnostics-show-caret", "-I", str(_TESTS), "-iquote", str(_HERE), "-iquote", WORK]
        for number, path in enumerate(path for path in tests if path.suffix == self.extension):
            parts.append(f"{_TESTS}/{number}.o")
            compiler([*self.command, *quiet, "-c", str(path), "-o", parts[-1]], of_the_tests=True)
        self._link(parts, objects)
        shutil.rmtree(_TESTS)

    def _link(self, parts: list[str], objects: list[str]) -> None:
        alone = f"{_TESTS}/alone"
        compiler([*self.command, *parts, "-lm", "-Wl,--unresolved-symbols=ignore-all", "-o", alone], of_the_tests=True)
        library = said_by([self.command[0], f"-print-file-name={self.library}"]).strip() if self.library else ""
        if objects:
            check_names(objects, alone, library)
        compiler([*self.command, *parts, *objects, "-lm", "-o", "tests"], of_the_tests=True)
        check_no_early_code(f"{WORK}/tests")

    def test(self, payload: Any, heap_mb: str, rows: list[dict[str, Any]]) -> None:
        """Start the program for each test that stands in the tests' text."""
        names = [name for text in payload["tests"].values() for name in _TEST.findall(text)]
        if not names:
            raise Broken("tests", "There is no TEST in the tests.")
        for name in names:
            driven = drive([_PROGRAM, name])
            line = driven.lines[0] if driven.trusted and len(driven.lines) == 1 else None
            if not isinstance(line, dict) or line.get("name") != name or line.get("status") not in ("pass", "fail"):
                rows.append(row(name, "error", f"The program {driven.end} before the test was done."))
            elif line["status"] == "pass" and driven.code != 0:
                rows.append(row(name, "error", f"The program {driven.end} after the test."))
            else:
                rows.append(row(name, line["status"], line.get("message"), line.get("ms")))

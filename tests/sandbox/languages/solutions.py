"""The exercises beside this file: cases, and for each language a right solution with marks that make it go wrong.

A line of a solution may end in `//~wrong other text` (or `#~`, `--~`): in the variant `wrong` the line is that other
text instead. A line that is only such a mark adds its text. The same for `slow` and `crash`.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from sandbox import Case, Verdict
from sandbox.types import CheckerName

HERE = Path(__file__).parent

MAIN_FILES = {
    "bash": "main.sh",
    "c": "main.c",
    "cpp": "main.cpp",
    "java": "Main.java",
    "javascript": "main.js",
    "sql": "main.sql",
    "typescript": "main.ts",
}
VERDICTS = {
    "right": Verdict.ACCEPTED,
    "wrong": Verdict.WRONG_ANSWER,
    "slow": Verdict.TIME_LIMIT,
    "crash": Verdict.RUNTIME_ERROR,
}

_MARK = re.compile(r"^(?P<code>.*?)[ \t]*(?://|#|--)~(?P<variant>wrong|slow|crash) (?P<other>.*)$")


@dataclass(frozen=True)
class Exercise:
    """One exercise in one language: its cases and the text of its solution with marks."""

    name: str
    language: str
    cases: tuple[Case, ...]
    checker: CheckerName
    marked: str
    schema: str = ""

    @property
    def file(self) -> str:
        """The name of the solution's file in the cell."""
        return MAIN_FILES[self.language]

    def solution(self, variant: str) -> str:
        """The solution, as it is in that variant."""
        lines = [_line(line, variant) for line in self.marked.splitlines()]
        return "\n".join(line for line in lines if line is not None) + "\n"


def _line(line: str, variant: str) -> str | None:
    mark = _MARK.match(line)
    if mark is None:
        return line
    code = mark["code"] if mark["code"].strip() else None
    return mark["other"] if mark["variant"] == variant else code


def _programs() -> list[Exercise]:
    found = []
    for folder in sorted((HERE / "exercises").iterdir()):
        cases = tomllib.loads((folder / "cases.toml").read_text())["case"]
        given = tuple(Case(f"case {number}", **case) for number, case in enumerate(cases, 1))
        found += [
            Exercise(folder.name, language, given, "lines", (folder / file).read_text())
            for language, file in MAIN_FILES.items()
            if language != "sql"
        ]
    return found


def _queries() -> list[Exercise]:
    folder = HERE / "queries"
    exercises = tomllib.loads((folder / "cases.toml").read_text())
    data = exercises.pop("data")
    found = []
    for name, exercise in exercises.items():
        after = f"\n-- after\n{exercise['after']}" if "after" in exercise else ""
        cases = tuple(
            Case(case, data[case] + after, "\n".join(json.dumps(row) for row in json.loads(exercise[case])))
            for case in data
            if case in exercise
        )
        text = (folder / f"{name}.sql").read_text()
        schema = (folder / "shop.sql").read_text()
        found.append(Exercise(name, "sql", cases, exercise.get("checker", "rows"), text, schema))
    return found


EXERCISES = [*_programs(), *_queries()]

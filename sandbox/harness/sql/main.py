"""Runs SQL on a fresh database in memory, inside the cage, and prints what the last query gave.

Arguments: the learner's file, then that of the schema, which need not be there. Standard input is SQL of the case: it
runs after the schema and before the learner's statements; what follows a line `-- after` runs after them, so that a
query of the teacher's can show what they changed. The output is one JSON array a line, first the names of the columns.
Not the sqlite3 program, which can read and write files.
"""

from __future__ import annotations

import json
import os.path
import re
import sqlite3
import sys
from typing import Any

AFTER = re.compile(r"^--[ \t]*after[ \t]*$", re.MULTILINE)

# Pragmas that tell something. All others change settings of the database or of SQLite itself.
TELLING = {
    "collation_list",
    "compile_options",
    "foreign_key_check",
    "foreign_key_list",
    "function_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
}
# Settings of the running program alone, which lessons need.
HARMLESS = {"case_sensitive_like", "foreign_keys", "recursive_triggers"}
FUNCTIONS_DENIED = {"load_extension", "fts3_tokenizer"}


class Refused(Exception):
    """A statement that is not run here."""


class Text(Exception):
    """A statement that is no SQL."""


class Guard:
    """The authorizer: says no to what leaves the database, and remembers why."""

    def __init__(self) -> None:
        self.why = ""

    def __call__(self, action: int, first: Any, second: Any, database: Any, trigger: Any) -> int:
        if action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH):
            return self._no("Other databases and files cannot be used here.")
        if action == sqlite3.SQLITE_PRAGMA:
            name = str(first).lower()
            if name not in TELLING and name not in HARMLESS:
                return self._no(f"PRAGMA {name} is not allowed here.")
        if action == sqlite3.SQLITE_FUNCTION and str(second).lower() in FUNCTIONS_DENIED:
            return self._no(f"The function {second} is not allowed here.")
        return sqlite3.SQLITE_OK

    def _no(self, why: str) -> int:
        self.why = why
        return sqlite3.SQLITE_DENY


def statements(text: str) -> Any:
    """Each statement with the number of its first line."""
    start = position = 0
    while True:
        position = text.find(";", position)
        piece = text[start:] if position < 0 else text[start : position + 1]
        if position < 0 or sqlite3.complete_statement(piece):
            skipped = re.match(r"(?:\s|;|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", piece, re.DOTALL)
            blank = skipped.end() if skipped else 0
            if piece[blank:].strip():
                yield text.count("\n", 0, start + blank) + 1, piece[blank:]
            start = position + 1
        if position < 0:
            return
        position += 1


def run(connection: Any, guard: Guard, text: str, result: Any) -> Any:
    """Run all statements of a text; the table that the last query of it gave, else `result`."""
    for line, statement in statements(text):
        guard.why = ""
        try:
            cursor = connection.execute(statement)
            if cursor.description:
                result = ([column[0] for column in cursor.description], cursor.fetchall())
        except (sqlite3.Error, sqlite3.Warning, OverflowError) as error:
            if guard.why:
                raise Refused(f"Error in line {line}: {guard.why}") from None
            told = str(error)
            # The only errors of SQLite's parser that do not depend on what tables there are.
            if re.search(r"syntax error$|^incomplete input|^unrecognized token", told):
                raise Text(f"Syntax error in line {line}: {told}") from None
            raise Refused(f"Error in line {line}: {told}") from None
    return result


def cell(value: Any) -> Any:
    """A value as JSON has it: bytes as SQL writes them, the infinite as a text."""
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "Inf" if value > 0 else "-Inf"
    return value


def read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - pathlib would cost every run
        return file.read()


def main() -> int:
    """Schema, the case's data, the learner's statements, what comes after; then the table."""
    before, *after = AFTER.split(sys.stdin.read(), maxsplit=1)
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA trusted_schema = OFF")
    guard = Guard()
    connection.set_authorizer(guard)
    try:
        for path in filter(os.path.isfile, sys.argv[2:]):
            run(connection, guard, read(path), None)
        run(connection, guard, before, None)
    except (Refused, Text) as error:
        print(f"The exercise's own statements fail. {error}", file=sys.stderr)
        return 3
    try:
        result = run(connection, guard, read(sys.argv[1]), None)
    except (Refused, Text) as error:
        print(error, file=sys.stderr)
        return 1
    try:
        result = run(connection, guard, after[0] if after else "", result)
    except (Refused, Text) as error:
        print(f"After these statements the exercise's query fails. {error}", file=sys.stderr)
        return 1
    if result is not None:
        names, rows = result
        for row in (names, *rows):
            print(json.dumps([cell(value) for value in row], ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())

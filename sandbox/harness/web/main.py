"""Holds a page against rules, inside the cage. No script of the page runs, so nothing of the learner's can decide.

Arguments: `outline` and the page, to print it as browsers read it; or `test` and the numbers of two open files: one
with the payload, one for the report. The rules are JSON in the one file of the tests, `rules.json`. HTML, style sheets
and selectors are read by packages that came in beside this file.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

# The interpreter was started without any path but its own library's.
sys.path.insert(0, __file__.removesuffix("/sandbox/harness/web/main.py"))

from sandbox.harness.web.page import Page
from sandbox.harness.web.rules import row_of

# What nests its elements thousands deep is read all the same; what nests them deeper is told so.
_DEEPEST = 20_000
_TOO_DEEP = "The page is nested too deeply to be checked."
_FAILED = "The page could not be checked."


def outline(entry: str) -> int:
    """Print the page's elements, each indented by its depth, with their texts."""
    lines = Page(entry).outline()
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0


def report(payload: dict[str, Any]) -> dict[str, Any]:
    """A row for each rule, or in one sentence why there is none."""
    given = json.loads(payload["tests"]["rules.json"])
    page = Page(given["entry"])
    return {"tests": [row_of(rule, page) for rule in given["rules"]], "error": "", "kind": ""}


def test(payload_fd: str, report_fd: str) -> int:
    """Report once."""
    with os.fdopen(int(payload_fd), "rb") as file:
        payload = json.load(file)
    try:
        told = report(payload)
    except RecursionError:
        told = {"tests": [], "error": _TOO_DEEP, "kind": "syntax"}
    except Exception:
        # Not as a traceback: it would stand beside the learner's output, and may hold what a hidden rule asks for.
        told = {"tests": [], "error": _FAILED, "kind": "tests"}
    with os.fdopen(int(report_fd), "wb") as file:
        file.write(json.dumps(told).encode())
    return 0


def main() -> int:
    """What was asked for."""
    sys.setrecursionlimit(_DEEPEST)
    what, *rest = sys.argv[1:]
    return outline(*rest) if what == "outline" else test(*rest)


if __name__ == "__main__":
    sys.exit(main())

"""JavaScript and TypeScript: node:test in one process with the learner's modules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sandbox.harness.runner.driver import Broken, drive, rows_of, trimmed

_DRIVER = Path(__file__).parent / "node.mjs"

# With the permission model there is no inspector, no second thread and no other program to look into this one with,
# and no /proc.
_ALLOWED = ["--permission", *(f"--allow-fs-{what}" for what in ("read=/box", "read=/tmp", "write=/box", "write=/tmp"))]
_QUIET = ["--disable-warning=ExperimentalWarning", "--disable-warning=SecurityWarning"]


class Node:
    """Both languages: the tests say by the names of their files which one they are written in."""

    def test(self, payload: Any, heap_mb: str, rows: list[dict[str, Any]]) -> None:
        """Run all tests."""
        if not payload["tests"]:
            raise Broken("tests", "There are no tests.")
        node = ["node", f"--max-old-space-size={heap_mb}", "--experimental-transform-types", *_QUIET, *_ALLOWED]
        given = json.dumps({"tests": payload["tests"]}).encode()
        driven = drive([*node, f"--allow-fs-read={_DRIVER.parent}", str(_DRIVER)], given)
        if driven.trusted:
            for line in driven.lines:
                if isinstance(line, dict) and "error" in line:
                    raise Broken("syntax" if line.get("syntax") else "import", trimmed(str(line["error"])))
        rows_of(driven, rows)

"""Runs unit tests against a learner's files in C, C++, Java, JavaScript and TypeScript, inside the cage.

Arguments: `build` or `test`, the language, the size of a heap in MB, and the numbers of two open files: one with the
payload, one for the report. This process, the examiner, never runs the learner's code: a driver in the language does,
in a process of its own, and says over a pipe what became of each test, each time with a token that it was given before
it loaded anything of the learner's. What is printed counts for nothing; neither does an end without a report on every
test, nor a second report. Standard library only; it is sent in as text.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import sys
from typing import Any

# The interpreter was started without any path but its own library's.
sys.path.insert(0, __file__.removesuffix("/sandbox/harness/runner/main.py"))

from sandbox.harness.runner import compiled, java, node
from sandbox.harness.runner.driver import Broken

LANGUAGES: dict[str, Any] = {
    "c": compiled.Native("gcc", "-std=gnu17", ".c"),
    "cpp": compiled.Native("g++", "-std=gnu++20", ".cpp", "libstdc++.so.6"),
    "java": java.Java(),
    "javascript": node.Node(),
    "typescript": node.Node(),
}


def hide_this_process() -> None:
    """Nobody in the cell may read this process's memory or open files, not even a process of the same user."""
    if ctypes.CDLL(None).prctl(4, 0, 0, 0, 0) != 0:  # PR_SET_DUMPABLE
        raise OSError("The examiner could not hide.")


def examined(what: str, language: Any, heap_mb: str, payload: Any) -> dict[str, Any]:
    """The report: a row for each test, or in one sentence why there is none."""
    rows: list[dict[str, Any]] = []
    try:
        if what == "build":
            language.build(payload, heap_mb)
        else:
            language.test(payload, heap_mb, rows)
    except Broken as broken:
        return {"tests": rows if broken.kind != "syntax" else [], "error": str(broken)[:8000], "kind": broken.kind}
    return {"tests": rows, "error": "", "kind": ""}


def main() -> None:
    """Build or test, and report once."""
    what, name, heap_mb, payload_fd, report_fd = sys.argv[1:]
    hide_this_process()
    os.set_inheritable(int(report_fd), False)
    with os.fdopen(int(payload_fd), "rb") as file:
        payload = json.load(file)
    report = examined(what, LANGUAGES[name], heap_mb, payload)
    with contextlib.suppress(BrokenPipeError), os.fdopen(int(report_fd), "wb") as file:
        file.write(json.dumps(report).encode())
    if what == "build" and report["error"]:
        sys.exit(1)


if __name__ == "__main__":
    main()

"""Runs unit tests against a learner's files, inside the cage. Standard library only; it is sent in as text.

Two processes. The examiner holds the tests, the report stream and the verdict; the learner's process holds their code
and is asked over a socket: call this, get that. Plain values travel as copies, everything else as a reference.
So the learner's code cannot see a test, patch an assertion or write a report: there is none in its process.

Tests that must share a process with the code they test (they patch its modules or hand it files) run "together"; then
the examiner only checks that every test has reported once and that unittest was left as it was.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import socket
import sys
from typing import Any

# The interpreter was started without any path but its own library's.
sys.path.insert(0, __file__.removesuffix("/sandbox/harness/python/main.py"))

from sandbox.harness.python.tests import describe, run_tests
from sandbox.harness.python.wire import EXAMINER_OPERATIONS, LEARNER_OPERATIONS, WORK, LearnerGone, Peer


def flush_output() -> None:
    """Let out what was printed: the learner's process is ended from outside, which leaves it no time to."""
    sys.stdout.flush()
    sys.stderr.flush()


def learner_process(sock: Any) -> Any:
    """Serve the examiner. Whatever ends this process, only the examiner speaks to the outside."""
    peer = Peer(sock, {})
    sys.path.insert(0, WORK)
    sys.argv = [""]

    def together(payload: Any) -> Any:
        rows, error, kind = run_tests(json.loads(payload), None)
        return json.dumps({"tests": rows, "error": error, "kind": kind})

    peer.operations = {**LEARNER_OPERATIONS, "together": together, "flush": flush_output}
    try:
        peer.serve_forever()
    except LearnerGone:
        os._exit(0)


def examine(payload: Any, peer: Any) -> Any:
    """The report on all tests."""
    if payload["isolation"] == "together":
        try:
            report = json.loads(peer.request("together", json.dumps(payload)))
            missing = expected_tests(payload["tests"]) - {row["name"] for row in report["tests"]}
        except Exception as error:
            return {"tests": [], "error": describe(error), "kind": "gone"}
        if missing and not report["error"]:
            report.update(error=f"{len(missing)} tests did not report.", kind="gone")
        return report
    rows, problem, kind = run_tests(payload, peer)
    return {"tests": rows, "error": problem, "kind": kind}


def expected_tests(sources: Any) -> Any:
    """The tests by the text of the files, so that none can be left out."""
    names: set[str] = set()
    for source in sources.values():
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and any("TestCase" in ast.unparse(base) for base in node.bases):
                methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
                names.update(f"{node.name}.{item.name}" for item in methods if item.name.startswith("test"))
    return names


def hide_this_process() -> Any:
    """Nobody in the cell may read this process's memory or open files, not even a process of the same user."""
    import ctypes

    if ctypes.CDLL(None).prctl(4, 0, 0, 0, 0) != 0:  # PR_SET_DUMPABLE
        raise OSError("The examiner could not hide.")


def main() -> Any:
    """Split in two, read the tests in the half that never meets the learner's code, and report."""
    payload_fd, report_fd = int(sys.argv[1]), int(sys.argv[2])
    ours, theirs = socket.socketpair()
    if os.fork() == 0:
        os.close(payload_fd)
        os.close(report_fd)
        ours.close()
        learner_process(theirs)
    theirs.close()
    hide_this_process()
    with open(payload_fd, "rb") as file:
        payload = json.load(file)
    peer = Peer(ours, EXAMINER_OPERATIONS)
    report = examine(payload, peer)
    with contextlib.suppress(Exception):
        peer.request("flush")
    with open(report_fd, "wb") as file:
        file.write(json.dumps(report).encode())
    os._exit(0)


if __name__ == "__main__":
    main()

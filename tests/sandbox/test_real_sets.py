"""Programs of others through the judge: HumanEval, MBPP, the Kattis examples and DOMjudge's hello programs.

The data lies beside the repository and is no part of it; without it these tests are skipped.
"""

from __future__ import annotations

import gzip
import json
import posixpath
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox import Case, Judge, JudgeRequest, JudgeResult, Limits, Verdict
from sandbox.kattis import Problem, Submission, read_archive, read_folder, read_problem
from sandbox.languages import LANGUAGES

pytestmark = pytest.mark.cage

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "judge"
WORKERS = 2

# The names that MBPP's tests take for granted.
MBPP_IMPORTS = "import math, re, sys, collections, itertools, functools, heapq\n"


def here(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not here")
    return DATA / name


def all_judged(judge: Judge, requests: list[JudgeRequest]) -> list[JudgeResult]:
    with ThreadPoolExecutor(WORKERS) as threads:
        return list(threads.map(judge.judge, requests))


def program(*parts: str) -> JudgeRequest:
    """A program that must get through its own assertions, and say so."""
    source = "\n".join([*parts, "print('done')"])
    limits = Limits(cpu_ms=10_000, wall_ms=30_000)
    return JudgeRequest("python", {"main.py": source}, cases=[Case("all", "", "done\n")], limits=limits)


def lines_of_json(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def tasks() -> list[dict[str, Any]]:
    found = lines_of_json(gzip.decompress(here("humaneval/data/HumanEval.jsonl.gz").read_bytes()).decode())
    assert len(found) == 164
    return found


class TestHumanEval:
    @staticmethod
    def request(task: dict[str, Any], body: str) -> JudgeRequest:
        return program(task["prompt"] + body, task["test"], f"check({task['entry_point']})")

    def test_every_reference_is_accepted(self, judge: Judge, tasks: list[dict[str, Any]]) -> None:
        results = all_judged(judge, [self.request(task, task["canonical_solution"]) for task in tasks])
        assert [t["task_id"] for t, r in zip(tasks, results, strict=True) if r.verdict is not Verdict.ACCEPTED] == []

    def test_no_empty_answer_is_accepted(self, judge: Judge, tasks: list[dict[str, Any]]) -> None:
        results = all_judged(judge, [self.request(task, "    return None\n") for task in tasks])
        assert {result.verdict for result in results} == {Verdict.RUNTIME_ERROR}


class TestMbpp:
    def test_every_reference_is_accepted(self, judge: Judge) -> None:
        tasks = lines_of_json(here("mbpp/sanitized-mbpp.jsonl").read_text(encoding="utf-8"))
        assert len(tasks) == 427
        requests = [program(MBPP_IMPORTS, task["test_setup_code"], task["code"], *task["test_list"]) for task in tasks]
        results = all_judged(judge, requests)
        assert [t["task_id"] for t, r in zip(tasks, results, strict=True) if r.verdict is not Verdict.ACCEPTED] == []


# Submissions that may end otherwise than their package says: with what, and why that is right here.
DIFFERENT: dict[str, tuple[frozenset[str], str]] = {
    f"domjudge/{name}": (frozenset(verdicts.split()), reason)
    for name, verdicts, reason in (
        (
            "boolfind/time_limit_exceeded/boolfind-test-loop.cc",
            "output_limit",
            "it prints without end, and the output is full before the time is",
        ),
        (
            "hello/time_limit_exceeded/test-fill-stdout.cc",
            "output_limit",
            "stopped at the limit of the output; DOMjudge drops the rest and goes on",
        ),
        (
            "hello/time_limit_exceeded/test-fill-stderr.cpp",
            "output_limit",
            "stopped at the limit of the output; DOMjudge drops the rest and goes on",
        ),
        (
            "hello/run_time_error/test-chroot-escape.sh",
            "accepted",
            "it asks ischroot, and a cell is no chroot but a mount namespace of its own; /proc/1/root is refused",
        ),
        (
            "hello/compiler_error/mainclass-missing",
            "runtime_error",
            "javac takes a class without main, and no check of our own is put before it; java says what is missing",
        ),
        (
            "hello/compiler_error/multifile-js-3",
            "accepted",
            "node reads only what the program imports; DOMjudge checks files that are never used as well",
        ),
        (
            "hello/multiple/test-memstatic.cc",
            "compile_error",
            "its array goes into the program's file, which would be larger than a file may be",
        ),
        (
            "hello/multiple/test-multithread.c",
            "runtime_error",
            "threads are allowed; it aborts since their stack is not the 2 MB that it wants",
        ),
        (
            "hello/wrong_answer/test-cpu-pinning.c",
            "runtime_error wrong_answer",
            "programs are not bound to one core: a child that meets the other says so with its exit code",
        ),
        (
            "hello/wrong_answer/test-permissions.c",
            "runtime_error",
            "it wants to be refused a file of /etc, and there is no such file in a cell",
        ),
        (
            "hello/wrong_answer/test-write-file.c",
            "runtime_error",
            "programs may write to the folder they start in, which is empty again for the next test",
        ),
    )
}


def known(problem: Problem) -> list[Submission]:
    """The submissions in a language that works here."""
    return [each for each in problem.submissions if each.language in LANGUAGES]


def verdict_on(judge: Judge, problem: Problem, submission: Submission) -> str:
    """The verdict, `refused` where the judge takes no such files, or what was wrong with the points."""
    request = problem.request(submission.language, submission.files, submission.entry)
    try:
        result = judge.judge(request)
    except ValueError as error:
        return f"refused {str(error).partition(':')[0]}"
    if submission.partial and not 0 < result.score < 100:
        return f"{result.verdict} with {result.score} points"
    return str(result.verdict)


def check_all(judge: Judge, package: str, problem: Problem, least: int) -> None:
    """Each submission gets what its package says, or what the table says instead."""
    submissions = known(problem)
    with ThreadPoolExecutor(WORKERS) as threads:
        verdicts = list(threads.map(lambda each: verdict_on(judge, problem, each), submissions))
    got = {f"{package}/{each.name}": verdict for each, verdict in zip(submissions, verdicts, strict=True)}
    assert len(got) >= least
    assert {name: verdict for name, verdict in got.items() if verdict == "internal_error"} == {}
    said = {f"{package}/{each.name}": {str(verdict) for verdict in each.expected} for each in submissions}
    here = {name: set(verdicts) for name, (verdicts, _) in DIFFERENT.items() if name.startswith(package + "/")}
    # The table is about submissions that there are, and says nothing that the package says already.
    assert [name for name, verdicts in here.items() if name not in said or verdicts <= said[name]] == []
    wanted = {name: verdicts for name, verdicts in {**said, **here}.items() if verdicts}
    assert {name: got[name] for name, verdicts in wanted.items() if got[name] not in verdicts} == {}


def with_links(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files, where those that git keeps as links, and this copy as their text, are what they stand for."""

    def target(name: str, data: bytes) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(name), data.decode("utf-8", "replace")))

    return {name: files.get(target(name, data), data) if len(data) < 100 else data for name, data in files.items()}


KATTIS = {"different": 10, "guess": 12, "hello": 6, "oddecho": 3}
DOMJUDGE = {"boolfind": 13, "fltcmp": 3, "hello": 105}
"""The packages, with how many of their submissions are in languages that work here."""


@pytest.mark.parametrize("name", KATTIS)
def test_kattis_examples(judge: Judge, name: str) -> None:
    folder = here("kattis-examples") / "examples" / name
    # The judge of Kattis takes its time limits from the slowest right program.
    problem = read_problem(with_links(read_folder(folder)), Limits(cpu_ms=4000 if name == "hello" else 2000))
    check_all(judge, f"kattis/{name}", problem, KATTIS[name])


@pytest.mark.parametrize("name", DOMJUDGE)
def test_domjudge_examples(judge: Judge, name: str) -> None:
    data = here("domjudge-hello.tar.gz").read_bytes()
    problem = read_problem(with_links(read_archive(data, f"domjudge-examples/example_problems/{name}")))
    problem = replace(problem, limits=replace(problem.limits, cpu_ms=1000, wall_ms=3000))
    check_all(judge, f"domjudge/{name}", problem, DOMJUDGE[name])

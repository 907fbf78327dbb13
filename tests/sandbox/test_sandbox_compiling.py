"""Compiling in the cell, once for each content, by a language that is a few lines of data."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import Case, Judge, JudgeRequest, JudgeResult, RunRequest, Verdict
from sandbox.backends import Outcome
from sandbox.compiling import MAX_OUTPUT_BYTES, CompileCache, Compiled, cache_key
from sandbox.languages import LANGUAGES
from sandbox.languages.base import Language, language_from
from sandbox.results import MAX_LOG_BYTES, compile_log, compile_verdict

pytestmark = pytest.mark.cage

# "Compiles" by sorting lines; a text with the word `wrong` in it does not compile, one with `slow` never ends.
_COMPILER = """
case "$(cat "$1")" in
*wrong*) echo "/box/$1: line 1 is wrong" >&2; exit 1;;
*slow*) while :; do :; done;;
*flood*) while :; do echo 1234567890; done;;
*huge*) head -c 6000000 /dev/zero > a; cp a b; cp a c;;
*nothing*) exit 0;;
esac
sort "$1" > {stem}.out; echo "$1" "$RANDOM" > side
"""


@pytest.fixture
def sorted_language(monkeypatch: pytest.MonkeyPatch) -> Language:
    language = language_from(
        {
            "name": "sorted",
            "label": "Sorted",
            "extension": ".srt",
            "version": ["/bin/sh", "-c", "echo 1"],
            "compile": {
                "argv": ["/bin/sh", "-c", _COMPILER, "compiler", "{entry}"],
                "gives": ["*"],
                "limits": {"cpu_ms": 1000, "wall_ms": 8000, "memory_mb": 64, "output_kb": 4},
            },
            "run": {"argv": ["/bin/cat", "/opt/program/{stem}.out"]},
        }
    )
    monkeypatch.setitem(LANGUAGES, "sorted", language)
    return language


def judged(judge: Judge, source: str) -> JudgeResult:
    cases = [Case("one", "", "a\nb"), Case("two", "", "a\nb", hidden=True)]
    return judge.judge(JudgeRequest("sorted", {"main.srt": source}, "main.srt", cases=cases))


def test_a_program_is_compiled_once_and_run_for_each_case(judge: Judge, sorted_language: Language) -> None:
    first, second = judged(judge, "b\na\n"), judged(judge, "b\na\n")
    assert (first.verdict, first.score, first.cached_compile) == (Verdict.ACCEPTED, 100, False)
    assert (second.verdict, second.score, second.cached_compile) == (Verdict.ACCEPTED, 100, True)
    other = judged(judge, "b\nc\n")
    assert (other.verdict, other.cached_compile) == (Verdict.WRONG_ANSWER, False)
    assert judge.run(RunRequest("sorted", {"main.srt": "z\ny\n"}, "main.srt")).stdout == "y\nz\n"


def test_what_does_not_compile_is_told_by_the_compilers_own_words(judge: Judge, sorted_language: Language) -> None:
    for _ in range(2):  # nothing of it is kept
        result = judged(judge, "wrong")
        assert (result.verdict, result.tests, result.score) == (Verdict.COMPILE_ERROR, (), 0)
        assert result.compile_log == "main.srt: line 1 is wrong\n"
    ran = judge.run(RunRequest("sorted", {"main.srt": "wrong"}, "main.srt"))
    assert (ran.verdict, ran.compile_log, ran.exit_code) == (Verdict.COMPILE_ERROR, "main.srt: line 1 is wrong\n", 1)


@pytest.mark.parametrize(
    ("word", "reason", "said"),
    [("slow", "cpu", "too long"), ("flood", "stdout", "too much"), ("huge", "exit", ""), ("nothing", "exit", "")],
)
def test_a_compilation_has_limits_of_its_own(
    judge: Judge, sorted_language: Language, word: str, reason: str, said: str
) -> None:
    result = judged(judge, word)
    if word == "nothing":  # the side product of the others is missing too
        assert result.message == "The compiler made no program."
    if word == "huge":
        assert "larger" in result.message
    assert (result.verdict, result.reason) == (Verdict.COMPILE_ERROR, reason)
    assert said in result.compile_log and len(result.compile_log) < 9000


def test_compiled_programs_outlive_the_judge_in_a_folder(sorted_language: Language, tmp_path: Path) -> None:
    for cached in (False, True):
        judge = Judge(compile_cache=tmp_path / "cache")
        if not judge.probe().works:
            pytest.skip(judge.probe().problem)
        assert judged(judge, "b\na\n").cached_compile is cached
        judge.close()
    (entry,) = (tmp_path / "cache").iterdir()
    entry.write_bytes(entry.read_bytes()[:-1])
    judge = Judge(compile_cache=tmp_path / "cache")
    assert judged(judge, "b\na\n").verdict is Verdict.ACCEPTED  # made again
    judge.close()


def test_the_key_is_all_that_a_compilation_depends_on(sorted_language: Language) -> None:
    files = {"a": b"1", "b": b"2"}
    base = cache_key(sorted_language, "1", ["cc", "a"], files)
    assert base == cache_key(sorted_language, "1", ["cc", "a"], dict(reversed(files.items())))
    others = [
        cache_key(sorted_language, "2", ["cc", "a"], files),
        cache_key(sorted_language, "1", ["cc", "-O2", "a"], files),
        cache_key(sorted_language, "1", ["cc", "a"], {"a": b"12", "b": b""}),
        cache_key(sorted_language, "1", ["cc", "a"], {"a": b"2", "b": b"1"}),
        cache_key(sorted_language, "1", ["cc", "a"], {"ab": b"12"}),
        cache_key(replace(sorted_language, environment={"X": "1"}), "1", ["cc", "a"], files),
    ]
    assert len({base, *others}) == 7


def test_the_cache_forgets_the_oldest_when_it_is_full() -> None:
    cache = CompileCache()
    for number in range(6):
        cache.put(str(number), {"program": bytes(MAX_OUTPUT_BYTES)})
        assert cache.get("0") is not None or number > 3
    assert [number for number in range(6) if cache.get(str(number)) is not None] == [0, 3, 4, 5]


def test_a_compiler_that_was_lost_is_nobodys_error() -> None:
    assert compile_verdict(Compiled(None, Outcome(end="lost"))) is Verdict.INTERNAL_ERROR
    assert compile_log(Compiled(None)) == ""


@pytest.mark.parametrize("letter", ["x", "é", "你", "\N{PILE OF POO}", "\N{REPLACEMENT CHARACTER}"])
def test_of_a_long_message_the_beginning_and_the_end_are_kept(letter: str) -> None:
    written = f"main.c: first\n{letter * 40_000}\nlast\n"
    log = compile_log(Compiled(None, Outcome(end="exit", code=1, stderr=written.encode())))
    assert MAX_LOG_BYTES - 20 < len(log.encode()) <= MAX_LOG_BYTES == 16 * 1024
    assert log.startswith(f"main.c: first\n{letter}") and log.endswith(f"{letter}\nlast\n") and "\n[…]\n" in log
    assert set(log) <= set(written + "[…]")
    short = written[:4000]
    assert compile_log(Compiled(None, Outcome(end="exit", code=1, stderr=short.encode()))) == short

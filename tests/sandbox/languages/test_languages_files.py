"""A language is its file: one is added with nothing else, and a wrong file says what is wrong with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import Case, Judge, JudgeRequest, Limits, RunRequest, Verdict
from sandbox.languages import LANGUAGES, load
from sandbox.languages.base import language_from
from sandbox.survey import FoundLanguage

AWK = r"""
name = "awk"
label = "AWK"
extension = ".awk"
monaco = "plaintext"
version = ["perl", "-e", "print 'AWK'"]
syntax_error = '\Amawk: .* line \d+: '

[run]
argv = ["mawk", "-f", "{entry}"]
address_space_mb = 64
"""

# One that is compiled: to a program that lies where compiled programs lie.
SHOUT = """
name = "shout"
label = "Shout"
extension = ".shout"
version = ["bash", "--version"]

[compile]
argv = [
    "bash",
    "-c",
    'grep -q "^[a-z ]*$" $1 || { echo "$1: only small letters" >&2; exit 1; }; tr a-z A-Z < $1 > loud',
    "shout",
    "{entry}",
]
gives = ["loud"]

[run]
argv = ["cat", "/opt/program/loud"]
"""


@pytest.fixture
def more(tmp_path: Path) -> Iterator[None]:
    """Two languages that came by their files only."""
    (tmp_path / "awk.toml").write_text(AWK)
    (tmp_path / "shout.toml").write_text(SHOUT)
    added = load(tmp_path)
    LANGUAGES.update(added)
    yield
    for name in added:
        del LANGUAGES[name]


@pytest.mark.cage
@pytest.mark.skipif(not shutil.which("mawk"), reason="no mawk on this machine")
def test_a_language_that_is_only_a_file_runs_and_is_judged(judge: Judge, more: None) -> None:
    program = "{ total += $1 } END { print total }\n"
    cases = [Case("one", "1\n2\n", "3"), Case("two", "5\n", "5")]
    limits = Limits(cpu_ms=2000, wall_ms=10_000)
    result = judge.judge(JudgeRequest("awk", {"main.awk": program}, "main.awk", cases=cases, limits=limits))
    assert result.verdict is Verdict.ACCEPTED
    result = judge.judge(JudgeRequest("awk", {"main.awk": "{ print NR }"}, "main.awk", cases=cases, limits=limits))
    assert result.verdict is Verdict.WRONG_ANSWER
    wrong = judge.run(RunRequest("awk", {"main.awk": "{ print ("}, "main.awk"))
    assert (wrong.verdict, wrong.reason) == (Verdict.COMPILE_ERROR, "syntax")


@pytest.mark.cage
def test_a_compiled_language_that_is_only_a_file_is_compiled_once(judge: Judge, more: None) -> None:
    request = JudgeRequest("shout", {"main.shout": "hello\n"}, "main.shout", cases=[Case("one", "", "HELLO")])
    first, second = judge.judge(request), judge.judge(request)
    assert (first.verdict, second.verdict) == (Verdict.ACCEPTED, Verdict.ACCEPTED)
    assert (first.cached_compile, second.cached_compile) == (False, True)
    wrong = judge.run(RunRequest("shout", {"main.shout": "Hello 1\n"}, "main.shout"))
    assert wrong.verdict is Verdict.COMPILE_ERROR
    assert wrong.compile_log == "main.shout: only small letters\n"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ('label = "AWK"', "label: unknown or missing"),
        ('name = "awk"', "name: unknown or missing"),
        ('argv = ["mawk", "-f", "{entry}"]', "run: argv is unknown or missing"),
    ],
)
def test_a_file_that_lacks_something_is_refused_with_its_name(tmp_path: Path, change: str, message: str) -> None:
    (tmp_path / "bad.toml").write_text(AWK.replace(change, "").replace("address_space_mb = 64", ""))
    with pytest.raises(ValueError, match=f"bad.toml: {message}"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("colour", "red", "colour: unknown"),
        ("limits", {"cpu_ms": 10**9}, "limits: the limit cpu_ms is unknown or out of range"),
        ("limits", {"cpu": 1000}, "limits: the limit cpu is unknown or out of range"),
        ("run", {"argv": ["x"], "shell": True}, "run: shell is unknown"),
        ("syntax_error", "(", "syntax_error: "),
    ],
)
def test_what_is_wrong_in_a_file_is_named(key: str, value: object, message: str) -> None:
    data = {"name": "x", "label": "X", "extension": ".x", "run": {"argv": ["x"]}}
    assert language_from(data).entry == "main.x"
    with pytest.raises(ValueError, match=message):
        language_from({**data, key: value})


def test_all_nine_languages_are_there_with_what_a_page_needs() -> None:
    assert set(LANGUAGES) == {"bash", "c", "cpp", "java", "javascript", "python", "sql", "typescript", "web"}
    for language in LANGUAGES.values():
        assert language.label
        assert language.monaco != "plaintext"
        assert language.entry.endswith(language.extension)
        assert language.version


def test_an_old_runtime_is_refused_in_one_sentence() -> None:
    node = LANGUAGES["javascript"]
    assert node.too_old("v18.19.0") == "JavaScript needs node 22.18 or newer; here is v18.19.0."
    assert node.too_old("v22.9.1") == "JavaScript needs node 22.18 or newer; here is v22.9.1."
    assert node.too_old("") == "JavaScript needs node 22.18 or newer; here is none."
    assert node.too_old("v22.18.0") == node.too_old("v24.1.0") == ""
    assert LANGUAGES["c"].too_old("gcc 4") == ""


# How a program ends whose text is wrong, and how one ends that reads wrong text.
SYNTAX_ERRORS = {
    "python": ("print(", "raise SyntaxError('mine')"),
    "javascript": ("let x = = 2", "JSON.parse('{x')"),
    "typescript": ("let x: = 2", "new Function('let x = = 2')"),
    "sql": ("SELECT 1 FRM x y", "SELECT * FROM missing"),
    "bash": ("if true; then", "eval 'if true; then'"),
}


@pytest.mark.cage
@pytest.mark.parametrize("name", SYNTAX_ERRORS)
def test_wrong_text_is_a_compile_error_and_wrong_data_is_not(
    judge: Judge, found: dict[str, FoundLanguage], name: str
) -> None:
    if not found[name].works:
        pytest.skip(found[name].problem)
    language = LANGUAGES[name]
    results = [
        judge.run(RunRequest(name, {language.entry: text}, language.entry, limits=Limits(cpu_ms=5000)))
        for text in SYNTAX_ERRORS[name]
    ]
    assert [result.verdict for result in results] == [Verdict.COMPILE_ERROR, Verdict.RUNTIME_ERROR]
    assert not any(mark in result.stderr for result in results for mark in ("/box", "file://"))


# Programs that ask for more and more.
HUNGRY = {
    "python": "x = []\nwhile True: x.append(bytearray(1 << 20))",
    "javascript": "const x = []; for (;;) x.push(new Array(10000).fill(x.length));",
    "typescript": "const x: number[][] = []; for (;;) x.push(new Array(10000).fill(x.length));",
    "c": "#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }",
    "cpp": "#include <vector>\nint main() { std::vector<long> x; for (;;) x.push_back(1); }",
    "java": "public class Main { public static void main(String[] a) { "
    "var x = new java.util.ArrayList<long[]>(); for (;;) x.add(new long[100000]); } }",
    "sql": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT randomblob(1000000) FROM n",
    "bash": "x=aaaaaaaa; while :; do x=$x$x; done",
}


@pytest.mark.cage
@pytest.mark.parametrize("name", HUNGRY)
def test_too_much_memory_is_told_as_such_in_every_language(
    judge: Judge, found: dict[str, FoundLanguage], name: str
) -> None:
    if not found[name].works:
        pytest.skip(found[name].problem)
    entry = LANGUAGES[name].entry
    result = judge.run(
        RunRequest(name, {entry: HUNGRY[name]}, entry, limits=Limits(cpu_ms=20_000, wall_ms=60_000, memory_mb=200))
    )
    assert result.verdict is Verdict.MEMORY_LIMIT, (result.verdict, result.reason, result.stderr[-500:])

"""Pages held against rules, in a cell: what each rule means, and what a learner's page may try against it."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

from sandbox import Judge, JudgeRequest, JudgeResult, Limits, RunRequest, Verdict
from sandbox.backends import Backend
from sandbox.languages import LANGUAGES
from sandbox.survey import Survey

pytestmark = pytest.mark.cage

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Shop</title>
<link rel="stylesheet" href="./css/style.css?v=2">
<style>p.note { Color: RED !important; margin: 0 } @media print { h1 { display: none } }</style>
</head>
<body>
<header><h1>The   <em>little</em> shop</h1></header>
<nav><a href="#tea">Tea</a> <a href="https://example.org/">More</a></nav>
<h2 id="tea">Tea</h2>
<ul class="list"><li>black<li>green<li>white</ul>
<p class="note" style="color: blue; padding: 1px">Fresh<p>Daily
<img src="leaf.svg" alt="A leaf">
<form>
<label>Name <input name="name"></label> <label for="mail">Mail</label><input id="mail"><button>Send</button></form>
</body>
</html>
"""
STYLE = """:root { --ink: rgb(1, 2 ,3); --none: var(--none) }
h1 { color: var(--ink); background: var(--missing, "Paper") }
.list { display: grid } ul { display: flex } h2::before { content: "x" } h2 { color: var(--none)
"""
FILES = {"index.html": PAGE, "css/style.css": STYLE, "script.js": "document.title = 'Other';\n"}


def judged(judge: Judge, files: dict[str, str], *rules: dict[str, Any], **more: Any) -> JudgeResult:
    named = [{"name": str(number), **rule} for number, rule in enumerate(rules, 1)]
    tests = {"rules.json": json.dumps({"entry": "index.html", "rules": named})}
    return judge.judge(JudgeRequest("web", files, mode="unit_tests", test_files=tests, **more))


FITTING: list[dict[str, Any]] = [
    {"select": "h1", "is": "The little shop", "count": 1},
    {"select": "li", "at_least": 2, "at_most": 3},
    {"select": "ul > li:nth-child(2)", "matches": "^gr"},
    {"select": "a", "attribute": "href", "is": "#tea"},
    {"select": "a", "attribute": "href", "matches": "^(#|https:)", "every": True},
    {"select": "img", "attribute": "alt"},
    {"select": "table", "count": 0},
    {"select": "p", "count": 2},
    {"select": "nav:has(a) + h2"},
    {"order": ["h1", "nav", "ul", "form button"]},
    {"select": "p.note", "property": ["color"], "is": "red"},
    {"select": "p.note", "property": ["padding"], "is": "1px"},
    {"select": "h1", "property": ["background-color", "color"], "is": "rgb(1,2,3)"},
    {"select": "h1", "property": ["background"], "is": "'paper'"},
    {"select": "ul", "property": ["display"], "is": "grid"},
    {"select": "li", "property": ["display"], "count": 0},
    {"file": "css/style.css", "matches": r"var\(--ink\)"},
    {"basics": ["title", "language", "doctype", "viewport", "alt", "labels", "ids", "headings"]},
]


def test_a_page_that_has_all_of_it_is_accepted(judge: Judge) -> None:
    result = judged(judge, FILES, *FITTING)
    assert [row.name for row in result.tests if row.verdict is not Verdict.ACCEPTED] == []
    assert (result.verdict, result.score, result.total) == (Verdict.ACCEPTED, 100, len(FITTING))


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"select": "table"}, "There is no such element."),
        ({"select": "h1", "is": "The shop"}, "The element is there, but not as asked for."),
        ({"select": "li", "count": 4}, "Expected 4, found 3."),
        ({"select": "li", "at_least": 4}, "Expected at least 4, found 3."),
        ({"select": "li", "at_most": 2}, "Expected at most 2, found 3."),
        ({"select": "li", "matches": "^b", "every": True}, "Elements that are not as asked for: 2 of 3."),
        ({"select": "table", "every": True}, "There is no such element."),
        ({"select": "img", "attribute": "title"}, "The element is there, but not as asked for."),
        ({"select": "h1", "property": ["display"], "is": "none"}, "The element is there, but not as asked for."),
        ({"order": ["nav", "h1"]}, "The elements are not in this order."),
        ({"order": ["h1", "table"]}, "There is no such element."),
        ({"file": "css/style.css", "matches": "@media"}, "The file does not have what is asked for."),
        ({"file": "../../etc/passwd", "matches": "root"}, "The file does not have what is asked for."),
        ({"select": "table", "message": "Use a table."}, "Use a table."),
    ],
)
def test_a_page_that_lacks_it_is_told_what(judge: Judge, rule: dict[str, Any], message: str) -> None:
    result = judged(judge, FILES, rule)
    assert (result.verdict, result.tests[0].message) == (Verdict.WRONG_ANSWER, message)


@pytest.mark.parametrize(
    ("page", "basics", "message"),
    [
        ("<title> </title>", "title", "The page has no title."),
        ("<!doctype html><p>", "language", "The page does not say its language."),
        ("<html lang=en>", "doctype", "The page does not begin with <!doctype html>."),
        ("<p>", "viewport", "The page has no viewport for phones."),
        ("<img src=a><img alt=''>", "alt", "Pictures without an alternative text: 1."),
        ("<input><input type=submit><label for=x></label><select id=x>", "labels", "Fields without a label: 2."),
        ("<p id=a><p id=a><p id=b>", "ids", "Ids that are given twice: 1."),
        ("<h1>1</h1><h3>3</h3>", "headings", "The headings leave out a level."),
        ("<p>", "headings", "The page has no heading."),
    ],
)  # fmt: skip
def test_each_of_the_basics_is_told(judge: Judge, page: str, basics: str, message: str) -> None:
    result = judged(judge, {"index.html": page}, {"basics": [basics]})
    assert result.tests[0].message == message


def test_a_page_is_read_as_browsers_read_it(judge: Judge) -> None:
    page = "<p>one<p>two<table><tr><td>1<td>2</table><b><i>x</b>y</i><script>'<h1>'</script><!-- <h1> --><textarea><h1>"
    right = judged(
        judge,
        {"index.html": page},
        {"select": "body > p + p"},
        {"select": "tbody > tr > td", "count": 2},
        {"select": "b > i", "is": "x"},
        {"select": "h1", "count": 0},
    )
    assert right.verdict is Verdict.ACCEPTED, right.tests


def test_of_a_hidden_rule_neither_name_nor_message_is_told(judge: Judge) -> None:
    result = judged(
        judge, FILES, {"select": "h1"}, {"name": "SECRET", "hidden": True, "select": "table", "message": "SECRET"}
    )
    assert [test.hidden for test in result.tests] == [False, True]
    assert "SECRET" not in json.dumps(result.as_json())
    assert result.tests[1].message == ""


@pytest.mark.parametrize("rule", [{"select": "SECRET["}, {"file": "index.html", "matches": "SECRET("}, {"SECRET": 1}])
def test_a_hidden_rule_that_cannot_be_checked_is_not_told_either(judge: Judge, rule: dict[str, Any]) -> None:
    result = judged(judge, FILES, {"name": "SECRET", "hidden": True, **rule})
    assert (result.verdict, result.passed) == (Verdict.RUNTIME_ERROR, 0)
    assert "SECRET" not in json.dumps(result.as_json())
    assert result.stderr == ""


def test_of_the_program_alone_the_outline_is_printed(judge: Judge) -> None:
    ran = judge.run(
        RunRequest("web", {"index.html": "<title>T</title><p id=a>One <b>two</b>", "a.html": ""}, "index.html")
    )
    assert ran.stdout == "html\n  head\n    title\n      T\n  body\n    p id='a'\n      One\n      b\n        two\n"


RULES = ({"select": "h1", "is": "Done", "count": 1}, {"hidden": True, "select": "table"})
FORGERS = {
    "a script that writes what is asked for": {"index.html": "<script>document.write('<h1>Done</h1><table>')</script>"},
    "a report on the page": {"index.html": json.dumps({"tests": [], "error": "", "kind": ""})},
    "rules of its own": {"index.html": "<p>", "rules.json": json.dumps({"entry": "index.html", "rules": []})},
    "the harness's modules": {
        "index.html": "<p>",
        **{
            f"{name}.py": "raise SystemExit(0)"
            for name in ("tinyhtml5", "json", "sandbox/harness/web/rules", "sitecustomize")
        },
    },
    "what is not seen": {
        "index.html": "<!-- <h1>Done</h1> --><template><h1>Done</h1><table></template><noscript><h1>Done</h1><table>"
    },
    "the parser's names for files": {"index.html": "/opt/judge/sandbox/harness/web/main.py"},
    "no page at all": {"other.html": "<h1>Done</h1><table>"},
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERS)
def test_no_page_passes_by_what_it_says(judge: Judge, name: str) -> None:
    result = judged(judge, FORGERS[name], *RULES)
    assert (result.verdict, result.passed, result.total) == (Verdict.WRONG_ANSWER, 0, 2)


HUGE = {
    "eighty thousand deep": ("<b>" * 80_000, ""),
    "eighty thousand wide": ("<p>" * 80_000, ""),
    "one element of many attributes": ("<p " + " ".join(f"a{n}=1" for n in range(30_000)) + ">", ""),
    "a style sheet of one rule after another": ("<p>" * 500, "p ~ p:has(b), p:not(p p) { color: red }\n" * 5_000),
    "brackets without end": ("<p>", "a{" * 50_000 + "(" * 50_000),
    "variables that go round": ("<h1>", "h1 { --a: var(--b) var(--b); --b: var(--a) var(--a); color: var(--a) }"),
    "an endless loop": ("<script>for (;;) {}</script><h1>", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", HUGE)
def test_what_is_huge_ends_in_time_and_is_not_accepted(judge: Judge, name: str) -> None:
    page, style = HUGE[name]
    files = {"index.html": f"<link rel=stylesheet href=style.css>{page}", "style.css": style}
    rules = ({"select": "p ~ p:has(b), h1"}, {"select": "p, h1", "property": ["color"], "is": "blue", "hidden": True})
    limits = Limits(cpu_ms=1000, wall_ms=20_000, memory_mb=256)
    result = judged(judge, files, *rules, limits=limits)
    told = {
        Verdict.WRONG_ANSWER,
        Verdict.TIME_LIMIT,
        Verdict.MEMORY_LIMIT,
        Verdict.RUNTIME_ERROR,
        Verdict.COMPILE_ERROR,
    }
    assert result.verdict in told
    assert judged(judge, {"index.html": "<h1>"}, {"select": "h1"}).verdict is Verdict.ACCEPTED


def test_where_a_package_is_missing_the_language_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.harness._folder_of", lambda name: None)
    found = Survey(cast(Backend, None)).of(LANGUAGES["web"])
    assert (found.works, found.problem) == (
        False,
        "HTML, CSS and JavaScript needs the Python package tinyhtml5, which is not installed here.",
    )

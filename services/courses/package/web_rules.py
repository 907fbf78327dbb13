"""tests/rules.yaml of an exercise whose language is web: what its page must have."""

import json
import re
from typing import Any

from cssselect2 import SelectorError, compile_selector_list

from sandbox.checkers.pattern import MAX_PATTERN
from services.courses.package import yamls
from services.courses.package.docs import ExerciseDoc
from services.courses.package.yamls import Fields

LANGUAGE = "web"
FILE = "rules.yaml"
BASICS = ("title", "language", "doctype", "viewport", "alt", "labels", "ids", "headings")
_KINDS = ("select", "order", "basics", "file")
_MOST = 200
_MOST_ELEMENTS = 100_000


def check_web(fields: Fields, doc: ExerciseDoc, folders: dict[str, dict[str, str]]) -> None:
    """Refuse a web exercise without rules, or with anything else that would judge it, and read its rules."""
    if doc.mode != "unit_tests" or doc.public + doc.hidden:
        at = "cases" if fields.has("cases") else "mode" if fields.has("mode") else "language"
        problem = "a page is judged by rules; give tests/{rules}, and no cases."
        raise fields.error(at, problem, rules=FILE)
    if set(folders["tests"]) != {FILE}:
        raise fields.error("language", "tests/ of a page holds {rules} and nothing else.", rules=FILE)
    parse_rules(fields.file.removesuffix("exercise.yaml") + f"tests/{FILE}", folders["tests"][FILE])


def rules_json(text: str, entry: str) -> str:
    """Return the rules as the judge takes them; ``entry`` is the page."""
    return json.dumps({"entry": entry, "rules": parse_rules(FILE, text)})


def parse_rules(file: str, source: str) -> list[dict[str, Any]]:
    """Return the rules of a file, each with a name of its own."""
    fields = yamls.read(file, source)
    rules: list[dict[str, Any]] = []
    names: set[str] = set()
    for number, each in enumerate(fields.each("rules", most=_MOST), 1):
        rule = _rule(each, number)
        if rule["name"] in names:
            raise each.error("name", "two rules are called “{rule}”.", rule=rule["name"])
        names.add(rule["name"])
        rules.append(rule)
    fields.done()
    if not rules:
        raise fields.error("rules", "there are no rules, so nothing could judge it.")
    return rules


def _rule(fields: Fields, number: int) -> dict[str, Any]:
    hidden = fields.truth("hidden", False)
    rule: dict[str, Any] = {"name": fields.line_text("name", str(number) if hidden else None), "hidden": hidden}
    if message := fields.line_text("message", "", longest=400):
        rule["message"] = message
    given = [kind for kind in _KINDS if fields.has(kind)]
    if len(given) != 1:
        raise fields.error(given[-1] if given else "name", "a rule has one of {kinds}.", kinds=", ".join(_KINDS))
    rule |= {"select": _selected, "order": _order, "basics": _basics, "file": _of_file}[given[0]](fields)
    fields.done()
    return rule


def _selected(fields: Fields) -> dict[str, Any]:
    rule: dict[str, Any] = {"select": _selector(fields, "select", fields.text("select", longest=500))}
    if attribute := fields.line_text("attribute", ""):
        rule["attribute"] = attribute.lower()
    if names := fields.texts("property", one=True, most=10):
        rule["property"] = [name if name.startswith("--") else name.lower() for name in names]
    if "attribute" in rule and "property" in rule:
        raise fields.error("property", "a rule looks at an attribute or at a property, not at both.")
    if fields.has("is"):
        rule["is"] = fields.text("is", "", longest=5_000)
    if fields.has("matches"):
        rule["matches"] = _pattern(fields)
    if "is" in rule and "matches" in rule:
        raise fields.error("matches", "a rule says what it is or what it matches, not both.")
    for name in ("count", "at_least", "at_most"):
        if fields.has(name):
            rule[name] = fields.integer(name, None, least=0, most=_MOST_ELEMENTS)
    if fields.truth("every", False):
        rule["every"] = True
    numbers = [name for name in ("count", "at_least", "at_most", "every") if name in rule]
    if len(numbers) > 1 and numbers != ["at_least", "at_most"]:
        raise fields.error(numbers[-1], "“{name}” cannot stand beside “{other}”.", other=numbers[0])
    return rule


def _order(fields: Fields) -> dict[str, Any]:
    selectors = fields.texts("order", most=50)
    if len(selectors) < 2:
        raise fields.error("order", "“{name}” needs two selectors or more.")
    return {"order": [_selector(fields, "order", selector) for selector in selectors]}


def _basics(fields: Fields) -> dict[str, Any]:
    names = fields.texts("basics", one=True, most=len(BASICS))
    unknown = [name for name in names if name not in BASICS]
    if unknown or not names:
        words = ", ".join(BASICS)
        raise fields.error("basics", "“{name}” must be some of {words}.", words=words)
    return {"basics": list(names)}


def _of_file(fields: Fields) -> dict[str, Any]:
    return {"file": fields.line_text("file", longest=120), "matches": _pattern(fields)}


def _pattern(fields: Fields) -> str:
    pattern = fields.text("matches", longest=MAX_PATTERN)
    try:
        re.compile(pattern)
    except re.error as error:
        raise fields.error("matches", "this is no pattern: {reason}.", reason=str(error)) from None
    return pattern


def _selector(fields: Fields, name: str, selector: str) -> str:
    try:
        compiled = compile_selector_list(selector)
    except SelectorError as error:
        problem = "“{selector}” is no selector: {reason}."
        raise fields.error(name, problem, selector=selector, reason=str(error)) from None
    if any(each.never_matches or each.pseudo_element for each in compiled):
        raise fields.error(name, "“{selector}” finds nothing in a page that nobody uses.", selector=selector)
    return selector

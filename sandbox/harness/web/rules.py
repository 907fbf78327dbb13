"""The rules of an exercise, each held against a page. Of the page nothing is repeated in a message."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

from sandbox.harness.web.page import Page, folded
from sandbox.harness.web.style import same_value

_NAMELESS = {"hidden", "submit", "reset", "button", "image"}
_HEADINGS = "h1, h2, h3, h4, h5, h6"


def row_of(rule: dict[str, Any], page: Page) -> dict[str, Any]:
    """The line of the report on one rule. What a hidden one asks for is not told."""
    began = time.perf_counter()
    problem = _problem(rule, page)
    hidden = bool(rule.get("hidden"))
    return {
        "name": rule["name"],
        "status": "fail" if problem else "pass",
        "message": "" if hidden or not problem else rule.get("message") or problem,
        "ms": int((time.perf_counter() - began) * 1000),
        "hidden": hidden,
    }


def _problem(rule: dict[str, Any], page: Page) -> str:
    if "order" in rule:
        return _order(rule["order"], page)
    if "basics" in rule:
        return next(filter(None, (_BASICS[name](page) for name in rule["basics"])), "")
    if "file" in rule:
        return (
            ""
            if re.search(rule["matches"], page.text_of(rule["file"]))
            else "The file does not have what is asked for."
        )
    return _selected(rule, page)


def _selected(rule: dict[str, Any], page: Page) -> str:
    found = page.all(rule["select"])
    fitting = [element for element in found if _fits(rule, element, page)]
    number = len(fitting)
    if rule.get("every"):
        if not found:
            return "There is no such element."
        return (
            ""
            if number == len(found)
            else f"Elements that are not as asked for: {len(found) - number} of {len(found)}."
        )
    if "count" in rule and number != rule["count"]:
        return f"Expected {rule['count']}, found {number}."
    if "at_most" in rule and number > rule["at_most"]:
        return f"Expected at most {rule['at_most']}, found {number}."
    least = rule.get("at_least", 0 if {"count", "at_most"} & set(rule) else 1)
    if number >= least:
        return ""
    if least > 1:
        return f"Expected at least {least}, found {number}."
    return "The element is there, but not as asked for." if found else "There is no such element."


def _fits(rule: dict[str, Any], element: Any, page: Page) -> bool:
    """Whether the attribute, the declared style or else the text of an element is as the rule has it."""
    if "property" in rule:
        value = page.style.value(element, rule["property"])
        if value is not None and "is" in rule:
            return same_value(value, rule["is"])
    elif "attribute" in rule:
        value = element.etree_element.get(rule["attribute"])
    else:
        value = page.text(element)
    if value is None:
        return False
    if "is" in rule:
        return folded(value) == folded(rule["is"])
    return "matches" not in rule or re.search(rule["matches"], value) is not None


def _order(selectors: list[str], page: Page) -> str:
    places = {element.etree_element: place for place, element in enumerate(page.root.iter_subtree())}
    last = -1
    for selector in selectors:
        found = [places[element.etree_element] for element in page.all(selector)]
        if not found:
            return "There is no such element."
        last = next((place for place in found if place > last), -1)
        if last < 0:
            return "The elements are not in this order."
    return ""


def _title(page: Page) -> str:
    return "" if any(page.text(each) for each in page.all("head > title")) else "The page has no title."


def _language(page: Page) -> str:
    return "" if page.root.etree_element.get("lang", "").strip() else "The page does not say its language."


def _doctype(page: Page) -> str:
    return "" if page.has_doctype else "The page does not begin with <!doctype html>."


def _viewport(page: Page) -> str:
    return "" if page.all("meta[name=viewport i][content]") else "The page has no viewport for phones."


def _alt(page: Page) -> str:
    missing = len(page.all("img:not([alt]), area[href]:not([alt]), input[type=image i]:not([alt])"))
    return f"Pictures without an alternative text: {missing}." if missing else ""


def _labels(page: Page) -> str:
    named = {each.etree_element.get("for") for each in page.all("label[for]") if page.text(each)}
    missing = 0
    for field in page.all("input, select, textarea"):
        given = field.etree_element.get
        if field.local_name == "input" and given("type", "").lower() in _NAMELESS:
            continue
        wrapped = any(owner.local_name == "label" and page.text(owner) for owner in field.ancestors)
        own = any(given(name, "").strip() for name in ("aria-label", "aria-labelledby", "title"))
        missing += not (wrapped or own or given("id") in named)
    return f"Fields without a label: {missing}." if missing else ""


def _ids(page: Page) -> str:
    ids = [each.etree_element.get("id") for each in page.all("[id]")]
    return f"Ids that are given twice: {len(ids) - len(set(ids))}." if len(ids) != len(set(ids)) else ""


def _headings(page: Page) -> str:
    last = 0
    for heading in page.all(_HEADINGS):
        level = int(heading.local_name[1])
        if level > last + 1:
            return "The headings leave out a level."
        last = level
    return "" if last else "The page has no heading."


_BASICS: dict[str, Callable[[Page], str]] = {
    "title": _title,
    "language": _language,
    "doctype": _doctype,
    "viewport": _viewport,
    "alt": _alt,
    "labels": _labels,
    "ids": _ids,
    "headings": _headings,
}

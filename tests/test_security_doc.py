"""The documents name tests that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def named(document: str) -> set[tuple[str, str]]:
    return set(_NAMED.findall((ROOT / "docs" / document).read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", ["security.md", "architecture.md"])
def test_each_test_that_is_named_is_there(document: str) -> None:
    missing = [
        f"{file}::{name}"
        for file, name in sorted(named(document))
        if not (ROOT / file).exists()
        or (name and not re.search(rf"\b(def|class) {name}\b", (ROOT / file).read_text(encoding="utf-8")))
    ]
    assert missing == []


def test_each_case_names_the_test_that_shows_it() -> None:
    rows = [line for line in (ROOT / "docs/security.md").read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    cases = [line for line in rows if not line.startswith("| case |")]
    assert len(cases) > 50
    assert [line for line in cases if "::" not in line] == []


def test_each_rule_of_the_architecture_names_the_tests_that_hold_it() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| .*::.* \|$", text, re.M)
    assert rows == [str(number) for number in range(1, 12)]

"""What style sheets declare for an element: rules by their weight, then the element's own `style`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import tinycss2
from cssselect2 import Matcher, SelectorError, compile_selector_list

_REFERENCES = 8  # how many variables may stand behind one another


class Style:
    """The style sheets of a page. What stands inside @media and the like is for some screens only, and left out."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._matcher = Matcher()
        for sheet in sheets:
            for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True):
                if rule.type == "qualified-rule":
                    self._add(rule)

    def _add(self, rule: Any) -> None:
        declarations = _declarations(rule.content)
        try:
            selectors = compile_selector_list(rule.prelude)
        except SelectorError:
            return
        for selector in selectors:
            self._matcher.add_selector(selector, declarations)

    def value(self, element: Any, names: Iterable[str]) -> str | None:
        """What an element is given for the last declared of these properties; None when nothing is declared."""
        found = self._declared(element)
        given = [name for name in found if name in set(names)]
        return self._resolved(element, found[given[-1]]) if given else None

    def _declared(self, element: Any) -> dict[str, str]:
        """Property to value, in the order in which the winners were declared."""
        usual: dict[str, str] = {}
        important: dict[str, str] = {}
        blocks = [block for *_, pseudo, block in self._matcher.match(element) if pseudo is None]
        blocks.append(_declarations(element.etree_element.get("style", "")))
        for block in blocks:
            for name, value, presses in block:
                target = important if presses else usual
                target.pop(name, None)
                target[name] = value
        return {**{name: value for name, value in usual.items() if name not in important}, **important}

    def _resolved(self, element: Any, value: str) -> str:
        """The value with the page's variables in their places."""
        for _ in range(_REFERENCES):
            tokens = tinycss2.parse_component_value_list(value)
            place = next((at for at, token in enumerate(tokens) if _is_variable(token)), None)
            if place is None:
                return value
            tokens[place : place + 1] = tinycss2.parse_component_value_list(self._variable(element, tokens[place]))
            value = _written(tokens)
        return value

    def _variable(self, element: Any, token: Any) -> str:
        arguments = [each for each in token.arguments if each.type not in ("whitespace", "comment")]
        name = arguments[0].value if arguments and arguments[0].type == "ident" else ""
        for owner in (element, *reversed(element.ancestors)):
            declared = self._declared(owner)
            if name in declared:
                return declared[name]
        return _written(arguments[2:])


def _is_variable(token: Any) -> bool:
    return bool(token.type == "function" and token.lower_name == "var")


def _declarations(content: Any) -> list[tuple[str, str, bool]]:
    """Name, value and whether it is important, of each declaration."""
    return [
        (each.name if each.name.startswith("--") else each.lower_name, _written(each.value), each.important)
        for each in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
        if each.type == "declaration"
    ]


def _written(tokens: Any) -> str:
    return " ".join(tinycss2.serialize([token for token in tokens if token.type != "comment"]).split())


def same_value(one: str, other: str) -> bool:
    """Whether two values of a property are written alike but for white space, quotes and capital letters."""
    return _plain(one) == _plain(other)


def _plain(value: str) -> str:
    written = _written(tinycss2.parse_component_value_list(value)).lower().replace("'", '"')
    return written.replace(", ", ",").replace(" ,", ",")

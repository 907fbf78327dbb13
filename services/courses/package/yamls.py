"""YAML read by hand of its nodes, so that every error knows its line and nothing is guessed from a value's look."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from services.courses.package.errors import wrong

_DEEPEST = 12
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_NULL = ("", "~", "null", "Null", "NULL")
_TRUTH = {"true": True, "yes": True, "false": False, "no": False}


class _Composer(yaml.SafeLoader):
    """Makes nodes, not objects; refuses aliases (an author needs none, a bomb is made of them) and deep nesting."""

    depth = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]  # untyped in the stubs
        mark: Any = event.start_mark if event else None
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias (*) cannot be used here", problem_mark=mark)
        if self.depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="it is nested too deeply", problem_mark=mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def read(file: str, text: str, *, first_line: int = 1) -> Fields:
    """Return the mapping that ``text`` holds; ``first_line`` is the line of ``file`` on which it begins."""
    loader = None
    try:
        loader = _Composer(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + mark.line if mark else first_line
        raise wrong(file, line, "this is not YAML: {problem}.", problem=str(error.problem or error.context)) from None
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        raise wrong(file, line, "there is a character that YAML does not allow.") from None
    except (ValueError, OverflowError):
        raise wrong(file, first_line, "this is not YAML.") from None
    finally:
        if loader is not None:
            loader.dispose()
    if node is None:
        raise wrong(file, first_line, "there is nothing in it.")
    return Fields(file, node, first_line)


class Fields:
    """A mapping whose values are asked for by name and kind; ``done`` refuses the names nobody asked for."""

    def __init__(self, file: str, node: Node, first_line: int = 1) -> None:
        self.file = file
        self._first = first_line
        self._node = node
        if not isinstance(node, MappingNode):
            raise wrong(file, self._line(node), "a list of “name: value” lines is expected here.")
        self._values: dict[str, Node] = {}
        self._key_lines: dict[str, int] = {}
        for key, value in node.value:
            name = self._scalar(key, "a name")
            if name in self._values:
                raise wrong(file, self._line(key), "“{name}” is given twice.", name=name)
            self._values[name] = value
            self._key_lines[name] = self._line(key)
        self._asked: set[str] = set()

    @property
    def line(self) -> int:
        """The line on which the mapping begins."""
        return self._line(self._node)

    def line_of(self, name: str) -> int:
        """The line of a field, or of the mapping when it is not there."""
        return self._key_lines.get(name, self.line)

    def has(self, name: str) -> bool:
        """Whether the field is given."""
        return name in self._values

    def error(self, name: str, problem: str, **params: object) -> Exception:
        """Return an error at the line of the field."""
        return wrong(self.file, self.line_of(name), problem, name=name, **params)

    def text(self, name: str, default: str | None = None, *, longest: int = 20_000) -> str:
        """Return a text; without a default it must be there and not be empty."""
        node = self._take(name, required=default is None)
        if node is None:
            return default or ""
        value = self._scalar(node, "a text").strip("\n")
        if default is None and not value.strip():
            raise self.error(name, "“{name}” must not be empty.")
        return self._checked(name, value, longest)

    def raw(self, name: str, default: str = "") -> str:
        """Return a text exactly as it is, line ends at its end included."""
        node = self._take(name, required=False)
        return default if node is None else self._checked(name, self._scalar(node, "a text"), 1_000_000)

    def _checked(self, name: str, value: str, longest: int) -> str:
        if "\x00" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise self.error(name, "“{name}” has a character that cannot be stored.")
        if len(value) > longest:
            raise self.error(name, "“{name}” is longer than {longest} characters.", longest=longest)
        return value

    def line_text(self, name: str, default: str | None = None, *, longest: int = 200) -> str:
        """Return a text of one line."""
        value = " ".join(self.text(name, default, longest=20_000).split())
        return self._checked(name, value, longest)

    def choice(self, name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """Return one of the allowed words."""
        value = self.line_text(name, default)
        if value not in allowed:
            words = ", ".join(allowed)
            raise self.error(name, "“{name}” must be one of {words}, not “{value}”.", words=words, value=value)
        return value

    def integer(self, name: str, default: int | None, *, least: int, most: int) -> int:
        """Return a whole number between two others."""
        node = self._take(name, required=default is None)
        if node is None:
            return default or 0
        value = self._scalar(node, "a whole number")
        if not _INTEGER.fullmatch(value) or not least <= int(value) <= most:
            raise self.error(name, "“{name}” must be a whole number from {least} to {most}.", least=least, most=most)
        return int(value)

    def number(self, name: str, default: float | None = None) -> float | int:
        """Return a number; a whole one stays whole."""
        node = self._take(name, required=default is None)
        if node is None:
            return default or 0
        value = self._scalar(node, "a number")
        if not _NUMBER.fullmatch(value) or not math.isfinite(float(value)):
            raise self.error(name, "“{name}” must be a number such as 3 or 2.5.")
        return int(value) if _INTEGER.fullmatch(value) else float(value)

    def truth(self, name: str, default: bool | None = None) -> bool:
        """Return true or false."""
        node = self._take(name, required=default is None)
        if node is None:
            return bool(default)
        value = self._scalar(node, "true or false").lower()
        if value not in _TRUTH:
            raise self.error(name, "“{name}” must be true or false.")
        return _TRUTH[value]

    def texts(self, name: str, *, longest: int = 500, most: int = 100, one: bool = False) -> tuple[str, ...]:
        """Return a list of texts; with ``one``, a single text counts as a list of one."""
        node = self._take(name, required=False)
        if node is None or self._is_null(node):
            return ()
        items = [node] if one and isinstance(node, ScalarNode) else self._sequence(name, node, most)
        found = []
        for item in items:
            value = self._scalar(item, "a text").strip("\n")
            if not value.strip():
                raise wrong(self.file, self._line(item), "a text in “{name}” is empty.", name=name)
            found.append(self._checked(name, value, longest))
        return tuple(found)

    def lines_of(self, name: str) -> list[int]:
        """Return the lines of the items of a list, in order."""
        node = self._values.get(name)
        return [self._line(item) for item in node.value] if isinstance(node, SequenceNode) else []

    def each(self, name: str, *, most: int = 500) -> Iterator[Fields]:
        """Yield the mappings of a list."""
        node = self._take(name, required=False)
        if node is not None and not self._is_null(node):
            for item in self._sequence(name, node, most):
                yield Fields(self.file, item, self._first)

    def mapping(self, name: str) -> Fields | None:
        """Return a mapping inside this one."""
        node = self._take(name, required=False)
        return None if node is None or self._is_null(node) else Fields(self.file, node, self._first)

    def done(self) -> None:
        """Refuse a name that means nothing: a slip of the pen would otherwise be lost in silence."""
        for name in self._values:
            if name not in self._asked:
                known = ", ".join(sorted(self._asked))
                raise self.error(name, "“{name}” is not known here; known are: {known}.", known=known)

    def _take(self, name: str, *, required: bool) -> Node | None:
        self._asked.add(name)
        node = self._values.get(name)
        if node is None and required:
            raise wrong(self.file, self.line, "“{name}” is missing.", name=name)
        return node

    def _sequence(self, name: str, node: Node, most: int) -> list[Node]:
        if not isinstance(node, SequenceNode):
            raise self.error(name, "“{name}” must be a list.")
        if len(node.value) > most:
            raise self.error(name, "“{name}” has more than {most} items.", most=most)
        return list(node.value)

    def _scalar(self, node: Node, wanted: str) -> str:
        if not isinstance(node, ScalarNode):
            raise wrong(self.file, self._line(node), "{wanted} is expected here.", wanted=wanted)
        if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.endswith("binary"):
            raise wrong(self.file, self._line(node), "the tag {tag} cannot be used here.", tag=node.tag)
        return "" if self._is_null(node) else str(node.value)

    @staticmethod
    def _is_null(node: Node) -> bool:
        return isinstance(node, ScalarNode) and node.style is None and node.value in _NULL

    def _line(self, node: Node) -> int:
        return int(self._first + node.start_mark.line)

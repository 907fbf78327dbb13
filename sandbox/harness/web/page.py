"""A page as browsers read it: its elements, its other files, and what its style sheets declare."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from cssselect2 import ElementWrapper
from tinyhtml5.parser import HTMLParser

from sandbox.harness.web.style import Style

WORK = "/box"
_UNSEEN = {"script", "style", "template", "title", "head", "noscript"}


def folded(text: str) -> str:
    """A text with its white space as a browser shows it."""
    return " ".join(text.split())


class Page:
    """One HTML file of the work folder, with the files beside it."""

    def __init__(self, entry: str) -> None:
        parser = HTMLParser(namespace_html_elements=False)
        # As bytes: the parser takes a short text for the name of a file.
        self._tree = parser.parse(io.BytesIO(self.bytes_of(entry)), override_encoding="utf-8", scripting=True)
        for template in self._tree.iter("template"):
            # A page does not have what stands in its templates.
            del template[:]
            template.text = None
        self._folder = os.path.dirname(entry)  # noqa: PTH120 - pathlib would cost every run
        self.root = ElementWrapper.from_html_root(self._tree)
        self.has_doctype = parser.compatibility_mode != "quirks"
        self._style: Style | None = None

    @staticmethod
    def bytes_of(name: str) -> bytes:
        """A file of the work folder; nothing when there is no such file."""
        path = os.path.normpath(f"{WORK}/{name}")
        if not path.startswith(f"{WORK}/") or not os.path.isfile(path):  # noqa: PTH113
            return b""
        with open(path, "rb") as file:  # noqa: PTH123
            return file.read()

    @classmethod
    def text_of(cls, name: str) -> str:
        """The same as a text."""
        return cls.bytes_of(name).decode("utf-8", "replace")

    def all(self, selector: str) -> list[Any]:
        """The elements that a selector finds, in the page's order."""
        return list(self.root.query_all(selector))

    @staticmethod
    def text(element: Any) -> str:
        """What stands in an element, its white space folded."""
        return folded("".join(element.etree_element.itertext()))

    @property
    def style(self) -> Style:
        """What the page's style sheets declare, read when it is first asked for."""
        if self._style is None:
            self._style = Style(self._sheets())
        return self._style

    def _sheets(self) -> Iterator[str]:
        for element in self.all("style, link[rel~=stylesheet i][href]"):
            if element.local_name == "style":
                yield "".join(element.etree_element.itertext())
            else:
                name = unquote(re.sub(r"[?#].*", "", element.etree_element.get("href", "")))
                yield self.text_of(os.path.join(self._folder, name))  # noqa: PTH118

    def outline(self) -> Iterator[str]:
        """A line for each element and each text that is seen, indented by its depth."""
        waiting: list[tuple[int, Any]] = [(0, self._tree)]
        while waiting:
            depth, node = waiting.pop()
            if isinstance(node, str):
                if node.strip():
                    yield "  " * depth + folded(node)
                continue
            seen = isinstance(node.tag, str)
            name = node.tag.rpartition("}")[2] if seen else ""
            if seen:
                marks = "".join(f" {key}={value!r}" for key, value in node.attrib.items() if isinstance(key, str))
                yield "  " * depth + name + marks
            inside: list[tuple[int, Any]] = []
            if seen and (name == "title" or name not in _UNSEEN):
                inside.append((depth + 1, node.text or ""))
            for child in node:
                inside += [(depth + 1, child), (depth + 1, child.tail or "")]
            waiting += reversed(inside)

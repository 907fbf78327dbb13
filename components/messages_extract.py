"""Find every text that needs a translation, write locales/messages.pot, and say which language lacks which.

`python -m components.messages_extract` writes the template; with a language (`… ar`) it prints the missing entries,
ready to be translated and put into a file of locales/<language>/LC_MESSAGES/ (one file per feature, all are read).
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from services.platform import errors
from services.platform.errors import ServiceError
from services.platform.messages import catalogue

ROOT = Path(__file__).parents[1]
ROOMS = ("components", "lms_app", "services", "state")
TEMPLATE = ROOT / "locales" / "messages.pot"

# A refusal's message is the key of its translation, so raising one marks it.
REFUSALS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, ServiceError)}


@dataclass(frozen=True)
class Found:
    """One text of the source: its key, its plural where it has one, its context, and where it stands."""

    singular: str
    plural: str | None
    context: str | None
    place: tuple[str, int]

    @property
    def id(self) -> str | tuple[str, str]:
        """The key as gettext's catalogues hold it."""
        return (self.singular, self.plural) if self.plural is not None else self.singular


def _texts(node: ast.Call) -> Iterator[tuple[str, str | None]]:
    function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    values = [arg.value if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else None for arg in node.args]
    if function in {"_", "N_"} or function in REFUSALS:
        if values and values[0] is not None:
            yield values[0], None
    elif function == "_n" and len(values) >= 2 and values[0] is not None and values[1] is not None:
        yield values[0], values[1]
    elif function == "translate" and len(values) >= 2 and values[1] is not None:
        yield values[1], None
    elif function == "translate_plural" and len(values) >= 3 and values[1] is not None and values[2] is not None:
        yield values[1], values[2]
    if function in REFUSALS:
        for keyword in node.keywords:
            if keyword.arg == "fields" and isinstance(keyword.value, ast.Dict):
                for value in keyword.value.values:
                    if isinstance(value, ast.Constant) and isinstance(value.value, str):
                        yield value.value, None


def _context(node: ast.Call) -> str | None:
    for keyword in node.keywords:
        if keyword.arg == "context" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
    return None


def extract(source: str, name: str) -> Iterator[Found]:
    """Every text of one module that is shown to people."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            for singular, plural in _texts(node):
                yield Found(singular, plural, _context(node), (name, node.lineno))


def all_texts() -> list[Found]:
    """Every text of the product."""
    found: list[Found] = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            found.extend(extract(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))))
    return found


def missing(language: str) -> list[Found]:
    """The texts that have no complete translation in the language."""
    messages = catalogue(language)
    lacking: dict[tuple[str | tuple[str, str], str | None], Found] = {}
    for text in all_texts():
        entry = messages.get(text.id, text.context) if messages is not None else None
        forms = entry.string if entry is not None and not entry.fuzzy else ""
        complete = all(forms) if isinstance(forms, tuple | list) else bool(forms)
        if not complete:
            lacking[(text.id, text.context)] = text
    return list(lacking.values())


def _template(texts: list[Found], language: str | None = None) -> Catalog:
    made = Catalog(locale=language, charset="utf-8")
    for text in texts:
        made.add(text.id, context=text.context, locations=[text.place])
    return made


def main(arguments: list[str]) -> None:
    """Write the template, or print what a language lacks."""
    if arguments:
        write_po(sys.stdout.buffer, _template(missing(arguments[0]), arguments[0]), omit_header=True, no_location=False)
        return
    with TEMPLATE.open("wb") as file:
        write_po(file, _template(all_texts()), sort_output=True, omit_header=True, width=120)


if __name__ == "__main__":
    main(sys.argv[1:])

"""What a program says once names, values, layout and remarks are taken away: a row of symbols, each with its line.

A copy is most often disguised by other names, other values, other comments, other white space, brackets and semicolons
that change nothing. So a name is one symbol whatever it is, a value one for its kind, and the rest is dropped; what
cannot be changed without changing the program (keywords, operators, calls of the language's own functions) stays as it
is. Pygments reads the languages. Its expressions were written for colours and can take very long on a text made for
that, which is why this runs in a process of its own with a limit on its time (``process.py``).
"""

import re
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any
from zlib import crc32

from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Literal, Name, Operator, String, Text
from pygments.util import ClassNotFound

MOST_TOKENS = 20_000
"""Of one program; what comes after is not looked at."""

_SECONDS_A_FILE = 2.0
_BY_ENDING = {
    ".py": "python", ".js": "javascript", ".mjs": "javascript", ".ts": "typescript", ".c": "c", ".h": "cpp",
    ".cpp": "cpp", ".cc": "cpp", ".hpp": "cpp", ".java": "java", ".sql": "sql", ".sh": "bash", ".html": "html",
    ".css": "css",
}  # fmt: skip
_DROPPED = frozenset("(),;{}")
_WITH_BRACES = frozenset({"python"})  # where a brace is a value and not a block
_DECLARES = frozenset({"let", "const", "var"})
_WORD = re.compile(r"\w+|[^\w\s]")

Lexed = Iterable[tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Program:
    """The symbols of a program in order, and for each the file (its place in ``files``) and the line it stands on.

    A negative symbol stands between two files and is like no other.
    """

    files: tuple[str, ...]
    symbols: tuple[int, ...]
    places: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        """How many symbols there are; those between files are none."""
        return sum(symbol >= 0 for symbol in self.symbols)


def read_program(files: Mapping[str, str], language: str) -> Program:
    """Return the program that these files are; ``language`` is of the files whose names do not tell."""
    symbols: list[int] = []
    places: list[tuple[int, int]] = []
    for number, (name, text) in enumerate(files.items()):
        if number:
            symbols.append(-number)
            places.append((number, 0))
        for symbol, line in _symbols(text, _language_of(name, language)):
            if len(symbols) >= MOST_TOKENS:
                break
            symbols.append(crc32(symbol.encode()))
            places.append((number, line))
    return Program(tuple(files), tuple(symbols), tuple(places))


def _language_of(name: str, language: str) -> str:
    return _BY_ENDING.get(PurePosixPath(name).suffix.lower(), language)


@lru_cache(maxsize=32)
def _lexer(language: str) -> Any:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _symbols(text: str, language: str) -> Iterator[tuple[str, int]]:
    """Yield each symbol of a text with the line it stands on, from 1."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lexer = _lexer(language)
    lexed = _in_time(lambda: list(lexer.get_tokens(text)), _SECONDS_A_FILE) if lexer is not None else None
    if lexed is None:
        yield from _plain_words(text)
        return
    braces = language in _WITH_BRACES
    pieces = [(kind, value, line) for kind, value, line in _with_lines(lexed) if not _is_silent(kind, value)]
    own = {value for kind, value, _line in pieces if kind in Name.Function or kind in Name.Class}
    before = ""
    for place, (kind, value, line) in enumerate(pieces):
        called = place + 1 < len(pieces) and pieces[place + 1][1].startswith("(")
        for symbol in _symbol(kind, value, called and value not in own):
            if symbol in _DROPPED and not (braces and symbol in "{}"):
                continue
            if symbol == before and symbol in ("number", "text"):
                continue  # pieces of one text, or a table of values
            before = symbol
            yield symbol, line


def _with_lines(lexed: Lexed) -> Iterator[tuple[Any, str, int]]:
    line = 1
    for kind, value in lexed:
        said = value.lstrip()
        yield kind, said.rstrip(), line + value.count("\n", 0, len(value) - len(said))
        line += value.count("\n")


def _is_silent(kind: Any, value: str) -> bool:
    return not value or kind in Comment or kind in String.Doc


def _symbol(kind: Any, value: str, called: bool) -> Iterable[str]:
    """What stands for one piece of the text; ``called``: it is followed by a bracket and not this program's own."""
    if kind in Name or kind in Text:  # to some languages a bare word is a text
        return (f"call {value}",) if called and kind in Name.Builtin else ("name",)
    if kind in String:
        return ("text",)
    if kind in Literal or kind in Keyword.Constant:
        return ("number",)
    if kind in Keyword:
        word = value.lower()
        return ("type" if kind in Keyword.Type else "let" if word in _DECLARES else word,)
    return (value.lower(),) if kind in Operator else value


def _plain_words(text: str) -> Iterator[tuple[str, int]]:
    """Read a text of which nothing is known: its words as they are."""
    for number, line in enumerate(text.split("\n"), start=1):
        for word in _WORD.findall(line[:2000]):
            if word not in _DROPPED:
                yield word, number


def _in_time(work: Callable[[], Any], seconds: float) -> Any:
    """Do the work, or return None when it takes more processor time than that; a busy machine gives up no more.

    Only the main thread of a process can be interrupted.
    """

    def too_long(_number: int, _frame: object) -> None:
        raise TimeoutError

    try:
        before = signal.signal(signal.SIGVTALRM, too_long)
    except ValueError:  # another thread, as in a test
        return work()
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        return work()
    except TimeoutError:
        return None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)

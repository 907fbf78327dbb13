"""Requests and results as JSON and back, for the way between a `RemoteJudge` and `python -m sandbox serve`.

The shape of the JSON is that of the dataclasses, so it cannot drift from them. Reading is strict: an unknown field, a
wrong type, a number that is none or a name that comes twice is a `WireError` that begins with the field's path.
Bytes are a string where they are UTF-8, else `{"base64": "..."}`.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import math
import types
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

WIRE_VERSION = 1
"""Goes up when an old reader could no longer make sense of what is sent."""
SHORTEST_TOKEN = 32

_LARGEST_INTEGER = 2**53  # what every reader of JSON holds exactly
_LONGEST_SHOWN = 60

Shape = TypeVar("Shape")
Reader = Callable[[object, str], Any]


class WireError(ValueError):
    """What was sent is not what was asked for. `field` is where, `str()` is where and why."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field or 'body'}: {problem}")
        self.field = field or "body"


@dataclasses.dataclass(frozen=True, slots=True)
class Health:
    """What a judge server says of itself. `line` is how many jobs may wait, `load` the machine's of the last minute."""

    version: int
    works: bool
    places: int
    free: int
    running: int
    waiting: int
    line: int
    languages: tuple[str, ...] = ()
    problem: str = ""
    backend: str = ""
    memory: str = ""
    load: float = 0.0


@dataclasses.dataclass(frozen=True, slots=True)
class Stand:
    """How far a submission is: `done` of `total` cases are behind it. A line of an answer that comes in lines."""

    done: int
    total: int


LINES = "application/x-ndjson"
"""The kind of an answer that comes in lines: some `Stand`, and the result last."""


def checked_token(token: str) -> str:
    """The token if it can be one; ValueError says what it lacks, never what it is."""
    if len(token) < SHORTEST_TOKEN:
        raise ValueError(f"token: at least {SHORTEST_TOKEN} characters are needed")
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ValueError("token: only letters, digits and signs of ASCII, without spaces")
    return token


def encode(value: Any, *, brief: bool = False) -> bytes:
    """A request or a result as JSON. `brief` leaves out what has its default: an older reader then knows the rest."""
    return json.dumps(_plain(value, brief), allow_nan=False, separators=(",", ":")).encode("ascii")


def decode(kind: type[Shape], data: bytes, *, clean: bool = False) -> Shape:
    """Read one `kind`; WireError for anything that is not one.

    `clean` replaces the characters that a database or a page cannot hold (NUL and halves of pairs).
    """
    value = parse(data)
    known: Any = kind  # a type is hashable, though not every `type[Shape]` is to a checker
    read: Shape = _reader(known)(_cleaned(value) if clean else value, "")
    return read


def decode_health(data: bytes) -> Health:
    """Read what a server says of itself; what only newer ones say is passed over."""
    value = _cleaned(parse(data))
    if isinstance(value, dict):
        known = {item.name for item in dataclasses.fields(Health)}
        value = {name: held for name, held in value.items() if name in known}
    health: Health = _reader(Health)(value, "")
    return health


def parse(data: bytes) -> object:
    """JSON as the standard has it: UTF-8, no NaN, no name twice in one object."""
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_constant, object_pairs_hook=_no_doubles)
    except WireError:
        raise
    except RecursionError:
        raise WireError("", "nested too deep") from None
    except UnicodeDecodeError:
        raise WireError("", "is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise WireError("", f"is not JSON (line {error.lineno}, column {error.colno})") from None
    except ValueError:
        raise WireError("", "holds a number that is too long") from None


def _no_constant(word: str) -> object:
    raise WireError("", f"{word} is not a number in JSON")


def _no_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise WireError("", "has an object with the same name twice")
    return found


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(item) for name, item in value.items()}
    return value


def _plain(value: Any, brief: bool) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes | bytearray):
        return _plain_bytes(bytes(value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = ((item, getattr(value, item.name)) for item in dataclasses.fields(value))
        return {item.name: _plain(held, brief) for item, held in fields if not (brief and _is_default(item, held))}
    if isinstance(value, Mapping):
        return {str(name): _plain(held, brief) for name, held in value.items()}
    if isinstance(value, str) or not isinstance(value, Sequence):
        return value
    return [_plain(item, brief) for item in value]


def _plain_bytes(value: bytes) -> object:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


def _is_default(item: dataclasses.Field[Any], held: object) -> bool:
    if item.default_factory is not dataclasses.MISSING:
        return bool(held == item.default_factory())
    if isinstance(item.default, tuple) and isinstance(held, Sequence):
        return tuple(held) == item.default
    return item.default is not dataclasses.MISSING and type(held) is type(item.default) and held == item.default


@cache
def _reader(kind: Any) -> Reader:
    """What turns a parsed JSON value into a `kind`. TypeError, at first use, for a type that has no place in JSON."""
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _object_reader(kind)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return _choice_reader({str(word): word for word in inner})
    if origin in (Union, types.UnionType):
        return _either_reader(inner)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping_reader(_reader(inner[1]))
    if origin is not None and issubclass(origin, Sequence):
        if origin is tuple and inner[1:] != (...,):
            raise TypeError(f"{kind} has no place on the wire")
        return _list_reader(_reader(inner[0]))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _choice_reader({str(member.value): member for member in kind})
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    raise TypeError(f"{kind} has no place on the wire")


def _object_reader(kind: type) -> Reader:
    hints = get_type_hints(kind)
    fields = [item for item in dataclasses.fields(kind) if item.init]
    readers = {item.name: _reader(hints[item.name]) for item in fields}
    missing = dataclasses.MISSING
    needed = [item.name for item in fields if item.default is missing and item.default_factory is missing]

    def read(value: object, path: str) -> Any:
        if not isinstance(value, dict):
            raise WireError(path, "must be an object")
        for name in value:
            if name not in readers:
                raise WireError(_below(path, _shown(name)), "no such field")
        for name in needed:
            if name not in value:
                raise WireError(_below(path, name), "is missing")
        held = {name: readers[name](item, _below(path, name)) for name, item in value.items()}
        try:
            return kind(**held)
        except WireError:
            raise
        except ValueError as error:
            # A dataclass that checks itself names its own field first.
            field, _, problem = str(error).partition(": ")
            raise WireError(_below(path, field), problem or "is wrong") from None

    return read


def _mapping_reader(inner: Reader) -> Reader:
    def read(value: object, path: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise WireError(path, "must be an object")
        return {name: inner(item, _below(path, _shown(name))) for name, item in value.items()}

    return read


def _list_reader(inner: Reader) -> Reader:
    def read(value: object, path: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise WireError(path, "must be a list")
        return tuple(inner(item, f"{path}[{number}]") for number, item in enumerate(value))

    return read


def _choice_reader(choices: Mapping[str, Any]) -> Reader:
    def read(value: object, path: str) -> Any:
        if not isinstance(value, str) or value not in choices:
            raise WireError(path, f"must be one of {', '.join(choices)}")
        return choices[value]

    return read


def _either_reader(kinds: tuple[Any, ...]) -> Reader:
    """Bytes or text, or one kind or null: unions that the JSON value itself decides."""
    if set(kinds) == {bytes, str}:
        return _bytes_or_text
    others = [kind for kind in kinds if kind is not types.NoneType]
    if len(others) != 1 or len(others) == len(kinds):
        raise TypeError(f"{kinds} has no place on the wire")
    inner = _reader(others[0])
    return lambda value, path: None if value is None else inner(value, path)


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise WireError(path, "must be a text")
    return value


def _truth(value: object, path: str) -> bool:
    if not isinstance(value, bool):
        raise WireError(path, "must be true or false")
    return value


def _whole(value: object, path: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise WireError(path, "must be a whole number")
    if abs(value) > _LARGEST_INTEGER:
        raise WireError(path, "is too large a number")
    return value


def _number(value: object, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WireError(path, "must be a number")
    # 1e999 is good JSON and no number a computer holds.
    if abs(value) > _LARGEST_INTEGER or not math.isfinite(value):
        raise WireError(path, "is too large a number")
    return float(value)


def _bytes_or_text(value: object, path: str) -> bytes | str:
    return value if isinstance(value, str) else _bytes(value, path)


def _bytes(value: object, path: str) -> bytes:
    if isinstance(value, str):
        # What the judge makes of a text that it is given in place of bytes.
        return value.encode("utf-8", "surrogatepass")
    if not isinstance(value, dict) or set(value) != {"base64"} or not isinstance(value["base64"], str):
        raise WireError(path, 'must be a text or {"base64": "..."}')
    try:
        return base64.b64decode(value["base64"].encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise WireError(path, "is not base64") from None


_SIMPLE: Mapping[Any, Reader] = {
    str: _text,
    bool: _truth,
    int: _whole,
    float: _number,
    bytes: _bytes,
}


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(name: str) -> str:
    """A stranger's name as it may stand in a message."""
    short = name if len(name) <= _LONGEST_SHOWN else name[: _LONGEST_SHOWN - 1] + "…"
    return "".join(letter if letter.isprintable() else "?" for letter in short)

"""The frames between host and agent. Whatever comes out of a cell is taken as a stranger's bytes.

A frame is two lengths of four bytes, a JSON object of the first length, and parts of the second length together; the
object's `parts` says how long each is.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sandbox.backends.base import CellLost

_LENGTHS = struct.Struct(">II")
_LONGEST_HEADER = 1024 * 1024


class Channel(Protocol):
    """A stream of bytes to and from an agent."""

    def fileno(self) -> int:
        """Readable when `receive` has something."""

    def send(self, data: bytes) -> None:
        """Send all of it. OSError when the other side has gone."""

    def receive(self, wait_seconds: float) -> bytes | None:
        """What came, b"" at the end of the stream, None when nothing came in time."""

    def close(self) -> None:
        """End it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One frame."""

    values: dict[str, Any]
    parts: tuple[bytes, ...] = ()


def encode(values: dict[str, Any], parts: Sequence[bytes] = ()) -> bytes:
    """A frame for the agent."""
    header = json.dumps({**values, "parts": [len(part) for part in parts]}).encode()
    return b"".join([_LENGTHS.pack(len(header), sum(map(len, parts))), header, *parts])


@dataclass(slots=True)
class Decoder:
    """Puts frames together from what arrives. CellLost for anything that is no frame, or larger than was asked for."""

    largest: int = 0
    """How many bytes the parts of the next frame may have."""
    _data: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> None:
        """Add what arrived."""
        self._data += data

    def next(self) -> Message | None:
        """The next whole frame, if there is one."""
        if len(self._data) < _LENGTHS.size:
            return None
        header_size, size = _LENGTHS.unpack_from(self._data)
        if header_size > _LONGEST_HEADER or size > self.largest:
            raise CellLost("The cell sent more than it was asked for.")
        end = _LENGTHS.size + header_size + size
        if len(self._data) < end:
            return None
        view = bytes(self._data[_LENGTHS.size : end])
        del self._data[:end]
        return _message(view[:header_size], view[header_size:])


def _message(header: bytes, blob: bytes) -> Message:
    try:
        values = json.loads(header)
        sizes = values["parts"]
        if not all(type(size) is int and size >= 0 for size in sizes) or sum(sizes) != len(blob):
            raise ValueError("parts")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise CellLost("The cell sent what is no message.") from error
    parts, start = [], 0
    for size in sizes:
        parts.append(blob[start : start + size])
        start += size
    return Message(values, tuple(parts))


def number(message: Message, name: str, largest: int = 1 << 40) -> int:
    """A whole number of a message, not below 0."""
    value = message.values.get(name)
    if type(value) is not int or not 0 <= value <= largest:
        raise CellLost("The cell sent what is no message.")
    return value

"""The one connection that carries a container's streams: pieces of any size, two streams, silence and the end."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from sandbox.backends.docker_stream import AttachedStream

Ends = tuple[AttachedStream, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, engine = socket.socketpair()
    stream = AttachedStream(ours)
    yield stream, engine
    stream.close()
    engine.close()


def said(text: bytes, kind: int = 1) -> bytes:
    return struct.pack(">BxxxL", kind, len(text)) + text


def test_output_is_put_together_and_complaints_are_kept_apart(ends: Ends) -> None:
    stream, engine = ends
    engine.sendall(said(b"abc") + said(b"trouble", 2) + said(b"") + said(b"defg"))
    assert stream.receive(5) == b"abcdefg"
    assert stream.complaint == b"trouble"


def test_pieces_may_be_cut_anywhere_even_in_a_header(ends: Ends) -> None:
    stream, engine = ends
    whole = said(b"one") + said(b"x", 2) + said(b"two")

    def drip() -> None:
        for byte in whole:
            engine.sendall(bytes([byte]))
            time.sleep(0.001)

    thread = threading.Thread(target=drip)
    thread.start()
    got = b""
    while len(got) < 6:
        got += stream.receive(5) or b"nothing came"
    thread.join()
    assert got == b"onetwo"
    assert stream.complaint == b"x"


def test_a_complaint_is_kept_short(ends: Ends) -> None:
    stream, engine = ends
    engine.sendall(said(b"a" * 9000 + b"end", 2) + said(b"!"))
    assert stream.receive(5) == b"!"
    assert len(stream.complaint) == 2000
    assert stream.complaint.endswith(b"end")


def test_silence_and_the_end_are_told_apart(ends: Ends) -> None:
    stream, engine = ends
    engine.sendall(said(b"only a complaint", 2))
    assert stream.receive(0.02) is None
    assert stream.receive(0) is None
    engine.close()
    assert stream.receive(5) == b""
    with pytest.raises(OSError):
        stream.send(b"x" * 10_000_000)

"""A container's standard streams, out of the one connection that the engine gives for all three."""

from __future__ import annotations

import socket
import struct
import time

_HEADER = struct.Struct(">BxxxL")
_STDOUT = 1
_RECEIVE = 256 * 1024
_COMPLAINT = 2000
_SEND_SECONDS = 60.0


class AttachedStream:
    """The channel to an agent in a container: its standard input, and what it says on its standard output."""

    def __init__(self, connection: socket.socket, keep: object = None) -> None:
        """Take over a hijacked connection; `keep` is whatever would close it when collected."""
        self._connection = connection
        self._keep = keep
        self._arrived = bytearray()  # from the engine, with its headers
        self._rest = 0  # bytes of the present piece still to come
        self._kind = _STDOUT
        self.complaint = b""
        """The last of what the container said on its standard error."""

    def fileno(self) -> int:
        """Readable when something arrived, or the connection ended."""
        return self._connection.fileno()

    def send(self, data: bytes) -> None:
        """Send all of it. OSError when the container or its engine has gone, or takes nothing any more."""
        self._connection.settimeout(_SEND_SECONDS)
        self._connection.sendall(data)

    def receive(self, wait_seconds: float) -> bytes | None:
        """What the container said, b"" when it has ended, None when it said nothing in time."""
        deadline = time.monotonic() + wait_seconds
        while True:
            # 0 would make the connection one that does not wait; the smallest wait is as good.
            self._connection.settimeout(max(1e-4, deadline - time.monotonic()))
            try:
                piece = self._connection.recv(_RECEIVE)
            except TimeoutError:
                return None
            if not piece:
                return b""
            self._arrived += piece
            said = self._sorted()
            if said:
                return said
            if time.monotonic() >= deadline:
                return None

    def close(self) -> None:
        """Hang up. The engine then closes the container's standard input, and its process ends."""
        self._connection.close()
        self._keep = None

    def _sorted(self) -> bytes:
        """What of it the container said on its standard output."""
        said: list[bytes] = []
        arrived, start = self._arrived, 0
        while True:
            if not self._rest:
                if len(arrived) - start < _HEADER.size:
                    break
                self._kind, self._rest = _HEADER.unpack_from(arrived, start)
                start += _HEADER.size
            part = bytes(arrived[start : start + self._rest])
            if not part and self._rest:
                break
            start += len(part)
            self._rest -= len(part)
            if self._kind == _STDOUT:
                said.append(part)
            else:  # the agent's own complaint, for whoever wants to know why it ended
                self.complaint = (self.complaint + part)[-_COMPLAINT:]
        del arrived[:start]
        return b"".join(said)

"""The host's side of a cell: the agent's answers made into outcomes, with the host's own clocks and counts above."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.resources import files
from typing import Any, Literal, Protocol, get_args

from sandbox.agent.protocol import Channel, Decoder, Message, encode, number
from sandbox.backends.base import CellLost, Command, Conversation, End, Folder, Outcome
from sandbox.types import LIMIT_RANGES, Limits

_TICK = 0.02
_PATIENCE = 10.0
_ENDS = frozenset(get_args(End)) - {"no_cage", "busy"}
_SIGSYS, _SIGXCPU, _SIGKILL = 31, 24, 9


def agent_source() -> str:
    """The text of the agent."""
    return files("sandbox.agent").joinpath("agent.py").read_text("utf-8")


class Meter(Protocol):
    """Counts from outside what a cell uses, where the host can: a control group."""

    def begin(self, limits: Limits) -> None:
        """Set the limits of the next run and count from here."""

    def over(self, limits: Limits) -> End | None:
        """The limit that the run is over by now."""

    def used(self) -> tuple[int, int, bool]:
        """Processor milliseconds and most kilobytes since `begin`; whether the kernel ended something for memory."""


class AgentCell:
    """A cell with an agent in it, whichever cage it is in."""

    def __init__(
        self,
        channel: Channel,
        *,
        meter: Meter | None = None,
        closing: threading.Event | None = None,
        on_close: Callable[[], None] | None = None,
    ) -> None:
        self._channel = channel
        self._meter = meter
        self._closing = closing or threading.Event()
        self._on_close = on_close
        self._decoder = Decoder()
        # Laying files and tidying up is waited for, so that what is counted from outside of a run leaves it out. Where
        # nothing is, and the way is long, the answers are taken together with the next one.
        self._waits_for_each = True
        self._owed = 0
        self._closed = False

    def greet(self, wait_seconds: float = _PATIENCE) -> None:
        """Wait for the agent to be ready. CellLost with what it says when it is not."""
        message = self._answer(wait_seconds)
        if message.values.get("ready") is not True:
            raise CellLost(str(message.values.get("problem", "The cell did not start."))[:300])

    def put(self, files: Mapping[str, bytes], *, folder: Folder = "work") -> None:
        """Lay files in a folder; see Cell."""
        self._do({"do": "put", "folder": folder, "names": list(files)}, list(files.values()))

    def run(self, command: Command) -> Outcome:
        """Run a program to its end; see Cell."""
        self._begin(command)
        self._start(command, talk=False)
        self._decoder.largest = 2 * command.limits.output_kb * 1024 + command.report_bytes
        started = time.monotonic()
        deadline = started + 2 * command.limits.wall_ms / 1000 + _PATIENCE
        told = False
        while True:
            try:
                message = self._message(_TICK if self._meter is not None and not told else 0.25)
            except CellLost:
                # The kernel took the agent along with what it ran.
                if self._meter is not None and self._meter.used()[2]:
                    return Outcome(end="memory", wall_ms=int((time.monotonic() - started) * 1000))
                raise
            if message is not None:
                return self._outcome(command, message)
            over = self._over(command.limits)
            if over and not told:
                self._send({"do": "stop", "why": over})
                told = True
            if time.monotonic() > deadline:
                raise CellLost("The cell does not answer.")

    def converse(self, command: Command) -> Conversation:
        """Start a program to talk with; see Cell."""
        self._begin(command)
        self._start(command, talk=True)
        return _Conversation(self, command)

    def get(self, names: Sequence[str] | Literal["*"], *, max_bytes: int) -> dict[str, bytes]:
        """Regular files of the work folder; see Cell."""
        asked = names if names == "*" else list(names)
        message = self._ask({"do": "get", "names": asked, "max_bytes": max_bytes}, largest=max_bytes)
        if message.values.get("too_large"):
            raise ValueError(f"The files are larger together than {max_bytes // 1024} kB.")
        found = message.values.get("names")
        if (
            not isinstance(found, list)
            or len(found) != len(message.parts)
            or not all(isinstance(name, str) for name in found)
            or (names != "*" and not set(found) <= set(names))
        ):
            raise CellLost("The cell sent files that were not asked for.")
        return dict(zip(found, message.parts, strict=True))

    def reset(self, forget: Sequence[Folder] = ()) -> None:
        """Forget everything that ran, and the files put in the folders of `forget`; see Cell."""
        self._do({"do": "reset", "forget": list(forget)})

    def close(self) -> None:
        """End the cell."""
        if not self._closed:
            self._closed = True
            self._channel.close()
            if self._on_close is not None:
                self._on_close()

    def _begin(self, command: Command) -> None:
        if self._meter is not None:
            try:
                # The input is held in the cell, where it is not the program's doing.
                room = min(LIMIT_RANGES["memory_mb"][1], command.limits.memory_mb + -(-len(command.stdin) // (1 << 20)))
                self._meter.begin(replace(command.limits, memory_mb=room))
            except OSError as error:
                raise CellLost("The limits of the cell cannot be set.") from error

    def _start(self, command: Command, *, talk: bool) -> None:
        ask = {
            "do": "run",
            "talk": talk,
            "argv": list(command.argv),
            "environment": dict(command.environment),
            "limits": asdict(command.limits),
            "address_space_mb": command.address_space_mb,
            "report_bytes": command.report_bytes,
            "open_files": 256 if command.role == "compile" else 64,
        }
        self._send(ask, (b"" if talk else command.stdin, command.payload))

    def _over(self, limits: Limits) -> End | None:
        if self._closing.is_set():
            return "lost"
        return self._meter.over(limits) if self._meter is not None else None

    def _outcome(self, command: Command, message: Message) -> Outcome:
        values = message.values
        end: Any = values.get("end")
        truncated = values.get("truncated")
        if end not in _ENDS or not isinstance(truncated, list) or len(message.parts) != 3:
            raise CellLost("The cell sent what is no message.")
        if end == "lost" and not self._closing.is_set():
            raise CellLost(f"The program could not be started: {str(values.get('problem'))[:200]}")
        outcome = Outcome(
            end=end,
            code=None if values.get("code") is None else number(message, "code", 255),
            signal=None if values.get("signal") is None else number(message, "signal", 64),
            stdout=message.parts[0],
            stderr=message.parts[1],
            report=message.parts[2],
            stdout_truncated="stdout" in truncated,
            stderr_truncated="stderr" in truncated,
            cpu_ms=number(message, "cpu_ms"),
            wall_ms=number(message, "wall_ms"),
            memory_kb=number(message, "memory_kb"),
            problem="The judge is stopping." if end == "lost" else "",
        )
        return self._decided(outcome, command.limits, len(command.stdin) // 1024)

    def _decided(self, outcome: Outcome, limits: Limits, input_kb: int) -> Outcome:
        """What the kernel's own counts say of how it ended comes before what the agent saw."""
        starved = False
        if self._meter is not None:
            cpu_ms, memory_kb, starved = self._meter.used()
            memory_kb = max(0, memory_kb - input_kb) or outcome.memory_kb
            outcome = replace(outcome, cpu_ms=max(cpu_ms, outcome.cpu_ms), memory_kb=memory_kb)
        end = outcome.end
        fine = end == "exit" and outcome.code == 0
        if end == "lost":
            return outcome
        if starved or (not fine and end in ("exit", "signal") and outcome.memory_kb >= limits.memory_mb * 1024):
            end = "memory"
        elif end == "signal" and outcome.signal == _SIGSYS:
            return replace(outcome, end="blocked")
        elif end == "signal" and (
            outcome.signal == _SIGXCPU or (outcome.signal == _SIGKILL and outcome.cpu_ms > limits.cpu_ms)
        ):
            end = "cpu"
        if end == outcome.end:
            return outcome
        return replace(outcome, end=end, code=None, signal=None)

    def _do(self, values: dict[str, Any], parts: Sequence[bytes] = ()) -> None:
        """Have something done that has no answer but that it is done."""
        if self._waits_for_each:
            self._ask(values, parts)
        else:
            self._send(values, parts)
            self._owed += 1

    def _ask(self, values: dict[str, Any], parts: Sequence[bytes] = (), largest: int = 0) -> Message:
        self._send(values, parts)
        self._decoder.largest = largest
        return self._answer(_PATIENCE)

    def _answer(self, wait_seconds: float) -> Message:
        deadline = time.monotonic() + wait_seconds
        while True:
            message = self._message(max(0.0, deadline - time.monotonic()))
            if message is not None:
                return message
            if time.monotonic() >= deadline:
                raise CellLost("The cell does not answer.")

    def _send(self, values: dict[str, Any], parts: Sequence[bytes] = ()) -> None:
        if self._closed:
            raise CellLost("The cell is closed.")
        try:
            self._channel.send(encode(values, parts))
        except OSError as error:
            raise CellLost("The cell is gone.") from error

    def _message(self, wait_seconds: float) -> Message | None:
        """The next message, if one comes in time."""
        message = self._next()
        while message is None:
            try:
                data = self._channel.receive(wait_seconds)
            except OSError as error:
                raise CellLost("The cell is gone.") from error
            if data is None:
                return None
            if not data:
                raise CellLost("The judge is stopping." if self._closing.is_set() else "The cell is gone.")
            self._decoder.feed(data)
            message = self._next()
        return message

    def _next(self) -> Message | None:
        """What has arrived already and is more than that something was done."""
        message = self._decoder.next()
        while message is not None and self._owed:
            if message.values.get("done") is not True:
                raise CellLost("The cell sent what is no message.")
            self._owed -= 1
            message = self._decoder.next()
        return message


class _Conversation:
    """See Conversation."""

    def __init__(self, cell: AgentCell, command: Command) -> None:
        self._cell = cell
        self._command = command
        self._received: list[bytes] = []
        self._bytes = 0
        self._ended_out = False
        self._last: Message | None = None
        self._deadline = time.monotonic() + 2 * command.limits.wall_ms / 1000 + _PATIENCE
        cell._decoder.largest = 2 * command.limits.output_kb * 1024 + 65536

    @property
    def ended(self) -> bool:
        """Whether the program has ended, as far as `receive` has heard."""
        return self._last is not None

    def fileno(self) -> int:
        """Readable when `receive` has something to say."""
        return self._cell._channel.fileno()

    def send(self, data: bytes) -> None:
        """Give the program input."""
        if self._last is None:
            # Pieces, between which what came is taken in: else both sides could wait for the other to read.
            for start in range(0, len(data), 16384):
                self._pump(0)
                self._cell._send({"do": "input"}, (data[start : start + 16384],))

    def end_input(self) -> None:
        """Close the program's stdin."""
        if self._last is None:
            self._cell._send({"do": "end_input"})

    def receive(self) -> bytes | None:
        """What the program printed; b"" for nothing new, None at its end."""
        self._pump(0)
        if self._received:
            return self._received.pop(0)
        return None if self._ended_out or self._last is not None else b""

    def stop(self) -> None:
        """End the program."""
        if self._last is None:
            self._cell._send({"do": "stop", "why": "wall"})

    def finish(self) -> Outcome:
        """Wait for the program's end."""
        while self._last is None:
            self._pump(_TICK)
            if time.monotonic() > self._deadline:
                raise CellLost("The cell does not answer.")
        return self._cell._outcome(self._command, self._last)

    def _pump(self, wait_seconds: float) -> None:
        while self._last is None:
            message = self._cell._message(wait_seconds)
            if message is None:
                over = self._cell._over(self._command.limits)
                if over:
                    self._cell._send({"do": "stop", "why": over})
                return
            if message.values.get("out") == "data":
                self._received += message.parts
                self._bytes += sum(map(len, message.parts))
                if self._bytes > self._cell._decoder.largest:
                    raise CellLost("The cell sent more than it may.")
            elif message.values.get("out") == "end":
                self._ended_out = True
            else:
                self._last = message
            wait_seconds = 0

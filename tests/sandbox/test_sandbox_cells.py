"""Cells from the host's side: lost ones, warm ones, what is read out of them, and what is left when the judge dies."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox import Judge, JudgeRequest, Limits, RunRequest, SlotPool, Verdict
from sandbox.agent.cell import AgentCell
from sandbox.agent.protocol import Decoder, encode
from sandbox.backends import BubblewrapBackend, Capabilities, Cell, CellLost, Command, Outcome, Room
from sandbox.pool import CellPool

PROGRAM = RunRequest("python", {"main.py": "print(1)"}, "main.py")


class FakeCell:
    """A cell that says what it is told to, or is lost."""

    def __init__(self, outcome: Outcome | None) -> None:
        self.outcome = outcome
        self.closed = False

    def put(self, files: Mapping[str, bytes], *, folder: str = "work") -> None:
        """Nothing."""

    def run(self, command: Command) -> Outcome:
        if self.outcome is None:
            raise CellLost("It went away.")
        return self.outcome

    def close(self) -> None:
        self.closed = True


class FakeBackend:
    """Opens cells from a list, and counts them."""

    name = "fake"

    def __init__(self, *outcomes: Outcome | None) -> None:
        self.outcomes = list(outcomes)
        self.cells: list[FakeCell] = []

    def probe(self) -> Capabilities:
        return Capabilities(True)

    def runtime(self, language: str) -> str:
        return "one"

    def open(self, runtime: str, room: Room = Room()) -> Cell:
        if not self.outcomes:
            raise CellLost("There is none left.")
        self.cells.append(FakeCell(self.outcomes.pop(0)))
        return self.cells[-1]  # type: ignore[return-value]  # as much of one as is used

    def close(self) -> None:
        """Nothing."""


RIGHT = Outcome(end="exit", code=0, stdout=b"1\n")


def test_a_run_whose_cell_is_lost_is_done_again_once() -> None:
    backend = FakeBackend(None, RIGHT)
    result = Judge(backend, SlotPool(1)).run(PROGRAM)
    assert (result.verdict, result.stdout) == (Verdict.ACCEPTED, "1\n")
    backend = FakeBackend(None, None, RIGHT, RIGHT, RIGHT)
    result = Judge(backend, SlotPool(1)).run(PROGRAM)
    assert (result.verdict, result.reason, result.message) == (Verdict.INTERNAL_ERROR, "lost", "It went away.")


def test_each_program_has_a_cell_of_its_own_and_the_next_one_waits_ready() -> None:
    backend = FakeBackend(*[RIGHT] * 8)
    pool = CellPool(backend, 2)
    with pool.cell("one", Room()) as first, pool.cell("one", Room()) as second:
        assert first is not second
    deadline = time.monotonic() + 5
    while len(backend.cells) < 4 or not (backend.cells[0].closed and backend.cells[1].closed):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    ready = {id(cell) for cell in backend.cells if not cell.closed}
    with pool.cell("one", Room()) as third:
        assert id(third) in ready
    # A cell of another size is made for the purpose, and none like it waits afterwards.
    made = len(backend.cells)
    with pool.cell("one", Room(100, 5000)) as large:
        assert large not in backend.cells[:made]
    pool.close()
    deadline = time.monotonic() + 5
    while not all(cell.closed for cell in backend.cells):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_cell_is_given_back_while_another_is_being_made() -> None:
    making, made = threading.Event(), threading.Event()

    class Slow(FakeBackend):
        def open(self, runtime: str, room: Room = Room()) -> Cell:
            if self.cells:  # the one that is to wait ready
                making.set()
                made.wait(10)
            return super().open(runtime, room)

    backend = Slow(RIGHT, RIGHT)
    pool = CellPool(backend, 1)
    with pool.cell("one", Room()):
        assert making.wait(10)
    deadline = time.monotonic() + 5
    try:
        while not backend.cells[0].closed:
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        made.set()
        pool.close()


class Pipe:
    """The channel to an agent that answers with these messages, all of them there at once."""

    def __init__(self, *answers: bytes) -> None:
        self.arrived = b"".join(answers)
        self.sent: list[str] = []

    def send(self, data: bytes) -> None:
        header, _ = struct.unpack_from(">II", data)
        self.sent.append(json.loads(data[8 : 8 + header])["do"])

    def receive(self, wait_seconds: float) -> bytes | None:
        arrived, self.arrived = self.arrived, b""
        return arrived or None

    def close(self) -> None:
        """Nothing."""


DONE = encode({"done": True})


def ended(stdout: bytes) -> bytes:
    counts = {"cpu_ms": 1, "wall_ms": 1, "memory_kb": 1}
    return encode({"end": "exit", "code": 0, "signal": None, "truncated": [], **counts}, (stdout, b"", b""))


def far_cell(*answers: bytes) -> tuple[AgentCell, Pipe]:
    pipe = Pipe(*answers)
    cell = AgentCell(pipe)  # type: ignore[arg-type]  # as much of a channel as is used
    cell._waits_for_each = False
    return cell, pipe


def test_where_the_way_is_long_what_is_laid_is_answered_with_the_run() -> None:
    cell, pipe = far_cell(DONE, DONE, ended(b"1\n"), DONE, ended(b"2\n"))
    cell.put({"main.py": b"print(1)"})
    cell.put({"x": b""}, folder="program")
    assert pipe.sent == ["put", "put"] and pipe.arrived, "nothing was waited for"
    assert cell.run(Command(["python3"])).stdout == b"1\n"
    cell.reset()
    assert cell.run(Command(["python3"])).stdout == b"2\n"


def test_an_end_before_what_was_laid_is_there_is_a_lost_cell() -> None:
    cell, _ = far_cell(ended(b"1\n"), DONE)
    cell.put({"main.py": b"print(1)"})
    with pytest.raises(CellLost):
        cell.run(Command(["python3"]))


@pytest.mark.parametrize(
    "data",
    [
        b"\xff" * 8,
        b"\0\0\0\x02\0\0\0\0[]",
        b"\0\0\0\x02\0\0\0\0{}",
        b"\0\0\0\x0d\0\0\0\0" + b'{"parts":[-1]',
        encode({"end": "exit"}, [b"x" * 101]),
        encode({}, [b"1"]).replace(b"[1]", b"[2]"),
        b"\0\x01\0\0\0\0\0\0" + b"[" * 65536,
    ],
)
def test_what_is_no_message_is_a_lost_cell(data: bytes) -> None:
    decoder = Decoder(largest=100)
    decoder.feed(data)
    with pytest.raises(CellLost):
        decoder.next()


def test_a_message_may_come_in_pieces() -> None:
    decoder = Decoder(largest=10)
    frames = encode({"a": 1}, [b"12", b"345"]) + encode({"b": 2})
    found = []
    for start in range(len(frames)):
        decoder.feed(frames[start : start + 1])
        message = decoder.next()
        if message:
            found.append((message.values, message.parts))
    assert [parts for _, parts in found] == [(b"12", b"345"), ()]
    assert found[0][0]["a"] == 1 and found[1][0]["b"] == 2


@pytest.fixture
def cell() -> Iterator[Cell]:
    backend = BubblewrapBackend()
    if not backend.probe().works:
        pytest.skip(backend.probe().problem)
    cell = backend.open("host")
    yield cell
    cell.close()
    backend.close()


def shell(text: str, **more: object) -> Command:
    return Command(["/bin/sh", "-c", text], **more)  # type: ignore[arg-type]


@pytest.mark.cage
class TestACell:
    def test_only_regular_files_reached_without_links_are_read_out_of_it(self, cell: Cell) -> None:
        made = "ln -s /etc/ld.so.cache link; mkfifo pipe; mkdir -p a/b; echo here > a/b/file; ln -s a other"
        assert cell.run(shell(made)).code == 0
        names = ["link", "pipe", "a", "a/b/file", "other/b/file", "none"]
        assert cell.get(names, max_bytes=1000) == {"a/b/file": b"here\n"}
        assert cell.get("*", max_bytes=1000) == {"a/b/file": b"here\n"}
        with pytest.raises(ValueError, match="larger"):
            cell.get(["a/b/file"], max_bytes=4)

    def test_after_a_reset_nothing_is_there_but_what_was_put(self, cell: Cell) -> None:
        cell.put({"kept/main.sh": b"echo kept\n"})
        hide = "echo changed > kept/main.sh; echo x > /tmp/x; echo x > /dev/shm/x; mkdir -p d/e; cd d/e; "
        hide += "for i in $(seq 400); do mkdir x && cd x || exit 1; done; chmod 0 /box/d/e /box/d /box/kept"
        assert cell.run(shell(hide)).code == 0
        cell.reset()
        uid = b"1001" if os.geteuid() == 0 else b"1000"
        found = cell.run(shell("find /box /tmp /dev/shm -mindepth 1; cat kept/main.sh; id -u"))
        assert found.stdout.split() == [b"/box/kept", b"/box/kept/main.sh", b"echo", b"kept", uid]
        cell.reset(forget=["work"])
        assert cell.run(shell("find /box -mindepth 1")).stdout == b""

    def test_programs_and_harness_can_be_read_but_not_written(self, cell: Cell) -> None:
        cell.put({"run": b"#!/bin/sh\necho ran\n"}, folder="program")
        cell.put({"deep/main": b"text"}, folder="harness")
        tried = "/opt/program/run; for f in /opt/program/run /opt/program/x /opt/judge/deep/main /opt/judge/deep/x; do"
        tried += " (echo forged > $f) 2>/dev/null && echo wrote; rm -f $f 2>/dev/null; done; cat /opt/judge/deep/main"
        outcome = cell.run(shell(tried))
        if os.geteuid() == 0:  # else programs have the agent's user; what they spoil is laid again
            assert outcome.stdout == b"ran\ntext"
        cell.reset()
        assert cell.run(shell("/opt/program/run; cat /opt/judge/deep/main")).stdout == b"ran\ntext"

    def test_beginning_and_end_of_too_much_output_are_kept(self, cell: Cell) -> None:
        flood = "echo first; i=0; while [ $i -lt 2000 ]; do echo 12345678901234567890; i=$((i+1)); done; echo last"
        outcome = cell.run(shell(flood, limits=Limits(output_kb=16)))
        assert (outcome.end, outcome.stdout_truncated, len(outcome.stdout)) == ("stdout", True, 16 * 1024)
        assert outcome.stdout.startswith(b"first\n1234") and b"\n[... cut ...]\n" in outcome.stdout

    def test_one_talks_with_a_program(self, cell: Cell) -> None:
        talk = cell.converse(shell("while read -r line; do echo got $line; done; echo end; exit 3"))
        heard = b""
        for number in range(3):
            talk.send(f"{number}\n".encode())
            while not heard.endswith(f"got {number}\n".encode()):
                heard += talk.receive() or b""
        talk.end_input()
        outcome = talk.finish()
        while (more := talk.receive()) is not None:
            heard += more
        assert heard == b"got 0\ngot 1\ngot 2\nend\n"
        assert (outcome.end, outcome.code, outcome.stdout) == ("exit", 3, b"")

    @pytest.mark.skipif(os.uname().machine != "x86_64", reason="machine code of x86_64")
    def test_a_call_that_is_answered_with_a_signal_is_a_security_violation(self, judge: Judge) -> None:
        source = (
            "import ctypes, mmap\n"
            "code = mmap.mmap(-1, 4096, prot=7)\n"
            "code.write(b'\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3')\n"  # getpid by the door of 32-bit programs
            "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()\n"
            "print('through')\n"
        )
        result = judge.run(RunRequest("python", {"main.py": source}, "main.py"))
        assert (result.verdict, result.signal, result.stdout) == (Verdict.SECURITY_VIOLATION, "SIGSYS", "")
        request = JudgeRequest("python", {"main.py": "def f(): pass"}, mode="unit_tests", test_files={"t.py": "x = 1"})
        assert judge.judge(request).reason == "no_tests"


_KILLED = """
import sys, time
from sandbox import Judge, Limits, RunRequest
judge = Judge()
judge.run(RunRequest("python", {"main.py": "print(1)"}, "main.py"))
print("started", flush=True)
judge.run(RunRequest("python", {"main.py": "import time; time.sleep(60)"}, "main.py", limits=Limits(wall_ms=100_000)))
"""


@pytest.mark.cage
def test_all_of_a_judge_that_is_killed_ends_with_it(judge: Judge) -> None:
    def below(pid: int) -> set[int]:
        found = {pid}
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in task.read_text().split():
                found |= below(int(child))
        return found

    with subprocess.Popen(
        [sys.executable, "-c", _KILLED],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as killed:
        assert killed.stdout and killed.stdout.readline() == b"started\n"
        deadline = time.monotonic() + 20
        # Itself, the launcher, process 1 of the cage, the spawner, two cells at least, and the program.
        while len(processes := below(killed.pid)) < 7:
            assert time.monotonic() < deadline, processes
            time.sleep(0.02)
        killed.send_signal(signal.SIGKILL)
    processes.remove(killed.pid)

    def alive(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    deadline = time.monotonic() + 10
    while any(map(alive, processes)):
        assert time.monotonic() < deadline, [pid for pid in processes if alive(pid)]
        time.sleep(0.02)
    groups = list(Path("/sys/fs/cgroup").glob(f"*/lms-sandbox/{killed.pid}-*"))
    other = BubblewrapBackend()
    assert other.probe().works
    other.close()
    assert [path for path in groups if path.exists()] == []


@pytest.mark.cage
def test_judges_that_start_together_in_one_process_do_not_end_each_others_cells() -> None:
    judges = [Judge(), Judge(), Judge()]
    try:
        with ThreadPoolExecutor(len(judges)) as pool:
            found = list(pool.map(lambda judge: judge.run(PROGRAM), judges))
        if found[0].reason == "no_cage" and not Judge().probe().works:
            pytest.skip("no cage here")
        assert [result.verdict for result in found] == [Verdict.ACCEPTED] * len(judges)
    finally:
        for judge in judges:
            judge.close()

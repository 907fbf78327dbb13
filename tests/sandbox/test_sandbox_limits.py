"""Each limit, met by a program that goes for it, and nothing left behind."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import contextlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from small_limits import SMALL

from sandbox import Judge, Limits, RunRequest, Verdict

pytestmark = pytest.mark.cage


def descendants() -> dict[int, list[str]]:
    """Processes below this one, with their numbers in each process namespace from here down."""
    parents: dict[int, int] = {}
    numbers: dict[int, list[str]] = {}
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):  # noqa: PTH208 - names, not paths
        try:
            status = dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        except (OSError, ValueError):
            continue
        parents[pid] = int(status["PPid"])
        numbers[pid] = status["NSpid"].split()

    def ours(pid: int) -> bool:
        while pid > 1 and pid != os.getpid():
            pid = parents.get(pid, 0)
        return pid == os.getpid()

    return {pid: numbers[pid] for pid in parents if pid != os.getpid() and ours(pid)}


def leftovers() -> tuple[list[str], list[str]]:
    """Programs in the cells of this process's judges, and control groups without a cell. Warm cells are none."""
    own = len(Path("/proc/self/status").read_text().partition("NSpid:")[2].splitlines()[0].split())
    # A cage's processes are one namespace below, those of a cell two; its first is the agent.
    programs = [str(pid) for pid, numbers in descendants().items() if len(numbers) == own + 2 and numbers[-1] != "1"]
    groups = []
    for pattern in (f"*/lms-sandbox/{os.getpid()}-*", f"lms-sandbox/{os.getpid()}-*"):
        for folder in Path("/sys/fs/cgroup").glob(pattern):
            # Gone before it is opened, or between that and reading it.
            with contextlib.suppress(OSError):
                if not (folder / "cgroup.procs").read_text().split():
                    groups.append(str(folder))
    return programs, groups


@pytest.fixture(autouse=True)
def nothing_is_left():
    yield
    # What is dead may wait a moment for the machine's first process to take it off the list.
    deadline = time.monotonic() + 3
    # What one look finds empty is so: a second one might catch the next warm cell between its group and its joining it.
    while (left := leftovers()) != ([], []) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert left == ([], [])


@pytest.mark.parametrize(
    "source",
    [
        "while True: pass",
        "import signal\nfor n in (signal.SIGTERM, signal.SIGXCPU, signal.SIGINT): signal.signal(n, signal.SIG_IGN)\nwhile True: pass",
        "import os\nos.close(0); os.close(1); os.close(2)\nwhile True: pass",
        "import os\nfor _ in range(4):\n    if os.fork() == 0:\n        while True: pass\nos.wait()",
    ],
    ids=["spin", "ignores signals", "closed streams", "children spin"],
)
def test_processor_time(run, source: str) -> None:
    result = run(source, limits=replace(SMALL, cpu_ms=500, wall_ms=10_000))
    assert (result.verdict, result.reason) == (Verdict.TIME_LIMIT, "cpu")
    assert 500 <= result.time_ms < 1500


@pytest.mark.parametrize(
    "source",
    [
        "import time; time.sleep(60)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
        "import select; select.select([], [], [])",
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)",
        "import sys, time\nwhile True: print(1, flush=True); time.sleep(0.01)",
    ],
    ids=["sleeps", "stops itself", "waits", "ignores SIGTERM", "trickles"],
)
def test_waiting(run, source: str) -> None:
    result = run("print('before', flush=True)\n" + source, limits=replace(SMALL, wall_ms=600))
    assert (result.verdict, result.reason) == (Verdict.WALL_LIMIT, "wall")
    assert result.stdout.startswith("before\n")


@pytest.mark.parametrize(
    "source",
    [
        "x = bytearray(300 << 20)",
        "x = []\nwhile True: x.append(bytearray(b'1' * (1 << 20)))",
        "import mmap; m = mmap.mmap(-1, 100 << 20); m.write(b'1' * (100 << 20))",
        "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        x = b'1' * (20 << 20); time.sleep(3); os._exit(0)\ntime.sleep(3)",
    ],
    ids=["at once", "bit by bit", "mapped", "six children"],
)
def test_memory_of_the_whole_tree(run, source: str) -> None:
    result = run(source)
    assert (result.verdict, result.reason) == (Verdict.MEMORY_LIMIT, "memory")


def test_the_memory_limit_does_not_hit_a_program_that_stays_below_it(run) -> None:
    assert run("x = bytearray(30 << 20); print(len(x))").verdict is Verdict.ACCEPTED


def test_a_large_input_is_not_the_programs_memory(run) -> None:
    result = run(
        "import sys\nn = 0\nfor line in sys.stdin: n += len(line)\nprint(n)", stdin=("x" * 99 + "\n") * 160_000
    )
    assert (result.verdict, result.stdout) == (Verdict.ACCEPTED, "16000000\n")
    assert result.memory_kb < 16_000


@pytest.mark.parametrize(
    "source",
    [
        "import os\nwhile True: os.fork()",
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "import os\nwhile True:\n    try:\n        if os.fork() == 0: os.setsid()\n    except OSError: pass",
        "import threading, time\nfor _ in range(1000): threading.Thread(target=time.sleep, args=(60,)).start()",
    ],
    ids=["fork bomb", "stubborn fork bomb", "setsid fork bomb", "threads"],
)
def test_processes_and_threads(run, source: str) -> None:
    result = run(source, limits=replace(SMALL, wall_ms=1500))
    # Whichever limit such a tree of processes meets first; what counts is that it ends and leaves nothing.
    assert result.verdict in (
        Verdict.TIME_LIMIT,
        Verdict.WALL_LIMIT,
        Verdict.RUNTIME_ERROR,
        Verdict.MEMORY_LIMIT,
    )


def test_the_number_of_processes_is_held(run) -> None:
    source = "import os, time\nn = 0\ntry:\n    while True:\n        if os.fork() == 0: time.sleep(60)\n        n += 1\nexcept OSError:\n    print(n)"
    assert 1 <= int(run(source).stdout) <= SMALL.processes + 1


def test_unreaped_children_leave_nothing(run) -> None:
    run("import os\nfor _ in range(2000):\n    try:\n        if os.fork() == 0: os._exit(0)\n    except OSError: pass")


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_flood_of_output_is_cut_and_never_held(run, stream: str) -> None:
    result = run(f"import sys\nprint('first')\nwhile True: sys.{stream}.write('x' * 10000)")
    assert (result.verdict, result.reason) == (Verdict.OUTPUT_LIMIT, stream)
    assert getattr(result, f"{stream}_truncated")
    assert len(getattr(result, stream)) == SMALL.output_kb * 1024


def test_output_just_within_the_limit_is_whole(run) -> None:
    result = run(f"print('x' * {SMALL.output_kb * 1024 - 1})")
    assert result.verdict is Verdict.ACCEPTED and len(result.stdout) == SMALL.output_kb * 1024


def test_a_daemon_that_holds_the_output_does_not_delay_the_answer(run) -> None:
    source = "import os, sys, time\nprint('answer', flush=True)\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(60)\n    os._exit(0)"
    began = time.monotonic()
    result = run(source)
    assert (result.verdict, result.stdout) == (Verdict.ACCEPTED, "answer\n")
    assert time.monotonic() - began < SMALL.wall_ms / 1000


@pytest.mark.parametrize(
    "source",
    [
        "f = open('big', 'wb')\nwhile True: f.write(b'x' * 100000)",
        "f = open('sparse', 'wb'); f.seek(1 << 40); f.write(b'x'); f.flush()",
        "import os; f = open('sparse', 'wb'); os.truncate(f.fileno(), 1 << 40)",
        "n = 0\nwhile True:\n    with open(f'/tmp/{n}', 'wb') as f: f.write(b'x' * 1000000)\n    n += 1",
        "n = 0\nwhile True:\n    with open(f'/dev/shm/{n}', 'wb') as f: f.write(b'x' * 1000000)\n    n += 1",
        "n = 0\nwhile True:\n    open(f'{n}', 'wb').close()\n    n += 1",
        "import os\nwhile True:\n    os.mkdir('d'); os.chdir('d')",
    ],
    ids=["large file", "sparse file", "truncate", "fill /tmp", "fill /dev/shm", "many files", "deep folders"],
)
def test_files(run, source: str) -> None:
    result = run(source)
    assert (result.verdict, result.exit_code) == (Verdict.RUNTIME_ERROR, 1), result
    assert "OSError" in result.stderr


def test_deep_recursion_ends_the_program_only(run) -> None:
    assert run("import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()").verdict in (
        Verdict.RUNTIME_ERROR,
        Verdict.MEMORY_LIMIT,
    )


def test_limits_cannot_be_raised_from_inside(run) -> None:
    result = run(
        "import resource\n"
        "for kind in (resource.RLIMIT_CPU, resource.RLIMIT_NPROC, resource.RLIMIT_AS, resource.RLIMIT_FSIZE):\n"
        "    try: resource.setrlimit(kind, (resource.RLIM_INFINITY,) * 2); print('raised', kind)\n"
        "    except (ValueError, OSError): pass\n"
        "import os\n"
        "try: os.nice(-5); print('nicer')\n"
        "except OSError: pass\n"
    )
    assert (result.verdict, result.stdout) == (Verdict.ACCEPTED, "")


def test_memory_and_time_hold_without_control_groups_too(request: pytest.FixtureRequest) -> None:
    from sandbox import BubblewrapBackend, Judge, RunRequest
    from sandbox.backends.cgroups import Cgroups

    judge = Judge(BubblewrapBackend(cgroups=Cgroups(Path("/nonexistent"))))
    request.addfinalizer(judge.close)
    if not judge.probe().works:
        pytest.skip(judge.probe().problem)
    assert judge.probe().memory == "watchdog"

    def verdict(source: str, limits: Limits = SMALL) -> tuple[Verdict, str]:
        result = judge.run(RunRequest("python", {"main.py": source}, "main.py", limits=limits))
        return result.verdict, result.reason

    children = "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        x = b'1' * (20 << 20); time.sleep(3); os._exit(0)\ntime.sleep(3)"
    assert verdict(children) == (Verdict.MEMORY_LIMIT, "memory")
    assert verdict("x = bytearray(300 << 20)") == (Verdict.MEMORY_LIMIT, "memory")
    patient = replace(SMALL, cpu_ms=500, wall_ms=10_000)
    assert verdict("import os\nos.fork()\nwhile True: pass", patient) == (Verdict.TIME_LIMIT, "cpu")
    bomb = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    assert verdict(bomb)[0] in (Verdict.TIME_LIMIT, Verdict.WALL_LIMIT, Verdict.MEMORY_LIMIT)
    assert verdict("print(1)") == (Verdict.ACCEPTED, "")


def test_a_judge_that_is_closed_ends_what_runs_as_lost_and_runs_nothing_more() -> None:
    judge = Judge()
    if not judge.probe().works:
        pytest.skip(judge.probe().problem)
    patient = Limits(cpu_ms=10_000, wall_ms=30_000)
    sleeper = RunRequest("python", {"main.py": "import time; time.sleep(25)"}, "main.py", limits=patient)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(judge.run, sleeper)
        while not leftovers()[0]:
            assert not running.done()
        judge.close()
        ended = running.result()
    assert (ended.verdict, ended.reason) == (Verdict.INTERNAL_ERROR, "lost")
    assert ended.wall_ms < 20_000
    assert judge.run(sleeper).reason == "lost"

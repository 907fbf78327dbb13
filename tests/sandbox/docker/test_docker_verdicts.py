"""One table of programs, the same verdicts in containers and under bubblewrap."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sandbox import Case, Judge, JudgeRequest, Limits, RunRequest, RunResult, Verdict

pytestmark = pytest.mark.cage

# Much time on the wall: the machine may be busy with other things.
LIMITS = Limits(cpu_ms=500, wall_ms=15_000, memory_mb=96, processes=16, output_kb=64, file_mb=2)

PYTHON = {
    "prints": ("print(sum(map(int, input().split())))", Verdict.ACCEPTED, ""),
    "exits": ("raise SystemExit(3)", Verdict.RUNTIME_ERROR, "exit_code"),
    "is killed": ("import os\nos.kill(os.getpid(), 9)", Verdict.RUNTIME_ERROR, "signal"),
    "does not parse": ("print(", Verdict.COMPILE_ERROR, ""),
    "spins": ("while True: pass", Verdict.TIME_LIMIT, "cpu"),
    "spins in children": ("import os\nfor _ in range(3): os.fork()\nwhile True: pass", Verdict.TIME_LIMIT, "cpu"),
    "sleeps": ("import time\ntime.sleep(60)", Verdict.WALL_LIMIT, "wall"),
    "stops itself": ("import os\nos.kill(os.getpid(), 19)", Verdict.WALL_LIMIT, "wall"),
    "touches memory": ("import mmap\nm = mmap.mmap(-1, 150 << 20)\nfor i in range(0, len(m), 4096): m[i] = 1", Verdict.MEMORY_LIMIT, "memory"),
    "children have memory": ("import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        x = b'1' * (40 << 20); time.sleep(2); os._exit(0)\ntry:\n    while True: os.wait()\nexcept OSError: pass", Verdict.MEMORY_LIMIT, "memory"),
    "fills shared memory": ("for i in range(90): open(f'/dev/shm/{i}', 'wb').write(b'x' * (1 << 20))", Verdict.RUNTIME_ERROR, "exit_code"),
    "floods stdout": ("while True: print('x' * 1000)", Verdict.OUTPUT_LIMIT, "stdout"),
    "floods stderr": ("import sys\nwhile True: print('x' * 1000, file=sys.stderr)", Verdict.OUTPUT_LIMIT, "stderr"),
    "writes a large file": ("open('x', 'wb').write(b'x' * (3 << 20))", Verdict.RUNTIME_ERROR, ""),
    "writes many files": ("for i in range(5000): open(str(i), 'w')", Verdict.RUNTIME_ERROR, "exit_code"),
    "leaves a daemon": ("import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(60)\nprint(6)", Verdict.ACCEPTED, ""),
}  # fmt: skip

C = {
    "prints": ("int main(void) { puts(\"6\"); return 0; }", Verdict.ACCEPTED),
    "is wrong": ("int main(void) { puts(\"7\"); return 0; }", Verdict.WRONG_ANSWER),
    "does not compile": ("int main(void) { return x; }", Verdict.COMPILE_ERROR),
    "divides by zero": ("int main(int n, char **a) { return n / (n - 1); }", Verdict.RUNTIME_ERROR),
    "spins": ("int main(void) { for (volatile int i = 0;; i++); }", Verdict.TIME_LIMIT),
    "touches memory": ("#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) memset(malloc(1 << 20), 1, 1 << 20); }", Verdict.MEMORY_LIMIT),
    "calls as 32 bit": ("int main(void) { __asm__(\"int $0x80\" : : \"a\"(20)); puts(\"6\"); return 0; }", Verdict.SECURITY_VIOLATION),
}  # fmt: skip


@pytest.fixture(scope="session")
def embedded() -> Iterator[Judge]:
    judge = Judge()
    if not judge.probe().works:
        pytest.skip(f"nothing to compare with: {judge.probe().problem}")
    yield judge
    judge.close()


def ran(judge: Judge, source: str, wall_ms: int) -> RunResult:
    limits = replace(LIMITS, wall_ms=wall_ms)
    return judge.run(RunRequest("python", {"main.py": source}, "main.py", "1 2 3\n", limits))


@pytest.mark.parametrize("name", PYTHON)
def test_python(judge: Judge, embedded: Judge, name: str) -> None:
    source, verdict, reason = PYTHON[name]
    wall_ms = 1000 if verdict is Verdict.WALL_LIMIT else LIMITS.wall_ms
    here, there = ran(judge, source, wall_ms), ran(embedded, source, wall_ms)
    assert (here.verdict, there.verdict) == (verdict, verdict), (here, there)
    assert (here.reason, here.exit_code, here.signal) == (there.reason, there.exit_code, there.signal)
    assert not reason or here.reason == reason
    if verdict is Verdict.ACCEPTED:
        assert here.stdout == there.stdout == "6\n"
        assert 0 < here.time_ms <= 500 and 4_000 < here.memory_kb < 60_000


@pytest.mark.parametrize("name", C)
def test_c(judge: Judge, embedded: Judge, name: str) -> None:
    source, verdict = C[name]
    text = f"#include <stdio.h>\n{source}\n"
    request = JudgeRequest(
        "c", {"main.c": text}, "main.c", cases=[Case("a", "", "6"), Case("b", "", "6")], limits=LIMITS
    )
    here, there = judge.judge(request), embedded.judge(request)
    assert (here.verdict, there.verdict) == (verdict, verdict), (here, there)
    assert here.score == there.score

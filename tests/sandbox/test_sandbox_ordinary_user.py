"""The cells of an ordinary user, where programs have the same user as the agent: tried from root, by stepping down."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.cage

_PYTHON = "/usr/bin/python3"
_NOBODY = 65_534
_SCRIPT = """
import json, os
from sandbox import Judge, Limits, RunRequest
from sandbox.backends import BubblewrapBackend, Command

found = {}
backend = BubblewrapBackend()
judge = Judge(backend)
capabilities = judge.probe()
found["problem"], found["kind"] = capabilities.problem, capabilities.memory
if capabilities.works:
    def run(name, source, **limits):
        limits = {"cpu_ms": 1000, "wall_ms": 10_000, "memory_mb": 64, **limits}
        result = judge.run(RunRequest("python", {"main.py": source}, "main.py", limits=Limits(**limits)))
        found[name] = [result.verdict, result.stdout, result.stderr[-300:]]
    run("plain", "import os; print(os.getuid())")
    run("signals", "import os\\nfor n in (2, 9, 11, 15, 19): os.kill(1, n)\\nprint('alive')")
    for name, source in {
        "memory": "open('/proc/1/mem', 'rb')",
        "limits": "import resource; resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0))",
        "priority": "import os; os.setpriority(os.PRIO_PROCESS, 1, 19)",
        "affinity": "import os; os.sched_setaffinity(1, {0})",
    }.items():
        run(name, source)
    run("children", "import os, time\\nfor _ in range(6):\\n    if os.fork() == 0:\\n        x = b'1' * (20 << 20); time.sleep(9)\\ntime.sleep(9)")
    run("shared", "import os, time\\nx = b'1' * (30 << 20)\\nfor _ in range(8):\\n    if os.fork() == 0:\\n        time.sleep(0.5); os._exit(0)\\nos.wait(); print('well')")
    run("leader", "import ctypes, threading, time\\ndef fill():\\n    x = b'1' * (90 << 20); time.sleep(9)\\nthreading.Thread(target=fill).start()\\nctypes.CDLL(None).syscall(%d, 0)" % {"x86_64": 60}.get(os.uname().machine, 93), cpu_ms=3000)
    run("hidden", "import ctypes, time\\nctypes.CDLL(None).prctl(4, 0)\\nx = b'1' * (90 << 20)\\ntime.sleep(9)", cpu_ms=3000)
    run("list", "import os\\nprint([p for p in os.listdir('/proc') if p.isdigit()] == [str(os.getpid())])")
    run("own", "import os\\nfor f in ('oom_score_adj', 'autogroup', 'clear_refs'):\\n    try: open(f'/proc/1/{f}', 'w').write('1'); print('wrote', f)\\n    except OSError: pass")
    run("nameless", "import os; print(os.memfd_create('x'))")
    run("spin", "while True: pass", cpu_ms=300)
    run("after", "print('well')")
    cell = backend.open("host")
    cell.put({"run": b"#!/bin/sh\\necho ran\\n"}, folder="program")
    cell.put({"deep/main": b"text"}, folder="harness")
    forge = "for f in /opt/program/run /opt/program/x /opt/judge/deep/main /opt/judge/deep/x; do (echo forged > $f);"
    forge += " rm -f $f; done 2>/dev/null; /opt/program/run; cat /opt/judge/deep/main; echo a > /tmp/a; mv /tmp/a b; cat b"
    found["forge"] = cell.run(Command(["/bin/sh", "-c", forge])).stdout.decode()
    cell.run(Command(["/bin/sh", "-c", "mkdir -p a/b; chmod 0 a/b a /box"]))
    cell.reset()
    found["reset"] = cell.run(Command(["/bin/ls", "/box", "/opt/judge"])).stdout.decode()
    cell.close()
judge.close()
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found() -> Iterator[dict[str, object]]:
    if os.geteuid() != 0:
        pytest.skip("the other tests run as an ordinary user already")
    version = subprocess.run([_PYTHON, "-c", "import sys; print(sys.version_info >= (3, 11))"], capture_output=True)
    if version.stdout.strip() != b"True":
        pytest.skip(f"{_PYTHON} is not there or too old")
    # A place that this user may read, which the folder of a test run is not.
    folder = Path(tempfile.mkdtemp(prefix="sandbox-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        package = Path(__file__).parents[2] / "sandbox"
        shutil.copytree(package, folder / "sandbox", ignore=shutil.ignore_patterns("__pycache__"))
        done = subprocess.run(
            [_PYTHON, "-B", "-c", _SCRIPT],
            user=_NOBODY,
            group=_NOBODY,
            extra_groups=[],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder)},
            cwd="/",
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr.decode()[-2000:]
        said = json.loads(done.stdout)
        if said["problem"]:
            pytest.skip(f"no cage for an ordinary user: {said['problem']}")
        yield said
    finally:
        shutil.rmtree(folder)


def test_programs_run_and_memory_is_watched(found) -> None:
    assert found["kind"] == "watchdog"
    assert found["plain"][:2] == ["accepted", "1000\n"]
    assert found["children"][0] == "memory_limit"
    assert found["leader"][0] == found["hidden"][0] == "memory_limit"
    # What several share counts once, and what belongs to no process cannot be had.
    assert found["shared"][:2] == ["accepted", "well\n"]
    assert found["nameless"][0] == "runtime_error"
    assert found["spin"][0] == "time_limit"
    assert found["after"][:2] == ["accepted", "well\n"]


def test_the_agent_is_out_of_reach_though_it_has_the_same_user(found) -> None:
    assert found["signals"][:2] == ["accepted", "alive\n"]
    assert found["list"][:2] == ["accepted", "True\n"]
    assert found["own"][:2] == ["accepted", ""]
    for name in ("memory", "limits", "priority", "affinity"):
        verdict, printed, error = found[name]
        # Its folder of /proc is not even there.
        refusal = "FileNotFoundError" if name == "memory" else "PermissionError"
        assert (verdict, printed) == ("runtime_error", "") and refusal in error, (name, found[name])


def test_programs_and_harness_cannot_be_written_and_closed_folders_are_emptied(found) -> None:
    assert found["forge"] == "ran\ntexta\n"
    assert found["reset"] == "/box:\n\n/opt/judge:\ndeep\n"

"""Submissions beside and after each other, many at once, and a judge that is killed among them."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from census import Counters
from scene import Scene
from stage import Stage

from sandbox import Case, JudgeRequest, Limits, RunRequest, RunResult, Verdict

pytestmark = pytest.mark.cage

_LIMITS = Limits(cpu_ms=2000, wall_ms=5000, memory_mb=64, processes=16, output_kb=64, file_mb=2)
_PATIENT = Limits(cpu_ms=2000, wall_ms=20_000, memory_mb=64, processes=16, output_kb=64, file_mb=2)

# What one submission does to be seen, and how another would see it: it prints "met" if it does.
_SIGNS = {
    "a lock on a file that both read": (
        "import fcntl\nf = open('/usr/bin/env')\nfcntl.flock(f, fcntl.LOCK_EX)\n",
        "import fcntl\nf = open('/usr/bin/env')\ntry: fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept BlockingIOError: print('met')\nexcept OSError: pass\n",
    ),
    "a lock of a range on a file that both read": (
        "import fcntl\nf = open('/usr/bin/env')\nfcntl.lockf(f, fcntl.LOCK_SH)\n",
        "import fcntl\nf = open('/usr/bin/env')\ntry: fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)\nexcept BlockingIOError: print('met')\nexcept OSError: pass\n",
    ),
    "a lease on a file that both read": (
        "import fcntl\nf = open('/usr/bin/env')\nfcntl.fcntl(f, 1024, fcntl.F_RDLCK)\n",
        "import fcntl\nf = open('/usr/bin/env')\nprint('met') if fcntl.fcntl(f, 1025) == fcntl.F_RDLCK else None\n",
    ),
    "a socket without a file": (
        "import socket\ns = socket.socket(socket.AF_UNIX); s.bind('\\0hostile-sign'); s.listen()\n",
        "import socket\nother = socket.socket(socket.AF_UNIX); other.connect('\\0hostile-sign'); print('met')\n",
    ),
    "a port of the loopback": (
        "import socket\ns = socket.socket(); s.bind(('127.0.0.1', 40123)); s.listen()\nu = socket.socket(2, socket.SOCK_DGRAM); u.bind(('127.0.0.1', 40124))\n",
        "import socket\ntry: socket.create_connection(('127.0.0.1', 40123), 1); print('met')\nexcept OSError: pass\ntry: socket.socket(2, socket.SOCK_DGRAM).bind(('127.0.0.1', 40124))\nexcept OSError: print('met')\n",
    ),
    "files in every folder": (
        "for folder in ('/box', '/tmp', '/dev/shm', '/run', '/var/tmp', '/dev/mqueue'):\n    try: open(folder + '/hostile-sign', 'w').write('x')\n    except OSError: pass\n",
        "import os\nfor folder in ('/box', '/tmp', '/dev/shm', '/run', '/var/tmp', '/dev/mqueue'):\n    if os.path.exists(folder + '/hostile-sign'): print('met')\n",
    ),
    "a key": (
        "import ctypes\nfor ring in (-1, -2, -3, -4, -5): ctypes.CDLL(None).syscall(248, b'user', b'hostile-sign', b'x', 1, ring)\n",
        "import ctypes\nlibc = ctypes.CDLL(None)\nif libc.syscall(249, b'user', b'hostile-sign', None, -4) > 0: print('met')\nif 'hostile' in open('/proc/keys').read(): print('met')\n",
    ),
    "shared memory and queues of the old kind": (
        "import ctypes\nlibc = ctypes.CDLL(None); libc.shmget(4242, 64, 0o1777); libc.msgget(4242, 0o1777); libc.semget(4242, 1, 0o1777)\n",
        "import ctypes\nlibc = ctypes.CDLL(None)\nif max(libc.shmget(4242, 64, 0), libc.msgget(4242, 0), libc.semget(4242, 1, 0)) >= 0: print('met')\n",
    ),
    "a queue with a name": (
        "import ctypes\nctypes.CDLL('librt.so.1').mq_open(b'/hostile-sign', 0o102, 0o600, None)\n",
        "import ctypes\nif ctypes.CDLL('librt.so.1').mq_open(b'/hostile-sign', 0) >= 0: print('met')\n",
    ),
    "processes": (
        "import ctypes\nctypes.CDLL(None).prctl(15, b'hostile-sign', 0, 0, 0)\n",
        "import os\nfor pid in filter(str.isdigit, os.listdir('/proc')):\n    if 'hostile' in open(f'/proc/{pid}/comm').read(): print('met')\n",
    ),
}  # fmt: skip


@pytest.fixture
def counted(stage: Stage) -> object:
    """Nothing is left over after the test."""
    stage.works_for("python")
    before = stage.counters.settled()
    yield
    assert stage.counters.difference(before, "no-such-mark") == ""
    assert stage.scene.touched() == []


def _run(stage: Stage, source: str, limits: Limits = _LIMITS, *args: str) -> RunResult:
    return stage.judge.run(RunRequest("python", {"main.py": source}, "main.py", limits=limits, args=args))


@pytest.mark.parametrize("sign", _SIGNS)
def test_a_submission_sees_nothing_of_its_neighbour(stage: Stage, counted: object, sign: str) -> None:
    """At the same time, and one after the other on the same judge."""
    made, looked = _SIGNS[sign]
    quiet = "try:\n" + "".join(f"    {line}\n" for line in made.splitlines()) + "except OSError: pass\n"
    looks = "try:\n" + "".join(f"    {line}\n" for line in looked.splitlines()) + "except OSError: pass\n"
    for seconds in (0.8, 3, 8):  # a busy machine takes longer to look
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(
                _run, stage, quiet + f"import time\nprint('made', flush=True)\ntime.sleep({seconds})\n", _PATIENT
            )
            time.sleep(seconds / 2)
            beside = _run(stage, looks + "print('looked')\n")
            together = not first.done()
            assert first.result().stdout == "made\n", first.result()
        if together:
            break
    assert together, "the first one always ended too early to be a neighbour"
    after = _run(stage, looks + "print('looked')\n")
    assert (beside.stdout, after.stdout) == ("looked\n", "looked\n"), (beside, after)


def test_the_signs_are_seen_within_one_cell(stage: Stage) -> None:
    """The test above can fail: whoever looks in the same cell does see the files, ports and sockets."""
    for sign in ("a socket without a file", "a port of the loopback", "files in every folder", "processes"):
        made, looked = _SIGNS[sign]
        quiet = "try:\n" + "".join(f"    {line}\n" for line in made.splitlines()) + "except OSError: pass\n"
        looks = "try:\n" + "".join(f"    {line}\n" for line in looked.splitlines()) + "except OSError: pass\n"
        assert "met" in _run(stage, quiet + looks).stdout, sign


def test_what_a_harmless_submission_leaves_is_gone_for_the_next(stage: Stage, counted: object) -> None:
    """A cell may be used again or not: twenty submissions in a row each find it as if it were new."""
    source = (
        "import os, resource\n"
        "seen = [os.path.join(place, name) for top in ('/box', '/tmp', '/dev/shm', '/opt/program') for place, folders, names in os.walk(top) for name in folders + names]\n"
        "print(sorted(seen), len([p for p in os.listdir('/proc') if p.isdigit()]) <= 4, open('/proc/net/unix').read().count('\\n'))\n"
        "for path in ('/tmp/a/b', '/box/c', '/dev/shm/d'):\n    try: os.makedirs(path)\n    except OSError: pass\n"
        "open('/tmp/a/file', 'w').write('x'); os.symlink('/tmp/a', '/box/link')\n"
    )
    answers = {_run(stage, source).stdout for _ in range(20)}
    assert len(answers) == 1 and "main.py" in answers.pop()


def test_honest_programs_beside_hostile_ones(stage: Stage, counted: object) -> None:
    """Twelve bombs and twenty honest submissions at once: every honest one is accepted."""
    bombs = (
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "x = []\nwhile True: x.append(bytearray(b'1' * (1 << 20)))",
        "while True: print('x' * 100000)",
        "import os\nwhile True:\n    try:\n        if os.fork() == 0: os.setsid()\n    except OSError: pass",
    )
    honest = JudgeRequest(
        "python",
        {"main.py": "n = int(input())\nprint(sum(i * i for i in range(n)))"},
        cases=[Case(f"{n}", str(n), str(sum(i * i for i in range(n)))) for n in (10, 1000, 20000)],
        limits=Limits(cpu_ms=2000, wall_ms=20_000, memory_mb=64),
    )
    short = Limits(cpu_ms=300, wall_ms=900, memory_mb=64, processes=16, output_kb=64)
    with ThreadPoolExecutor(32) as pool:
        hostile = [pool.submit(_run, stage, bombs[number % 4], short) for number in range(12)]
        fair = [pool.submit(stage.judge.judge, honest) for _ in range(20)]
        verdicts = [one.result().verdict for one in fair]
        ended = {one.result().verdict for one in hostile}
    assert verdicts == [Verdict.ACCEPTED] * 20
    allowed = {Verdict.TIME_LIMIT, Verdict.WALL_LIMIT, Verdict.MEMORY_LIMIT, Verdict.OUTPUT_LIMIT}
    assert ended <= allowed


_KILLED = """
import sys, threading
from sandbox import BubblewrapBackend, Judge, Limits, RunRequest
judge = Judge(BubblewrapBackend())
source = '''
import os, time
for _ in range(6):
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
print("here", flush=True)
time.sleep(600)
'''
limits = Limits(cpu_ms=10_000, wall_ms=60_000)
request = RunRequest("python", {"main.py": source}, "main.py", limits=limits, args=[sys.argv[1]])
for _ in range(2):
    threading.Thread(target=judge.run, args=(request,)).start()
"""


def test_a_judge_that_is_killed_leaves_no_process_and_no_group(stage: Stage, scene: Scene) -> None:
    """With programs of a learner running, daemons among them. Docker's containers are asked for in its own tests."""
    if stage.name != "bubblewrap":
        pytest.skip("containers that outlive their judge are the next judge's to end; see tests/sandbox/docker")
    mark = f"mark-{secrets.token_hex(8)}"
    counters = Counters(leave_out=(scene.bystander.pid,))
    killed = subprocess.Popen(
        [sys.executable, "-c", _KILLED, mark], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    deadline = time.monotonic() + 20
    while len(counters.take(mark).marked) < 1 + 2 * 7:  # the judge itself bears the mark too
        assert killed.poll() is None and time.monotonic() < deadline, "the programs did not start"
        time.sleep(0.02)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    while counters.take(mark).marked:
        assert time.monotonic() < deadline, f"alive: {counters.take(mark).marked}"
        time.sleep(0.02)
    # The groups are empty folders by now; the next judge of the machine takes them away.
    from sandbox.backends.cgroups import Cgroups

    Cgroups()
    groups = list(Path("/sys/fs/cgroup").glob(f"*/lms-sandbox/{killed.pid}-*"))
    assert groups == []

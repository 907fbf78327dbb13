"""The agent in the cell and the frames it speaks: it must not be reached, spoken for, starved or ended."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import json
import struct

from attacks.base import ATTEMPT, QUICK, Attack

_ANSWER = {
    "end": "exit",
    "code": 0,
    "stdout": "right",
    "cpu_ms": 1,
    "ok": True,
    "type": "outcome",
    "verdict": "accepted",
}
_TEXT = json.dumps(_ANSWER).encode()
# An answer in every shape that a frame is likely to have: by length in front, by lines, by headers.
_FRAMES = (
    b"\n"
    + _TEXT
    + b"\n"
    + struct.pack(">I", len(_TEXT))
    + _TEXT
    + struct.pack("<I", len(_TEXT))
    + _TEXT
    + struct.pack(">Q", len(_TEXT))
    + _TEXT
    + b"Content-Length: %d\r\n\r\n" % len(_TEXT)
    + _TEXT
    + b"\0\0\0\0" * 16
    + b"\xff\xff\xff\xff" * 16
)
_OTHERS = (
    ATTEMPT
    + "others = sorted({os.getppid(), 1, *(int(p) for p in os.listdir('/proc') if p.isdigit())} - {os.getpid(), 0})\n"
)

ATTACKS = [
    Attack(
        name="prints what an answer of the agent looks like",
        source=f"import os, sys\nfor fd in (1, 2): os.write(fd, {_FRAMES!r})\nsys.exit(3)",
        expect="runtime_error",
        rows=(29,),
        covers=("a fake verdict to the agent's channel",),
    ),
    Attack(
        name="writes an answer of the agent to every open file",
        source=f"import os\nfor fd in range(3, 1024):\n    try: os.write(fd, {_FRAMES!r}); print('ESCAPED wrote', fd)\n    except OSError: pass\nimport sys\nsys.exit(3)",
        expect="runtime_error",
        stdout="",
        rows=(29,),
        covers=("a fake verdict to the agent's channel",),
    ),
    Attack(
        name="writes an answer of the agent to the agent's files",
        source=_OTHERS
        + (
            f"for pid in others:\n    for fd in range(64):\n        attempt(f'{{pid}} {{fd}}', lambda: os.write(os.open(f'/proc/{{pid}}/fd/{{fd}}', os.O_WRONLY | os.O_NONBLOCK), {_FRAMES!r}))\n"
            "        attempt(f'{pid} {fd} of a process', lambda: call(438, call(434, pid, 0), fd, 0) >= 0)\nsys.exit(3)"
        ),
        expect="runtime_error",
        stdout="",
        rows=(29,),
        covers=("a fake verdict to the agent's channel",),
        watchdog=True,
    ),
    Attack(
        name="a wrong answer with an accepting frame behind it",
        source=f"import os\nos.write(1, b'wrong\\n' + {_FRAMES!r}); os.write(2, {_FRAMES!r})",
        cases=(("", "right"), ("", "right")),
        expect="wrong_answer",
        outcomes=("wrong_answer", "wrong_answer"),
        rows=(29,),
        covers=("a fake verdict to the agent's channel",),
    ),
    Attack(
        name="sets the agent's limits",
        source=_OTHERS
        + (
            "import resource\nfor pid in others:\n    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_STACK):\n"
            "        attempt(f'limit {kind} of {pid}', lambda: resource.prlimit(pid, kind, (0, 0)) and 'set')\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(28,),
        covers=("kill of others",),
        watchdog=True,
    ),
    Attack(
        name="slows the agent down",
        source=_OTHERS
        + (
            "for pid in others:\n    attempt(f'nice {pid}', lambda: os.setpriority(os.PRIO_PROCESS, pid, 19) or 'slowed')\n"
            "    attempt(f'class {pid}', lambda: os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0)) or 'slowed')\n"
            "    attempt(f'cores {pid}', lambda: os.sched_setaffinity(pid, {0}) or 'moved')\n"
            "    attempt(f'disk {pid}', lambda: call(251, 1, pid, 3 << 13) == 0)\n"
            "    attempt(f'group {pid}', lambda: os.setpgid(pid, os.getpgid(0)) or 'moved')\n"
            "    for name in ('oom_score_adj', 'comm', 'timerslack_ns', 'clear_refs', 'autogroup', 'coredump_filter', 'sched', 'loginuid'):\n"
            "        attempt(f'{name} {pid}', lambda: open(f'/proc/{pid}/{name}', 'wb', 0).write(b'1') and 'wrote')\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(28, 42),
        covers=("kill of others",),
        watchdog=True,
    ),
    Attack(
        name="sends signals to the agent by every way",
        source=_OTHERS
        + (
            "import signal, time\n"
            "def sent(pid, result): return None if pid == 1 else result  # process 1 drops what it is sent\n"
            "for pid in others:\n    for number in (0, signal.SIGKILL, signal.SIGSTOP):\n        attempt(f'kill {pid}', lambda: sent(pid, os.kill(pid, number) or 'sent'))\n"
            "        attempt(f'tkill {pid}', lambda: sent(pid, call(200, pid, number) == 0))\n        attempt(f'tgkill {pid}', lambda: sent(pid, call(234, pid, pid, number) == 0))\n"
            "        attempt(f'queue {pid}', lambda: sent(pid, call(129, pid, number, (ctypes.c_int * 32)(number, 0, -1)) == 0))\n"
            "        attempt(f'pidfd {pid}', lambda: sent(pid, signal.pidfd_send_signal(os.pidfd_open(pid), number) or 'sent'))\n"
            "time.sleep(0.05)\nattempt('process 1 stopped', lambda: open('/proc/1/stat').read().rpartition(')')[2].split()[0] in 'TZX')\n"
            "print('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(4,),
        covers=("kill of others",),
        watchdog=True,
    ),
    Attack(
        name="has the kernel send signals to the agent",
        source=_OTHERS
        + (
            "import fcntl, signal, socket, time\nfor pid in [*others, *(-p for p in others if p > 1)]:\n    for number in (signal.SIGKILL, signal.SIGSTOP):\n"
            "        try:\n            a, b = socket.socketpair(); fcntl.fcntl(a, fcntl.F_SETOWN, pid); fcntl.fcntl(a, 10, number)\n"
            "            fcntl.fcntl(a, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK); b.send(b'x'); b.close(); a.close()\n        except OSError: pass\n"
            "        try:\n            r, w = os.pipe(); fcntl.fcntl(r, fcntl.F_SETOWN, pid); fcntl.fcntl(r, 10, number); fcntl.fcntl(r, fcntl.F_SETFL, os.O_ASYNC); os.write(w, b'x'); os.close(w); os.close(r)\n        except OSError: pass\n"
            "time.sleep(0.05)\nprint('tried')"
        ),
        expect="accepted runtime_error wall_limit",
        why="a group of processes that it belongs to itself may be among those it hits",
        rows=(4,),
        covers=("kill of others",),
        limits=QUICK,
        watchdog=True,
    ),
    Attack(
        name="stops the agent and answers in its place",
        source=f"import os, signal\nfor pid in (os.getppid(), 1):\n    try: os.kill(pid, signal.SIGSTOP)\n    except OSError: pass\nos.write(1, {_FRAMES!r})\nimport sys\nsys.exit(3)",
        expect="runtime_error",
        rows=(4, 29),
        covers=("kill of others", "a fake verdict to the agent's channel"),
        watchdog=True,
    ),
    Attack(
        name="ends everything, then there is a second test",
        source="import os, signal\nif input() == 'kill':\n    for pid in (os.getppid(), 1, -1):\n        try: os.kill(pid, signal.SIGKILL)\n        except OSError: pass\nprint('alive')",
        cases=(("kill", "alive"), ("spare", "alive")),
        expect="accepted runtime_error",
        why="killing everything in reach may or may not include the program itself; nobody else may end",
        rows=(4,),
        covers=("kill of others",),
    ),
    Attack(
        name="takes all processes, then there is a second test",
        source=(
            "import os, time\nif input() == 'bomb':\n    try:\n        while True:\n            if os.fork() == 0: time.sleep(60)\n    except OSError: pass\nprint('alive')"
        ),
        cases=(("bomb", "alive"), ("calm", "alive"), ("calm", "alive")),
        expect="accepted",
        rows=(6,),
        covers=("fork bomb",),
    ),
    Attack(
        name="takes all memory, then there is a second test",
        source="x = []\nif input() == 'bomb':\n    while True: x.append(bytearray(b'1' * (1 << 20)))\nprint('alive')",
        cases=(("bomb", "alive"), ("calm", "alive")),
        expect="memory_limit",
        outcomes=("memory_limit", "accepted"),
        rows=(12,),
        watchdog=True,
    ),
    Attack(
        name="fills every folder, then there is a second test",
        source=(
            "import os\nif input() == 'fill':\n    for folder in ('.', '/tmp', '/dev/shm', '/run', '/var/tmp'):\n        n = 0\n        try:\n            while True: open(f'{folder}/{n}', 'wb').write(b'x' * 1000000); n += 1\n        except OSError: pass\n"
            "        try:\n            while True: open(f'{folder}/e{n}', 'wb').close(); n += 1\n        except OSError: pass\nopen('/tmp/own', 'wb').write(b'x' * 1000000)\nprint('alive')"
        ),
        cases=(("fill", "alive"), ("calm", "alive")),
        expect="runtime_error memory_limit",
        why="the disk of the cell is memory: it is full or the memory is",
        rows=(16, 18),
        covers=("disk filling",),
        limits={"cpu_ms": 2000, "wall_ms": 8000},
    ),
    Attack(
        name="reads what was sent to the agent",
        source=_OTHERS
        + (
            "for pid in [*others, 'self']:\n    for fd in range(3, 64): attempt(f'{pid} {fd}', lambda: os.read(os.open(f'/proc/{pid}/fd/{fd}', os.O_RDONLY | os.O_NONBLOCK), 10))\n"
            "for path in ('/agent.py', '/opt/judge', '/opt/agent.py', '/run/agent', '/dev/shm', '/opt/agent'):\n    attempt(path, lambda: (os.listdir(path) if os.path.isdir(path) else None) or None)\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(28, 45),
    ),
    Attack(
        name="takes the second processor of the agent's clock",
        source="import os, threading\nfor _ in range(8): threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()",
        expect="time_limit wall_limit memory_limit runtime_error",
        why="threads share one interpreter: which clock they meet first depends on the machine",
        rows=(1,),
    ),
]

"""Processes, threads, processor time and waiting."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import ATTEMPT, QUICK, ROOMY, Attack

_BOMB = "time_limit wall_limit memory_limit runtime_error"
_WHICHEVER = "a tree of processes meets one of its limits first, and which one is chance"
_OWN_END = "killing everything in reach may or may not include the program itself; nobody else may end"

ATTACKS = [
    Attack(
        name="spins",
        source="while True: pass",
        expect="time_limit",
        reasons="cpu",
        rows=(1,),
        within=6,
        watchdog=True,
    ),
    Attack(
        name="sleeps",
        source="import time\ntime.sleep(60)",
        expect="wall_limit",
        rows=(2,),
        limits=QUICK,
        within=6,
        watchdog=True,
    ),
    Attack(
        name="waits for nothing",
        source="import select\nselect.select([], [], [])",
        expect="wall_limit",
        rows=(2,),
        limits=QUICK,
    ),
    Attack(name="pauses", source="import signal\nsignal.pause()", expect="wall_limit", rows=(2,), limits=QUICK),
    Attack(
        name="asks for input that is not there", source="print(input())", expect="runtime_error", rows=(2,), stdout=""
    ),
    Attack(
        name="stops itself",
        source="import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        expect="wall_limit",
        rows=(3,),
        covers=("SIGSTOP of self",),
        limits=QUICK,
        watchdog=True,
    ),
    Attack(
        name="ignores signals",
        source="import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\nwhile True: pass",
        expect="time_limit",
        rows=(5,),
        covers=("signals ignored",),
        watchdog=True,
    ),
    Attack(
        name="blocks every signal and sleeps",
        source="import signal, time\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\ntime.sleep(60)",
        expect="wall_limit",
        rows=(5,),
        covers=("signals ignored",),
        limits=QUICK,
    ),
    Attack(
        name="stops and kills its parent, process 1 and all",
        source=(
            "import os, signal\nprint('here', flush=True)\n"
            "for number in (signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):\n"
            "    for pid in (os.getppid(), 1, -1, 0, *range(2, 200)):\n"
            "        if pid == os.getpid(): continue\n"
            "        try: os.kill(pid, number)\n        except OSError: pass\n"
        ),
        expect="accepted runtime_error wall_limit",
        why=_OWN_END,
        rows=(4,),
        covers=("kill of others",),
        says="here",
        limits=QUICK,
        watchdog=True,
    ),
    Attack(
        name="fork bomb",
        source="import os\nwhile True: os.fork()",
        expect=_BOMB,
        why=_WHICHEVER,
        rows=(6,),
        covers=("fork bomb",),
        watchdog=True,
    ),
    Attack(
        name="fork bomb that does not take no for an answer",
        source="import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        expect="time_limit wall_limit memory_limit",
        why=_WHICHEVER,
        rows=(6,),
        covers=("fork bomb",),
        watchdog=True,
    ),
    Attack(
        name="fork bomb in C, each in a session of its own",
        language="c",
        source="#include <unistd.h>\n#include <signal.h>\nint main(void) { signal(SIGTERM, SIG_IGN); for (;;) if (fork() == 0) setsid(); }\n",
        expect="time_limit wall_limit memory_limit",
        why=_WHICHEVER,
        rows=(7,),
        covers=("fork bomb",),
    ),
    Attack(
        name="fork bomb of the shell",
        language="bash",
        source=":(){ :|:& };:\nwait\nsleep 60\n",
        limits={"wall_ms": 1500},
        expect=_BOMB + " accepted",
        why=_WHICHEVER + "; the shell may give up and end well",
        rows=(6,),
        covers=("fork bomb",),
    ),
    Attack(
        name="more processes than allowed, counted",
        source="import os, time\nn = 0\ntry:\n    while True:\n        if os.fork() == 0: time.sleep(60)\n        n += 1\nexcept OSError: print('held' if n <= 18 else f'ESCAPED {n}')",
        expect="accepted",
        stdout="held\n",
        rows=(6,),
    ),
    Attack(
        name="a process that is always a new one",
        source=(
            "import os, sys\nprint('gone', flush=True)\n"
            "if os.fork(): os._exit(0)\nos.setsid()\n"
            "while True:\n    try:\n        if os.fork(): os._exit(0)\n    except OSError: pass"
        ),
        expect="accepted",
        stdout="gone\n",
        rows=(7, 8),
        within=6,
        watchdog=True,
    ),
    Attack(
        name="six processes that are always new ones",
        language="c",
        source=(
            "#include <unistd.h>\n#include <signal.h>\n#include <stdlib.h>\n"
            "int main(void) { for (int i = 0; i < 6; i++) if (fork() == 0) { setsid(); for (;;) { pid_t p = fork(); if (p > 0) _exit(0); } }\n"
            "  usleep(50000); return 0; }\n"
        ),
        expect="accepted runtime_error",
        why="six comets may use up the processes and the processor time before the first one ends",
        rows=(7, 8),
    ),
    Attack(
        name="thread bomb",
        source="import threading, time\nfor _ in range(1000): threading.Thread(target=time.sleep, args=(60,)).start()",
        expect="runtime_error memory_limit wall_limit",
        why="the thread that cannot be started ends the program, unless its stacks meet the memory limit or the others are waited for",
        rows=(10,),
        covers=("thread bomb",),
        limits=QUICK,
        watchdog=True,
    ),
    Attack(
        name="threads, counted",
        source="import _thread, time\nn = 0\ntry:\n    while True: _thread.start_new_thread(time.sleep, (60,)); n += 1\nexcept (RuntimeError, MemoryError): print('held' if n <= 18 else f'ESCAPED {n}', flush=True)\nimport os\nos._exit(0)",
        expect="accepted",
        stdout="held\n",
        rows=(10,),
        covers=("thread bomb",),
        limits={"memory_mb": 256},
    ),
    Attack(
        name="worker threads of node",
        language="javascript",
        source="const { Worker } = require('worker_threads');\nfor (let i = 0; i < 500; i++) new Worker('setInterval(() => {}, 1000)', { eval: true }).on('error', () => {});\n",
        expect=_BOMB + " security_violation",
        why=_WHICHEVER + "; node aborts itself when a thread cannot be made, and traps when memory ends",
        rows=(54,),
        covers=("thread bomb",),
        limits={**ROOMY, "cpu_ms": 1000, "wall_ms": 2500, "memory_mb": 256},
    ),
    Attack(
        name="processes of node",
        language="javascript",
        source="const { spawn } = require('child_process');\nfor (let i = 0; i < 200; i++) spawn('/bin/sleep', ['60']).on('error', () => {});\n",
        expect=_BOMB + " accepted",
        why=_WHICHEVER,
        rows=(54,),
        limits={**ROOMY, "cpu_ms": 1000, "wall_ms": 1500, "memory_mb": 256},
    ),
    Attack(
        name="threads of Java",
        language="java",
        source=(
            "public class Main { public static void main(String[] a) throws Exception { for (int i = 0; i < 5000; i++)"
            " new Thread(() -> { try { Thread.sleep(60000); } catch (InterruptedException e) { } }).start(); } }\n"
        ),
        expect=_BOMB,
        why=_WHICHEVER,
        rows=(55,),
        covers=("thread bomb",),
        limits={**ROOMY, "wall_ms": 2500, "cpu_ms": 2000},
    ),
    Attack(
        name="shutdown hook of Java that never ends",
        language="java",
        source="public class Main { public static void main(String[] a) { Runtime.getRuntime().addShutdownHook(new Thread(() -> { while (true) { } })); System.exit(0); } }\n",
        expect="time_limit wall_limit",
        why="the hook spins; on a crowded machine its wall comes first",
        rows=(55,),
        limits={**ROOMY, "cpu_ms": 1000, "wall_ms": 8000},
    ),
    Attack(
        name="children nobody waits for",
        source="import os\nfor _ in range(2000):\n    try:\n        if os.fork() == 0: os._exit(0)\n    except OSError: pass\nprint('made')",
        expect="accepted time_limit",
        why="two thousand forks may cost more than half a second of processor",
        rows=(11,),
        limits={"cpu_ms": 1000, "wall_ms": 8000},
    ),
    Attack(
        name="children spend the processor time",
        source="import os\nfor _ in range(4):\n    if os.fork() == 0:\n        while True: pass\nfor _ in range(4): os.wait()",
        expect="time_limit",
        reasons="cpu",
        covers=("CPU in children",),
        within=6,
        watchdog=True,
    ),
    Attack(
        name="a chain of short children spends the processor time",
        source=(
            "import os, time\nwhile True:\n    pid = os.fork()\n    if pid == 0:\n"
            "        while time.process_time() < 0.03: pass\n        os._exit(0)\n    os.waitpid(pid, 0)"
        ),
        expect="time_limit",
        reasons="cpu",
        covers=("CPU in children",),
        within=6,
    ),
    Attack(
        name="children that nobody asks after spend the processor time",
        source=(
            "import os, signal, time\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nwhile True:\n    try: pid = os.fork()\n    except OSError: continue\n"
            "    if pid == 0:\n        while time.process_time() < 0.03: pass\n        os._exit(0)\n    time.sleep(0.01)"
        ),
        expect="time_limit",
        covers=("CPU in children",),
        watchdog=True,
        approximate="wall_limit",
        known_without_groups="root's agent may not see which pages are shared, and counts those of forks for each of them",
    ),
    Attack(
        name="the first thread ends, the others spin",
        language="c",
        source=(
            '#include <pthread.h>\n#include <sys/syscall.h>\n#include <unistd.h>\nstatic void *spin(void *p) { for (;;) __asm__ volatile(""); }\n'
            "int main(void) { pthread_t t; pthread_create(&t, 0, spin, 0); syscall(SYS_exit, 0); }\n"
        ),
        expect="time_limit",
        rows=(1, 10),
        watchdog=True,
    ),
    Attack(
        name="orphans spend the processor time",
        source=(
            "import os, time\nfor _ in range(3):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n"
            "            while True: pass\n        os._exit(0)\nfor _ in range(3): os.wait()\ntime.sleep(60)"
        ),
        expect="time_limit",
        reasons="cpu",
        covers=("CPU in children", "double fork daemons"),
        limits={"wall_ms": 8000},
        within=6,
    ),
    Attack(
        name="children outlive the parent, asleep",
        source="import os, time\nfor _ in range(8):\n    if os.fork() == 0: time.sleep(60)\nprint('done')",
        expect="accepted",
        stdout="done\n",
        covers=("sleeping children that outlive the parent",),
        within=6,
        watchdog=True,
    ),
    Attack(
        name="a daemon that holds the output",
        source="import os, time\nprint('answer', flush=True)\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0: time.sleep(60)\n    os._exit(0)\nos.wait()",
        expect="accepted",
        stdout="answer\n",
        rows=(8,),
        covers=("double fork daemons",),
        within=6,
        watchdog=True,
    ),
    Attack(
        name="daemons that ignore, stop and hide",
        source=(
            "import ctypes, os, signal, time\n"
            "for kind in range(5):\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork(): os._exit(0)\n"
            "        for n in range(1, 65):\n            try: signal.signal(n, signal.SIG_IGN)\n            except (OSError, ValueError): pass\n"
            "        ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n"
            "        ctypes.CDLL(None).prctl(15, b') Z 1 (\\n', 0, 0, 0)\n"
            "        if kind % 2: os.kill(os.getpid(), signal.SIGSTOP)\n        time.sleep(60)\n"
            "for _ in range(5): os.wait()\nprint('made')"
        ),
        expect="accepted",
        stdout="made\n",
        covers=("double fork daemons", "signals ignored"),
        rows=(8,),
    ),
    Attack(
        name="a child that becomes its parent's sibling",
        language="c",
        source=(
            "#define _GNU_SOURCE\n#include <sched.h>\n#include <signal.h>\n#include <stdio.h>\n#include <unistd.h>\n#include <sys/syscall.h>\n"
            "int main(void) { for (int i = 0; i < 4; i++) if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0) for (;;) pause();\n"
            '  puts("made"); return 0; }\n'
        ),
        expect="accepted",
        stdout="made\n",
        rows=(8,),
    ),
    Attack(
        name="siblings of the parent that end with a code of their own",
        language="c",
        source=(
            "#define _GNU_SOURCE\n#include <sched.h>\n#include <signal.h>\n#include <unistd.h>\n#include <sys/syscall.h>\n"
            "int main(void) { for (int i = 0; i < 8; i++) if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0) _exit(0);\n"
            "  usleep(100000); return 3; }\n"
        ),
        expect="runtime_error",
        rows=(4,),
    ),
    Attack(
        name="a name that looks like another line of the process list",
        source="import ctypes\nctypes.CDLL(None).prctl(15, b'x) Z 0 0 (', 0, 0, 0)\nwhile True: pass",
        expect="time_limit",
        reasons="cpu",
        watchdog=True,
    ),
    Attack(
        name="starts itself again and again",
        source="import os, sys\nos.execv(sys.executable, [sys.executable, '-S', *sys.argv])",
        expect="time_limit",
        reasons="cpu",
        rows=(1,),
    ),
    Attack(
        name="ends by the signal of the filter",
        source="import os, signal\nos.kill(os.getpid(), signal.SIGSYS)",
        expect="security_violation runtime_error",
        why="who raises the filter's signal at himself harms himself only",
    ),
    Attack(
        name="kills itself",
        source="import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
        expect="runtime_error",
        reasons="signal",
        watchdog=True,
    ),
    Attack(
        name="ends by the signal of the clock",
        source="import os, signal\nos.kill(os.getpid(), signal.SIGXCPU)",
        expect="time_limit runtime_error",
        why="who raises the clock's signal at himself harms himself only",
    ),
    Attack(
        name="raises its own limits",
        source=ATTEMPT
        + (
            "import resource, signal\n"
            "for kind in (resource.RLIMIT_CPU, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_CORE, resource.RLIMIT_MEMLOCK, resource.RLIMIT_NICE, resource.RLIMIT_RTPRIO):\n"
            "    soft, hard = resource.getrlimit(kind)\n"
            "    if hard == resource.RLIM_INFINITY: print('ESCAPED no limit', kind)\n"
            "    attempt(f'limit {kind}', lambda: resource.setrlimit(kind, (hard + 1, hard + 1)) or 'raised')\n"
            "attempt('nice', lambda: os.nice(-20))\n"
            "attempt('real time', lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(10)) or 'done')\n"
            "attempt('mlockall', lambda: libc.mlockall(3) == 0)\n"
            "print('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(42,),
    ),
]

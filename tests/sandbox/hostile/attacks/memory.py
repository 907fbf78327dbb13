"""Memory of every kind: heap, mappings, stacks, shared memory, buffers of the kernel."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import ROOMY, Attack

_OR_REFUSED = "the kernel refuses the memory or the limit is met, as the kind of memory has it"
_SLOW = {"cpu_ms": 2000, "wall_ms": 8000}

ATTACKS = [
    Attack(
        name="heap at once",
        source="x = bytearray(300 << 20)",
        expect="memory_limit",
        rows=(12,),
        covers=("memory bomb (touching pages)",),
        watchdog=True,
    ),
    Attack(
        name="heap bit by bit",
        source="x = []\nwhile True: x.append(bytearray(b'1' * (1 << 20)))",
        expect="memory_limit",
        rows=(12,),
        covers=("memory bomb (touching pages)",),
        watchdog=True,
    ),
    Attack(
        name="heap in C, never freed",
        language="c",
        source="#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) { char *p = malloc(1 << 20); if (!p) abort(); memset(p, 1, 1 << 20); } }\n",
        expect="memory_limit runtime_error",
        why="malloc may say no first, and the program then aborts",
        rows=(12,),
        covers=("memory bomb (touching pages)",),
    ),
    Attack(
        name="heap in C, refusals ignored",
        language="c",
        source="#include <stdlib.h>\n#include <string.h>\nint main(void) { size_t n = 1 << 20; for (;;) { char *p = malloc(n); if (p) memset(p, 1, n); else if (n > 4096) n /= 2; } }\n",
        expect="memory_limit time_limit",
        why="with an address space limit it goes on asking until its time is over",
        rows=(12,),
    ),
    Attack(
        name="a large array, touched",
        language="c",
        source="static char a[1 << 30];\nint main(void) { for (long i = 0; i < 1 << 30; i += 4096) a[i] = 1; return a[4096] - 1; }\n",
        expect="memory_limit runtime_error",
        why="an address space limit lets it not even start",
        rows=(13,),
    ),
    Attack(
        name="a large array, not touched",
        language="c",
        source='#include <stdio.h>\nstatic char a[1 << 30];\nint main(int c, char **v) { if (c > 100) a[c] = 1; puts("small"); return a[1]; }\n',
        expect="accepted memory_limit runtime_error",
        why="it uses nothing; an address space limit does not let it start",
        rows=(13,),
    ),
    Attack(
        name="mapped and touched",
        source="import mmap\nm = mmap.mmap(-1, 100 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)\nfor i in range(0, len(m), 4096): m[i] = 1",
        expect="memory_limit",
        rows=(12,),
        covers=("memory bomb (mmap)",),
        watchdog=True,
    ),
    Attack(
        name="mapped, shared and touched",
        source="import mmap\nm = mmap.mmap(-1, 100 << 20)\nfor i in range(0, len(m), 4096): m[i] = 1",
        expect="memory_limit",
        rows=(12,),
        covers=("memory bomb (mmap)",),
        watchdog=True,
    ),
    Attack(
        name="six children at once",
        source="import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        x = b'1' * (20 << 20); time.sleep(3); os._exit(0)\nfor _ in range(6): os.wait()",
        expect="memory_limit",
        rows=(14,),
        watchdog=True,
        limits={"wall_ms": 8000},
    ),
    Attack(
        name="a child is killed for memory and its parent ends well",
        source="import os, sys\nif os.fork() == 0:\n    x = bytearray(b'1') * (400 << 20)\n    os._exit(0)\nos.wait()\nprint('fine')",
        expect="memory_limit accepted",
        why="a child that is refused its memory by the address space limit ends by an error of its own and uses nothing",
        rows=(14,),
    ),
    Attack(
        name="a child touches too much and its parent ends well",
        source=(
            "import mmap, os\nif os.fork() == 0:\n    for _ in range(4):\n        m = mmap.mmap(-1, 25 << 20)\n"
            "        for i in range(0, len(m), 4096): m[i] = 1\n        globals()[f'keep{_}'] = m\n    os._exit(0)\nos.wait()\nprint('fine')"
        ),
        expect="memory_limit",
        rows=(14,),
    ),
    Attack(
        name="many small processes, so that the agent is the largest",
        source=(
            "import os, time\nfor _ in range(14):\n    if os.fork() == 0:\n        x = bytearray(b'1' * (6 << 20)); time.sleep(5); os._exit(0)\n"
            "for _ in range(14): os.wait()"
        ),
        expect="memory_limit",
        rows=(14,),
        limits={"wall_ms": 8000},
    ),
    Attack(
        name="asks the killer to take another one",
        source=(
            "import os\nfor pid in filter(str.isdigit, os.listdir('/proc')):\n    for value in ('1000', '-1000', '-1'):\n        if value == '1000' and int(pid) == os.getpid(): continue\n"
            "        try: open(f'/proc/{pid}/oom_score_adj', 'w').write(value); print('wrote', pid, value, flush=True)\n        except OSError: pass\n"
            "x = []\nwhile True: x.append(bytearray(b'1' * (1 << 20)))"
        ),
        expect="memory_limit",
        rows=(12, 28),
    ),
    Attack(
        name="fills a file without a name",
        source="import os\nfd = os.memfd_create('hostile')\nwhile True: os.write(fd, b'x' * (1 << 20))",
        expect="memory_limit runtime_error",
        why="memory without a name is refused beyond the largest file size, or counts as memory",
        rows=(16,),
    ),
    Attack(
        name="fills many files without a name",
        source="import os\nfds = []\nwhile True:\n    fds.append(os.memfd_create('hostile'))\n    os.write(fds[-1], b'x' * (1 << 20))",
        expect="memory_limit runtime_error",
        why="either the number of open files or the memory ends first",
        rows=(16,),
        limits={"memory_mb": 48},
    ),
    Attack(
        name="many processes fill files without a name",
        source=(
            "import os, time\nr, w = os.pipe()\nfor _ in range(13):\n    if os.fork() == 0:\n        n, block = 0, b'x' * (1 << 19)\n        try:\n            while True:\n"
            "                fd = os.memfd_create('hostile')\n                try:\n                    while True: n += os.write(fd, block)\n                except OSError: pass\n"
            "                if n % (1 << 20) == 0 and n == 0: break\n                if os.fstat(fd).st_size == 0: break\n        except OSError: pass\n        os.write(w, b'%12d' % n)\n        time.sleep(60)\n"
            "total = sum(int(os.read(r, 12)) for _ in range(13))\nprint('held' if total <= 128 << 20 else f'ESCAPED {total >> 20} MB')"
        ),
        expect="memory_limit accepted runtime_error",
        why="such files are refused, or count as memory",
        rows=(16,),
        watchdog=True,
        limits={"cpu_ms": 3000},
    ),
    Attack(
        name="the first thread ends, the others fill the memory",
        language="c",
        source=(
            "#include <pthread.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/syscall.h>\n#include <unistd.h>\n"
            "static void *fill(void *p) { for (int i = 0; i < 40; i++) { char *m = malloc(1 << 20); if (m) memset(m, 1, 1 << 20); } usleep(300000); for (;;) pause(); }\n"
            "int main(void) { for (int i = 0; i < 6; i++) if (fork() == 0) { pthread_t t; pthread_create(&t, 0, fill, 0); syscall(SYS_exit, 0); } for (;;) pause(); }\n"
        ),
        expect="memory_limit",
        rows=(12, 14),
        watchdog=True,
        limits={"wall_ms": 2500},
    ),
    Attack(
        name="fills shared memory of the old kind",
        source=(
            "import ctypes\nlibc = ctypes.CDLL(None)\nlibc.shmat.restype = ctypes.c_void_p\nfor key in range(20):\n"
            "    i = libc.shmget(0, 16 << 20, 0o1777)\n    if i < 0: break\n    p = libc.shmat(i, None, 0)\n    if p in (None, 2**64 - 1): break\n    ctypes.memset(p, 1, 16 << 20)\nprint('refused')"
        ),
        expect="memory_limit accepted runtime_error",
        why=_OR_REFUSED,
        rows=(16,),
    ),
    Attack(
        name="leaves shared memory of the old kind behind",
        source="import ctypes\nlibc = ctypes.CDLL(None)\nfor key in range(100): libc.shmget(1000 + key, 4096, 0o1777); libc.msgget(1000 + key, 0o1777); libc.semget(1000 + key, 1, 0o1777)\nprint('left')",
        expect="accepted",
        stdout="left\n",
        rows=(16,),
    ),
    Attack(
        name="fills message queues",
        source=(
            "import ctypes\nrt = ctypes.CDLL('librt.so.1', use_errno=True)\nn = 0\n"
            "for i in range(200):\n    q = rt.mq_open(b'/hostile%d' % i, 0o102, 0o600, None)\n    if q < 0: break\n"
            "    for _ in range(10): rt.mq_send(q, b'x' * 8000, 8000, 0); n += 1\nprint('at most' if n < 2000 else 'ESCAPED')"
        ),
        expect="accepted",
        says="at most",
        rows=(16,),
    ),
    Attack(
        name="fills pipes and sockets",
        source=(
            "import fcntl, os, socket\nheld = []\ndef fill():\n    try:\n        while True:\n            r, w = os.pipe(); held.append((r, w)); os.set_blocking(w, False)\n"
            "            try: fcntl.fcntl(w, 1031, 1 << 20)\n            except OSError: pass\n"
            "            try:\n                while os.write(w, b'x' * 65536): pass\n            except OSError: pass\n"
            "    except OSError: pass\n"
            "for _ in range(14):\n    if os.fork() == 0: fill(); import time; time.sleep(0.5); os._exit(0)\nfor _ in range(14): os.wait()\nprint('filled')"
        ),
        expect="accepted memory_limit",
        why="buffers of pipes count as memory where the kernel's are counted",
        limits={"cpu_ms": 1500, "wall_ms": 8000},
    ),
    Attack(
        name="tables of pages",
        language="c",
        source=(
            "#include <stdio.h>\n#include <sys/mman.h>\nint main(void) { char *p = mmap(0, 1UL << 40, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);\n"
            '  if (p == MAP_FAILED) { puts("refused"); return 0; } for (unsigned long i = 0; i < 1UL << 40; i += 2UL << 20) (void)*(volatile char *)(p + i); return 0; }\n'
        ),
        expect="accepted memory_limit time_limit",
        why="an address space limit refuses the mapping; without one its tables count as memory, and filling them takes time",
        rows=(12,),
    ),
    Attack(
        name="recursion without end",
        source="import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()",
        expect="runtime_error memory_limit",
        why="the stack ends, or the memory that it takes",
        rows=(15,),
        covers=("stack overflow",),
        limits=_SLOW,
        watchdog=True,
    ),
    Attack(
        name="recursion without end in C",
        language="c",
        source="int f(volatile int *p) { volatile char a[10000]; a[0] = *p; return f((volatile int *)a) + a[0]; }\nint main(void) { int x = 1; return f(&x); }\n",
        expect="runtime_error memory_limit",
        why="the stack ends, or the memory that it takes",
        rows=(15,),
        covers=("stack overflow",),
    ),
    Attack(
        name="recursion without end in JavaScript",
        language="javascript",
        source="function f() { return f() + 1; }\nf();\n",
        expect="runtime_error",
        rows=(15,),
        covers=("stack overflow",),
        limits={**ROOMY, "memory_mb": 256},
    ),
    Attack(
        name="recursion without end in Java",
        language="java",
        source="public class Main { static int f(int n) { return f(n + 1) + 1; } public static void main(String[] a) { System.out.println(f(0)); } }\n",
        expect="runtime_error",
        rows=(15,),
        covers=("stack overflow",),
        limits=ROOMY,
    ),
    Attack(
        name="heap of node",
        language="javascript",
        source="const keep = [];\nfor (;;) keep.push(new Array(100000).fill(keep.length));\n",
        expect="memory_limit runtime_error security_violation",
        why="node ends itself at the end of its own heap, in which case it aborts or traps",
        rows=(54,),
        limits={**ROOMY, "memory_mb": 128},
    ),
    Attack(
        name="buffers of node",
        language="javascript",
        source="const keep = [];\nfor (;;) keep.push(Buffer.alloc(10 << 20, 1));\n",
        expect="memory_limit runtime_error",
        why="node may be refused a buffer first",
        rows=(54,),
        limits={**ROOMY, "memory_mb": 128},
    ),
    Attack(
        name="heap of Java",
        language="java",
        source="import java.util.*;\npublic class Main { public static void main(String[] a) { List<int[]> l = new ArrayList<>(); for (;;) l.add(new int[1 << 20]); } }\n",
        expect="memory_limit runtime_error",
        why="Java ends at its own heap with an error",
        rows=(55,),
        limits=ROOMY,
    ),
    Attack(
        name="memory of Java outside its heap",
        language="java",
        source=(
            'import java.lang.reflect.Field;\npublic class Main { public static void main(String[] a) throws Exception { Field f = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");'
            " f.setAccessible(true); sun.misc.Unsafe u = (sun.misc.Unsafe) f.get(null); for (;;) { long p = u.allocateMemory(1 << 24); u.setMemory(p, 1 << 24, (byte) 1); } } }\n"
        ),
        expect="memory_limit runtime_error",
        why="the allocator may be refused first",
        rows=(55,),
        limits=ROOMY,
    ),
    Attack(
        name="writes where Java should not",
        language="java",
        source=(
            'import java.lang.reflect.Field;\npublic class Main { public static void main(String[] a) throws Exception { Field f = sun.misc.Unsafe.class.getDeclaredField("theUnsafe");'
            " f.setAccessible(true); ((sun.misc.Unsafe) f.get(null)).putAddress(0, 1); } }\n"
        ),
        expect="runtime_error",
        rows=(55,),
        limits=ROOMY,
    ),
    Attack(
        name="a number without end",
        source="x = 9 ** 9 ** 9",
        expect="time_limit memory_limit",
        why="whichever the number meets first",
        limits={"cpu_ms": 800, "wall_ms": 8000},
    ),
    Attack(name="a text of a terabyte", source="x = 'x' * 10 ** 12", expect="memory_limit"),
]

"""What one test leaves for the next test of the same submission: it must find nothing."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import ROOMY, Attack

_THREE = (("first", "fresh"), ("second", "fresh"), ("third", "fresh"))
_KEEP = "import os, sys\nword = input()\nfound = []\n"
_TELL = "print('ESCAPED ' + repr(found) if found else 'fresh')\n"


def _keeps(
    name: str, source: str, *, topics: tuple[str, ...] = (), rows: tuple[int, ...] = (46,), **more: object
) -> Attack:
    return Attack(
        name=f"between tests: {name}",
        source=_KEEP + source + _TELL,
        cases=_THREE,
        expect="accepted",
        outcomes=("accepted",) * 3,
        rows=rows,
        covers=topics,
        **more,  # type: ignore[arg-type]
    )


ATTACKS = [
    _keeps(
        "saves its input in every folder",
        "paths = [f'{folder}/{name}' for folder in ('/box', '/tmp', '/dev/shm', '/var/tmp', '/run', '/dev/mqueue', '/opt/program', '/opt/judge', os.path.expanduser('~')) for name in ('hostile', '.hostile', 'sub/hostile')]\n"
        "found += [path for path in paths if os.path.exists(path)]\n"
        "for path in paths:\n    try:\n        os.makedirs(os.path.dirname(path), exist_ok=True); open(path, 'w').write(word)\n    except OSError: pass\n",
    ),
    _keeps(
        "saves its input in its own program",
        "try:\n    text = open('main.py').read()\n    if '# ke' + 'pt' in text: found.append('own program')\n    open('main.py', 'a').write('\\n# ke' + 'pt ' + word)\nexcept OSError: pass\n",
    ),
    _keeps(
        "puts another program in its place",
        "try:\n    os.rename('main.py', 'old.py'); open('main.py', 'w').write(\"print('ESCAPED replaced')\")\nexcept OSError: pass\nif os.path.exists('old.py') and word != 'first' and 'replaced' in open('main.py').read() and len(os.listdir('.')) > 2: found.append('old')\n",
    ),
    _keeps(
        "a helper file is changed",
        "import helper\nif helper.VALUE != 1: found.append('helper')\ntry: open('helper.py', 'w').write('VALUE = 2')\nexcept OSError: pass\ntry:\n    os.makedirs('__pycache__', exist_ok=True); open('__pycache__/helper.cpython-311.pyc', 'wb').write(b'x')\nexcept OSError: pass\n",
        files={"helper.py": "VALUE = 1\n"},
    ),
    _keeps(
        "modules that the next one would load",
        "import glob, site\nfor folder in ('/box', os.path.expanduser('~') + f'/.local/lib/python3.{sys.version_info.minor}/site-packages', '/tmp'):\n    try:\n        os.makedirs(folder, exist_ok=True)\n"
        "        for name in ('sitecustomize.py', 'usercustomize.py', 'x.pth', 'encodings.py'): open(f'{folder}/{name}', 'w').write(\"import builtins; builtins.HOSTILE = 1\\n\")\n    except OSError: pass\n"
        "import builtins\nif hasattr(builtins, 'HOSTILE'): found.append('module')\n",
        rows=(46, 53),
    ),
    _keeps(
        "shared memory and queues of the old kind",
        "import ctypes\nlibc = ctypes.CDLL(None)\nif libc.shmget(4242, 64, 0) >= 0: found.append('memory')\nif libc.msgget(4242, 0) >= 0: found.append('queue')\nif libc.semget(4242, 1, 0) >= 0: found.append('semaphore')\nlibc.shmget(4242, 64, 0o1777); libc.msgget(4242, 0o1777); libc.semget(4242, 1, 0o1777)\n",
    ),
    _keeps(
        "queues with a name",
        "import ctypes\nrt = ctypes.CDLL('librt.so.1')\nif rt.mq_open(b'/hostile', 0o2) >= 0: found.append('queue')\nrt.mq_open(b'/hostile', 0o102, 0o600, None)\n",
    ),
    _keeps(
        "keys",
        "import ctypes\nlibc = ctypes.CDLL(None)\nif libc.syscall(250, 10, -4, b'user', b'hostile', 0) > 0 or libc.syscall(249, b'user', b'hostile', None, -4) > 0: found.append('key')\nfor ring in (-1, -2, -3, -4, -5): libc.syscall(248, b'user', b'hostile', b'x', 1, ring)\n",
    ),
    _keeps(
        "a daemon that tells",
        "import socket\ns = socket.socket(socket.AF_UNIX)\ntry: s.connect('\\0hostile-daemon'); found.append('daemon')\nexcept OSError: pass\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        try:\n            s = socket.socket(socket.AF_UNIX); s.bind('\\0hostile-daemon'); s.listen()\n            while True: s.accept()\n        except OSError: os._exit(0)\n    os._exit(0)\n",
        topics=("double fork daemons",),
        rows=(9, 46),
    ),
    _keeps(
        "a daemon that changes the folder",
        "import time\nif os.path.exists('changed') or os.path.exists('/tmp/changed'): found.append('changed')\n"
        "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.closerange(0, 3); time.sleep(0.01)\n        while True:\n            for path in ('/box/changed', '/tmp/changed', '/box/main.py'):\n                try: open(path, 'w').write(\"print('ESCAPED daemon')\")\n                except OSError: pass\n            time.sleep(0.001)\n    os._exit(0)\n",
        topics=("double fork daemons",),
        rows=(9,),
    ),
    _keeps(
        "processes that are always new ones",
        "if word != 'first':\n    import time\n    me = os.getpid()\n    names = [p for p in os.listdir('/proc') if p.isdigit()]\n    if len(names) > 4: found.append(names)\n"
        "else:\n    for _ in range(5):\n        try: pid = os.fork()\n        except OSError: break\n        if pid == 0:\n            os.setsid(); os.closerange(0, 3)\n            while True:\n                try:\n                    if os.fork(): os._exit(0)\n                except OSError: pass\n",
        rows=(9,),
        limits={"cpu_ms": 1000},
    ),
    _keeps(
        "limits, priority and mask that stay",
        "import resource, signal\nif os.nice(0) > os.getpriority(os.PRIO_PROCESS, 1) or os.umask(0o77) == 0o77 or resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 20 or signal.SIGTERM in signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM}) or signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN: found.append('setting')\nos.nice(5)\nresource.setrlimit(resource.RLIMIT_NOFILE, (15, 15))\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\n",
    ),
    _keeps(
        "all rights taken away",
        "if not os.access('.', os.R_OK | os.W_OK | os.X_OK): found.append('shut')\nos.makedirs('a/b/c', exist_ok=True)\nfor path in ('a/b/c', 'a/b', 'a', 'main.py', '.', '/tmp', '/dev/shm'):\n    try: os.chmod(path, 0)\n    except OSError: pass\n",
        rows=(31,),
    ),
    _keeps(
        "a folder of great depth",
        "if os.path.exists('d'): found.append('deep')\ntry:\n    for _ in range(900): os.mkdir('d'); os.chdir('d')\nexcept OSError: pass\n",
        topics=("deep directories",),
        rows=(31,),
        limits={"cpu_ms": 1000},
    ),
    _keeps(
        "names that hurt",
        "if any(n != b'main.py' for n in os.listdir(b'.')): found.append('names')\nfor name in (b'\\xff' * 255, b'-rf', b'a\\nb', b'\\x1b[2J', b'*'): os.mkdir(name); open(name + b'/' + name, 'w').close()\n",
        rows=(31,),
    ),
    _keeps(
        "links and pipes in the way",
        "if os.path.lexists('pipe') or os.path.islink('main.py'): found.append('pipe')\ntry:\n    os.mkfifo('pipe'); os.remove('main.py'); os.symlink('pipe', 'main.py'); os.symlink('@FOLDER@', 'folder'); os.rename('/box', '/tmp/box')\nexcept OSError: pass\n",
        topics=("symlinks out",),
        rows=(30, 31, 32),
    ),
    _keeps(
        "everything stopped",
        "import signal\nif word == 'first':\n    for _ in range(5):\n        if os.fork() == 0: os.closerange(0, 3); os.kill(os.getpid(), signal.SIGSTOP)\nelif len([p for p in os.listdir('/proc') if p.isdigit()]) > 4: found.append('stopped ones')\n",
        topics=("SIGSTOP of self",),
        rows=(9,),
    ),
    Attack(
        name="between tests: a compiled program writes over itself",
        language="c",
        source='#include <stdio.h>\n#include <unistd.h>\n#include <sys/stat.h>\n#include <fcntl.h>\nint main(int c, char **v) { char p[500]; ssize_t n = readlink("/proc/self/exe", p, 499); if (n > 0) p[n] = 0;\n'
        '  unlink(p); int f = open(p, O_WRONLY | O_CREAT | O_TRUNC, 0755); if (f >= 0) { dprintf(f, "#!/bin/sh\\necho ESCAPED\\n"); close(f); } puts("fresh"); return 0; }\n',
        cases=_THREE,
        expect="accepted",
        rows=(46,),
        limits=ROOMY,
    ),
    Attack(
        name="between tests: the shell leaves a profile",
        language="bash",
        source='[ -n "$HOSTILE" ] && echo ESCAPED\nfor f in ~/.bashrc ~/.profile ~/.bash_profile /tmp/.bashrc /etc/profile /etc/bash.bashrc; do echo "HOSTILE=1" >> $f; done 2>/dev/null\n[ $(wc -l < ~/.bashrc) = 1 ] && echo fresh\n',
        cases=_THREE,
        expect="accepted",
        rows=(46,),
    ),
    Attack(
        name="between tests: the first one fails in every way, the last is well",
        source="import os\nword = input()\nif word == 'memory': x = bytearray(b'1') * (100 << 20)\nif word == 'time':\n    while True: pass\nif word == 'output':\n    while True: print('x' * 1000)\nif word == 'end': os.kill(os.getpid(), 11)\nprint('fresh')",
        cases=(("memory", "fresh"), ("time", "fresh"), ("output", "fresh"), ("end", "fresh"), ("well", "fresh")),
        outcomes=("memory_limit", "time_limit", "output_limit", "runtime_error", "accepted"),
        expect="time_limit",
    ),
]

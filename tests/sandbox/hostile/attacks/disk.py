"""Files: large, many, deep, strange."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import Attack

_FULL = "the disk of the cell is memory: it is full or the memory is"

ATTACKS = [
    Attack(
        name="one file without end",
        source="f = open('big', 'wb')\nwhile True: f.write(b'x' * 100000)",
        expect="runtime_error",
        rows=(17,),
        covers=("disk filling",),
    ),
    Attack(
        name="a sparse file of a terabyte",
        source="f = open('sparse', 'wb'); f.seek(1 << 40); f.write(b'x'); f.flush()",
        expect="runtime_error",
        rows=(19,),
    ),
    Attack(
        name="a file made long",
        source="import os\nos.truncate(open('sparse', 'wb').fileno(), 1 << 40)",
        expect="runtime_error",
        rows=(19,),
    ),
    Attack(
        name="space set aside",
        source="import os\nos.posix_fallocate(open('big', 'wb').fileno(), 0, 1 << 30)",
        expect="runtime_error",
        rows=(17,),
    ),
    *(
        Attack(
            name=f"fills {folder}",
            source=f"n = 0\nwhile True:\n    with open(f'{folder}/{{n}}', 'wb') as f: f.write(b'x' * 1000000)\n    n += 1",
            expect="runtime_error memory_limit",
            why=_FULL,
            rows=(16,),
            covers=("disk filling",),
        )
        for folder in ("/tmp", "/dev/shm", ".")
    ),
    Attack(
        name="fills the disk with files that have no name any more",
        source="import os\nkeep = []\nwhile True:\n    f = open('x', 'wb'); os.unlink('x'); f.write(b'x' * 1000000); f.flush(); keep.append(f)",
        expect="runtime_error memory_limit",
        why=_FULL,
        rows=(16,),
        covers=("disk filling",),
    ),
    Attack(
        name="fills the disk from the shell",
        language="bash",
        source="set -e\nfor i in $(seq 1 100); do dd if=/dev/zero of=/tmp/f$i bs=1M count=2 2>/dev/null; done\n",
        expect="runtime_error memory_limit",
        why=_FULL,
        rows=(16,),
        covers=("disk filling",),
        limits={"cpu_ms": 1000},
    ),
    Attack(
        name="a device that is always full",
        source="f = open('/dev/full', 'w')\nf.write('x' * 100000)\nf.flush()",
        expect="runtime_error",
        covers=("/dev/full",),
    ),
    Attack(
        name="prints to a device that is always full",
        source="import os, sys\nos.dup2(os.open('/dev/full', os.O_WRONLY), 1)\nprint('x' * 100000)\nsys.stdout.flush()",
        expect="runtime_error",
        stdout="",
        covers=("/dev/full",),
    ),
    Attack(
        name="many files",
        source="n = 0\nwhile True:\n    open(f'{n}', 'wb').close()\n    n += 1",
        expect="runtime_error",
        rows=(18,),
        covers=("many files",),
        limits={"cpu_ms": 2000, "wall_ms": 8000},
    ),
    Attack(
        name="many files in every folder that takes them",
        source=(
            "import os\nn = 0\nfor folder in ('.', '/tmp', '/dev/shm', '/run', '/var/tmp', '/dev/mqueue'):\n    try:\n        for i in range(10**6): os.mkfifo(f'{folder}/hostile-{i}'); n += 1\n    except OSError: pass\n"
            "print('held' if n <= 3000 else f'ESCAPED {n}')"
        ),
        expect="accepted",
        stdout="held\n",
        rows=(18,),
        covers=("many files",),
        limits={"cpu_ms": 3000, "wall_ms": 8000},
    ),
    Attack(
        name="deep folders",
        source="import os\nn = 0\ntry:\n    while True: os.mkdir('d' * 200); os.chdir('d' * 200); n += 1\nexcept OSError: print('held' if n <= 3000 else f'ESCAPED {n}')",
        expect="accepted",
        stdout="held\n",
        covers=("deep directories",),
        limits={"cpu_ms": 2000, "wall_ms": 8000},
    ),
    Attack(
        name="many names for one file",
        source="import os\nopen('a', 'w').close()\nn = 0\ntry:\n    while n < 10**6: os.link('a', f'a{n}'); n += 1\nexcept OSError: print('held' if n < 100000 else 'ESCAPED')",
        expect="accepted",
        stdout="held\n",
        rows=(31,),
        covers=("many files", "hard links out"),
        limits={"cpu_ms": 3000, "wall_ms": 8000},
    ),
    Attack(
        name="names that hurt",
        source=(
            "import os\nfor name in (b'\\xff' * 255, '\\u202e'.encode() * 80, b'a\\nb', b'-rf', b'$(reboot)', b'\\x1b[2J', b' ', b'\\x01', '\\U0001f4a9'.encode() * 60):\n"
            "    for folder in (b'.', b'/tmp', b'/dev/shm'):\n        os.mkdir(folder + b'/' + name); open(folder + b'/' + name + b'/' + name, 'w').close()\nprint('made')"
        ),
        expect="accepted",
        stdout="made\n",
        rows=(31,),
    ),
    Attack(
        name="takes all rights away",
        source="import os\nfor folder in ('.', '/tmp', '/dev/shm'):\n    try: os.makedirs(folder + '/a/b'); os.chmod(folder + '/a/b', 0); os.chmod(folder + '/a', 0); os.chmod(folder, 0)\n    except OSError: pass\nprint('shut')",
        expect="accepted",
        stdout="shut\n",
        rows=(31,),
    ),
    Attack(
        name="attributes instead of files",
        source="import os\nn = 0\ntry:\n    for f in range(2000):\n        open(f'/tmp/{f}', 'w').close()\n        for i in range(64): os.setxattr(f'/tmp/{f}', f'user.{i}', b'x' * 4000); n += 4000\nexcept OSError: pass\nprint('held' if n < 80 << 20 else f'ESCAPED {n}')",
        expect="accepted memory_limit",
        why="attributes of files count as memory where they are allowed at all",
        covers=("disk filling",),
        limits={"cpu_ms": 2000, "wall_ms": 8000},
    ),
    Attack(
        name="all descriptors",
        source="import os\nn = 0\ntry:\n    while True: os.open('/dev/null', os.O_RDONLY); n += 1\nexcept OSError: print('held' if n < 1100 else 'ESCAPED')",
        expect="accepted",
        stdout="held\n",
    ),
    Attack(
        name="a pipe with a name that nobody reads",
        source="import os\nos.mkfifo('answer.txt')\nopen('answer.txt', 'w').write('x')",
        expect="wall_limit",
        rows=(32,),
        limits={"wall_ms": 500},
    ),
    Attack(
        name="leaves a pipe, a socket and a link behind as its output",
        source="import os, socket\nos.mkfifo('answer.txt'); os.mkfifo('/tmp/answer.txt')\nsocket.socket(socket.AF_UNIX).bind('output.txt')\nos.symlink('/dev/zero', 'result.txt'); os.symlink('loop', 'loop')\nprint('left')",
        expect="accepted",
        stdout="left\n",
        rows=(32,),
        within=6,
    ),
]

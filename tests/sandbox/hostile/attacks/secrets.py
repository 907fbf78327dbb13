"""Files and secrets: those of the machine, of the application, of other runs, and the ways that lead out of the folder."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import ATTEMPT, Attack

_PLACES = (
    "'/etc/shadow', '/etc/gshadow', '/etc/ssh/ssh_host_ed25519_key', '/root/.ssh', '/var/run/docker.sock', '/run/docker.sock', '/var/lib/docker', '/sys/kernel/debug', '/boot/grub',"
    " '@SECRET@', '@FOLDER@', '@REPOSITORY@', '@REPOSITORY@/pyproject.toml', '@DATA@', '@HOME@', '@FOLDER@/listener.sock'"
)
_DEVICES = "'/dev/kmsg', '/dev/mem', '/dev/tty', '/dev/console', '/dev/kvm', '/dev/vda', '/dev/sda', '/dev/fuse', '/dev/net/tun', '/dev/vhost-vsock', '/dev/port', '/dev/loop0', '/proc/kcore', '/proc/slabinfo', '/proc/timer_list', '/proc/kpagecount'"

ATTACKS = [
    Attack(
        name="reads the machine's files",
        source=ATTEMPT
        + f"""
import hashlib
def look(path):
    return (os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(4096)) or None
def same(path, digest):
    return hashlib.sha256(open(path, 'rb').read()).hexdigest() == digest
for path in ({_PLACES}):
    for way in (path, '/proc/1/root' + path, '/proc/self/root' + path, '/proc/1/cwd/..' + path, '/box/../..' + path, '/dev/fd/../../..' + path):
        attempt(way, lambda: look(way))
for path, digest in (('/etc/passwd', '@PASSWD@'), ('/etc/hostname', '@HOSTNAME@'), ('/etc/machine-id', '@MACHINE@')):
    for way in (path, '/proc/1/root' + path): attempt(way, lambda: same(way, digest))
print('tried')
""",
        expect="accepted",
        says="tried",
        rows=(26,),
        covers=("reading /etc/shadow", "the app's data"),
        limits={"cpu_ms": 1500},
    ),
    Attack(
        name="reads devices and the kernel's own files",
        source=ATTEMPT
        + f"for path in ({_DEVICES}):\n    attempt(path, lambda: open(path, 'rb', 0).read(64).strip(b'\\0 \\n') or None)\n"
        + "allowed = {'core', 'fd', 'full', 'mqueue', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero', 'console'}\n"
        + "attempt('devices', lambda: sorted(set(os.listdir('/dev')) - allowed) or None)\n"
        + "attempt('addresses of the kernel', lambda: any(int(l.split()[0], 16) for l in open('/proc/kallsyms')))\n"
        + "print('tried')",
        expect="accepted",
        stdout="tried\n",
        rows=(26,),
    ),
    Attack(
        name="looks for the secret everywhere",
        source=(
            "import os\nfound = []\nfor folder, folders, names in os.walk('/'):\n"
            "    folders[:] = [f for f in folders if os.path.join(folder, f) not in ('/proc', '/usr', '/lib', '/lib64', '/bin', '/sbin', '/opt/runtime', '/opt/node')]\n"
            "    for name in names:\n        path = os.path.join(folder, name)\n        try:\n"
            "            if os.path.isfile(path) and not os.path.islink(path) and os.stat(path).st_size < 1 << 20:\n"
            "                data = open(path, 'rb').read()\n                if b'canary-' + b'in' in data and not path.endswith('main.py'): print('ESCAPED', path)\n"
            "        except OSError: pass\nprint('tried')"
        ),
        expect="accepted",
        says="tried",
        rows=(26, 45),
        covers=("the app's data",),
        limits={"cpu_ms": 4000, "wall_ms": 8000},
    ),
    Attack(
        name="reads every environment",
        source=(
            "import os\nfor pid in filter(str.isdigit, os.listdir('/proc')):\n    for name in ('environ', 'cmdline', 'auxv', 'stack', 'syscall', 'wchan'):\n"
            "        try: print(pid, name, open(f'/proc/{pid}/{name}', 'rb').read())\n        except OSError: pass\nprint(dict(os.environ))\nprint('tried')"
        ),
        expect="accepted",
        says="tried",
        rows=(27,),
        covers=("/proc/1/environ",),
    ),
    Attack(
        name="reads the environment from the shell",
        language="bash",
        source="tr '\\0' '\\n' < /proc/1/environ\nfor f in /proc/[0-9]*/environ; do tr '\\0' '\\n' < $f; done 2>/dev/null\nenv\necho tried\n",
        expect="accepted",
        says="tried",
        rows=(27,),
        covers=("/proc/1/environ",),
    ),
    Attack(
        name="reads the environment from node",
        language="javascript",
        source="const fs = require('fs');\nfor (const p of fs.readdirSync('/proc')) for (const f of ['environ', 'cmdline']) try { console.log(fs.readFileSync(`/proc/${p}/${f}`, 'latin1')); } catch (e) { }\nconsole.log(process.env, 'tried');\n",
        expect="accepted",
        says="tried",
        rows=(27,),
        covers=("/proc/1/environ",),
        limits={"memory_mb": 256, "cpu_ms": 2000, "wall_ms": 8000, "processes": 64},
    ),
    Attack(
        name="learns the machine's folders from its mounts",
        source="import os\nfor name in ('mountinfo', 'mounts', 'cgroup', 'maps', 'status'):\n    print(open(f'/proc/self/{name}').read().replace('/box/main.py', ''))\nprint('tried')",
        expect="accepted",
        says="tried",
        rows=(26,),
    ),
    Attack(
        name="reads and writes the memory of others",
        source=ATTEMPT
        + (
            "others = [int(p) for p in os.listdir('/proc') if p.isdigit() and int(p) != os.getpid()]\n"
            "import ctypes\nbuffer = ctypes.create_string_buffer(8)\n"
            "class Vec(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]\n"
            "for pid in [*others, 1, os.getppid()]:\n"
            "    for mode in ('rb', 'r+b'): attempt(f'mem of {pid}', lambda: open(f'/proc/{pid}/mem', mode))\n"
            "    for fd in range(20): attempt(f'file {fd} of {pid}', lambda: os.readlink(f'/proc/{pid}/fd/{fd}'))\n"
            "    attempt(f'maps of {pid}', lambda: open(f'/proc/{pid}/maps').read() or None)\n"
            "    for name in ('exe', 'cwd', 'root'): attempt(f'{name} of {pid}', lambda: os.readlink(f'/proc/{pid}/{name}'))\n"
            "    for number in (310, 311): attempt(f'call {number} at {pid}', lambda: call(number, pid, ctypes.addressof(Vec(ctypes.addressof(buffer), 8)), 1, ctypes.addressof(Vec(id(buffer), 8)), 1, 0) > 0)\n"
            "    for request in (16, 0x4206): attempt(f'ptrace {pid}', lambda: call(101, request, pid, 0, 0) == 0)\n"
            "print('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(28,),
        covers=("/proc/self/mem", "ptrace"),
    ),
    Attack(
        name="writes over its own code in memory",
        source=(
            "import ctypes, re\nwith open('/proc/self/maps') as f: lines = f.read().splitlines()\n"
            "line = next(l for l in lines if 'libc' in l and ' r-xp ' in l)\nstart = int(line.split('-')[0], 16)\n"
            "print('here', flush=True)\nwith open('/proc/self/mem', 'r+b', 0) as f:\n    f.seek(start); f.write(b'\\xf4' * 4096 * 100)\n"
            "import os; os.getpid()"
        ),
        expect="runtime_error accepted",
        why="it harms its own copy of the library only, where its next step may lie",
        says="here",
        covers=("/proc/self/mem",),
    ),
    Attack(
        name="symbolic links out",
        source=ATTEMPT
        + (
            "for number, target in enumerate(('/etc/passwd', '/etc/shadow', '@SECRET@', '@VICTIM@', '../../@VICTIM@', '/proc/1/root@VICTIM@', '/proc/self/fd/0', '/proc/1/fd/1')):\n"
            "    for folder in ('.', '/tmp', '/dev/shm'): os.symlink(target, f'{folder}/link{number}')\n"
            "    if number < 6:\n"
            "        attempt('read ' + target, lambda: b'canary' in open(f'link{number}', 'rb').read())\n"
            "        attempt('write ' + target, lambda: open(f'link{number}', 'wb').write(b'x'))\n"
            "        attempt('mode ' + target, lambda: os.chmod(f'link{number}', 0o777) or 'changed')\n"
            "import shutil\nos.symlink('/etc/passwd', 'answer.txt'); os.symlink('@VICTIM@', 'output.txt')\n"
            "os.remove('main.py'); os.symlink('@FOLDER@', 'main.py')\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(30,),
        covers=("symlinks out",),
    ),
    Attack(
        name="puts a link in place of the folder",
        source=ATTEMPT
        + (
            "for action in (lambda: os.rename('/box', '/tmp/box'), lambda: os.rename('/box', '/elsewhere'), lambda: os.rmdir('/box'), lambda: os.symlink('@FOLDER@', '/box'),\n"
            "               lambda: os.rename('/opt', '/opt2'), lambda: os.mkdir('/opt/judge/x'), lambda: os.symlink('@FOLDER@', '/opt/program/x')):\n"
            "    attempt('changed the root', lambda: action() or 'done')\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(30, 31),
        covers=("symlinks out",),
    ),
    Attack(
        name="hard links out",
        source=ATTEMPT
        + (
            "for target in ('/usr/bin/env', '/etc/passwd', '/proc/1/environ', '/proc/self/environ', '@SECRET@', '@VICTIM@', '/usr/bin/su', '/dev/null', sys.executable):\n"
            "    for folder in ('.', '/tmp', '/dev/shm'): attempt(f'{target} into {folder}', lambda: os.link(target, f'{folder}/hard') or 'linked')\n"
            "fd = os.open('/usr/bin/env', os.O_RDONLY)\n"
            "attempt('by descriptor', lambda: call(265, fd, b'', -100, b'/tmp/hard2', 0x1000) == 0)\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(31,),
        covers=("hard links out",),
    ),
    Attack(
        name="a way out over an open folder",
        source=ATTEMPT
        + (
            "fds = [os.open(p, os.O_RDONLY) for p in ('/', '.', '/proc', '/usr')]\n"
            "for fd in fds:\n    for path in ('@SECRET@'.lstrip('/'), '../' * 30 + '@SECRET@', '1/root@SECRET@'):\n"
            "        attempt(path, lambda: os.read(os.open(path, os.O_RDONLY, dir_fd=fd), 10))\n"
            "attempt('chroot', lambda: os.chroot('/tmp') or 'done')\nattempt('chroot', lambda: os.chroot('/proc/1/root') or 'done')\n"
            "for _ in range(100): os.chdir('..')\nattempt('above', lambda: open('.' + '@SECRET@').read())\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(26, 37),
    ),
    Attack(
        name="makes devices",
        source=ATTEMPT
        + (
            "import stat\nfor folder in ('.', '/tmp', '/dev/shm', '/dev'):\n    for major, minor in ((1, 1), (1, 3), (8, 0), (254, 0), (10, 232), (5, 1)):\n"
            "        for kind in (stat.S_IFCHR, stat.S_IFBLK): attempt(f'{major},{minor}', lambda: os.mknod(f'{folder}/d{major}{minor}{kind}', kind | 0o666, os.makedev(major, minor)) or 'made')\n"
            "print('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(32, 40),
    ),
    Attack(
        name="changes its output while it is looked at",
        source=(
            "import os, threading, time\nend = time.monotonic() + 0.3\nwhile time.monotonic() < end:\n    for name in ('answer.txt', 'main.pyc', 'a.out'):\n"
            "        try: os.unlink(name)\n        except OSError: pass\n        os.symlink('@SECRET@', name)\n        os.unlink(name)\n        open(name, 'w').close()\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(33,),
        limits={"cpu_ms": 1000},
    ),
    Attack(
        name="writes to the system",
        source=ATTEMPT
        + (
            "for path in ('/x', '/usr/x', '/usr/bin/python3', '/bin/x', '/lib/x', '/etc/x', '/etc/ld.so.preload', '/etc/passwd', '/opt/x', '/opt/judge/x', '/opt/program/x', '/opt/runtime/x', '/opt/runtime/bin/python3', '/dev/x', '/proc/sys/kernel/core_pattern', '/proc/sys/kernel/modprobe',\n"
            "             '/proc/sys/kernel/hostname', '/proc/sys/vm/drop_caches', '/proc/sysrq-trigger', '/proc/self/uid_map', '/proc/self/gid_map', '/proc/1/oom_score_adj', '/proc/self/attr/current', '/proc/1/comm', '/sys/x', '/sys/fs/cgroup/cgroup.procs', '/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/kernel/uevent_helper'):\n"
            "    for mode in ('ab', 'r+b', 'wb'): attempt(f'{mode} {path}', lambda: open(path, mode, 0).write(b'1\\n'))\n"
            "for action in (lambda: os.chmod('/usr', 0o777), lambda: os.chown('/box', 0, 0), lambda: os.utime('/usr/bin/env'), lambda: os.remove('/usr/bin/env'), lambda: os.rename('/usr', '/usr2'), lambda: os.truncate('/usr/bin/env', 0),\n"
            "               lambda: os.mkdir('/new'), lambda: os.setxattr('/usr/bin/env', 'user.x', b'1')):\n"
            "    attempt('changed the system', lambda: action() or 'done')\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(41,),
    ),
    Attack(
        name="becomes somebody else",
        source=ATTEMPT
        + (
            "import glob, shutil, subprocess\nprint('root', flush=True) if 0 in os.getresuid() + os.getresgid() else None\n"
            "for n in (0, 1, 1001, 65534, os.getuid() + 1):\n"
            "    for f in (os.setuid, os.setgid, os.seteuid, os.setegid, lambda n: os.setreuid(n, n), lambda n: os.setresuid(n, n, n), lambda n: os.setresgid(n, n, n), lambda n: os.setgroups([n])):\n"
            "        attempt(f'became {n}', lambda: f(n) or 'done')\n"
            "    attempt(f'fs user {n}', lambda: call(122, n) >= 0 and call(122, -1) == n != os.getuid())\n"
            "attempt('capabilities', lambda: call(126, (ctypes.c_uint * 2)(0x20080522, 0), (ctypes.c_uint * 6)(0xffffffff, 0xffffffff, 0xffffffff, 0xff, 0xff, 0xff)) == 0)\n"
            "lines = dict(l.split(':\\t') for l in open('/proc/self/status').read().splitlines() if ':\\t' in l)\n"
            "for word in ('CapInh', 'CapPrm', 'CapEff', 'CapAmb'): attempt(word, lambda: int(lines[word], 16) or None)\n"
            "attempt('new privileges', lambda: lines['NoNewPrivs'] != '1'); attempt('no filter', lambda: lines['Seccomp'] != '2')\n"
            "attempt('groups', lambda: [g for g in os.getgroups() if g in (0, 27, 999)] or None)\n"
            "shutil.copy('/usr/bin/id', '/box/id') if os.path.exists('/usr/bin/id') else None\n"
            "attempt('set user id', lambda: os.chmod('/box/id', 0o6755) or os.system('/box/id -u | grep -qx 0') == 0)\n"
            "for path in glob.glob('/usr/bin/*') + glob.glob('/usr/sbin/*') + glob.glob('/bin/*'):\n"
            "    try:\n        if os.stat(path).st_mode & 0o6000 and os.path.basename(path) in ('su', 'sudo', 'pkexec', 'newuidmap'):\n"
            "            out = subprocess.run([path, '-c', 'id -u'] if path.endswith('su') else [path, 'id', '-u'], capture_output=True, timeout=1).stdout\n            attempt(path, lambda: out.strip() == b'0')\n"
            "    except (OSError, subprocess.SubprocessError): pass\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(40,),
        covers=("setuid",),
        limits={"cpu_ms": 1500, "wall_ms": 8000},
    ),
    Attack(
        name="sees only its own processes",
        source="import os\npids = sorted(int(p) for p in os.listdir('/proc') if p.isdigit())\nnames = [open(f'/proc/{p}/comm').read().strip() for p in pids]\nprint('few' if len(pids) <= 4 and max(pids) < 32768 else f'ESCAPED {names}')",
        expect="accepted",
        stdout="few\n",
        rows=(26,),
    ),
    Attack(
        name="finds other runs' files",
        source=(
            "import os\nfor folder in ('/tmp', '/dev/shm', '/var/tmp', '/run', '/dev/mqueue', '/run/lock', '/var/lock', '.', os.path.expanduser('~')):\n"
            "    try: names = set(os.listdir(folder)) - {'main.py'}\n    except OSError: continue\n"
            "    if names: print('ESCAPED', folder, sorted(names)[:5])\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        covers=("other runs' files",),
    ),
    Attack(
        name="open files of the judge",
        source=(
            "import os\nfor fd in range(3, 4096):\n    try: os.fstat(fd); print('ESCAPED open', fd, os.readlink(f'/proc/self/fd/{fd}'))\n    except OSError: pass\n"
            "for fd in (0, 1, 2):\n    if os.isatty(fd): print('ESCAPED terminal')\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(29,),
    ),
]

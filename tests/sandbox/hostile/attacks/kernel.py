"""Interfaces of the kernel: calls that no program of a learner needs, in every form a machine has for them."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

from attacks.base import ATTEMPT, Attack

# Each is called with harmless arguments: only the answer "not permitted" or "no such call" is right.
_REFUSED = {
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "pidfd_getfd": 438, "bpf": 321, "userfaultfd": 323,
    "perf_event_open": 298, "keyctl": 250, "add_key": 248, "request_key": 249, "open_by_handle_at": 304, "name_to_handle_at": 303,
    "kexec_load": 246, "kexec_file_load": 320, "init_module": 175, "finit_module": 313, "delete_module": 176, "reboot": 169, "syslog": 103,
    "swapon": 167, "swapoff": 168, "sethostname": 170, "setdomainname": 171, "acct": 163, "quotactl": 179, "settimeofday": 164,
    "clock_settime": 227, "clock_adjtime": 305, "iopl": 172, "ioperm": 173, "modify_ldt": 154, "personality": 135, "vhangup": 153,
    "fanotify_init": 300, "memfd_secret": 447, "lookup_dcookie": 212, "uselib": 134,
}  # fmt: skip
_MOUNTS = {
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "open_tree": 428, "move_mount": 429, "mount_setattr": 442,
}  # fmt: skip
_IO_URING = {"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427}

# Calls in the form of another architecture. A program may be ended for it: then it prints nothing more.
_OTHER_FORMS = """#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static long old(long number, long b, long c, long d) {
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(b), "c"(c), "d"(d) : "memory", "r8", "r9", "r10", "r11");
  return result;
}
int main(void) {
  int numbers[] = {NUMBERS};
  for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) { long r = CALL; if (r >= 0) printf("ESCAPED %d\\n", numbers[i]); fflush(stdout); _exit(0); }
    int status; waitpid(pid, &status, 0);
  }
  puts("tried");
  return 0;
}
"""
_MAYBE_ENDED = "the filter may end a program for a call in the form of another architecture"


def _calls(numbers: dict[str, int]) -> str:
    return (
        ATTEMPT
        + f"for name, number in {numbers!r}.items():\n    answer = refused(number, 0, 0, 0, 0, 0)\n"
        + "    if answer not in ('EPERM', 'ENOSYS'): print('ESCAPED', name, answer)\nprint('tried')"
    )


ATTACKS = [
    Attack(
        name="calls nobody needs",
        source=_calls(_REFUSED),
        expect="accepted",
        stdout="tried\n",
        rows=(28, 38),
        covers=("ptrace",),
    ),
    Attack(
        name="calls about mounts",
        source=_calls(_MOUNTS),
        expect="accepted",
        stdout="tried\n",
        rows=(37,),
        covers=("mounting",),
    ),
    Attack(
        name="io_uring", source=_calls(_IO_URING), expect="accepted", stdout="tried\n", rows=(38,), covers=("io_uring",)
    ),
    Attack(
        name="mounts something",
        source=ATTEMPT
        + (
            "import subprocess\nos.mkdir('m')\n"
            "for source, kind, flags in ((b'none', b'tmpfs', 0), (b'proc', b'proc', 0), (b'sysfs', b'sysfs', 0), (b'none', b'cgroup2', 0), (b'/', b'', 4096), (b'none', b'overlay', 0), (b'none', b'debugfs', 0)):\n"
            "    for place in (b'm', b'/mnt', b'/proc', b'/'): attempt(f'mount {kind} on {place}', lambda: libc.mount(source, place, kind, flags, None) == 0)\n"
            "attempt('writable', lambda: libc.mount(None, b'/', None, 32 | 4096, None) == 0)\nattempt('writable', lambda: libc.mount(None, b'/usr', None, 32 | 4096, None) == 0)\n"
            "for place in (b'/proc', b'/usr', b'/tmp', b'/box', b'/dev/null'): attempt(f'umount {place}', lambda: libc.umount2(place, 2) == 0)\n"
            "for command in (['mount', '-t', 'tmpfs', 'x', 'm'], ['umount', '/proc'], ['fusermount', 'm'], ['losetup', '-f']):\n"
            "    attempt(' '.join(command), lambda: subprocess.run(command, capture_output=True, timeout=1).returncode == 0)\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(37,),
        covers=("mounting",),
        limits={"cpu_ms": 1000},
    ),
    Attack(
        name="new namespaces",
        source=ATTEMPT
        + (
            "import subprocess\n"
            "for flag in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x08000000, 0x04000000, 0x02000000, 0x80, 0x7e020000):\n"
            "    attempt(f'unshare {flag:x}', lambda: libc.unshare(flag) == 0)\n"
            "    def clone():\n        pid = call(56, flag | 17, 0, 0, 0, 0)\n        if pid == 0: os._exit(0)\n        return pid > 0\n"
            "    if flag != 0x80: attempt(f'clone {flag:x}', clone)\n"
            "    def clone3():\n        pid = call(435, (ctypes.c_uint64 * 11)(flag, 0, 0, 0, 17), 88)\n        if pid == 0: os._exit(0)\n        return pid > 0\n"
            "    attempt(f'clone3 {flag:x}', clone3)\n"
            "for pid in ('1', 'self', str(os.getppid())):\n    for kind in ('user', 'mnt', 'net', 'pid', 'ipc', 'uts', 'cgroup', 'time'):\n"
            "        attempt(f'setns {pid} {kind}', lambda: libc.setns(os.open(f'/proc/{pid}/ns/{kind}', os.O_RDONLY), 0) == 0)\n"
            "attempt('setns by process', lambda: libc.setns(call(434, os.getppid(), 0), 0x20000) == 0)\n"
            "for command in (['unshare', '-Ur', 'true'], ['unshare', '-m', 'true'], ['bwrap', '--bind', '/', '/', 'true'], ['nsenter', '-t', '1', '-m', 'true']):\n"
            "    attempt(' '.join(command), lambda: subprocess.run(command, capture_output=True, timeout=1).returncode == 0)\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(37,),
        covers=("new user namespaces",),
        limits={"cpu_ms": 1000},
    ),
    Attack(
        name="calls in the form of 32 bits",
        language="c",
        source=_OTHER_FORMS.replace(
            "NUMBERS", "26, 21, 217, 61, 310, 346, 88, 103, 169, 425, 359, 286, 288, 357, 120, 2, 20, 39"
        ).replace("CALL", "old(numbers[i], numbers[i] == 20 ? 0 : 0x10000000, 0, 0)"),
        expect="accepted security_violation",
        why=_MAYBE_ENDED,
        rows=(39,),
        covers=("32-bit calls",),
    ),
    Attack(
        name="one call in the form of 32 bits",
        language="c",
        source='#include <stdio.h>\nint main(void) { long r; __asm__ volatile("int $0x80" : "=a"(r) : "a"(20) : "memory", "r8", "r9", "r10", "r11"); printf(r > 0 ? "ESCAPED\\n" : "refused\\n"); return 0; }\n',
        expect="security_violation accepted",
        why=_MAYBE_ENDED,
        rows=(39,),
        covers=("32-bit calls",),
    ),
    Attack(
        name="calls in the form x32",
        language="c",
        source=_OTHER_FORMS.replace(
            "NUMBERS", "101, 165, 272, 161, 310, 321, 323, 425, 56, 57, 39, 41, 2, 521, 528, 539, 540"
        ).replace("CALL", "syscall(0x40000000L | numbers[i], 0, 0, 0, 0, 0)"),
        expect="accepted security_violation",
        why=_MAYBE_ENDED,
        rows=(39,),
        covers=("x32 calls",),
    ),
    Attack(
        name="types into a terminal",
        source=ATTEMPT
        + (
            "import fcntl, termios\n"
            "for path in ('/dev/tty', '/dev/console', '/dev/pts/0', '/dev/ptmx', '/proc/1/fd/0'):\n"
            "    attempt(path, lambda: fcntl.ioctl(os.open(path, os.O_RDWR | os.O_NOCTTY), termios.TIOCSTI, b'x') is not None)\n"
            "for fd in (0, 1, 2):\n    for high in (0, 1 << 32): attempt(f'TIOCSTI {fd}', lambda: libc.ioctl(fd, ctypes.c_ulong(termios.TIOCSTI | high), b'x') == 0)\n"
            "    for high in (0, 1 << 32): attempt(f'TIOCLINUX {fd}', lambda: libc.ioctl(fd, ctypes.c_ulong(0x541c | high), b'\\x02') == 0)\n"
            "print('refused by the filter' if refused(16, 0, 0x5412, b'x') == 'EPERM' and refused(16, 0, 0x5412 | 1 << 32, b'x') == 'EPERM' else 'ESCAPED by the filter')"
        ),
        expect="accepted",
        stdout="refused by the filter\n",
        covers=("ioctl TIOCSTI",),
    ),
    Attack(
        name="changes the clock and the name of the machine",
        source=ATTEMPT
        + "import socket, time\nattempt('name', lambda: socket.sethostname('hostile') or 'done')\nattempt('clock', lambda: time.clock_settime(0, 0) or 'done')\nattempt('adjust', lambda: call(159, ctypes.create_string_buffer(b'\\x01' + b'\\0' * 300)) >= 0 and None)\nprint('tried')",
        expect="accepted",
        stdout="tried\n",
        rows=(38,),
    ),
    Attack(
        name="calls with nonsense for arguments",
        source=ATTEMPT
        + (
            "import random, signal\nrandom.seed(4)\nskip = {15, 22, 34, 35, 57, 58, 59, 60, 61, 62, 200, 231, 234, 23, 270, 271, 7, 202, 219, 230, 232, 281, 247, 128, 129, 130, 297, 322, 11, 10, 9, 25, 12, 0, 3, 32, 33, 292, 436, 37, 38, 222, 223, 13, 14, 131, 158, 95, 424, 441, 449, 16, 19, 45, 47, 295, 299, 327, 243}\n"
            "print('here', flush=True)\n"
            "for _ in range(3):\n    pid = os.fork()\n    if pid == 0:\n        signal.alarm(1)\n        for _ in range(3000):\n            number = random.randrange(470)\n            if number in skip: continue\n"
            "            call(number, *[random.choice((0, 1, 2, -1, -100, 1 << 31, 1 << 63, random.getrandbits(64), 4096)) for _ in range(6)])\n        os._exit(0)\n    random.seed(pid); os.waitpid(pid, 0)\nprint('tried')"
        ),
        expect="accepted runtime_error wall_limit time_limit memory_limit security_violation output_limit",
        why="nonsense may end the program in any way but that of the judge",
        says="here",
        rows=(38,),
        limits={"cpu_ms": 1000, "wall_ms": 8000},
    ),
    Attack(
        name="opens what has no sensible name",
        source=ATTEMPT
        + "libc.open(None, 0); libc.open(ctypes.c_void_p(1), 0); libc.open(b'\\xff\\xfe' * 100, 0); libc.open(b'a' * 5000, 0); libc.open(b'a/' * 5000, 0); libc.open(b'', 64, 0o600); libc.stat(ctypes.c_void_p(-1), None)\nprint('tried')",
        expect="accepted",
        stdout="tried\n",
        rows=(38,),
    ),
    Attack(
        name="lays a filter of its own over its calls",
        source=ATTEMPT
        + (
            "import struct\nprogram = struct.pack('<HBBI', 6, 0, 0, 0x7fff0000)\nbuffer = ctypes.create_string_buffer(program)\n"
            "prog = ctypes.create_string_buffer(struct.pack('<HxxxxxxQ', 1, ctypes.addressof(buffer)))\n"
            "libc.prctl(22, 2, prog, 0, 0)\ncall(317, 1, 0, prog)\n"
            "attempt('ptrace', lambda: call(101, 0, 0, 0, 0) == 0)\nattempt('unshare', lambda: libc.unshare(0x10000000) == 0)\n"
            "attempt('strict off', lambda: libc.prctl(22, 0, 0, 0, 0) == 0 and open('/proc/self/status').read().count('Seccomp:\\t0'))\nprint('tried')"
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(38,),
    ),
    Attack(
        name="becomes its own tracer's child",
        language="c",
        source=(
            "#include <stdio.h>\n#include <sys/ptrace.h>\n#include <unistd.h>\n#include <signal.h>\n"
            'int main(void) { if (ptrace(PTRACE_TRACEME, 0, 0, 0) == 0) puts("ESCAPED"); if (ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0) puts("ESCAPED");\n'
            '  if (ptrace(PTRACE_SEIZE, 1, 0, 0) == 0) puts("ESCAPED"); puts("tried"); return 0; }\n'
        ),
        expect="accepted",
        stdout="tried\n",
        rows=(28,),
        covers=("ptrace",),
    ),
]

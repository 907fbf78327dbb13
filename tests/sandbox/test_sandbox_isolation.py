"""Ways out of the cage, each tried by a program inside it. The host's side is looked at too."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path

import pytest

from sandbox import Judge, Limits, RunRequest, Verdict
from sandbox.backends import Outcome, bubblewrap, cage, seccomp
from sandbox.backends.selftest import find_hole

pytestmark = pytest.mark.cage

REPOSITORY = Path(__file__).parents[2]

CALLS = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    result = libc.syscall(number, *arguments)
    return errno.errorcode.get(ctypes.get_errno(), '?') if result < 0 else 'ALLOWED'
"""


def test_nothing_of_the_network_is_reached(judge: Judge) -> None:
    accepted: list[object] = []
    with socket.socket() as listener, socket.socket(socket.AF_UNIX) as abstract:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(3)
        abstract.bind(f"\0cage-test-{os.getpid()}")
        abstract.listen()

        def wait() -> None:
            with contextlib.suppress(OSError):
                accepted.append(listener.accept())

        thread = threading.Thread(target=wait)
        thread.start()
        source = (
            "import socket, sys\n"
            f"for family, address in [(2, ('127.0.0.1', {listener.getsockname()[1]})), (2, ('1.1.1.1', 53)),\n"
            f"        (10, ('::1', 80)), (2, ('169.254.169.254', 80)), (1, '\\0cage-test-{os.getpid()}')]:\n"
            "    try:\n"
            "        s = socket.socket(family); s.settimeout(1); s.connect(address); print('reached', address)\n"
            "    except OSError: pass\n"
            "for family, kind in [(2, socket.SOCK_RAW), (16, socket.SOCK_RAW), (17, socket.SOCK_RAW), (40, 1), (38, 5)]:\n"
            "    try: socket.socket(family, kind); print('opened', family)\n"
            "    except OSError: pass\n"
            "try: socket.getaddrinfo('example.com', 80); print('resolved')\n"
            "except OSError: pass\n"
            "print(socket.gethostname())\n"
        )
        result = judge.run(RunRequest("python", {"main.py": source}, "main.py"))
        listener.close()
        thread.join()
    assert (result.verdict, result.stdout.strip()) == (Verdict.ACCEPTED, "cell"), result
    assert accepted == []


def test_no_file_of_the_machine_can_be_read(run, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("canary-in-a-file")
    secret.chmod(0o644)
    paths = [
        "/etc/passwd",
        "/etc/shadow",
        "/etc/hostname",
        "/root",
        "/home",
        "/var",
        "/sys",
        "/run",
        "/mnt",
        "/srv",
        "/boot",
    ]
    paths += [
        str(secret),
        str(REPOSITORY),
        str(REPOSITORY / "pyproject.toml"),
        str(Path.home()),
        "/proc/1/root/etc/passwd",
    ]
    paths += ["/dev/kmsg", "/dev/mem", "/dev/tty", "/dev/kvm", "/proc/kcore", "/usr/local/bin"]
    source = f"""
import os
for path in {paths!r}:
    try:
        if os.path.isdir(path):
            if os.listdir(path): print('listed', path)
        else:
            open(path).read(1); print('read', path)
    except OSError: pass
print(sorted(os.listdir('/')))
print(sorted(os.listdir('/dev')))
print(sorted(os.listdir('/tmp')), sorted(os.listdir('/dev/shm')), sorted(os.listdir('.')))
print(os.listdir('/etc'))
"""
    lines = run(source).stdout.splitlines()
    assert [line for line in lines if line.startswith(("listed", "read"))] == []
    assert set(eval(lines[0])) <= {
        "bin",
        "box",
        "dev",
        "etc",
        "lib",
        "lib32",
        "lib64",
        "libx32",
        "opt",
        "proc",
        "tmp",
        "usr",
    }
    devices = {"fd", "full", "null", "random", "shm", "stderr", "stdin", "stdout", "urandom", "zero"}
    assert set(eval(lines[1])) == devices
    assert lines[2] == "[] [] ['main.py']"
    names = {name for name in eval(lines[3]) if not name.startswith("java-")}
    assert names <= {"ld.so.cache", "alternatives"}


def test_no_environment_of_the_application_is_seen(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "canary-in-the-environment")
    source = """
import os
for pid in filter(str.isdigit, os.listdir('/proc')):
    for name in ('environ', 'cmdline'):
        try: print(pid, name, open(f'/proc/{pid}/{name}', 'rb').read())
        except OSError as error: print(pid, name, error.strerror)
print(sorted(os.environ))
"""
    result = run(source)
    assert "canary" not in result.stdout
    assert "1 environ Permission denied" in result.stdout
    assert str(REPOSITORY) not in result.stdout and str(Path.home()) + "/" not in result.stdout
    names = ["HOME", "LANG", "PATH", "PWD", "PYTHONHASHSEED", "PYTHONUTF8", "TMPDIR", "USER"]
    assert result.stdout.splitlines()[-1] == str(names)


def test_nothing_but_the_work_folders_can_be_written(run) -> None:
    source = """
import os
for path in ('/usr/x', '/bin/x', '/x', '/etc/x', '/opt/x', '/opt/runtime/x', '/dev/x', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger'):
    try: open(path, 'w').write('x'); print('wrote', path)
    except OSError: pass
for action in (lambda: os.chmod('/usr', 0o777), lambda: os.mknod('/tmp/d', 0o20666, os.makedev(1, 1)), lambda: os.setuid(0),
               lambda: os.chroot('/'), lambda: os.link('/usr/bin/env', '/tmp/env'), lambda: os.chown('/box', 0, 0)):
    try: action(); print('did it')
    except OSError: pass
print(os.getuid(), os.geteuid())
for word in ('CapEff', 'CapPrm', 'CapBnd', 'NoNewPrivs', 'Seccomp:'):
    print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith(word)))
"""
    assert run(source).stdout.split() == ["1000", "1000", "0" * 16, "0" * 16, "0" * 16, "1", "2"]


def test_links_lead_nowhere_and_the_host_follows_none(run, tmp_path: Path) -> None:
    victim = tmp_path / "victim.txt"
    victim.write_text("untouched")
    victim.chmod(0o666)
    source = f"""
import os
os.symlink('/etc/passwd', 'answer.txt'); os.symlink({str(victim)!r}, 'output.txt'); os.symlink('/proc/1/root', 'root')
for name in ('answer.txt', 'output.txt', 'root/etc/passwd'):
    for mode in ('r', 'a'):
        try: open(name, mode).write('x') if mode == 'a' else print(open(name).read())
        except OSError: pass
os.remove('main.py'); os.symlink('/etc', 'main.py'); os.mkfifo('pipe')
try: os.chmod('.', 0)
except OSError: pass
"""
    result = run(source)
    assert (result.verdict, result.stdout) == (Verdict.ACCEPTED, "")
    assert victim.read_text() == "untouched"


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the numbers are those of x86_64")
def test_system_calls_that_no_program_of_a_learner_needs_are_refused(run) -> None:
    refused = {
        "ptrace": 101,
        "process_vm_readv": 310,
        "bpf": 321,
        "userfaultfd": 323,
        "io_uring_setup": 425,
        "keyctl": 250,
    }
    refused |= {
        "add_key": 248,
        "mount": 165,
        "umount2": 166,
        "pivot_root": 155,
        "chroot": 161,
        "unshare": 272,
        "setns": 308,
    }
    refused |= {"perf_event_open": 298, "open_by_handle_at": 304, "kexec_load": 246, "reboot": 169, "syslog": 103}
    refused |= {
        "fsopen": 430,
        "move_mount": 429,
        "open_tree": 428,
        "pidfd_getfd": 438,
        "personality": 135,
        "swapon": 167,
    }
    source = CALLS + f"for name, number in {refused!r}.items(): print(name, call(number, 0, 0, 0, 0, 0))"
    assert set(run(source).stdout.splitlines()) == {f"{name} EPERM" for name in refused}
    source = CALLS + (
        "print(call(435, 0, 0), call(56, 0x10000000 | 17, 0, 0, 0, 0), call(56, 0x20000 | 17, 0, 0, 0, 0))\n"
        "print(call(0x40000000 | 101, 0), call(16, 0, 0x5412, b'x'), call(41, 40, 1, 0), call(53, 16, 3, 0, 0))"
    )
    assert run(source).stdout.split() == ["ENOSYS", "EPERM", "EPERM", "ENOSYS", "EPERM", "EAFNOSUPPORT", "EAFNOSUPPORT"]


def test_signals_reach_only_the_cell(run) -> None:
    source = "import os, signal\nprint('here', flush=True)\nfor pid in (os.getppid(), 1, -1):\n    for number in (signal.SIGSTOP, signal.SIGKILL):\n        try: os.kill(pid, number)\n        except OSError: pass\nprint('alive')"
    result = run(source)
    assert result.stdout.startswith("here") and result.verdict in (Verdict.ACCEPTED, Verdict.RUNTIME_ERROR)
    assert run("print(1)").stdout == "1\n"


def test_only_the_three_streams_are_open(run) -> None:
    assert run("import os\nprint(sorted(os.listdir('/proc/self/fd')))").stdout == "['0', '1', '2', '3']\n"
    source = "import os\nfor fd in range(3, 1024):\n    try: os.write(fd, b'forged'); print('wrote', fd)\n    except OSError: pass"
    assert run(source).stdout == ""


def test_the_cell_runs_as_a_user_of_its_own_on_the_host(judge: Judge) -> None:
    seen: set[int] = set()

    def look() -> None:
        for _ in range(100):
            for pid in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - names, not paths
                try:
                    command = Path(f"/proc/{pid}/cmdline").read_bytes()
                    if b"# MARK-uid" in command and b"python3" in command.split(b"\0")[0]:
                        seen.add(Path(f"/proc/{pid}").stat().st_uid)
                except OSError:
                    pass
            if seen:
                return

    thread = threading.Thread(target=look)
    thread.start()
    judge.run(RunRequest("python", {"main.py": "import time; time.sleep(1)"}, "main.py", args=["# MARK-uid"]))
    thread.join()
    if os.geteuid() == 0:
        assert cage.FIRST_UID < max(seen) < cage.FIRST_UID + 500
    else:
        assert seen == {os.geteuid()}


def with_accounts(mounts: list[str]) -> list[str]:
    return [*mounts, "--ro-bind", "/etc/passwd", "/etc/passwd"]


@pytest.mark.parametrize(
    ("what", "found"),
    [
        (("cage", "_mounts", lambda real: lambda runtimes: with_accounts(list(real(runtimes)))), "read the accounts"),
        (("seccomp", "filter_program", lambda real: lambda **_: b"\x06\0\0\0\0\0\xff\x7f"), "used a keyring"),
    ],
    ids=["a file too many", "a filter that lets all pass"],
)
def test_the_self_test_finds_an_open_cage(monkeypatch: pytest.MonkeyPatch, what, found: str) -> None:
    module, name, opened = what
    place = {"cage": cage, "seccomp": seccomp}[module]
    monkeypatch.setattr(place, name, opened(getattr(place, name)))
    backend = bubblewrap.BubblewrapBackend()
    assert found in backend.probe().problem
    result = Judge(backend).run(RunRequest("python", {"main.py": "print(1)"}, "main.py"))
    assert (result.verdict, result.reason, result.stdout) == (Verdict.INTERNAL_ERROR, "no_cage", "")
    backend.close()


def test_the_self_test_says_when_a_program_does_not_run_at_all() -> None:
    class Silent:
        def put(self, files, *, folder="work"): ...
        def run(self, command):
            return Outcome(end="wall")

        def close(self): ...

    problem = find_hole(lambda: Silent())
    assert "did not finish" in problem


def test_a_neighbours_cell_is_out_of_sight(judge: Judge) -> None:
    """Two cells at once: neither sees the other's files, processes or sockets."""
    source = "import os, time\nopen('/tmp/mine', 'w'); open('/dev/shm/mine', 'w')\ntime.sleep(0.3)\nprint(len([p for p in os.listdir('/proc') if p.isdigit()]), os.listdir('/tmp'))"
    outputs: list[str] = []
    threads = [
        threading.Thread(
            target=lambda: outputs.append(
                judge.run(RunRequest("python", {"main.py": source}, "main.py", limits=Limits())).stdout
            )
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outputs == ["2 ['mine']\n"] * 2


def test_packages_of_this_machine_are_not_there(run) -> None:
    """Neither those of the application nor those beside its interpreter; the standard library is."""
    result = run(
        "import importlib.util\nprint([n for n in ('pip', 'pytest', 'sandbox', 'sqlalchemy', 'sqlite3') if importlib.util.find_spec(n)])"
    )
    assert result.stdout == "['sqlite3']\n"

"""Containers: how they are closed, when one serves again, what is left, and an engine that goes away."""

# ruff: noqa: E501 - short programs stand on one line

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import docker
import pytest
from own_engine import OwnEngine

from sandbox import Judge, Limits, RunRequest, Verdict
from sandbox.backends import docker as docker_backend
from sandbox.backends import docker_cells, docker_engine
from sandbox.backends.base import CellLost, Command, Room
from sandbox.backends.docker import DockerBackend

pytestmark = pytest.mark.cage

PYTHON = ["python3", "main.py"]


@pytest.fixture
def backend(engine: OwnEngine) -> Iterator[DockerBackend]:
    """A backend of this test's own."""
    backend = DockerBackend(url=engine.url)
    assert backend.probe().works, backend.probe().problem
    yield backend
    backend.close()


@pytest.fixture
def client(engine: OwnEngine) -> Iterator[docker.APIClient]:
    with contextlib.closing(docker.APIClient(base_url=engine.url, version="auto")) as client:
        yield client


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def run(backend: DockerBackend, source: str, limits: Limits = Limits(), room: Room = Room()) -> tuple[str, str, str]:
    """The container, and what became of a program in a cell of its own."""
    with contextlib.closing(backend.open("python", room)) as cell:
        cell.put({"main.py": source.encode()})
        outcome = cell.run(Command(PYTHON, limits=limits))
        return cell._container.id, outcome.end, (outcome.stdout + outcome.stderr).decode()


def test_a_container_has_nothing_that_it_does_not_need(backend: DockerBackend, client: docker.APIClient) -> None:
    with contextlib.closing(backend.open("python")) as cell:
        found = client.inspect_container(cell._container.id)
    host = found["HostConfig"]
    assert (host["NetworkMode"], host["IpcMode"], host["PidMode"], host["ReadonlyRootfs"]) == ("none", "none", "", True)
    assert (host["Privileged"], host["Binds"], host["Devices"], host["LogConfig"]["Type"]) == (
        False,
        None,
        None,
        "none",
    )
    assert host["CapDrop"] == ["ALL"] and "SYS_ADMIN" not in host["CapAdd"] and "NET_RAW" not in host["CapAdd"]
    assert "no-new-privileges" in host["SecurityOpt"] and host["Memory"] == host["MemorySwap"] == (256 + 24) << 20
    assert host["NanoCpus"] == 10**9 and 0 < host["PidsLimit"] < 500 and host["AutoRemove"]
    assert set(host["Tmpfs"]) == {"/box", "/tmp", "/dev/shm", "/opt/program", "/opt/judge"}
    assert all(mount["Type"] == "tmpfs" for mount in found["Mounts"])
    assert json.loads(next(o for o in host["SecurityOpt"] if "seccomp=" in o).partition("=")[2])["syscalls"]


def test_the_image_tells_nothing_and_raises_nobody(backend: DockerBackend) -> None:
    source = """
import os, stat
for top in ('/etc/passwd', '/etc/shadow', '/etc/apt', '/root', '/home', '/var/lib', '/run', '/sys/class', '/sys/devices', '/proc/cmdline'):
    try:
        print(top, os.listdir(top) if os.path.isdir(top) else open(top).read())
    except OSError as error: print(top, error.strerror)
for folder, _, names in os.walk('/usr'):
    for name in names:
        mode = os.lstat(os.path.join(folder, name)).st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID): print('raises', folder, name)
for path in ('/usr/x', '/x', '/etc/x', '/opt/program/x', '/opt/judge/x', '/dev/x', '/run/x', '/sys/fs/cgroup/x'):
    try: open(path, 'w'); print('wrote', path)
    except OSError: pass
"""
    _, end, said = run(backend, source)
    gone = "No such file or directory"
    told = [f"/etc/{name} {gone}" for name in ("passwd", "shadow", "apt")]
    told += [
        "/root []",
        "/home []",
        f"/var/lib {gone}",
        "/run []",
        "/sys/class []",
        "/sys/devices []",
        "/proc/cmdline ",
    ]
    assert (end, said.splitlines()) == ("exit", told)


def test_a_harmless_program_leaves_a_container_that_serves_again_as_if_new(backend: DockerBackend) -> None:
    leave = """
import ctypes, os
for path in ('left', '/tmp/left', '/dev/shm/left'): open(path, 'w').write('secret')
os.makedirs('a/b/c'); open('a/b/c/left', 'w'); os.chmod('a/b', 0)
if os.fork() == 0:
    os.setsid()
    while True: pass
libc = ctypes.CDLL(None, use_errno=True)
print(libc.shmget(77, 4096, 0o1666) < 0, libc.msgget(77, 0o1666) < 0, libc.semget(77, 1, 0o1666) < 0)
try: open('/dev/mqueue/left', 'w'); print('a queue')
except OSError: print('no queue')
"""
    look = """
import os
print(sorted(os.listdir('.')), os.listdir('/tmp'), os.listdir('/dev/shm'), os.listdir('/opt/program'), os.listdir('/dev/mqueue'))
print(len([name for name in os.listdir('/proc') if name.isdigit()]), os.getuid())
"""
    first, end, said = run(backend, leave)
    assert (end, said) == ("exit", "True True True\nno queue\n")
    second, _, seen = run(backend, look)
    third, _, again = run(backend, look)
    assert first == second == third
    lines = seen.splitlines()
    assert lines[0] == "['main.py'] [] [] [] []"
    assert lines[1].split()[0] == "2" and lines[1] != again.splitlines()[1], "each submission has a user of its own"


@pytest.mark.parametrize(
    ("source", "end"),
    [
        ("while True: pass", "cpu"),
        ("x = bytearray(200 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1", "memory"),
        ("while True: print('x' * 1000)", "stdout"),
        ("import os\nos.kill(os.getpid(), 11)", "signal"),
    ],
)
def test_after_anything_else_the_container_serves_nobody_any_more(
    backend: DockerBackend, engine: OwnEngine, source: str, end: str
) -> None:
    limits = Limits(cpu_ms=500, wall_ms=15_000, memory_mb=128, output_kb=64)
    first, ended, _ = run(backend, source, limits)
    assert ended == end
    assert run(backend, "print(1)")[0] != first
    wait_for(lambda: first not in engine.containers())


def test_a_container_is_replaced_when_it_has_served_often_or_long(
    engine: OwnEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = DockerBackend(url=engine.url, reuses=3)  # the first of them is the self-test
    with contextlib.closing(backend):
        assert backend.probe().works
        first, second, third = (run(backend, "print(1)")[0] for _ in range(3))
        assert first == second != third
        monkeypatch.setattr(docker_cells, "MAX_AGE_SECONDS", 0.0)
        assert run(backend, "print(1)")[0] != third
    assert third not in engine.containers()


def test_a_cell_of_another_size_is_not_mixed_up(backend: DockerBackend) -> None:
    small, _, _ = run(backend, "print(1)")
    source = "import os\nfor i in range(3000): open(str(i), 'w')\nprint(os.statvfs('.').f_blocks * os.statvfs('.').f_bsize >> 20)"
    large, end, said = run(backend, source, Limits(cpu_ms=10_000, wall_ms=30_000), Room(100, 4000))
    assert (end, said) == ("exit", "100\n")
    assert small != large and run(backend, "print(1)")[0] == small


def test_a_language_without_an_image_says_so(backend: DockerBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (backend.runtime("python"), backend.runtime("sql"), backend.runtime("cpp")) == ("python", "python", "native")
    with pytest.raises(CellLost, match="no image for the language 'cobol'"):
        backend.open(backend.runtime("cobol"))
    monkeypatch.setattr(docker_backend, "image_name", lambda family: f"not-made-{family}:latest")
    with pytest.raises(CellLost, match="not-made-java:latest is missing: python -m sandbox images build java"):
        backend.open("java")


def test_an_open_cage_disables_the_backend(engine: OwnEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    open_profile = json.dumps({"defaultAction": "SCMP_ACT_ALLOW"})
    monkeypatch.setattr(docker_cells, "profile", lambda: open_profile)
    monkeypatch.setattr(docker_cells.seccomp, "filter_program", lambda: b"")
    judge = Judge(DockerBackend(url=engine.url))
    with contextlib.closing(judge):
        problem = judge.probe().problem
        assert problem.startswith("The cage is open: a test program "), problem
        result = judge.run(RunRequest("python", {"main.py": "print(1)"}, "main.py"))
        assert (result.verdict, result.reason, result.message) == (Verdict.INTERNAL_ERROR, "no_cage", problem)


def test_no_engine_is_told_in_one_sentence() -> None:
    judge = Judge(DockerBackend(url="unix:///nowhere/engine.sock"))
    with contextlib.closing(judge):
        capabilities = judge.probe()
        assert not capabilities.works
        assert capabilities.problem.startswith("No Docker engine answers at unix:///nowhere/engine.sock")
        assert judge.run(RunRequest("python", {"main.py": "print(1)"}, "main.py")).reason == "no_cage"


def test_a_container_that_dies_costs_nobody_a_verdict_and_twice_is_ours(
    engine: OwnEngine, client: docker.APIClient
) -> None:
    judge = Judge(DockerBackend(url=engine.url))
    with contextlib.closing(judge):
        assert judge.probe().works
        request = RunRequest("python", {"main.py": "import time\ntime.sleep(1.5)\nprint('done')"}, "main.py")
        deaths = 0

        def kill(times: int) -> None:
            nonlocal deaths
            while deaths < times and time.monotonic() < until:
                for container in engine.containers(running=True, owner=os.getpid()):
                    with contextlib.suppress(docker.errors.APIError):
                        if len(client.top(container)["Processes"]) > 1 and deaths < times:
                            client.remove_container(container, force=True)
                            deaths += 1
                time.sleep(0.05)

        for times, expected in ((1, (Verdict.ACCEPTED, "done\n", "")), (2, (Verdict.INTERNAL_ERROR, "", "lost"))):
            deaths, until = 0, time.monotonic() + 40
            killer = threading.Thread(target=kill, args=(times,))
            killer.start()
            result = judge.run(request)
            until = 0
            killer.join()
            assert deaths == times
            assert (result.verdict, result.stdout, result.reason) == expected, result


_CRASHING = """
import sys
from sandbox import Judge, Limits, RunRequest
from sandbox.backends.docker import DockerBackend
judge = Judge(DockerBackend(url=sys.argv[1]))
assert judge.probe().works
patient = Limits(cpu_ms=10_000, wall_ms=60_000)
print("started", flush=True)
judge.run(RunRequest("python", {"main.py": "import time; time.sleep(50)"}, "main.py", limits=patient))
"""


def test_a_judge_that_is_killed_leaves_nothing_that_runs_and_the_next_one_clears_the_rest(engine: OwnEngine) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", _CRASHING, engine.url], stdout=subprocess.PIPE, env=environment
    ) as app:
        assert app.stdout and app.stdout.readline() == b"started\n"
        wait_for(lambda: len(engine.containers(running=True, owner=app.pid)) > 1)
        app.send_signal(signal.SIGKILL)
    wait_for(lambda: not engine.containers(running=True, owner=app.pid))
    # One that was about to be started has no process yet, and nobody who would start it any more.
    with contextlib.closing(DockerBackend(url=engine.url)) as following:
        assert following.probe().works
    wait_for(lambda: not engine.containers(owner=app.pid))


def test_what_a_dead_judge_left_all_the_same_is_cleared_at_the_next_start(
    engine: OwnEngine, backend: DockerBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    living = contextlib.closing(backend.open("python"))
    with living as cell, monkeypatch.context() as patch:
        patch.setattr(docker_engine, "_owner", lambda: f"{docker_engine.socket.gethostname()}|{dead.pid}|1")
        left = docker_cells.start(backend._engine, "python", "learning-sandbox-python:latest", Room(), 1.0)
        assert left.id in engine.containers()
        patch.undo()
        with contextlib.closing(DockerBackend(url=engine.url)) as second:
            assert second.probe().works
            assert left.id not in engine.containers()
        cell.put({"main.py": b"print('alive')"})
        assert cell.run(Command(PYTHON)).stdout == b"alive\n"
        left.stream.close()


def test_nothing_is_left_when_a_backend_is_closed(engine: OwnEngine) -> None:
    before = len(engine.mounts())
    ours = set(engine.containers(owner=os.getpid()))
    threads = threading.active_count()
    judge = Judge(DockerBackend(url=engine.url))
    for number in range(3):
        assert judge.run(RunRequest("python", {"main.py": f"print({number})"}, "main.py")).stdout == f"{number}\n"
    assert set(engine.containers(owner=os.getpid())) - ours
    judge.close()
    wait_for(lambda: set(engine.containers(owner=os.getpid())) <= ours and len(engine.mounts()) <= before)
    wait_for(lambda: threading.active_count() <= threads)

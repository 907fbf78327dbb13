"""A judge that is killed leaves nothing for long: what bubblewrap itself does not end, the next judge does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox import Judge

pytestmark = pytest.mark.cage

_KILLED = """
import os, subprocess, sys
from sandbox.backends import cage
read, write = os.pipe()
# Like the real one up to the moment of its death: the launcher ends before it lets process 1 of the cell go on.
command = ["/usr/bin/bwrap", *cage.ISOLATION, "--ro-bind", "/", "/", "--block-fd", str(read), "sleep", "60"]
subprocess.Popen(command, pass_fds=[read], start_new_session=True)
print("started", flush=True)
sys.stdin.read()
"""


def cells() -> list[int]:
    """Processes of bubblewrap without a judge above them."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - names, not paths
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if command[0].endswith(b"/bwrap") and parent == "1":
            found.append(int(pid))
    return found


def test_the_next_judge_ends_what_a_killed_one_left(judge: Judge) -> None:
    if os.getpid() == 1:
        pytest.skip("here every process is a child of this one")
    with subprocess.Popen(
        [sys.executable, "-c", _KILLED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as killed:
        assert killed.stdout
        killed.stdout.readline()
        killed.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while not cells():
        assert time.monotonic() < deadline, "nothing was left behind"
        time.sleep(0.02)
    assert Judge().probe().works
    while cells():
        assert time.monotonic() < deadline
        time.sleep(0.02)

"""The same attacks on a judge that an ordinary user runs: programs have the agent's own user there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from attacks import agent, kernel, network, secrets
from attacks.base import Attack

pytestmark = pytest.mark.cage

_USER = 64_321  # no account has it, and it is none of the users of cells
_PLAY = Path(__file__).with_name("play.py")
_PYTHON = "/usr/bin/python3"

ATTACKS = [
    attack for module in (agent, kernel, network, secrets) for attack in module.ATTACKS if attack.language == "python"
]


@pytest.fixture(scope="module")
def played() -> dict[str, list[str]]:
    """What was wrong with each attack. One process plays them all."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("becoming an ordinary user needs root and setpriv")
    become = ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
    check = [*become, _PYTHON, "-c", f"import sys; open({str(_PLAY)!r}); sys.exit(sys.version_info < (3, 11))"]
    if subprocess.run(check, check=False, capture_output=True).returncode:
        pytest.skip(f"{_PYTHON} is too old, or an ordinary user cannot read the repository")
    with tempfile.TemporaryDirectory(prefix="ordinary-", dir="/tmp") as home:
        os.chown(home, _USER, _USER)
        done = subprocess.run(
            [*become, _PYTHON, "-B", str(_PLAY)],
            input="\n".join(attack.name for attack in ATTACKS),
            env={"PATH": "/usr/bin:/bin", "HOME": home, "TMPDIR": home},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout)
    if answer["problem"]:
        pytest.skip(f"no cage for an ordinary user here: {answer['problem']}")
    found: dict[str, list[str]] = answer["found"]
    return found


@pytest.mark.parametrize("attack", [pytest.param(attack, id=attack.name) for attack in ATTACKS])
def test_a_hostile_program_of_an_ordinary_users_judge(played: dict[str, list[str]], attack: Attack) -> None:
    assert played[attack.name] == []

"""Plays attacks by name on a judge of its own and prints what was wrong, as JSON: for a process of another user."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def main() -> None:
    """Names of attacks come on stdin, one a line; an answer per name goes to stdout, or a problem of all of them."""
    sys.path[:0] = [str(_HERE), str(_HERE.parents[2])]
    from attacks import ALL
    from census import Counters
    from scene import Scene
    from stage import Stage

    from sandbox import BubblewrapBackend, Judge

    wanted = set(sys.stdin.read().splitlines())
    scene = Scene()
    judge = Judge(BubblewrapBackend())
    try:
        problem = judge.probe().problem
        with tempfile.TemporaryDirectory(prefix="hostile-scene-own-") as folder:
            tempfile.tempdir = folder
            stage = Stage("ordinary user", judge, scene, Counters(leave_out=(scene.bystander.pid,)))
            found = {}
            if not problem and not stage.works_for("python"):
                found = {attack.name: stage.play(attack) for attack in ALL if attack.name in wanted}
            tempfile.tempdir = None
    finally:
        judge.close()
        scene.close()
    print(json.dumps({"problem": problem, "found": found}))


if __name__ == "__main__":
    main()

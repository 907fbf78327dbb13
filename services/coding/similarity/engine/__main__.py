"""The process that compares: it reads the programs on its standard input, and says how far it is and what it found.

Lines of JSON both ways; see ``process.py`` above, which starts it and reads them.
"""

import ctypes
import json
import os
import resource
import signal
import sys

from .matching import Lines, Region
from .ranking import Pair, rank, worth_a_look

_MOST_MEMORY = 3 * 1024**3
_MOST_CPU_SECONDS = 900
_NICER = 10
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main() -> None:
    """Do the whole work."""
    _limit()
    asked = json.load(sys.stdin)
    found = rank(asked["programs"], asked["language"], asked["given"], _Teller())
    _say(pairs=[_pair(pair) for pair in found.pairs], compared=found.compared, too_short=list(found.too_short))


class _Teller:
    """Says each new percentage once."""

    def __init__(self) -> None:
        self._said = -1

    def __call__(self, percent: int) -> None:
        """Say it, if it is new."""
        if percent != self._said:
            self._said = percent
            _say(percent=percent)


def _limit() -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    os.nice(_NICER)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_SECONDS, _MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def _pair(pair: Pair) -> dict[str, object]:
    match = pair.match
    return {
        "left": pair.left,
        "right": pair.right,
        "similarity": match.similarity,
        "left_share": match.left_share,
        "right_share": match.right_share,
        "worth_a_look": worth_a_look(match),
        "group": pair.group,
        "regions": [_region(region) for region in match.regions],
    }


def _region(region: Region) -> dict[str, object]:
    return {"left": _lines(region.left), "right": _lines(region.right)}


def _lines(lines: Lines) -> list[object]:
    return [lines.file, lines.first, lines.last]


if __name__ == "__main__":
    main()

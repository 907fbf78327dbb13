"""Names that the learner's files may not define in C and C++: what the linker would put in the place of the tests' own.

A name that a program defines takes the place of the C library's, in the tests too. So the tests are linked without the
learner's files first: what is whole then must stay as it is. Names that only the learner's code uses are free.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable

from sandbox.harness.runner.driver import Broken

# Once the program is mapped the loader takes memory from these, before anything of the program runs.
_LOADER = {"malloc", "calloc", "realloc", "free"}
_HARNESS = {"check_register", "check_failed"}
# C++ lets every program have operators new and delete of its own.
_REPLACEABLE = re.compile(r"_Z(?:nw|na|dl|da)")
_WEAK = "WVu"


class Symbols:
    """The global names in some files: by name how it is defined, as `nm` has it, and the names needed from others."""

    def __init__(self, files: Iterable[str], *, of_a_library: bool = False) -> None:
        self.defined: dict[str, str] = {}
        self.needed: set[str] = set()
        self.found: set[str] = set()
        """Those of the needed that a shared library has."""
        # "-P": name, kind, and what does not matter here.
        for line in said_by(["nm", "-gP", *(["-D"] if of_a_library else []), *files]).splitlines():
            words = line.split()
            if len(words) < 2 or len(words[1]) != 1:
                continue
            name, _, version = words[0].partition("@")
            if words[1] not in "Uwv":
                if self.defined.get(name, "W") in _WEAK:
                    self.defined[name] = words[1]
            else:
                self.needed.add(name)
                if version:
                    self.found.add(name)


def check_names(learner: list[str], without_the_learner: str, library: str) -> None:
    """Broken when the learner's objects define what is whole in the program linked without them, or name the harness.

    `library` is a shared library whose own work the tests rely on; empty for none.
    """
    if ".gnu.lto_" in said_by(["readelf", "-SW", *learner]):
        raise Broken("syntax", "Object code must be whole: no link-time optimisation.")
    own = Symbols(learner)
    whole = Symbols([without_the_learner])
    below = Symbols([library], of_a_library=True) if library else None
    for name, kind in sorted(own.defined.items()):
        weak = kind in _WEAK
        taken = name in whole.found | _LOADER | (below.needed if below else set())
        # The first of several weak ones counts, and the tests are linked first: two files may use one template.
        known = whole.defined.get(name) or (below.defined.get(name) if below else None)
        if known and not (weak and known in _WEAK):
            taken = True
        if taken and not _REPLACEABLE.match(name):
            raise Broken("syntax", f"The name {name} is taken: the tests need the library's own. Choose another.")
    for name in sorted(_HARNESS & {*own.needed, *own.defined}):
        raise Broken("syntax", f"The name {name} belongs to the tests.")


def check_no_early_code(program: str) -> None:
    """Broken when the loader would run code of this program in order to find out what a name stands for."""
    if re.search(r"IRELATIV|\bIFUNC\b", said_by(["readelf", "-rsW", program])):
        raise Broken("syntax", "Functions that are chosen while loading (ifunc) cannot be tested.")


def said_by(argv: list[str]) -> str:
    """What a tool prints about files that are whole; CalledProcessError when it fails."""
    return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True).stdout.decode(
        "utf-8", "replace"
    )

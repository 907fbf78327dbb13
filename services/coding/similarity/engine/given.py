"""What everybody was given: the starter, and the files that the teacher put beside it.

No learner wrote it, so it is taken out of each program before anything is compared.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .tokens import Program, read_program
from .winnowing import K, hashes

_LEAST_IN_A_LINE = 3  # "return total" may be anybody's line; "total = int(input())" as it was given is the given one


@dataclass(frozen=True, slots=True)
class Given:
    """The k-grams of what was given, which a change of names does not hide, and its lines as they are."""

    grams: frozenset[int]
    lines: frozenset[str]


def read_given(sets_of_files: Iterable[Mapping[str, str]], language: str) -> Given:
    """Return what stands in these files."""
    grams: set[int] = set()
    lines: set[str] = set()
    for files in sets_of_files:
        grams.update(value for value in hashes(read_program(files, language).symbols) if value >= 0)
        lines.update(_plain(line) for text in files.values() for line in text.splitlines())
    return Given(frozenset(grams), frozenset(lines - {""}))


def without(given: Given, program: Program, files: Mapping[str, str]) -> Program:
    """Return the program without what was given."""
    taken = [False] * len(program.symbols)
    for place, value in enumerate(hashes(program.symbols)):
        if value in given.grams:
            taken[place : place + K] = [True] * K
    lines = _given_places(given, program, files)
    kept = [
        place
        for place, where in enumerate(program.places)
        if program.symbols[place] < 0 or not (taken[place] or where in lines)
    ]
    return Program(
        program.files, tuple(program.symbols[place] for place in kept), tuple(program.places[place] for place in kept)
    )


def _given_places(given: Given, program: Program, files: Mapping[str, str]) -> set[tuple[int, int]]:
    """The lines of the program that stand in what was given as they are."""
    symbols_in: dict[tuple[int, int], int] = {}
    for where in program.places:
        symbols_in[where] = symbols_in.get(where, 0) + 1
    return {
        (number, line)
        for number, text in enumerate(files.values())
        for line, words in enumerate(text.replace("\r\n", "\n").split("\n"), start=1)
        if symbols_in.get((number, line), 0) >= _LEAST_IN_A_LINE and _plain(words) in given.lines
    }


def _plain(line: str) -> str:
    return " ".join(line.split())

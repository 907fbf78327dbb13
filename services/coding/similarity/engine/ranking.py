"""All programs of an exercise: which pairs are alike, the most alike first, and which of them belong together.

Not every pair is compared. An index from fingerprints to the programs that have them tells for each program which
others share enough of them, and only those pairs are looked at closely. What many programs have is worth nothing, or
the idioms of a small exercise would make everybody look alike; leaving it out of the index also bounds the work.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, pairwise, product

from .given import read_given, without
from .matching import Compared, Match, compare, ready
from .tokens import Program, read_program
from .winnowing import hashes, winnow

LEAST = 40
"""Symbols of one's own that a program needs to be compared; with fewer, two people can hardly help writing the same."""

ALIKE = 0.6
"""From here on a pair is worth a look, where it shares LEAST symbols.

Measured: of 190 pairs of independent solutions of one small exercise the highest reach 0.45, disguised copies of one
reach 0.78 and more (tests/similar_programs.py); of the 3570 and 5151 pairs of reference solutions of HumanEval and MBPP
that are long enough, two and one are named, and those are one problem or one helper under two names.
"""

KEPT = 0.4
"""Pairs below this are not even listed."""

MOST_PAIRS = 1000
MOST_COMPARED = 6000

_LONG = 60  # symbols: so many in the same order are no coincidence, however many people have them
_COMMON_FROM, _COMMON_SHARE, _COMMON_MOST = 5, 1 / 3, 40
_SHARED_FINGERPRINTS = 0.15  # of the smaller program's, for a pair to be looked at
_ALL_PAIRS_UP_TO = 5  # of programs that are the same; of more, each is paired with the next

Files = Mapping[str, str]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programs that are alike; ``group`` is the number of the group they belong to, 0 for none."""

    left: str
    right: str
    match: Match
    group: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """What became of the programs: the pairs, how many programs were compared, and which were too short for it."""

    pairs: tuple[Pair, ...]
    compared: int
    too_short: tuple[str, ...]


def worth_a_look(match: Match) -> bool:
    """Whether two programs share so much that somebody should look at them; never whether anybody did wrong."""
    return match.similarity >= ALIKE and match.symbols >= LEAST


def rank(
    programs: Mapping[str, Files],
    language: str,
    given: Sequence[Files] = (),
    progress: Progress = lambda _percent: None,
) -> Ranking:
    """Compare programs by the names they are given here; ``progress`` is told how many percent of the work are done."""
    own = _own_parts(programs, language, given, progress)
    compared = _weighed(own)
    long_enough = {name: program for name, program in compared.items() if program.weight >= LEAST}
    shapes = _shapes(long_enough)
    pairs = _of_people(_alike_shapes(shapes, long_enough, progress), shapes, long_enough)
    groups = _groups(pairs)
    progress(100)
    return Ranking(
        pairs=tuple(_in_group(pair, groups) for pair in pairs[:MOST_PAIRS]),
        compared=len(long_enough),
        too_short=tuple(name for name in programs if name not in long_enough),
    )


def _own_parts(
    programs: Mapping[str, Files], language: str, given: Sequence[Files], progress: Progress
) -> dict[str, Program]:
    known = read_given(given, language)
    own = {}
    for number, (name, files) in enumerate(programs.items()):
        own[name] = without(known, read_program(files, language), files)
        progress(50 * number // len(programs))
    return own


def _weighed(own: Mapping[str, Program]) -> dict[str, Compared]:
    """The programs with what is worth nothing marked: k-grams that more people have than could be a few together.

    Programs that are the same and long count as one, so that a large ring does not hide itself.
    """
    hashed = {name: hashes(program.symbols) for name, program in own.items()}
    alike = Counter(program.symbols for program in own.values())
    told: set[tuple[int, ...]] = set()
    having: Counter[int] = Counter()
    for name, program in own.items():
        if alike[program.symbols] > 1 and len(program) >= _LONG:
            if program.symbols in told:
                continue
            told.add(program.symbols)
        having.update({value for value in hashed[name] if value >= 0})
    most = max(_COMMON_FROM, min(int(_COMMON_SHARE * len(own)), _COMMON_MOST))
    common = {value for value, count in having.items() if count > most}
    return {name: ready(program, hashed[name], common) for name, program in own.items()}


def _shapes(compared: Mapping[str, Compared]) -> list[list[str]]:
    """The programs by what they are: those that are the same stand together."""
    together: dict[tuple[int, ...], list[str]] = {}
    for name, program in compared.items():
        together.setdefault(program.program.symbols, []).append(name)
    return list(together.values())


def _alike_shapes(
    shapes: Sequence[list[str]], compared: Mapping[str, Compared], progress: Progress
) -> list[tuple[float, int, int]]:
    """The pairs of different shapes that are alike, by their places in ``shapes``, the most alike first."""
    first = [compared[names[0]] for names in shapes]
    likely = sorted(_likely(first), reverse=True)[:MOST_COMPARED]
    found = []
    for number, (_share, left, right) in enumerate(likely):
        similarity = compare(first[left], first[right]).similarity
        if similarity >= KEPT:
            found.append((similarity, left, right))
        progress(55 + 40 * number // len(likely))
    return sorted(found, key=lambda row: (-row[0], row[1:]))


def _likely(programs: Sequence[Compared]) -> Iterator[tuple[float, int, int]]:
    """Pairs that share enough fingerprints to be looked at, with the share of the one that has fewer."""
    prints = [winnow(program.hashed) & _rare(program) for program in programs]
    having: dict[int, list[int]] = {}
    for place, own in enumerate(prints):
        shared: Counter[int] = Counter()
        for value in own:
            earlier = having.setdefault(value, [])
            shared.update(earlier)
            earlier.append(place)
        for other, count in shared.items():
            share = count / min(len(own), len(prints[other]))
            if share >= _SHARED_FINGERPRINTS:
                yield share, other, place


def _rare(program: Compared) -> set[int]:
    return {value for value, rare in zip(program.hashed, program.rare, strict=True) if rare}


def _of_people(
    found: Sequence[tuple[float, int, int]], shapes: Sequence[list[str]], compared: Mapping[str, Compared]
) -> list[Pair]:
    """The pairs of programs that these pairs of shapes stand for, and those of programs that are the same."""
    pairs: list[Pair] = []
    for names in shapes:
        same = combinations(names, 2) if len(names) <= _ALL_PAIRS_UP_TO else pairwise(names)
        pairs += [_pair(left, right, compared) for left, right in islice(same, MOST_PAIRS - len(pairs))]
    for _similarity, left, right in found:
        both = product(shapes[left], shapes[right])
        pairs += [_pair(one, other, compared) for one, other in islice(both, max(0, MOST_PAIRS - len(pairs)))]
    return sorted(pairs, key=lambda pair: (-pair.match.similarity, -pair.match.symbols, pair.left, pair.right))


def _pair(left: str, right: str, compared: Mapping[str, Compared]) -> Pair:
    return Pair(left, right, compare(compared[left], compared[right]), 0)


def _groups(pairs: Sequence[Pair]) -> dict[str, int]:
    """The group of each program that is alike to at least two others, directly or by way of one; the largest first."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for pair in pairs:
        if worth_a_look(pair.match):
            parent[root(pair.left)] = root(pair.right)
    members: dict[str, list[str]] = {}
    for name in list(parent):
        members.setdefault(root(name), []).append(name)
    large = sorted((names for names in members.values() if len(names) > 2), key=lambda names: (-len(names), names))
    return {name: number for number, names in enumerate(large, start=1) for name in names}


def _in_group(pair: Pair, groups: Mapping[str, int]) -> Pair:
    left, right = groups.get(pair.left, 0), groups.get(pair.right, 0)
    return Pair(pair.left, pair.right, pair.match, left if left == right else 0)

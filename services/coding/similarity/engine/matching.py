"""Two programs side by side: the longest runs of symbols they share, each symbol counted once.

The runs grow from k-grams that both have, in both directions, and are taken from the longest to the shortest (greedy
string tiling, M. J. Wise 1993). Their order does not matter, so functions that changed places are found all the same.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from .tokens import Program
from .winnowing import K, hashes

_MOST_PLACES = 8
"""Of one k-gram in a program. More say the same thing (a table of values) and would cost the square of their number."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a file, from the first to the last, both counted from 1."""

    file: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Region:
    """A part that two programs share."""

    left: Lines
    right: Lines
    symbols: int


@dataclass(frozen=True, slots=True)
class Match:
    """How much of each program is shared (0 to 1), how many symbols that is on the left, and where."""

    left_share: float
    right_share: float
    symbols: int
    regions: tuple[Region, ...]

    @property
    def similarity(self) -> float:
        """One number to rank by: the mean of both shares, so that what was padded with other code stays high."""
        return (self.left_share + self.right_share) / 2

    def turned(self) -> "Match":
        """The same seen from the other side."""
        regions = tuple(Region(region.right, region.left, region.symbols) for region in self.regions)
        return Match(self.right_share, self.left_share, self.symbols, regions)


@dataclass(frozen=True, slots=True)
class Compared:
    """A program ready to be compared. ``rare`` tells of each k-gram whether it is worth anything: not in everybody's
    program. ``weight`` is the number of symbols that stand in one that is.
    """

    program: Program
    hashed: tuple[int, ...]
    rare: tuple[bool, ...]
    weight: int


def ready(program: Program, hashed: Sequence[int] | None = None, common: Collection[int] = ()) -> Compared:
    """Prepare a program whose k-grams in ``common`` are worth nothing."""
    found = tuple(hashes(program.symbols) if hashed is None else hashed)
    rare = tuple(value >= 0 and value not in common for value in found)
    return Compared(program, found, rare, _worth(rare, 0, len(program.symbols)))


def _worth(rare: Sequence[bool], start: int, length: int) -> int:
    """How many symbols of a run stand in a k-gram inside the run that is worth something."""
    count, told_until = 0, start
    for place in range(start, start + length - K + 1):
        if rare[place]:
            count += place + K - max(told_until, place)
            told_until = place + K
    return count


def compare(left: Compared, right: Compared) -> Match:
    """Return what two programs share. Seen from the other side it is the same, turned."""
    if _order(right) < _order(left):
        return compare(right, left).turned()
    shared_left = shared_right = 0
    regions = []
    for tile in sorted(_tiles(left, right)):
        worth = _worth(left.rare, tile.left, tile.length)
        if worth:
            shared_left += worth
            shared_right += _worth(right.rare, tile.right, tile.length)
            regions.append(_region(left.program, right.program, tile))
    return Match(
        left_share=shared_left / left.weight if left.weight else 0.0,
        right_share=shared_right / right.weight if right.weight else 0.0,
        symbols=shared_left,
        regions=tuple(regions),
    )


def _order(compared: Compared) -> tuple[int, tuple[int, ...]]:
    return len(compared.program.symbols), compared.program.symbols


@dataclass(frozen=True, slots=True, order=True)
class _Tile:
    left: int
    right: int
    length: int


def _tiles(left: Compared, right: Compared) -> list[_Tile]:
    waiting = [(-run.length, run.left, run.right) for run in _runs(left, right)]
    heapify(waiting)
    free_left = [True] * len(left.program.symbols)
    free_right = [True] * len(right.program.symbols)
    taken: list[_Tile] = []
    while waiting:
        length, at_left, at_right = heappop(waiting)
        run = _Tile(at_left, at_right, -length)
        pieces = _free_pieces(run, free_left, free_right)
        if pieces != [run]:
            for piece in pieces:
                heappush(waiting, (-piece.length, piece.left, piece.right))
            continue
        free_left[run.left : run.left + run.length] = [False] * run.length
        free_right[run.right : run.right + run.length] = [False] * run.length
        taken.append(run)
    return taken


def _runs(left: Compared, right: Compared) -> list[_Tile]:
    """Every longest run that both have, found from the k-grams they share."""
    where: dict[int, list[int]] = {}
    for place, value in _first_places(right.hashed):
        where.setdefault(value, []).append(place)
    ours, theirs = left.program.symbols, right.program.symbols
    seen_until: dict[int, int] = {}  # by the distance between the two places: where the last run ended
    found = []
    for place, value in _first_places(left.hashed):
        for other in where.get(value, ()):
            if place < seen_until.get(other - place, -1):
                continue
            back = _same(ours, theirs, place - 1, other - 1, -1)
            on = _same(ours, theirs, place, other, 1)
            seen_until[other - place] = place + on
            if back + on >= K:
                found.append(_Tile(place - back, other - back, back + on))
    return found


def _first_places(hashed: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The places of each k-gram with the k-gram, up to a few of each."""
    met: Counter[int] = Counter()
    for place, value in enumerate(hashed):
        if value >= 0 and met[value] < _MOST_PLACES:
            met[value] += 1
            yield place, value


def _same(ours: Sequence[int], theirs: Sequence[int], at: int, other: int, step: int) -> int:
    count = 0
    while 0 <= at < len(ours) and 0 <= other < len(theirs) and ours[at] == theirs[other] >= 0:
        count, at, other = count + 1, at + step, other + step
    return count


def _free_pieces(run: _Tile, free_left: list[bool], free_right: list[bool]) -> list[_Tile]:
    """What longer runs have left of a run, where it is still long enough."""
    pieces = []
    start = None
    for step in range(run.length + 1):
        free = step < run.length and free_left[run.left + step] and free_right[run.right + step]
        if free and start is None:
            start = step
        elif not free and start is not None:
            if step - start >= K:
                pieces.append(_Tile(run.left + start, run.right + start, step - start))
            start = None
    return pieces


def _region(left: Program, right: Program, tile: _Tile) -> Region:
    return Region(_lines(left, tile.left, tile.length), _lines(right, tile.right, tile.length), tile.length)


def _lines(program: Program, start: int, length: int) -> Lines:
    file, first = program.places[start]
    return Lines(program.files[file], first, program.places[start + length - 1][1])

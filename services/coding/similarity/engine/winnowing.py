"""Fingerprints of a program by winnowing.

S. Schleimer, D. S. Wilkerson, A. Aiken: Winnowing: Local Algorithms for Document Fingerprinting, SIGMOD 2003,
pages 76 to 85. Each run of ``k`` symbols (a k-gram) c₁ … c_k has the hash H = c₁·b^(k-1) + c₂·b^(k-2) + … + c_k mod p,
which follows from the one before it in one step (Karp and Rabin):

    H(i+1) = (H(i) - c_i·b^(k-1))·b + c_(i+k)    mod p

Of each window of ``w`` hashes that follow each other the smallest is selected, the last one where several are: those
are the fingerprints. Two programs that share a run of at least t = w + k - 1 symbols share a fingerprint, because they
share a whole window of hashes; none shares one over fewer than ``k`` symbols. In the mean 2/(w + 1) of the hashes are
selected.
"""

from collections.abc import Sequence

K = 10
"""Symbols of a k-gram: what is shorter is no match. Two to three lines of a learner's Python."""

W = 4
"""Hashes of a window. Every shared run of K + W - 1 = 13 symbols is found."""

_BASE = 1_000_003
_PRIME = (1 << 61) - 1


def hashes(symbols: Sequence[int], k: int = K) -> list[int]:
    """Return the hash of the k-gram at each place; -1 where it would reach over the end of a file."""
    if len(symbols) < k:
        return []
    top = pow(_BASE, k - 1, _PRIME)
    value = 0
    last_gap = -1
    found: list[int] = []
    for place, symbol in enumerate(symbols):
        if symbol < 0:
            last_gap = place
        if place >= k:
            value = (value - symbols[place - k] * top) % _PRIME
        value = (value * _BASE + symbol) % _PRIME
        if place >= k - 1:
            found.append(value if place - last_gap >= k else -1)
    return found


def winnow(hashed: Sequence[int], w: int = W) -> set[int]:
    """Return the fingerprints among the hashes of a program."""
    if len(hashed) < w:
        return {min(found)} if (found := [value for value in hashed if value >= 0]) else set()
    selected: set[int] = set()
    smallest = -1
    for end in range(w - 1, len(hashed)):
        start = end - w + 1
        if smallest < start:
            smallest = _last_smallest(hashed, start, end)
        elif 0 <= hashed[end] <= hashed[smallest] or hashed[smallest] < 0:
            smallest = end
        if hashed[smallest] >= 0:
            selected.add(hashed[smallest])
    return selected


def _last_smallest(hashed: Sequence[int], start: int, end: int) -> int:
    best = end
    for place in range(end - 1, start - 1, -1):
        if hashed[place] >= 0 and (hashed[place] < hashed[best] or hashed[best] < 0):
            best = place
    return best

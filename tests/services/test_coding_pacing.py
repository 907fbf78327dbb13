"""How often a waiting submission is looked at: rarely while the queue is long, and in time for its end."""

from __future__ import annotations

import pytest

from services.coding import Looks


def followed(place: int, seconds_each: float) -> tuple[int, float]:
    """How many looks one takes who stands there in a queue that moves so, and how late the last of them was."""
    looks, now, count = Looks(), 0.0, 0
    while True:
        count += 1
        left = max(0, place - int(now / seconds_each))
        if left == 0:
            return count, now - place * seconds_each
        now += looks.pause(left, now)


@pytest.mark.parametrize(
    ("place", "seconds_each", "most_looks"), [(200, 0.3, 24), (200, 0.02, 14), (40, 0.02, 8), (3, 0.5, 12), (1, 0.3, 3)]
)
def test_looks_are_few_and_the_last_is_in_time(place: int, seconds_each: float, most_looks: int) -> None:
    looks, late = followed(place, seconds_each)
    assert looks <= most_looks
    assert late <= 1.0


def test_where_nothing_moves_one_looks_rarely() -> None:
    looks = Looks()
    pauses = [looks.pause(100, now) for now in (0.0, 1.0, 6.0)]
    assert pauses == [1.0, 5.0, 5.0]


def test_one_whose_turn_is_next_is_looked_at_soon() -> None:
    looks = Looks()
    assert looks.pause(50, 0.0) == 1.0
    assert looks.pause(1, 60.0) == looks.pause(0, 60.2) == 0.15

"""Icons: every stroke begins where it says, whatever stroke was drawn before it."""

import re

import pytest

from components.ui.icon import _DIRECTED, PATHS


@pytest.mark.parametrize("name", PATHS)
def test_no_stroke_begins_where_another_ended(name: str) -> None:
    """A relative move depends on the stroke before: joining the paths of a picture would tear it apart."""
    assert PATHS[name].startswith("M")
    assert "m" not in PATHS[name]


@pytest.mark.parametrize("name", PATHS)
def test_no_stroke_begins_outside_of_the_picture(name: str) -> None:
    starts = re.findall(r"M\s*(-?[\d.]+)[\s,]*(-?[\d.]+)", PATHS[name])
    assert len(starts) == PATHS[name].count("M")
    assert all(0 <= float(number) <= 24 for start in starts for number in start)


def test_what_turns_around_is_there() -> None:
    assert set(PATHS) >= _DIRECTED

"""The colours can be read, and the style sheets are those of the tokens."""

import pytest

from components.ui.theme import DARK, LIGHT, THEME_FILE, TOKENS_FILE, theme_css, tokens_css


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("ground", "surface", "sunken")
PAIRS = [
    *[("ink", ground, 7.0) for ground in GROUNDS],
    *[(name, ground, 4.5) for name in ("quiet", "right", "wrong", "caution", "note") for ground in GROUNDS],
    ("accent", "ground", 7.0),
    ("accent", "surface", 7.0),
    ("accent-ink", "accent", 7.0),
    ("accent-ink", "accent-strong", 7.0),
    ("on-accent-soft", "accent-soft", 7.0),
    *[(name, f"{name}-soft", 4.5) for name in ("right", "wrong", "caution", "note")],
    *[("ink", f"{name}-soft", 7.0) for name in ("accent", "right", "wrong", "caution", "note")],
    ("ink", "mark", 7.0),
    *[("edge", ground, 3.0) for ground in GROUNDS],
    *[(f"code-{kind}", ground, 4.5) for kind in ("comment", "keyword", "string", "number", "name", "type")
      for ground in ("sunken", "surface")],
]  # fmt: skip


@pytest.mark.parametrize("mode", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(mode, front, back, least):
    assert contrast(mode[front], mode[back]) >= least


def test_both_modes_have_every_colour():
    assert LIGHT.keys() == DARK.keys()


def test_the_style_sheets_are_written_from_the_tokens():
    """Run `python -m components.ui.theme` after a change."""
    assert TOKENS_FILE.read_text() == tokens_css()
    assert THEME_FILE.read_text() == theme_css()

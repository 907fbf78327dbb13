"""Cut the IBM Plex fonts to the weights and characters the interface uses, and write them to assets/fonts.

Run by hand after an update of the npm packages (`npm install @fontsource-variable/ibm-plex-sans
@fontsource/ibm-plex-sans-arabic @fontsource/ibm-plex-mono`): `python -m components.ui.font_cutting node_modules`.
The result is committed, so that a build needs neither the packages nor fonttools. Names carry a hash of the
content, because the server lets browsers keep these files for a year.
"""

import hashlib
import io
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FOLDER = Path("assets/fonts")
STYLE = Path("assets/fonts.css")

# What nearly every page shows, in a file of its own: the first visit to most pages needs no other.
BASIC = "U+0020-007E,U+00A0,U+00B7,U+00D7,U+2013-2014,U+2018-2019,U+201C-201D,U+2022,U+2026,U+2190-2193,U+2212"
LATIN = "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2032-2033,U+2039-203A,U+20AC,U+2122,U+2190-2193,U+2212,U+2248,U+2260,U+2264-2265"  # noqa: E501
LATIN_EXT = "U+0100-0130,U+0132-0151,U+0154-017F,U+018F,U+01A0-01A1,U+01AF-01B0,U+0218-021B,U+1E00-1EFF"
ARABIC = "U+060C,U+061B,U+061F,U+0621-063A,U+0640-0652,U+0660-066C,U+0670-0671,U+067E,U+0686,U+0698,U+06A9,U+06AF,U+06CC,U+06F0-06F9"  # noqa: E501


def _codes(characters: str) -> list[int]:
    codes: list[int] = []
    for part in characters.split(","):
        first, _, last = part.removeprefix("U+").partition("-")
        codes.extend(range(int(first, 16), int(last or first, 16) + 1))
    return codes


def _without(characters: str, others: str) -> str:
    """The characters of one range that are not in another, written as a range."""
    ranges: list[list[int]] = []
    for code in sorted({*_codes(characters)} - {*_codes(others)}):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return ",".join(f"U+{first:04X}" + (f"-{last:04X}" if last > first else "") for first, last in ranges)


@dataclass(frozen=True)
class Cut:
    """One file to make: where it comes from, which family and weights it serves, and its range."""

    name: str
    source: str
    family: str
    weights: str
    characters: str


SANS = "@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-{}-wght-normal.woff2"
STATIC = "@fontsource/ibm-plex-{0}/files/ibm-plex-{0}-{1}-{2}-normal.woff2"
REST = _without(LATIN, BASIC)
CUTS = (
    Cut("plex-sans-basic", SANS.format("latin"), "Plex Sans", "400 600", BASIC),
    Cut("plex-sans-latin", SANS.format("latin"), "Plex Sans", "400 600", REST),
    Cut("plex-sans-latin-ext", SANS.format("latin-ext"), "Plex Sans", "400 600", LATIN_EXT),
    Cut("plex-arabic-400", STATIC.format("sans-arabic", "arabic", "400"), "Plex Arabic", "400", ARABIC),
    Cut("plex-arabic-600", STATIC.format("sans-arabic", "arabic", "600"), "Plex Arabic", "600", ARABIC),
    Cut("plex-mono-basic-400", STATIC.format("mono", "latin", "400"), "Plex Mono", "400", BASIC),
    Cut("plex-mono-latin-400", STATIC.format("mono", "latin", "400"), "Plex Mono", "400", REST),
    Cut("plex-mono-basic-600", STATIC.format("mono", "latin", "600"), "Plex Mono", "600", BASIC),
    Cut("plex-mono-latin-600", STATIC.format("mono", "latin", "600"), "Plex Mono", "600", REST),
)


def _cut(packages: Path, cut: Cut) -> bytes:
    font = TTFont(packages / cut.source)
    options = Options(hinting=False, flavor="woff2", layout_features=["*"], notdef_outline=True)
    if cut.family != "Plex Arabic":
        options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum", "zero"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=_codes(cut.characters))
    subsetter.subset(font)
    if "fvar" in font:
        low, high = map(int, cut.weights.split())
        font = instantiateVariableFont(font, {"wght": (low, 400, high)})
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def main(packages: Path) -> None:
    """Cut every font and write the style sheet that names them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.woff2"):
        old.unlink()
    rules = ["/* Written by components/ui/font_cutting.py; do not edit. */"]
    for cut in CUTS:
        content = _cut(packages, cut)
        name = f"{cut.name}.{hashlib.sha256(content).hexdigest()[:8]}.woff2"
        (FOLDER / name).write_bytes(content)
        rules.append(
            f'@font-face {{ font-family: "{cut.family}"; font-style: normal; font-weight: {cut.weights}; '
            f'font-display: swap; src: url("/fonts/{name}") format("woff2"); unicode-range: {cut.characters}; }}'
        )
    STYLE.write_text("\n".join(rules) + "\n")
    shutil.copy(packages / "@fontsource-variable/ibm-plex-sans/LICENSE", FOLDER / "OFL.txt")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

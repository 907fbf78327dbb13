"""The tokens of the design: every colour, size and duration of the interface, in one place.

`python -m components.ui.theme` writes them to assets/tokens.css (the values, light and dark) and
assets/theme.css (Tailwind's names over them); a test compares the files with this module.
Use the names in classes: `bg-ground`, `text-quiet`, `border-line`, `rounded-control`, `text-lg`.
"""

from pathlib import Path

Palette = dict[str, str]

# Text reaches 7:1 on ground, surface and sunken; quiet text 4.5:1; edge (borders of controls) 3:1. A test computes it.
LIGHT: Palette = {
    "ground": "#fbfaf7",
    "surface": "#fffefc",
    "sunken": "#f3f1eb",
    "ink": "#1f1d1a",
    "quiet": "#5f5a52",
    "line": "#e2ddd3",
    "edge": "#857f73",
    "accent": "#0b5a55",
    "accent-strong": "#084440",
    "accent-ink": "#fdfcf9",
    "accent-soft": "#deebe9",
    "on-accent-soft": "#084844",
    "right": "#175a33",
    "right-soft": "#e0efe3",
    "wrong": "#8f1d1d",
    "wrong-soft": "#fae6e3",
    "caution": "#6a4000",
    "caution-soft": "#f8ecd2",
    "note": "#1c4687",
    "note-soft": "#e5edf8",
    "mark": "#fbe7a6",
    "scrim": "rgb(31 29 26 / 0.4)",
    "code-comment": "#67615a",
    "code-keyword": "#7d2257",
    "code-string": "#1b5e30",
    "code-number": "#7d4200",
    "code-name": "#1c4687",
    "code-type": "#0b5a55",
}
DARK: Palette = {
    "ground": "#232120",
    "surface": "#2a2826",
    "sunken": "#1d1b1a",
    "ink": "#ece8e1",
    "quiet": "#b5aea3",
    "line": "#403c38",
    "edge": "#918b81",
    "accent": "#6fcdc2",
    "accent-strong": "#93ddd4",
    "accent-ink": "#10201e",
    "accent-soft": "#213c3a",
    "on-accent-soft": "#a3e4dc",
    "right": "#93d8a4",
    "right-soft": "#22382a",
    "wrong": "#f6aca4",
    "wrong-soft": "#452826",
    "caution": "#efc473",
    "caution-soft": "#40341e",
    "note": "#a9c7f6",
    "note-soft": "#26344b",
    "mark": "#5a4a16",
    "scrim": "rgb(0 0 0 / 0.55)",
    "code-comment": "#a79f93",
    "code-keyword": "#f0a6cf",
    "code-string": "#93d8a4",
    "code-number": "#efc473",
    "code-name": "#a9c7f6",
    "code-type": "#6fcdc2",
}

# Grounds and two tones for drawn pictures (components/ui/cover.py), by hue. They carry no meaning and no text.
Tones = tuple[tuple[str, str, str], ...]
LIGHT_COVERS: Tones = (
    ("#dbe8e4", "#8dbab1", "#1f6a63"),
    ("#f2e6cb", "#dcb972", "#94651c"),
    ("#f2e0d6", "#d8a188", "#97492d"),
    ("#dfe6f0", "#99afd1", "#365689"),
    ("#ebdfe8", "#bf9ab7", "#764069"),
)
DARK_COVERS: Tones = (
    ("#20332f", "#2f5f58", "#58a398"),
    ("#372e1b", "#6c5929", "#c09a52"),
    ("#38261f", "#704636", "#c08268"),
    ("#212a39", "#3b5277", "#7f9bc9"),
    ("#33242f", "#62415a", "#ae80a1"),
)

# Pixels at the browser's default size; written in rem so that a reader's own size is respected.
SIZES = {"xs": 12, "sm": 13, "base": 14, "md": 16, "lg": 18, "xl": 20, "2xl": 24, "3xl": 30, "4xl": 38}
LINES = {
    "xs": "1.4",
    "sm": "1.45",
    "base": "1.5",
    "md": "1.55",
    "lg": "1.65",
    "xl": "1.35",
    "2xl": "1.3",
    "3xl": "1.2",
    "4xl": "1.15",
}
# Arabic letters are smaller at the same size and need more room between lines.
ARABIC_STEP = 1.07
ARABIC_LINE = 0.2

RADII = {"control": "6px", "surface": "10px"}
FONTS = {
    "sans": '"Plex Sans", "Plex Arabic", system-ui, sans-serif',
    "mono": '"Plex Mono", ui-monospace, monospace',
}
DURATIONS = {"state": "120ms", "panel": "180ms"}
SHADOW = "0 8px 28px rgb(20 18 15 / 0.18)"

TOKENS_FILE = Path("assets/tokens.css")
THEME_FILE = Path("assets/theme.css")


def _block(selector: str, lines: list[str]) -> str:
    return selector + " {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


def _covers(tones: Tones) -> list[str]:
    parts = ("ground", "back", "front")
    return [
        f"--cover-{hue}-{part}: {value};"
        for hue, values in enumerate(tones)
        for part, value in zip(parts, values, strict=True)
    ]


def tokens_css() -> str:
    """The values, as custom properties of the document, for light, dark and Arabic."""
    sizes = [f"--size-{name}: {px / 16:g}rem;" for name, px in SIZES.items()]
    sizes += [f"--lead-{name}: {value};" for name, value in LINES.items()]
    arabic = [f"--size-{name}: {px * ARABIC_STEP / 16:.4g}rem;" for name, px in SIZES.items()]
    arabic += [f"--lead-{name}: {float(value) + ARABIC_LINE:g};" for name, value in LINES.items()]
    times = [f"--time-{name}: {value};" for name, value in DURATIONS.items()]
    colours = [f"--{name}: {value};" for name, value in LIGHT.items()] + _covers(LIGHT_COVERS)
    return (
        "/* Written by components/ui/theme.py; do not edit. */\n"
        + _block(":root", [*colours, *sizes, *times, f"--float: {SHADOW};"])
        + _block(":root.dark", [*(f"--{name}: {value};" for name, value in DARK.items()), *_covers(DARK_COVERS)])
        + _block(":root[lang=ar]", arabic)
    )


def theme_css() -> str:
    """Tailwind's names over the tokens; its own colours, sizes and radii are removed."""
    lines = ["--color-*: initial;", "--color-transparent: transparent;", "--color-current: currentColor;"]
    lines += [f"--color-{name}: var(--{name});" for name in LIGHT]
    lines += ["--text-*: initial;"]
    for name in SIZES:
        lines += [f"--text-{name}: var(--size-{name});", f"--text-{name}--line-height: var(--lead-{name});"]
    lines += ["--radius-*: initial;", *(f"--radius-{name}: {value};" for name, value in RADII.items())]
    lines += ["--font-*: initial;", *(f"--font-{name}: {value};" for name, value in FONTS.items())]
    lines += ["--font-weight-*: initial;", "--font-weight-normal: 400;", "--font-weight-semibold: 600;"]
    lines += ["--shadow-*: initial;", "--shadow-float: var(--float);"]
    lines += ["--default-transition-duration: var(--time-state);", "--default-transition-timing-function: ease-out;"]
    return (
        "/* Written by components/ui/theme.py; do not edit. */\n"
        + _block("@theme inline", lines)
        + "@custom-variant dark (&:where(.dark, .dark *));\n"
        + "@custom-variant hover (@media (hover: hover) { &:hover { @slot; } });\n"
    )


if __name__ == "__main__":
    TOKENS_FILE.write_text(tokens_css())
    THEME_FILE.write_text(theme_css())

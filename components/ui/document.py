"""What stands in the head of every page and around the whole app."""

from collections.abc import Callable
from pathlib import Path

import reflex as rx
from reflex.vars import VarData
from reflex_components_core.base.error_boundary import ErrorBoundary

from components.i18n import N_

_ASSETS = Path(__file__).parents[2] / "assets"
_FONT = next(_ASSETS.glob("fonts/plex-sans-basic.*.woff2")).name


def _inline(script: str) -> str:
    """A script as it stands in each page: without its comments and indentation."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/**")))


HEAD = [
    rx.el.link(
        rel="preload",
        href=f"/fonts/{_FONT}",
        custom_attrs={"as": "font", "type": "font/woff2", "crossOrigin": "anonymous"},
    ),
    rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml"),
    rx.el.meta(name="color-scheme", content="light dark"),
    # Before the first paint, or a folded rail would be seen to fold. No quotes: the HTML would escape them.
    rx.el.script("try{if(localStorage.rail==`folded`)document.documentElement.dataset.railFolded=``}catch{}"),
    # Before the style sheet, for which a script in the page would wait.
    rx.el.script(_inline((_ASSETS / "early.js").read_text(encoding="utf-8"))),
]

# The words of the component `Failed` in assets/ui.js.
FAILED = (
    N_("This page could not be shown"),
    N_("What you had saved is kept. Load the page again; if it does not help, tell whoever runs this site."),
    N_("Load again"),
)


def _boundary(_stateful: bool) -> rx.Component:
    """A failure of a page's script shows words and a way on instead of a blank window, and is reported to the log."""
    failed = rx.Var(
        "createElement(Failed)",  # Reflex makes the function around it
        _var_data=VarData(
            imports={
                "react": [rx.ImportVar(tag="createElement", install=False)],
                "$/public/ui.js": [rx.ImportVar(tag="Failed", install=False)],
            }
        ),
    )
    return ErrorBoundary.create(fallback_render=failed)


APP_WRAPS: dict[tuple[int, str], Callable[[bool], rx.Component | None]] = {(55, "ErrorBoundary"): _boundary}
"""Instead of Reflex's own, which also bring an English connection banner: the shell has a quiet line for that."""

"""Keyboard: shortcuts of a screen and the map that `?` opens."""

from typing import Any

import reflex as rx

from components.external.behaviour import Shortcuts
from components.i18n import _
from components.ui.button import icon_button
from components.ui.display import kbd
from components.ui.overlay import dialog

Text = rx.Var | str


def shortcuts(*, targets: dict[str, str] | None = None, on_key: Any = None, keys: tuple[str, ...] = ()) -> rx.Component:
    """Keys of a screen. `targets` maps a key to the selector of the control it presses, in the browser alone:
    `shortcuts(targets={"j": "#next", "k": "#previous", "mod+enter": "#run"})`; keys in `keys` go to `on_key(name)`.

    A single key never acts while someone types or a dialog is open. `mod` is Ctrl, or Cmd on a Mac.
    """
    wanted = [*(targets or {}), *keys]
    props: dict[str, Any] = {"keys": wanted, "targets": targets or {}}
    if on_key is not None:
        props["on_key"] = on_key
    return Shortcuts.create(**props)


def keyboard_map(*entries: tuple[str, Text]) -> rx.Component:
    """A button and the key `?` that show which keys this screen knows: pairs of keys and what they do."""
    rows = [
        rx.el.div(rx.el.dt(kbd(keys), class_name="w-32 shrink-0"), rx.el.dd(words), class_name="flex gap-4 py-1.5")
        for keys, words in (*entries, ("?", _("Show this map")))
    ]
    return rx.fragment(
        dialog(
            rx.el.dl(*rows),
            title=_("Keys on this screen"),
            trigger=icon_button("keyboard", _("Keys on this screen"), id="keyboard-map"),
        ),
        shortcuts(targets={"?": "#keyboard-map"}),
    )

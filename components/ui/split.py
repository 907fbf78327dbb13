"""Panes side by side whose widths a person sets and keeps; tabs on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx

from components.external.behaviour import SplitPane
from components.i18n import _


@dataclass(frozen=True)
class Pane:
    """One pane: its name for tabs and screen readers, what it holds, its first share in percent, its least width."""

    label: rx.Var | str
    content: rx.Component
    share: int
    least: int = 220


def split_pane(name: str, panes: Sequence[Pane], *, main: int = 1) -> rx.Component:
    """Two or three panes. Dividers drag, move by arrow keys and reset on a double click; `[` and `]` fold the sides.

    `name` is under which the widths are kept on this device; `main` is the pane that never folds. On less than 1,024
    pixels each pane is a tab that keeps its place.
    """
    return SplitPane.create(
        *(pane.content for pane in panes),
        name=name,
        labels=[pane.label for pane in panes],
        sizes=[pane.share for pane in panes],
        minimums=[pane.least for pane in panes],
        main=main,
        words={
            "divider": _("Divider between {first} and {second}"),
            "fold": _("Fold"),
            "unfold": _("Unfold"),
        },
    )

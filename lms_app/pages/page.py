"""What a page says about itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx


@dataclass(frozen=True)
class Page:
    """One address of the app: who draws it, the title of its tab, what loads its data."""

    route: str
    draw: Callable[[], rx.Component]
    title: rx.Var | str
    on_load: Any = None

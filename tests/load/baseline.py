"""The bare Reflex app that the product's cost per event is compared with: one counter, nothing else."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

from tests.load.client import ROOT, Tab

_APP = """
import reflex as rx


class Counter(rx.State):
    value: int = 0

    @rx.event
    async def add(self):
        self.value += 1


app = rx.App()
app.add_page(lambda: rx.el.button(Counter.value, on_click=Counter.add), route="/")
"""
_ADD = f"{ROOT}.bare___bare____counter.add"


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Write the app into ``folder`` and serve its backend on ``port``; the caller ends the process."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "bare").mkdir(parents=True)
    (folder / "bare" / "__init__.py").touch()
    (folder / "bare" / "bare.py").write_text(_APP)
    (folder / "rxconfig.py").write_text(
        textwrap.dedent(f"""
        import reflex as rx
        config = rx.Config(app_name="bare", backend_port={port}, cors_allowed_origins=["*"])
        """)
    )
    environment = os.environ | {
        "REFLEX_ENV_MODE": "prod",
        "__REFLEX_SKIP_COMPILE": "true",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_STATE_MANAGER_MODE": "memory",
        "PYTHONPATH": str(folder),
    }
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--host", "127.0.0.1"),
        *("--port", str(port), "--no-access-log", "--log-level", "error", "bare.bare:app"),
    ]
    return subprocess.Popen(command, cwd=folder, env=environment)


class Visitor:
    """Somebody who presses the counter's button."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab

    async def step(self) -> None:
        """Press it once."""
        await self.tab.act("count", _ADD, lambda delta: True)

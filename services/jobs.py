"""Every job handler of the product in one import, for workers: what stands in a feature's ``jobs.py``."""

import importlib
from pathlib import Path


def load_handlers() -> None:
    """Import the ``jobs.py`` of each feature that has one, which declares its handlers."""
    for module in sorted(Path(__file__).parent.glob("*/jobs.py")):
        if module.parent.name != "platform":
            importlib.import_module(f"services.{module.parent.name}.jobs")

"""Ways to run a program in a cage."""

from sandbox.backends.base import Backend, Capabilities, Outcome, Program
from sandbox.backends.bubblewrap import BubblewrapBackend

__all__ = ["Backend", "BubblewrapBackend", "Capabilities", "Outcome", "Program"]

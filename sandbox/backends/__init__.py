"""Ways to run a program in a cage."""

from sandbox.backends.base import Backend, Capabilities, Cell, CellLost, Command, Outcome, Room
from sandbox.backends.bubblewrap import BubblewrapBackend

__all__ = ["Backend", "BubblewrapBackend", "Capabilities", "Cell", "CellLost", "Command", "Outcome", "Room"]

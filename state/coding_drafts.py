"""What a tab knows of the texts that another tab disagrees with."""

from dataclasses import dataclass

from services.coding.files import mark_of
from services.coding.schemas import Aside


@dataclass(frozen=True, slots=True)
class Apart:
    """A file of which two texts are kept; ``at`` is when the one was written that this tab does not show."""

    id: str
    name: str
    at: str
    settled: bool  # one was chosen, and the other can be brought back


def apart_rows(asides: list[Aside], own: dict[str, str]) -> list[Apart]:
    """The files with two texts; ``own`` has those that this tab wrote, by file."""
    return [
        Apart(
            each.id, each.name, each.file_written_at if own.get(each.name) == each.id else each.written_at, each.settled
        )
        for each in asides
    ]


def still_own(asides: list[Aside], own: dict[str, str]) -> dict[str, str]:
    """What of this tab's own texts still waits for a choice."""
    waiting = {each.id for each in asides if not each.settled}
    return {name: key for name, key in own.items() if key in waiting}


def marks(files: dict[str, str]) -> dict[str, list[str]]:
    """Each file's text as the only one that this tab has had of it."""
    return {name: [mark_of(text)] for name, text in files.items()}

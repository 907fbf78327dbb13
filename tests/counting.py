"""Counts the statements that a block of code sends, to show that their number does not grow with the rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from services.platform import cache, database


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the text of every statement sent to the database inside the block, in which nothing is known before."""
    cache.forget_kept()
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    engine = database.engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)

"""Cursor pagination, the same on every list: ``?cursor=&limit=`` in, ``items`` and ``next_cursor`` out."""

from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page is wanted; ``cursor`` is what the page before gave, and belongs to the service."""

    cursor: str
    limit: int


def _page_request(
    cursor: Annotated[str, Query(max_length=500, description="next_cursor of the page before")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> PageRequest:
    return PageRequest(cursor=cursor, limit=limit)


WantedPage = Annotated[PageRequest, Depends(_page_request)]


class Page(BaseModel, Generic[Item]):
    """One page of a list; ``next_cursor`` is null on the last."""

    items: list[Item]
    next_cursor: str | None


def page_of(items: list[Item], next_cursor: str) -> Page[Item]:
    """Return a page from what a service gave, whose last page has an empty cursor."""
    return Page(items=items, next_cursor=next_cursor or None)

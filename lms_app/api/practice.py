"""Practice over HTTP: the exercises that are open to a person, and what they handed in anywhere."""

from typing import Annotated

from fastapi import APIRouter, Query

from lms_app.api.actor import CurrentActor
from lms_app.api.pagination import Page, WantedPage, page_of
from services import coding
from services.coding import OwnSubmissionRow, PracticeRow
from services.courses.schemas import Facet

router = APIRouter(tags=["code"])

_Word = Annotated[str, Query(max_length=200)]


class ExercisePage(Page[PracticeRow]):
    """A page of exercises, with how many each filter would leave and how many are solved of all that are open."""

    total: int
    levels: list[Facet]
    topics: list[Facet]
    languages: list[Facet]
    statuses: list[Facet]
    exercises: int
    solved: int
    own_level: str


@router.get("/exercises")
def exercises(
    actor: CurrentActor,
    page: WantedPage,
    text: _Word = "",
    level: Annotated[str, Query(max_length=200, description="beginner, intermediate or advanced")] = "",
    topic: _Word = "",
    language: Annotated[str, Query(max_length=200, description="a name of GET /languages")] = "",
    status: Annotated[str, Query(max_length=200, description="new, tried or solved")] = "",
) -> ExercisePage:
    """Return the exercises you may open now, the unsolved of your level first; ``text`` looks in titles and topics,
    lessons, courses and languages.
    """
    found = coding.practice_library(
        actor,
        text=text,
        level=level,
        topic=topic,
        language=language,
        status=status,
        cursor=page.cursor,
        limit=page.limit,
    )
    listed = page_of(found.rows, found.next_cursor)
    return ExercisePage(
        items=listed.items,
        next_cursor=listed.next_cursor,
        total=found.total,
        levels=found.levels,
        topics=found.topics,
        languages=found.languages,
        statuses=found.statuses,
        exercises=found.exercises,
        solved=found.solved,
        own_level=found.own_level,
    )


@router.get("/submissions")
def submissions(actor: CurrentActor, page: WantedPage) -> Page[OwnSubmissionRow]:
    """Return what you handed in at all exercises, the newest first."""
    found = coding.my_submissions(actor, cursor=page.cursor, limit=page.limit)
    return page_of(found.rows, found.next_cursor)

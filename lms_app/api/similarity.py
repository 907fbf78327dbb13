"""How alike the programs of an exercise are, by the API: for those who teach it, and nobody else."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from lms_app.api.actor import CurrentActor
from lms_app.api.pagination import Page, WantedPage
from services.coding import similarity

router = APIRouter(tags=["code"])


class SimilarityReport(Page[similarity.PairRow]):
    """How far the comparison is, and a page of the pairs it found, the most alike first. It judges nobody."""

    exercise_id: str
    status: str = Field(description="none, queued, running, done or failed")
    percent: int
    finished_at: str
    people: int
    compared: int = Field(description="of the people, those whose program was long enough to be compared")
    pairs: int
    worth_a_look: int
    looked_at: int


class Mark(BaseModel):
    """What a person thinks of a pair; what is left out stays as it is."""

    looked_at: bool | None = None
    note: str | None = None


def _report(view: similarity.SimilarityView) -> SimilarityReport:
    return SimilarityReport(
        exercise_id=view.exercise_id,
        status=view.status,
        percent=view.percent,
        finished_at=view.finished_at,
        people=view.people,
        compared=view.compared,
        pairs=view.pairs,
        worth_a_look=view.worth_a_look,
        looked_at=view.looked_at,
        items=view.rows,
        next_cursor=view.next_cursor or None,
    )


@router.post("/exercises/{exercise_id}/similarity", status_code=202)
def start(exercise_id: str, actor: CurrentActor) -> SimilarityReport:
    """Compare what was handed in at an exercise; follow the report until it is done."""
    return _report(similarity.start(actor, exercise_id=exercise_id))


@router.get("/exercises/{exercise_id}/similarity")
def report(exercise_id: str, page: WantedPage, actor: CurrentActor) -> SimilarityReport:
    """Return the report of an exercise with a page of its pairs."""
    return _report(similarity.similarity(actor, exercise_id=exercise_id, cursor=page.cursor, limit=page.limit))


@router.get("/similar-pairs/{pair_id}")
def pair(pair_id: str, actor: CurrentActor) -> similarity.PairView:
    """Return two programs side by side, with the parts they share."""
    return similarity.similar_pair(actor, pair_id=pair_id)


@router.put("/similar-pairs/{pair_id}")
def mark(pair_id: str, mark: Mark, actor: CurrentActor) -> similarity.PairRow:
    """Note that you have looked at a pair, and what you think of it."""
    return similarity.mark_pair(actor, pair_id=pair_id, looked_at=mark.looked_at, note=mark.note)

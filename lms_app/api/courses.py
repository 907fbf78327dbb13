"""Courses over HTTP: the catalogue, a course, its outline, joining it, and its pictures and films."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import FileResponse

from lms_app.api.actor import CurrentActor
from lms_app.api.pagination import Page, WantedPage, page_of
from services import courses, enrolment
from services.courses.schemas import CourseCard, CourseDetail, Facet, SearchHit
from services.enrolment.schemas import EnrolmentView, Outline
from services.platform import storage

router = APIRouter(prefix="/courses", tags=["courses"])

_Word = Annotated[str, Query(max_length=200)]
# A file is an author's: it may be shown, never act. A drawing opened on its own is downloaded.
_INERT = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=0, must-revalidate",
}


class CoursePage(Page[CourseCard]):
    """A page of the catalogue, with how many courses each filter would leave."""

    total: int
    levels: list[Facet]
    languages: list[Facet]
    categories: list[Facet]


@router.get("")
def catalogue(
    actor: CurrentActor,
    page: WantedPage,
    text: _Word = "",
    level: _Word = "",
    language: _Word = "",
    category: _Word = "",
) -> CoursePage:
    """Return the courses this person may see, newest first; ``text`` looks in titles, summaries, tags and outcomes."""
    found = courses.catalogue(
        actor, text=text, level=level, language=language, category=category, cursor=page.cursor, limit=page.limit
    )
    listed = page_of(found.cards, found.next_cursor)
    return CoursePage(
        items=listed.items,
        next_cursor=listed.next_cursor,
        total=found.total,
        levels=found.levels,
        languages=found.languages,
        categories=found.categories,
    )


@router.get("/{course}")
def detail(actor: CurrentActor, course: str) -> CourseDetail:
    """Return a course by its id or its address, with its syllabus."""
    return courses.course_detail(actor, slug=course)


@router.post("/{course}/enroll", status_code=201)
def enroll(actor: CurrentActor, course: str, response: Response) -> EnrolmentView:
    """Join a course. Joining again is not an error: it answers 200 and changes nothing."""
    view = enrolment.enrol(actor, course_id=course)
    if not view.created:
        response.status_code = 200
    return view


@router.delete("/{course}/enroll", status_code=204)
def leave(actor: CurrentActor, course: str) -> None:
    """Leave a course; what was done in it is kept."""
    enrolment.cancel_enrolment(actor, course_id=course)


@router.get("/{course}/outline")
def outline(actor: CurrentActor, course: str) -> Outline:
    """Return modules and lessons with this person's progress."""
    return enrolment.outline(actor, course=course)


@router.get("/{course}/search")
def search(actor: CurrentActor, course: str, text: _Word = "") -> list[SearchHit]:
    """Return the places of a course that have all the words."""
    return courses.search_course(actor, course_id=course, text=text)


@router.get("/{course}/files/{path:path}", response_class=FileResponse)
def file(actor: CurrentActor, course: str, path: str, request: Request) -> Response:
    """Return a picture or film of a course, in parts where a player asks for them."""
    found = courses.file_for(actor, course_id=course, path=path)
    headers = {**_INERT, "ETag": f'"{found.sha256}"'}
    if found.media_type == "image/svg+xml":
        headers["Content-Disposition"] = "attachment"
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return FileResponse(storage.path(found.storage_key), media_type=found.media_type, headers=headers)

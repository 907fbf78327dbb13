"""The bare address: it leads a stranger to the catalogue and a person who is signed in to their home."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from lms_app.api.actor import session_cookie
from services import accounts

router = APIRouter(include_in_schema=False)


@router.get("/")
def front_door(request: Request) -> RedirectResponse:
    """Lead on to where this person begins."""
    signed_in = accounts.resolve(request.cookies.get(session_cookie())) is not None
    return RedirectResponse(
        "/home" if signed_in else "/catalogue", status_code=303, headers={"Cache-Control": "no-store"}
    )

"""The HTTP side of the product: the REST API, the forms that set cookies, and what operators ask."""

from fastapi import FastAPI

from lms_app.api import (
    ai,
    assessment,
    auth,
    coding,
    coding_events,
    courses,
    docs,
    enrolment,
    forms,
    front_door,
    health,
    practice,
    preview,
    problems,
    similarity,
)

# In the order in which the reference lists them.
FEATURES = (courses, enrolment, assessment, practice, coding, coding_events, similarity, ai)


def make_rest() -> FastAPI:
    """Return the application below ``/api``; its routes are under ``/api/v1``."""
    # An address with a slash too many is unknown: leading on would repeat the Host that the sender made up.
    rest = FastAPI(title="Learning platform", version="1", docs_url=None, redoc_url=None, redirect_slashes=False)
    problems.install(rest)
    rest.add_middleware(problems.Frame)  # inside it: the application's own last resort would answer in plain text
    rest.include_router(docs.router)
    rest.include_router(preview.router)
    rest.include_router(auth.router, prefix="/v1")
    for feature in FEATURES:
        rest.include_router(feature.router, prefix="/v1")
    return rest


def make_api() -> FastAPI:
    """Return the whole HTTP side, to stand in front of the pages' backend."""
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    problems.install(api)
    api.add_middleware(problems.Frame)
    api.include_router(forms.router)
    api.include_router(health.router)
    api.include_router(front_door.router)
    api.mount("/api", make_rest())
    return api


api = make_api()

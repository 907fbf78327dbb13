"""Pictures and films of a course, for those who may see it."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from services.courses.folding import storable
from services.courses.models import CourseFile
from services.courses.policy import visible_course
from services.platform.actor import Actor
from services.platform.database import reading
from services.platform.errors import NotFound


@dataclass(frozen=True, slots=True)
class FileView:
    """A file that may be served: open it with ``services.platform.storage``."""

    path: str
    media_type: str
    size: int
    sha256: str
    storage_key: str


def file_for(actor: Actor, *, course_id: object, path: object) -> FileView:
    """Return a picture or film of a course; its sources, which hold answers, are never given this way."""
    with reading(actor) as session:
        course = visible_course(session, actor, course_id)
        row = None
        if isinstance(path, str) and storable(path, 300):
            row = session.scalar(
                sa.select(CourseFile).where(col(CourseFile.course_id) == course.id, col(CourseFile.path) == path)
            )
        if row is None or row.storage_key is None:
            raise NotFound
        return FileView(row.path, row.media_type, row.size, row.sha256, row.storage_key)

"""Courses in and out: import of a package or of a track, export of a package."""

import os
import tempfile
import zipfile
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from services.courses import present
from services.courses.models import CourseFile
from services.courses.package.docs import CoursePack
from services.courses.package.reader import BESIDE, read_package
from services.courses.package.source import read_source
from services.courses.package.writer import write_package
from services.courses.policy import editable_course
from services.courses.schemas import ImportReport
from services.courses.store import store
from services.platform import audit, storage
from services.platform.actor import Actor
from services.platform.database import reading, unit_of_work
from services.platform.errors import Conflict, Invalid
from services.platform.permissions import Permission, require

Format = Literal["package", "exercism"]
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def import_course(actor: Actor, *, source: Path | bytes, format: Format = "package") -> ImportReport:
    """Bring in a course from a folder or an archive: all of it, or nothing and an error that names file and line."""
    require(actor, Permission.import_courses)
    return import_pack(actor, _read(source, format))


def import_pack(actor: Actor, pack: CoursePack) -> ImportReport:
    """Bring in a course that is in memory already, in one transaction."""
    require(actor, Permission.import_courses)
    keys = {item.path: storage.put(item.content) for item in pack.media}
    try:
        with unit_of_work(actor) as session:
            course, created = store(session, actor, pack, keys)
            audit.record(session, actor, "course.import", course, slug=course.slug, created=created)
            course_id, title = str(course.id), course.title
    except IntegrityError as error:
        raise Conflict("The course {slug} is being imported elsewhere. Try again.", slug=pack.course.slug) from error
    lessons = [lesson for module in pack.modules for lesson in module.lessons]
    return ImportReport(
        course_id=course_id,
        slug=pack.course.slug,
        title=title,
        created=created,
        modules=len(pack.modules),
        lessons=len(lessons),
        exercises=sum(len(lesson.exercises) for lesson in lessons),
        quizzes=sum(len(lesson.quizzes) for lesson in lessons),
        drafts=sum(lesson.doc.status == "draft" for lesson in lessons),
        warnings=list(pack.warnings),
    )


def _read(source: Path | bytes, format: str) -> CoursePack:
    if format == "package":
        return read_package(read_source(source))
    if format == "exercism":
        from services.courses.exercism.track import read_track

        return read_track(read_source(source, keep_hidden=True))
    raise Invalid("The format must be “package” or “exercism”.")


def export_course(actor: Actor, *, slug: str, target: Path) -> Path:
    """Write the course as a package: a zip if ``target`` ends in .zip, else a folder that must be new or empty."""
    files = export_files(actor, slug=slug)
    if target.suffix.lower() == ".zip":
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_zip(target, files)
        return target
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Conflict("{name} exists and is not an empty folder.", name=target.name)
    for path, content in files.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return target


def export_files(actor: Actor, *, slug: str) -> dict[str, bytes]:
    """Return path to content of the package. A file whose meaning did not change is its author's own, byte by byte."""
    with reading(actor) as session:
        course = editable_course(session, actor, slug)
        pack = present.pack_of(session, course)
        rows = list(session.scalars(sa.select(CourseFile).where(col(CourseFile.course_id) == course.id)))
    stored = {row.path: row.text for row in rows if row.text is not None}
    media = {row.path: _content(row.storage_key) for row in rows if row.storage_key}
    folders = frozenset(path.split("/")[1] for path in stored if path.endswith("/lesson.md") and path.count("/") == 2)
    texts = write_package(pack, folders)
    before = _canonical(stored, media, folders)
    kept = {path: stored[path] for path, text in texts.items() if path in stored and before.get(path) == text}
    beside = {path: text for path, text in stored.items() if "/" not in path and BESIDE.fullmatch(path)}
    everything = {path: text.encode() for path, text in (texts | beside | kept).items()}
    return dict(sorted((everything | media).items()))


def _canonical(stored: dict[str, str], media: dict[str, bytes], folders: frozenset[str]) -> dict[str, str]:
    """Return what the stored sources would look like if we had written them: equal text is equal meaning."""
    if not stored:
        return {}
    try:
        return write_package(read_package({path: text.encode() for path, text in stored.items()} | media), folders)
    except Invalid:
        return {}  # the rules became stricter since: everything is written anew


def _content(key: str | None) -> bytes:
    with storage.open(key or "") as file:
        return file.read()


def _write_zip(target: Path, files: dict[str, bytes]) -> None:
    """Write the same bytes for the same files, whenever and wherever; never half a file under the final name."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".export-")
    incoming = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream, zipfile.ZipFile(stream, "w") as archive:
            for path, content in files.items():
                entry = zipfile.ZipInfo(path, _ZIP_TIME)
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, content)
        incoming.replace(target)
    finally:
        incoming.unlink(missing_ok=True)

"""Courses: content, their package format, the catalogue."""

from services.courses.catalogue import catalogue, hits
from services.courses.exchange import export_course, export_files, import_course, import_pack
from services.courses.files import FileView, file_for
from services.courses.hooks import Held, register_held, register_membership
from services.courses.policy import (
    can_edit_courses,
    editable_course,
    in_sight,
    visible_course,
    visible_lesson,
    visible_lesson_at,
)
from services.courses.reading import course_detail, lesson_content, search_course, syllabus
from services.courses.revision import Revision, kept, revision_of
from services.courses.skeleton import Skeleton, skeleton

__all__ = [
    "FileView",
    "Held",
    "Revision",
    "Skeleton",
    "can_edit_courses",
    "catalogue",
    "course_detail",
    "editable_course",
    "export_course",
    "export_files",
    "file_for",
    "hits",
    "import_course",
    "import_pack",
    "in_sight",
    "kept",
    "lesson_content",
    "register_held",
    "register_membership",
    "revision_of",
    "search_course",
    "skeleton",
    "syllabus",
    "visible_course",
    "visible_lesson",
    "visible_lesson_at",
]

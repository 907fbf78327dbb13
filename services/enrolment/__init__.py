"""Enrolment: who takes which course, and how far they are."""

from services.enrolment.access import OpenCourse, Seat, open_courses, seat_of, studied_lesson, with_seat
from services.enrolment.completion import exercise_passed, quiz_passed
from services.enrolment.held import begun_lessons
from services.enrolment.learning import (
    add_time,
    cancel_enrolment,
    complete_lesson,
    enrol,
    lesson_by_id,
    lesson_view,
    open_lesson,
    progress,
    remember_place,
)
from services.enrolment.overview import home, my_courses, outline, resume_place

__all__ = [
    "OpenCourse",
    "Seat",
    "add_time",
    "begun_lessons",
    "cancel_enrolment",
    "complete_lesson",
    "enrol",
    "exercise_passed",
    "home",
    "lesson_by_id",
    "lesson_view",
    "my_courses",
    "open_courses",
    "open_lesson",
    "outline",
    "progress",
    "quiz_passed",
    "remember_place",
    "resume_place",
    "seat_of",
    "studied_lesson",
    "with_seat",
]

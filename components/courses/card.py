"""A course in a list to choose from: its picture, its name, what it promises, and how long it takes."""

from typing import Any

import reflex as rx

from components.courses.words import language_name, length, lessons, level_name
from components.i18n import _, language
from components.ui.cover import cover
from components.ui.display import badge, isolated
from components.ui.link import router_link


def course_card(course: Any, *, title: rx.Component, summary: rx.Component | rx.Var, key: rx.Var) -> rx.Component:
    """One card of a `course_cards` list; the whole of it leads to the course.

    `course` is a var with slug, level, language, lessons, minutes and enrolled; title and summary come drawn, because
    a search marks what it found in them.
    """
    return rx.el.li(
        cover(course.slug, class_name="course-cover"),
        rx.cond(
            course.enrolled, rx.el.div(badge(_("Enrolled"), tone="accent", sign="check"), class_name="course-enrolled")
        ),
        rx.el.div(
            rx.el.h2(router_link(title, href="/courses/" + course.slug, class_name="course-link")),
            rx.el.p(summary, dir="auto", class_name="course-summary"),
            rx.el.ul(
                rx.cond(course.level != "", rx.el.li(level_name(course.level))),
                rx.el.li(lessons(course.lessons)),
                rx.cond(course.minutes > 0, rx.el.li(length(course.minutes))),
                rx.cond(
                    course.language != language(),
                    rx.el.li(rx.el.bdi(language_name(course.language), lang=course.language)),
                ),
                class_name="facts numbers course-card-facts",
            ),
            class_name="course-card-body",
        ),
        class_name="course-row course-card",
        key=key,
    )


def course_cards(cards: rx.Var, draw: Any) -> rx.Component:
    """The list of cards, in as many columns as there is room for."""
    return rx.el.ul(rx.foreach(cards, draw), class_name="course-cards")


def plain_card(card: rx.Var) -> rx.Component:
    """The card of a course outside of a search (a `CourseCard`)."""
    return course_card(card, title=isolated(card.title), summary=card.summary, key=card.id)

"""The home of a learner: go on where they stopped, then progress by course."""

import reflex as rx

from components.courses.card import course_cards, plain_card
from components.courses.words import left
from components.i18n import _
from components.ui.button import link_button
from components.ui.cover import cover
from components.ui.display import badge, isolated, progress_bar
from components.ui.feedback import empty_state
from components.ui.link import link, router_link
from services.enrolment.schemas import CourseProgress
from state.home import HomeState


def home_content() -> rx.Component:
    """What stands on the home of a person once it is loaded."""
    return rx.cond(
        HomeState.courses.length() > 0,
        rx.el.div(rx.cond(HomeState.resume.slug != "", _resume()), _courses(), class_name="flex flex-col gap-12"),
        _invitation(),
    )


def _resume() -> rx.Component:
    course = HomeState.resume
    begun = (course.done > 0) | (course.block_key != "")
    place = rx.cond(course.block_key != "", "#" + course.block_key, "")
    return rx.el.section(
        cover(course.slug, class_name="home-picture"),
        rx.el.div(
            rx.el.p(
                rx.cond(begun, _("Continue where you stopped"), _("Your next lesson")),
                class_name="text-quiet",
            ),
            rx.el.h2(isolated(course.lesson_title), class_name="text-2xl font-semibold"),
            rx.el.p(link(isolated(course.title), href="/courses/" + course.slug, class_name="tap")),
            _progress(course),
            link_button(
                rx.cond(begun, _("Continue"), _("Start")),
                href="/learn/" + course.slug + "/" + course.lesson_slug + place,
                kind="primary",
                end_icon="arrow-end",
                class_name="btn-large self-start mt-2",
            ),
            class_name="home-next",
        ),
        aria_label=_("Continue where you stopped"),
        class_name="home-resume",
    )


def _progress(course: rx.Var[CourseProgress]) -> rx.Component:
    return rx.el.div(
        progress_bar(course.percent, _("Course progress"), class_name="home-bar"),
        rx.el.span(
            _("{done} of {n} lessons", done=course.done, n=course.lessons), class_name="numbers whitespace-nowrap"
        ),
        rx.cond(
            course.minutes_left > 0,
            rx.el.span(
                left(course.minutes_left),
                class_name="numbers whitespace-nowrap",
            ),
        ),
        class_name="home-progress",
    )


def _courses() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(_("My courses"), class_name="text-lg font-semibold"),
            link(_("Find more in the catalogue"), href="/catalogue", class_name="tap"),
            class_name="flex flex-wrap items-baseline justify-between gap-x-6",
        ),
        rx.el.ul(rx.foreach(HomeState.courses, _course), class_name="course-rows mt-3"),
    )


def _course(course: rx.Var[CourseProgress]) -> rx.Component:
    return rx.el.li(
        cover(course.slug, class_name="course-thumb"),
        rx.el.div(
            router_link(isolated(course.title), href="/courses/" + course.slug, class_name="course-link"),
            rx.cond(
                course.completed,
                rx.el.p(badge(_("Finished"), tone="right", sign="check")),
                rx.el.p(_("Next: {lesson}", lesson=course.lesson_title), class_name="course-summary"),
            ),
            class_name="min-w-0 grow",
        ),
        _progress(course),
        class_name="course-row course-line",
        key=course.course_id,
    )


def _invitation() -> rx.Component:
    """What stands here before the first course: for a learner what to choose from, for staff what there is."""
    return rx.el.section(
        rx.el.div(
            rx.cond(
                HomeState.staff,
                rx.fragment(
                    rx.el.h2(_("Courses of your organisation"), class_name="text-xl font-semibold"),
                    rx.el.p(_("Open one to see it as your learners do."), class_name="text-quiet text-md"),
                ),
                rx.fragment(
                    rx.el.h2(_("Choose your first course"), class_name="text-xl font-semibold"),
                    rx.el.p(
                        _("You can leave a course at any time, and your work in it is kept."),
                        class_name="text-quiet text-md max-w-prose",
                    ),
                ),
            ),
            class_name="flex flex-col gap-1",
        ),
        rx.cond(
            HomeState.offers.length() > 0,
            rx.fragment(
                course_cards(HomeState.offers, plain_card),
                rx.el.div(link_button(_("See the whole catalogue"), href="/catalogue", end_icon="arrow-end")),
            ),
            empty_state(
                _("No courses yet"),
                _("As soon as a course is published, it stands here."),
                sign="catalogue",
            ),
        ),
        class_name="flex flex-col gap-6",
    )

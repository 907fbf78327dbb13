"""The page of a course: its promise, what happens next, what is in it, and whose it is."""

import reflex as rx

from components.courses.words import language_name, length, lessons, level_name
from components.external.behaviour import After, Disclosure
from components.i18n import _, _n, fmt_percent
from components.rich_text import rich_text
from components.ui.button import button, button_class, link_button
from components.ui.cover import cover
from components.ui.display import badge, isolated, progress_bar
from components.ui.feedback import callout
from components.ui.icon import icon
from components.ui.link import router_link, with_next
from services.courses.schemas import SyllabusLesson
from state.courses import CoursePageState, ModuleRow


def course() -> rx.Component:
    """The page of a course that was found."""
    return rx.el.article(
        _head(),
        _aside(),
        rx.el.div(
            _listed(_("What you will be able to do"), CoursePageState.outcomes, "check"),
            rx.cond(
                CoursePageState.description_html != "",
                rx.el.div(rich_text(CoursePageState.description_html), lang=CoursePageState.language),
            ),
            _listed(_("What you should know before"), CoursePageState.prerequisites, "arrow-end"),
            _syllabus(),
            _imprint(),
            class_name="course-body",
        ),
        class_name="course-page",
    )


def course_skeleton() -> rx.Component:
    """The page that is coming, in its shape, drawn only when it takes its time."""

    def lines(*widths: str) -> list[rx.Component]:
        return [rx.el.div(class_name=f"skeleton h-4 {width}") for width in widths]

    return After.create(
        rx.el.div(
            rx.el.div(rx.el.div(class_name="skeleton h-8 w-3/5"), *lines("w-full"), class_name="course-head"),
            rx.el.div(
                rx.el.div(class_name="course-picture skeleton"),
                rx.el.div(*lines("w-full", "w-1/2", "w-2/5"), class_name="course-aside-body"),
                class_name="course-aside",
            ),
            rx.el.div(*lines("w-2/5", "w-full", "w-11/12", "w-4/5", "w-3/5"), class_name="flex flex-col gap-4"),
            rx.el.span(_("Loading"), class_name="sr-only"),
            role="status",
            class_name="course-page",
        ),
        ms=300,
    )


def _head() -> rx.Component:
    return rx.el.header(
        rx.cond(
            CoursePageState.draft,
            callout(rx.el.p(_("Learners do not see it yet.")), meaning="caution", title=_("This course is a draft")),
        ),
        rx.el.h1(isolated(CoursePageState.title, lang=CoursePageState.language), class_name="course-title"),
        rx.el.p(CoursePageState.summary, dir="auto", lang=CoursePageState.language, class_name="course-promise"),
        class_name="course-head",
    )


def _aside() -> rx.Component:
    """What the course looks like, what happens next, and how much it is: beside the text, on a phone before it."""
    return rx.el.div(
        cover(CoursePageState.slug, rows=5, class_name="course-picture"),
        rx.el.div(
            rx.cond(CoursePageState.enrolled, _progress()),
            rx.el.div(_action(), rx.cond(CoursePageState.enrolled, _more()), class_name="course-actions"),
            # Stays in the page, so that a screen reader says what comes into it.
            rx.el.div(
                rx.cond(
                    CoursePageState.left,
                    rx.el.p(_("You have left this course. Enrol again, and everything is as it was.")),
                ),
                role="status",
                class_name="text-quiet empty:hidden",
            ),
            _facts(),
            class_name="course-aside-body",
        ),
        class_name="course-aside",
    )


def _facts() -> rx.Component:
    state = CoursePageState
    return rx.el.ul(
        rx.cond(state.level != "", _fact("level", level_name(state.level))),
        _fact("language", rx.el.bdi(language_name(state.language), lang=state.language)),
        rx.cond(state.minutes > 0, _fact("clock", length(state.minutes))),
        _fact("text", lessons(state.lessons)),
        rx.cond(state.exercises > 0, _fact("code", _n("{n} exercise", "{n} exercises", n=state.exercises))),
        rx.cond(state.quizzes > 0, _fact("quiz", _n("{n} quiz", "{n} quizzes", n=state.quizzes))),
        class_name="course-facts-list numbers",
    )


def _fact(sign: str, words: rx.Var | rx.Component) -> rx.Component:
    return rx.el.li(icon(sign, 18, "text-quiet"), words)


def _action() -> rx.Component:
    """The one button that says what happens next."""
    enrol = button(
        _("Enrol"),
        id="enrol",
        kind="primary",
        on_click=CoursePageState.enrol,
        busy=CoursePageState.busy,
        class_name="btn-large",
    )
    read = rx.cond(CoursePageState.may_read, link_button(_("Open the lessons"), href=CoursePageState.next_at))
    join = link_button(
        _("Make an account"), href=with_next("/register", "/courses/" + CoursePageState.slug), class_name="btn-large"
    )
    return rx.match(
        CoursePageState.action,
        ("sign_in", rx.fragment(_onward(_("Sign in to enrol")), join)),
        ("enrol", rx.fragment(enrol, read)),
        ("start", _onward(_("Start: {lesson}", lesson=CoursePageState.next_title))),
        ("continue", _onward(_("Continue: {lesson}", lesson=CoursePageState.next_title))),
        ("again", _onward(_("Open the course again"))),
        rx.cond(
            CoursePageState.may_read,
            read,
            rx.el.p(_("This course has no lessons yet."), class_name="text-quiet"),
        ),
    )


def _onward(words: rx.Var) -> rx.Component:
    return link_button(
        words,
        href=CoursePageState.next_at,
        kind="primary",
        end_icon="arrow-end",
        id="next-step",
        class_name="btn-large",
    )


def _progress() -> rx.Component:
    return rx.el.div(
        progress_bar(CoursePageState.percent, _("Course progress")),
        rx.el.span(
            rx.cond(
                CoursePageState.action == "again",
                _("Finished"),
                _("{percent} done", percent=fmt_percent(CoursePageState.percent / 100)),
            ),
            class_name="numbers text-quiet whitespace-nowrap",
        ),
        class_name="flex items-center gap-3",
    )


def _more() -> rx.Component:
    return Disclosure.create(
        rx.el.div(
            rx.el.button(
                icon("sign-out"),
                _("Leave the course"),
                type="button",
                on_click=CoursePageState.leave,
                custom_attrs={"data-closes": ""},
                class_name="menu-item w-full",
            ),
            rx.el.p(_("Your work in it is kept."), class_name="px-3 pb-1 text-sm text-quiet"),
            class_name="menu absolute end-0 top-full mt-1 z-40",
        ),
        summary=rx.Var.create(icon("more", 20)),
        summary_class_name=button_class("quiet", square=True),
        summary_label=_("More about your enrolment"),
        class_name="relative shrink-0",
    )


def _listed(title: rx.Var, words: rx.Var[list[str]], sign: str) -> rx.Component:
    return rx.cond(
        words.length() > 0,
        rx.el.section(
            rx.el.h2(title, class_name="text-lg font-semibold"),
            rx.el.ul(
                rx.foreach(
                    words,
                    lambda line: rx.el.li(icon(sign, 18, "mt-1 text-accent"), rx.el.span(line, dir="auto")),
                ),
                class_name="course-points",
            ),
        ),
    )


def _syllabus() -> rx.Component:
    return rx.cond(
        CoursePageState.modules.length() > 0,
        rx.el.section(
            rx.el.h2(_("What is in it"), class_name="text-lg font-semibold"),
            rx.el.ol(rx.foreach(CoursePageState.modules, _module), class_name="syllabus"),
        ),
    )


def _module(module: rx.Var[ModuleRow], number: rx.Var[int]) -> rx.Component:
    is_open = CoursePageState.opened.contains(module.id)
    return rx.el.li(
        rx.el.h3(
            rx.el.button(
                icon("chevron-down", 18, "syllabus-turn"),
                rx.el.span((number + 1).to_string(), class_name="numbers text-quiet"),
                isolated(module.title, class_name="min-w-0 grow text-start"),
                rx.el.span(
                    rx.cond(
                        module.done > 0,
                        _("{done} of {n} done", done=module.done, n=module.lessons),
                        lessons(module.lessons),
                    ),
                    class_name="course-figure",
                ),
                rx.el.span(length(module.minutes), class_name="course-figure max-sm:hidden"),
                type="button",
                aria_expanded=rx.cond(is_open, "true", "false"),
                on_click=CoursePageState.toggle(module.id),
                class_name="syllabus-module",
            )
        ),
        rx.cond(
            is_open,
            rx.el.div(
                rx.cond(module.summary != "", rx.el.p(module.summary, dir="auto", class_name="text-quiet")),
                rx.el.ol(rx.foreach(CoursePageState.opened[module.id], _lesson), class_name="flex flex-col"),
                class_name="syllabus-lessons",
            ),
        ),
        key=module.id,
    )


def _lesson(lesson: rx.Var[SyllabusLesson]) -> rx.Component:
    title = isolated(lesson.title, class_name="min-w-0")
    return rx.el.li(
        rx.cond(
            CoursePageState.may_read,
            router_link(title, href="/learn/" + CoursePageState.slug + "/" + lesson.slug, class_name="link"),
            title,
        ),
        rx.cond(lesson.status == "draft", badge(_("Draft"), tone="caution")),
        rx.match(
            lesson.progress,
            ("completed", _sign("right", _("Finished"), "text-right")),
            ("started", _sign("doing", _("Started"), "text-accent")),
            rx.fragment(),
        ),
        rx.el.span(
            rx.cond(lesson.exercises > 0, _n("{n} exercise", "{n} exercises", n=lesson.exercises), ""),
            class_name="course-figure ms-auto max-sm:hidden",
        ),
        rx.el.span(
            rx.cond(lesson.quizzes > 0, _n("{n} quiz", "{n} quizzes", n=lesson.quizzes), ""),
            class_name="course-figure max-sm:hidden",
        ),
        rx.el.span(
            rx.cond(lesson.minutes > 0, _n("{n} minute", "{n} minutes", n=lesson.minutes), ""),
            class_name="course-figure syllabus-minutes",
        ),
        class_name="syllabus-lesson",
        key=lesson.id,
    )


def _sign(name: str, words: rx.Var, tone: str) -> rx.Component:
    return rx.fragment(icon(name, 18, f"shrink-0 {tone}"), rx.el.span(words, class_name="sr-only"))


def _imprint() -> rx.Component:
    authors, licence = CoursePageState.authors, CoursePageState.licence
    return rx.el.footer(
        rx.cond(authors.length() > 0, rx.el.p(_("By {names}", names=authors.join(", ")), dir="auto")),
        rx.cond(licence != "", rx.el.p(_("Licence: {licence}", licence=licence), dir="auto")),
        class_name="course-imprint",
    )

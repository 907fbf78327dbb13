"""The player: outline, lesson and tutor side by side. No rail; the way back stands first in the bar."""

import reflex as rx

from components.ai.tutor import tutor_pane
from components.courses.words import left
from components.enrolment.lesson import lesson
from components.enrolment.outline import outline
from components.i18n import _, tr
from components.ui.button import link_button
from components.ui.display import isolated, progress_bar
from components.ui.feedback import empty_state, no_permission, skeleton
from components.ui.icon import icon
from components.ui.keys import keyboard_map, shortcuts
from components.ui.link import router_link
from components.ui.shell import player_shell
from components.ui.split import Pane, split_pane
from lms_app.pages.page import Page
from state.player import PlayerState
from state.progress import ProgressState


def _bar() -> rx.Component:
    return rx.el.div(
        router_link(
            icon("chevron-start", 18),
            isolated(PlayerState.course_title, class_name="truncate"),
            href=PlayerState.course_address,
            id="to-course",
            aria_label=_("Back to the course"),
            class_name="player-back",
        ),
        rx.cond(
            PlayerState.status == "ready",
            rx.el.div(
                rx.el.span(
                    _("Lesson {n} of {total}", n=PlayerState.number, total=PlayerState.total),
                    class_name="text-quiet numbers whitespace-nowrap",
                ),
                progress_bar(ProgressState.percent, _("Course progress"), class_name="w-28"),
                rx.cond(
                    ProgressState.minutes_left > 0,
                    rx.el.span(
                        left(ProgressState.minutes_left),
                        class_name="text-quiet text-sm numbers whitespace-nowrap max-xl:hidden",
                    ),
                ),
                class_name="flex items-center gap-3 max-md:hidden",
            ),
        ),
        class_name="flex min-w-0 items-center gap-4",
    )


def _ready() -> rx.Component:
    return rx.fragment(
        split_pane(
            "player",
            [
                Pane(_("Outline"), outline(), share=20, least=200),
                Pane(_("Lesson"), lesson(), share=52, least=360),
                Pane(_("Tutor"), tutor_pane(), share=28, least=260),
            ],
        ),
        shortcuts(
            targets={"j": "#next-lesson", "k": "#previous-lesson", "/": "#course-search", "escape": "#to-course"}
        ),
    )


def _draw() -> rx.Component:
    """The page at /learn/<course>/<lesson>."""
    return player_shell(
        _bar(),
        rx.match(
            PlayerState.status,
            ("ready", _ready()),
            (
                "missing",
                rx.el.div(
                    empty_state(
                        _("There is no such lesson"),
                        _("It may have been moved or renamed. The catalogue has every course that is open."),
                        link_button(_("To the catalogue"), href="/catalogue"),
                    ),
                    class_name="player-notice",
                ),
            ),
            (
                "forbidden",
                rx.el.div(
                    no_permission(tr(PlayerState.message)),
                    link_button(_("To the course page"), href=PlayerState.course_address, kind="primary"),
                    class_name="player-notice",
                ),
            ),
            rx.el.div(skeleton(lines=6), class_name="player-notice"),
        ),
        end=rx.el.div(_keys(), class_name="needs-keys"),
    )


def _keys() -> rx.Component:
    return keyboard_map(
        ("j", _("Next lesson")),
        ("k", _("Previous lesson")),
        ("[", _("Fold or unfold the outline")),
        ("]", _("Fold or unfold the tutor")),
        ("/", _("Search this course")),
        ("Ctrl+Enter", _("Run the program, or send the question")),
        ("Escape", _("Back to the course")),
    )


learn = Page(
    "/learn/[course_at]/[lesson_at]",
    _draw,
    rx.cond(PlayerState.title != "", PlayerState.title + " · " + PlayerState.course_title, _("Lesson")),
    PlayerState.load,
)

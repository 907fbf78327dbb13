"""The address of a course in the player, which leads on to the lesson where the learner stopped."""

import reflex as rx

from components.i18n import _
from components.ui.feedback import skeleton
from components.ui.shell import player_shell
from lms_app.pages.page import Page
from state.player import PlayerState


def _draw() -> rx.Component:
    return player_shell(rx.fragment(), rx.el.div(skeleton(lines=6), class_name="player-notice"))


resume = Page("/learn/[course_at]", _draw, _("Lesson"), PlayerState.resume)

"""The page of a web exercise as its learner sees it grow, with what it says beside it."""

import reflex as rx

from components.external.preview import WebPreview
from components.i18n import _
from services.coding.schemas import ExerciseView
from state.coding import ExerciseState


def is_web(view: rx.Var[ExerciseView]) -> rx.Var[bool]:
    """Whether the exercise is a page, which the browser shows."""
    return view.language == "web"


def file_language(view: rx.Var[ExerciseView], name: rx.Var[str]) -> rx.Var[str]:
    """What the open file is written in: of a page's files their names tell it."""
    return rx.cond(is_web(view), name.split(".")[-1], view.language)


def preview(view: rx.Var[ExerciseView]) -> rx.Component:
    """The preview and the console; nothing for exercises in other languages."""
    return rx.cond(
        is_web(view),
        WebPreview.create(
            files=ExerciseState.sources[view.id],
            entry=view.entry,
            open=ExerciseState.shown[view.id].name,
            reset_key=view.id + ExerciseState.resets[view.id].to_string(),
            words={
                "name": _("Preview"),
                "frame": _("Preview of your page"),
                "run": _("Run"),
                "keys": _("Run: Ctrl+Enter in the editor"),
                "stop": _("Stop"),
                "console": _("Console"),
                "clear": _("Clear"),
                "silent": _("What your scripts write with console.log stands here."),
                "still": _("The page's scripts run when you press Run."),
                "stopped": _("The preview is stopped. Run shows it again."),
                "stuck": _(
                    "Your script did not come to an end and was stopped. "
                    "Look for a loop that never ends, then run it again."
                ),
                "absent": _("The preview could not be loaded. Run tries it again."),
                "error": _("Error"),
                "warning": _("Warning"),
                "alert": _("Message"),
                "missing": _("Not found:"),
                "blocked": _("Blocked, for a preview has no network:"),
                "link": _("Links to other pages do not open in the preview:"),
                "form": _("The form was sent. A preview sends nothing."),
                "more": _("More lines are not shown."),
            },
        ),
    )

"""What stands above the editor of an exercise: its files, formatting, and how one likes the editor."""

import reflex as rx

from components.external.behaviour import Disclosure, EditorSettings, FormatButton
from components.i18n import _
from components.ui.button import button_class
from components.ui.icon import icon
from services.coding.formatting import LANGUAGES
from services.coding.schemas import ExerciseView, FileView
from state.coding import ExerciseState


def editor_bar(view: rx.Var[ExerciseView]) -> rx.Component:
    """The files of the exercise as tabs, and the tools."""
    return rx.el.div(
        rx.cond(
            view.files.length() > 1,
            rx.el.div(
                rx.foreach(view.files, lambda file: _file_tab(view, file)),
                role="group",
                aria_label=_("Files"),
                class_name="tab-list",
            ),
            rx.el.p(ExerciseState.shown[view.id].name, dir="ltr", class_name="editor-file"),
        ),
        rx.el.div(rx.cond(can_format(view), _format()), _settings(), class_name="editor-tools"),
        class_name="editor-bar",
    )


def can_format(view: rx.Var[ExerciseView]) -> rx.Var:
    """Whether programs in the exercise's language can be formatted."""
    return rx.Var.create(list(LANGUAGES)).contains(view.language)


def _file_tab(view: rx.Var[ExerciseView], file: rx.Var[FileView]) -> rx.Component:
    here = ExerciseState.shown[view.id].name == file.name
    return rx.el.button(
        file.name,
        type="button",
        dir="ltr",
        custom_attrs={
            "aria-pressed": rx.cond(here, "true", "false"),
            "data-state": rx.cond(here, "active", "inactive"),
        },
        on_click=ExerciseState.open_file(view.id, file.name),
        class_name="tab",
    )


def _format() -> rx.Component:
    return FormatButton.create(
        icon("text"),
        _("Format"),
        class_name=button_class("quiet", small=True),
        custom_attrs={"title": _("Format: Shift+Alt+F in the editor"), "aria-keyshortcuts": "Shift+Alt+F"},
    )


def _settings() -> rx.Component:
    return Disclosure.create(
        EditorSettings.create(
            words={
                "keys": _("Keys"),
                "usual": _("Usual"),
                "size": _("Size of the text"),
                "wrap": _("Wrap long lines"),
            },
            class_name="menu editor-settings",
        ),
        summary=rx.Var.create(icon("settings", 20)),
        summary_class_name=button_class("quiet", small=True, square=True),
        summary_label=_("Editor settings"),
        class_name="relative",
    )

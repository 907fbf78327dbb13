"""The React components of assets/ui.js: what must answer in the browser before the server does."""

from typing import Any

import reflex as rx
from reflex.event import passthrough_event_spec


class Behaviour(rx.Component):
    """Base of the components that this project writes itself; every prop they take is declared."""

    library = "$/public/ui.js"


class ActionButton(Behaviour):
    """A button that is busy from the press on."""

    tag = "ActionButton"
    busy: rx.Var[bool]
    busy_label: rx.Var[str]
    disabled: rx.Var[bool]
    type: rx.Var[str]
    title: rx.Var[str]


class NativeForm(Behaviour):
    """A form that the browser sends by itself, or in place."""

    tag = "NativeForm"
    action: rx.Var[str]
    method: rx.Var[str]
    enc_type: rx.Var[str]
    auto_complete: rx.Var[str]
    no_validate: rx.Var[bool]
    in_place: rx.Var[bool]
    words: rx.Var[dict[str, str]]


class FieldError(Behaviour):
    """What is wrong with one field."""

    tag = "FieldError"
    name: rx.Var[str]
    text: rx.Var[str]


class FormMessage(Behaviour):
    """What is wrong with a form as a whole."""

    tag = "FormMessage"
    text: rx.Var[str]


class FillIn(Behaviour):
    """A button that writes into fields of the page."""

    tag = "FillIn"
    values: rx.Var[dict[str, str]]


class PasswordInput(Behaviour):
    """A password with a button to show it."""

    tag = "PasswordInput"
    name: rx.Var[str]
    show_label: rx.Var[str]
    hide_label: rx.Var[str]
    show_icon: rx.Var[rx.Component]
    hide_icon: rx.Var[rx.Component]
    button_class_name: rx.Var[str]
    auto_complete: rx.Var[str]
    required: rx.Var[bool]
    min_length: rx.Var[int]
    max_length: rx.Var[int]
    on_change: rx.EventHandler[rx.event.input_event]


class LanguageSelect(Behaviour):
    """The choice of language."""

    tag = "LanguageSelect"
    on_choose: rx.EventHandler[passthrough_event_spec(str)]


class ThemeButton(Behaviour):
    """Light, dark, or as the system has it."""

    tag = "ThemeButton"
    labels: rx.Var[dict[str, str]]
    icons: rx.Var[list[rx.Component]]


class Disclosure(Behaviour):
    """Something that opens under its summary and closes by Escape or a click elsewhere."""

    tag = "Disclosure"
    summary: rx.Var[rx.Component]
    summary_class_name: rx.Var[str]
    summary_label: rx.Var[str]


class RailButton(Behaviour):
    """The button that folds the rail."""

    tag = "RailButton"
    labels: rx.Var[list[str]]


class After(Behaviour):
    """Shows its children only after some milliseconds."""

    tag = "After"
    ms: rx.Var[int]


class WhileLost(Behaviour):
    """Shows its children while the connection is lost."""

    tag = "WhileLost"
    lost: rx.Var[bool]


class Notice(Behaviour):
    """A notice that goes away by itself."""

    tag = "Notice"
    number: rx.Var[int]
    seconds: rx.Var[int]


class Shortcuts(Behaviour):
    """Keys of a screen."""

    tag = "Shortcuts"
    keys: rx.Var[list[str]]
    targets: rx.Var[dict[str, str]]
    on_key: rx.EventHandler[passthrough_event_spec(str)]


class SkipLink(Behaviour):
    """Moves the focus to the content."""

    tag = "SkipLink"


class CopyButton(Behaviour):
    """Copies a text."""

    tag = "CopyButton"
    text: rx.Var[str]
    label: rx.Var[str]
    done_label: rx.Var[str]


class Dialog(rx.Component):
    """The browser's own modal dialog; see components/ui/overlay.py, its only user."""

    library = "$/public/dialog.js"
    tag = "Dialog"
    open: rx.Var[bool]
    trigger: rx.Var[rx.Component]
    heading: rx.Var[str]
    heading_class_name: rx.Var[str]
    description: rx.Var[str]
    description_class_name: rx.Var[str]
    close_button: rx.Var[rx.Component]
    on_open_change: rx.EventHandler[passthrough_event_spec(bool)]


class RichText(rx.Component):
    """Shows HTML that the server has made safe; see components/rich_text.py, its only user."""

    library = "$/public/rich.js"
    tag = "RichText"
    lib_dependencies: list[str] = ["katex@0.16.22"]
    html: rx.Var[str]
    copy_label: rx.Var[str]
    copied_label: rx.Var[str]


class SplitPane(rx.Component):
    """Up to three panes with dividers between them; tabs on a phone."""

    library = "$/public/split.js"
    tag = "SplitPane"
    name: rx.Var[str]
    labels: rx.Var[list[str]]
    sizes: rx.Var[list[int]]
    minimums: rx.Var[list[int]]
    words: rx.Var[dict[str, str]]
    main: rx.Var[int]


class CodeEditor(rx.Component):
    """Monaco, loaded when it is first shown; plain text until then."""

    library = "$/public/editor.js"
    tag = "CodeEditor"
    lib_dependencies: list[str] = ["monaco-editor@0.55.1", "monaco-vim@0.4.4"]
    value: rx.Var[str]
    reset_key: rx.Var[str]
    lang: rx.Var[str]
    read_only: rx.Var[bool]
    label: rx.Var[str]
    keys_label: rx.Var[str]
    words: rx.Var[dict[str, str]]
    formatted: rx.Var[Any]
    debounce: rx.Var[int]
    min_lines: rx.Var[int]
    name: rx.Var[str]
    on_change: rx.EventHandler[passthrough_event_spec(str, list[str])]
    on_run: rx.EventHandler[passthrough_event_spec(str)]
    on_format: rx.EventHandler[passthrough_event_spec(str)]


class EditorSettings(rx.Component):
    """The fields for how somebody likes the editor, kept in the browser."""

    library = "$/public/editor.js"
    tag = "EditorSettings"
    words: rx.Var[dict[str, str]]


class FormatButton(rx.Component):
    """A button that has the editor beside it ask for its text to be formatted."""

    library = "$/public/editor.js"
    tag = "FormatButton"

"""Code: the editor (Monaco, fetched only where it is shown; a plain box on touch screens) and a sample to read."""

from typing import Any

import reflex as rx

from components.external.behaviour import CodeEditor, CopyButton
from components.i18n import _
from components.rich_text import rich_text

Text = rx.Var | str


def code_editor(
    value: Text,
    *,
    label: Text,
    language: Text = "python",
    reset_key: Text = "",
    read_only: rx.Var | bool = False,
    on_change: Any = None,
    on_run: Any = None,
    on_format: Any = None,
    formatted: rx.Var | None = None,
    min_lines: int = 8,
    class_name: str = "",
) -> rx.Component:
    """An editor whose text lives in the browser. `value` is read when it is first shown and whenever `reset_key`
    changes (another exercise, a reset, a restored draft), so that what is typed is never overwritten by its own echo.

    `on_change(text, known)` comes on a pause and when the editor is left, with the marks of the texts it has shown;
    `on_run(text)` at Ctrl or Cmd Enter. `on_format(request)` asks for a laid out text, which comes as `formatted` (its
    `request`, the mark `made_of` of what it was made of, and `text`) and is one step to undo. Tab indents; Escape, then
    Tab leaves the editor, and where Vim has Escape, Ctrl M does.
    """
    given = {"on_change": on_change, "on_run": on_run, "on_format": on_format, "formatted": formatted}
    return CodeEditor.create(
        value=value,
        reset_key=reset_key,
        lang=language,
        label=label,
        read_only=read_only,
        min_lines=min_lines,
        keys_label=_("Signs to type"),
        words=editor_words(),
        class_name=class_name,
        **{key: value for key, value in given.items() if value is not None},
    )


def editor_words() -> dict[str, rx.Var]:
    """What an editor says of the way out of it, and of Vim's command line."""
    return {
        "usual": _("Tab indents. To leave the editor, press Escape, then Tab."),
        "vim": _("Tab indents. To leave the editor, press Ctrl+M, then Tab."),
        "leaves": _("Tab now leaves the editor."),
        "indents": _("Tab now indents."),
        "command": _("Vim command"),
    }


def code_sample(html: Text, source: Text, *, name: Text = "", actions: tuple[rx.Component, ...] = ()) -> rx.Component:
    """A piece of code to read and copy. `html` is what `richtext.render` made of it in a fence; see rich_text for whole
    texts. `source` is what Copy copies; `name` says which file or language it is.
    """
    return rx.el.figure(
        rx.el.figcaption(
            rx.el.span(name),
            rx.el.span(
                *actions,
                CopyButton.create(
                    text=source, label=_("Copy"), done_label=_("Copied"), class_name="btn btn-quiet btn-small"
                ),
                class_name="flex gap-1",
            ),
            class_name="code-head",
        ),
        rich_text(html, class_name="code-only"),
        class_name="code-frame",
    )

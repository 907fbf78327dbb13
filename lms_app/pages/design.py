"""Every part of the design system on one page, to look at while building. Served only when DEV is set."""

import reflex as rx

from components.i18n import _, _n, fmt_date, fmt_number, fmt_percent, fmt_relative
from components.rich_text import rich_text
from components.ui.button import button, icon_button, link_button
from components.ui.code import code_editor, code_sample
from components.ui.cover import cover
from components.ui.display import badge, card, chip, kbd, progress_bar, progress_ring
from components.ui.feedback import callout, empty_state, error_state, no_permission, skeleton
from components.ui.form import (
    checkbox_field,
    password_field,
    radio_group,
    search_field,
    select_field,
    switch_field,
    text_field,
    textarea_field,
)
from components.ui.icon import PATHS, icon
from components.ui.keys import keyboard_map
from components.ui.link import link, outside_link
from components.ui.overlay import dialog, dialog_close, menu, menu_item, menu_separator, popover, tabs, tooltip
from components.ui.shell import app_shell, page_head
from components.ui.split import Pane, split_pane
from components.ui.table import table, table_row
from lms_app.pages.page import Page
from services.platform.richtext import render
from state.base import PUBLIC, GuardedState, handles
from state.shell import ShellState

TEXT = """## Loops that end

A loop repeats **statements** while a condition `n > 0` holds, see [the catalogue](/catalogue) or
[the reference](https://docs.python.org). In mathematics: $\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$.

> [!NOTE]
> A loop that changes nothing never ends.

> [!WARNING]
> Look for the change first.

```python
def countdown(n: int) -> None:
    # Count down to one.
    while n > 0:
        print(f"{n}")
        n = n - 1
```

| Name | Kind | Size |
| --- | --- | --- |
| `int` | number | any |

$$
\\int_0^1 x^2 \\, dx = \\tfrac{1}{3}
$$

1. First
2. Second[^1]

[^1]: A remark at the foot.
"""


class DesignState(GuardedState, rx.State):
    """What the gallery needs to show things that change."""

    rows: list[tuple[str, str]] = [("Hodan Ali", "72"), ("عمر سعيد", "40"), ("Lena Vogt", "95")]
    none: list[tuple[str, str]] = []
    chosen: bool = True
    count: int = 3

    @handles(PUBLIC)
    async def say(self) -> None:
        """Show a notice."""
        shell = await self.get_state(ShellState)
        shell._say("Saved. Your answer is kept.", "right")

    @handles(PUBLIC)
    def toggle(self) -> None:
        """Turn the chip."""
        self.chosen = not self.chosen
        self.count += 1


def _section(title: str, *content: rx.Component) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title, class_name="text-xl font-semibold mb-4"), *content, class_name="mb-12 flex flex-col gap-4"
    )


def _row(*content: rx.Component) -> rx.Component:
    return rx.el.div(*content, class_name="flex flex-wrap items-center gap-3")


def _buttons() -> rx.Component:
    return _section(
        "Buttons and links",
        _row(
            button(_("Save"), kind="primary", on_click=DesignState.say),
            button("Secondary", start_icon="retry"),
            button("Quiet", kind="quiet"),
            button("Delete course", kind="danger", start_icon="remove"),
            button("Busy", kind="primary", busy=True),
            button("Disabled", disabled=True),
            icon_button("search", _("Search")),
            link_button("Next", href="/catalogue", end_icon="arrow-end"),
            link("A link", href="/catalogue"),
            outside_link("Elsewhere", href="https://example.org"),
        ),
        _row(
            badge("Beginner"),
            badge("Done", tone="right", sign="right"),
            badge("Late", tone="caution", sign="caution"),
            chip("Beginner", count=9, chosen=DesignState.chosen, on_click=DesignState.toggle),
            chip("Advanced", count=6),
            kbd("Ctrl+Enter"),
            progress_ring(40, "40 %"),
            rx.el.div(progress_bar(60, "Progress"), class_name="w-40"),
            keyboard_map(("[", "Fold the outline"), ("Ctrl+Enter", "Run")),
        ),
        _row(
            rx.el.span(_n("{n} lesson", "{n} lessons", n=DesignState.count)),
            rx.el.span(fmt_date("2026-11-21T10:42:00Z")),
            rx.el.span(fmt_number(12345.6)),
            rx.el.span(fmt_percent(0.72)),
            rx.el.span(fmt_relative("2026-11-19T10:42:00Z")),
        ),
    )


def _forms() -> rx.Component:
    levels = (("beginner", "Beginner"), ("advanced", "Advanced"))
    return _section(
        "Forms",
        rx.el.div(
            search_field(_("Search")),
            text_field("title", "Course name", hint="Learners see this name.", error="The name is too short."),
            password_field("secret", _("Password")),
            select_field("level", "Level", levels),
            textarea_field("about", "About"),
            checkbox_field("listed", "Show in catalogue"),
            switch_field("explain", "Explain mistakes", default_checked=True),
            radio_group("join", "Who may join", levels),
            class_name="form",
        ),
    )


def _overlays() -> rx.Component:
    return _section(
        "What floats",
        _row(
            dialog(
                rx.el.p("The text of the dialog."),
                title="A question",
                description="What it is about.",
                trigger=button("Open the dialog"),
                footer=[dialog_close(button("Cancel")), dialog_close(button("Go on", kind="primary"))],
            ),
            menu(
                "More",
                menu_item("Copy", sign="copy"),
                menu_separator(),
                menu_item("Delete", sign="remove", danger=True),
            ),
            tooltip(icon_button("help", "Help"), "A short explanation"),
            popover(button("Open the popover"), rx.el.p("Something small."), label="Small"),
        ),
        tabs(("a", "Details", rx.el.p("First")), ("b", "People", rx.el.p("Second")), label="Course"),
    )


def _states() -> rx.Component:
    columns = ("Name", "Progress")
    return _section(
        "States",
        callout(rx.el.p("A remark."), title="Note"),
        callout(rx.el.p("Right."), meaning="right"),
        callout(rx.el.p("Wrong."), meaning="wrong"),
        callout(rx.el.p("Careful."), meaning="caution"),
        skeleton(),
        card(empty_state("No courses yet", "What you take stands here.", link_button("Go", href="/catalogue"))),
        error_state("The list did not come", "Nothing was lost. Try again.", on_retry=DesignState.toggle),
        no_permission(),
        table(
            "Learners",
            columns,
            DesignState.rows,
            lambda row: table_row(row[0], row[1], numbers=(1,)),
            empty="Nobody yet.",
            show_caption=True,
        ),
        table("Nobody", columns, DesignState.none, lambda row: table_row(row[0], row[1]), empty="Nobody yet."),
    )


def _pictures() -> rx.Component:
    return _section(
        "Icons and pictures",
        rx.el.ul(
            *(
                rx.el.li(
                    icon(name, 16),
                    icon(name, 20),
                    icon(name, 32),
                    rx.el.span(name, class_name="text-xs text-quiet"),
                    class_name="flex items-center gap-2",
                )
                for name in PATHS
            ),
            class_name="grid grid-cols-[repeat(auto-fill,minmax(12rem,1fr))] gap-3",
        ),
        rx.el.div(
            *(
                cover(word, class_name="h-28 rounded-surface")
                for word in ("python-with-a-tutor", "statistics", "sql", "data-structures", "somali-grammar")
            ),
            class_name="grid grid-cols-[repeat(auto-fill,minmax(12rem,1fr))] gap-3",
        ),
    )


def _text_and_code() -> rx.Component:
    source = "for i in range(3):\n    print(i)\n"
    return _section(
        "Text and code",
        rich_text(render(TEXT)),
        code_sample(render(f"```python\n{source}```"), source, name="loop.py"),
        rx.el.div(
            code_editor(source, label="Your program", on_change=lambda text, _known: DesignState.toggle(text)),
            class_name="h-60",
        ),
        rx.el.div(
            split_pane(
                "gallery",
                (
                    Pane("Outline", rx.el.p("Outline", class_name="p-4"), 25, 160),
                    Pane("Lesson", rx.el.p("Lesson", class_name="p-4"), 45),
                    Pane("Tutor", rx.el.p("Tutor", class_name="p-4"), 30),
                ),
            ),
            class_name="h-60 border border-line",
        ),
    )


def _draw() -> rx.Component:
    return app_shell(
        page_head("Design", lead="Every part, to look at.", actions=(button("Export"), button("New", kind="primary"))),
        _buttons(),
        _pictures(),
        _forms(),
        _overlays(),
        _states(),
        _text_and_code(),
        current="catalogue",
        crumbs=((_("Catalogue"), "/catalogue"), ("Design", None)),
    )


design = Page("/design", _draw, "Design")

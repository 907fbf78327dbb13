"""What floats: dialog, menu, tooltip, popover; and tabs. The browser's dialog, and Radix primitives for the rest."""

from collections.abc import Sequence
from typing import Any

import reflex as rx

from components.external import radix
from components.external.behaviour import Dialog
from components.i18n import _, direction
from components.ui.button import button_class, icon_button
from components.ui.icon import icon

Text = rx.Var | str


def dialog(
    *content: rx.Component,
    title: Text,
    trigger: rx.Component | None = None,
    description: Text | None = None,
    footer: Sequence[rx.Component] = (),
    open: rx.Var | None = None,
    on_open_change: Any = None,
    wide: bool = False,
) -> rx.Component:
    """A question or a form over the page. Opened by its trigger, or by `open` with `on_open_change=State.set_open`.

    A button inside that only closes it is wrapped in `dialog_close(...)`.
    """
    props = {
        "open": open,
        "on_open_change": on_open_change,
        "description": description,
        "trigger": rx.Var.create(trigger) if trigger is not None else None,
    }
    return Dialog.create(
        *content,
        *([rx.el.div(*footer, class_name="flex flex-wrap justify-end gap-2 pt-2")] if footer else []),
        heading=title,
        heading_class_name="dialog-head",
        description_class_name="text-quiet",
        close_button=rx.Var.create(icon_button("close", _("Close"), custom_attrs={"data-closes": True})),
        class_name="dialog dialog-wide" if wide else "dialog",
        **{key: value for key, value in props.items() if value is not None},
    )


def dialog_close(trigger: rx.Component) -> rx.Component:
    """Makes a button close the dialog it stands in."""
    return rx.el.span(trigger, custom_attrs={"data-closes": True}, class_name="contents")


def menu(label: Text, *items: rx.Component, sign: str | None = "chevron-down", square: bool = False) -> rx.Component:
    """A button that opens a list of things to do; items by `menu_item`."""
    shown: list[Any] = [icon(sign or "more", 20)] if square else [label, *([icon(sign)] if sign else [])]
    return radix.MenuRoot.create(
        radix.MenuTrigger.create(
            rx.el.button(
                *shown,
                type="button",
                class_name=button_class("quiet" if square else "secondary", square=square),
                **({"aria_label": label} if square else {}),
            ),
            as_child=True,
        ),
        radix.MenuPortal.create(radix.MenuContent.create(*items, align="end", side_offset=4, class_name="menu")),
        modal=False,
        dir=direction(),
    )


def menu_item(label: Text, *, sign: str | None = None, on_select: Any = None, danger: bool = False) -> rx.Component:
    """One thing to do in a menu."""
    return radix.MenuItem.create(
        *([icon(sign)] if sign else []),
        label,
        class_name="menu-item menu-item-danger" if danger else "menu-item",
        **({"on_select": on_select} if on_select is not None else {}),
    )


def menu_separator() -> rx.Component:
    """A line between groups of a menu."""
    return radix.MenuSeparator.create(class_name="my-1 border-t border-line")


def tabs(*items: tuple[str, Text, rx.Component], label: Text, keep: bool = False, **props: Any) -> rx.Component:
    """Tabs of (value, words, content); the first is chosen, or `default_value`, or `value` with `on_value_change`.

    With `keep` the hidden ones stay as they are (scroll, typed text) instead of being drawn anew.
    """
    if "value" not in props:
        props.setdefault("default_value", items[0][0])
    kept = {"force_mount": True} if keep else {}
    return radix.TabsRoot.create(
        radix.TabsList.create(
            *(radix.TabsTrigger.create(words, value=value, class_name="tab") for value, words, _content in items),
            aria_label=label,
            class_name="tab-list",
        ),
        *(
            radix.TabsContent.create(content, value=value, class_name="pt-4 data-[state=inactive]:hidden", **kept)
            for value, _words, content in items
        ),
        dir=direction(),
        **props,
    )


def tooltip(trigger: rx.Component, text: Text) -> rx.Component:
    """A short explanation of a control; never the only place where something is said."""
    return radix.TooltipProvider.create(
        radix.TooltipRoot.create(
            radix.TooltipTrigger.create(trigger, as_child=True),
            radix.TooltipPortal.create(radix.TooltipContent.create(text, side_offset=6, class_name="tooltip")),
        ),
        delay_duration=300,
    )


def popover(trigger: rx.Component, *content: rx.Component, label: Text, **props: Any) -> rx.Component:
    """Something small that floats beside what opened it."""
    return radix.PopoverRoot.create(
        radix.PopoverTrigger.create(trigger, as_child=True),
        radix.PopoverPortal.create(
            radix.PopoverContent.create(*content, side_offset=6, aria_label=label, class_name="popover")
        ),
        **props,
    )

"""Radix primitives (npm radix-ui) without their styles: menu, tabs, tooltip, popover; for components/ui."""

import reflex as rx
from reflex.event import no_args_event_spec, passthrough_event_spec

_LIBRARY = "radix-ui@1.8.1"


class Part(rx.Component):
    """One part of a primitive. A prop that is not declared would become a style without a word, so each one is."""

    library = _LIBRARY
    as_child: rx.Var[bool]


class MenuRoot(Part):
    """A menu; never modal, which would hide the page from screen readers while focus is in it."""

    tag, alias = "DropdownMenu.Root", "RadixDropdownMenu.Root"
    modal: rx.Var[bool]
    dir: rx.Var[str]


class MenuTrigger(Part):
    """Opens the menu."""

    tag, alias = "DropdownMenu.Trigger", "RadixDropdownMenu.Trigger"


class MenuPortal(Part):
    """Moves the menu to the end of the document."""

    tag, alias = "DropdownMenu.Portal", "RadixDropdownMenu.Portal"


class MenuContent(Part):
    """The list of the menu."""

    tag, alias = "DropdownMenu.Content", "RadixDropdownMenu.Content"
    align: rx.Var[str]
    side_offset: rx.Var[int]


class MenuItem(Part):
    """One thing to do."""

    tag, alias = "DropdownMenu.Item", "RadixDropdownMenu.Item"
    disabled: rx.Var[bool]
    on_select: rx.EventHandler[no_args_event_spec]


class MenuSeparator(Part):
    """A line between groups."""

    tag, alias = "DropdownMenu.Separator", "RadixDropdownMenu.Separator"


class TabsRoot(Part):
    """Holds which tab is chosen."""

    tag, alias = "Tabs.Root", "RadixTabs.Root"
    default_value: rx.Var[str]
    value: rx.Var[str]
    dir: rx.Var[str]
    on_value_change: rx.EventHandler[passthrough_event_spec(str)]


class TabsList(Part):
    """The row of tabs."""

    tag, alias = "Tabs.List", "RadixTabs.List"


class TabsTrigger(Part):
    """One tab."""

    tag, alias = "Tabs.Trigger", "RadixTabs.Trigger"
    value: rx.Var[str]
    disabled: rx.Var[bool]


class TabsContent(Part):
    """What a tab shows."""

    tag, alias = "Tabs.Content", "RadixTabs.Content"
    value: rx.Var[str]
    force_mount: rx.Var[bool]


class TooltipProvider(Part):
    """The delay of tooltips."""

    tag, alias = "Tooltip.Provider", "RadixTooltip.Provider"
    delay_duration: rx.Var[int]


class TooltipRoot(Part):
    """One tooltip."""

    tag, alias = "Tooltip.Root", "RadixTooltip.Root"


class TooltipTrigger(Part):
    """What the tooltip explains."""

    tag, alias = "Tooltip.Trigger", "RadixTooltip.Trigger"


class TooltipPortal(Part):
    """Moves the tooltip to the end of the document."""

    tag, alias = "Tooltip.Portal", "RadixTooltip.Portal"


class TooltipContent(Part):
    """The text of the tooltip."""

    tag, alias = "Tooltip.Content", "RadixTooltip.Content"
    side: rx.Var[str]
    side_offset: rx.Var[int]


class PopoverRoot(Part):
    """Something small that floats beside its trigger."""

    tag, alias = "Popover.Root", "RadixPopover.Root"
    open: rx.Var[bool]
    on_open_change: rx.EventHandler[passthrough_event_spec(bool)]


class PopoverTrigger(Part):
    """Opens the popover."""

    tag, alias = "Popover.Trigger", "RadixPopover.Trigger"


class PopoverPortal(Part):
    """Moves the popover to the end of the document."""

    tag, alias = "Popover.Portal", "RadixPopover.Portal"


class PopoverContent(Part):
    """What floats."""

    tag, alias = "Popover.Content", "RadixPopover.Content"
    align: rx.Var[str]
    side: rx.Var[str]
    side_offset: rx.Var[int]

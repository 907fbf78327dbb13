"""The React components of assets/practice.js and assets/playground.js."""

import reflex as rx
from reflex.event import passthrough_event_spec


class FilterSelect(rx.Component):
    """A choice that shows what was chosen before the server answers."""

    library = "$/public/practice.js"
    tag = "FilterSelect"
    value: rx.Var[str]
    options: rx.Var[list[list[str]]]
    on_choose: rx.EventHandler[passthrough_event_spec(str)]


class Playground(rx.Component):
    """An editor with an input, both kept in the browser."""

    library = "$/public/playground.js"
    tag = "Playground"
    lib_dependencies: list[str] = ["monaco-editor@0.55.1"]
    lang: rx.Var[str]
    sample: rx.Var[str]
    busy: rx.Var[bool]
    words: rx.Var[dict[str, str]]
    run_icon: rx.Var[rx.Component]
    again_icon: rx.Var[rx.Component]
    editor: rx.Var[dict[str, str | dict[str, str]]]
    on_run: rx.EventHandler[passthrough_event_spec(str, str, str)]

"""The React components of assets/tutor.js: the question box, and a list that follows its end."""

import reflex as rx
from reflex.event import passthrough_event_spec


class QuestionBox(rx.Component):
    """A text area that sends by Enter and keeps what was typed until it was taken."""

    library = "$/public/tutor.js"
    tag = "QuestionBox"
    lesson: rx.Var[str]
    taken: rx.Var[int]
    disabled: rx.Var[bool]
    label: rx.Var[str]
    placeholder: rx.Var[str]
    send_label: rx.Var[str]
    send_icon: rx.Var[rx.Component]
    on_send: rx.EventHandler[passthrough_event_spec(str, str)]


class StickToEnd(rx.Component):
    """A scrolling box that follows its newest line unless the reader has scrolled up."""

    library = "$/public/tutor.js"
    tag = "StickToEnd"
    mark: rx.Var[str]
    role: rx.Var[str]

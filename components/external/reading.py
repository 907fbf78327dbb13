"""The React component of assets/reading.js: where the reader is, and for how long."""

import reflex as rx
from reflex.event import passthrough_event_spec


class ReadingWatch(rx.Component):
    """Tells the block that is read and the seconds spent reading; goes to the right block of a new lesson."""

    library = "$/public/reading.js"
    tag = "ReadingWatch"
    lesson: rx.Var[str]
    resume: rx.Var[str]
    on_place: rx.EventHandler[passthrough_event_spec(str)]
    on_time: rx.EventHandler[passthrough_event_spec(int)]
    on_return: rx.EventHandler[rx.event.no_args_event_spec]

"""The application as one web process makes it, when everything it needs has been imported."""

import gc
import sys

from lms_app.static_site import App, create

_NEW_OBJECTS = 20_000  # between two looks for circles that nothing refers to; Python's own 700 is for small programs

_TURN = 0.0005  # seconds that a thread computes before another that waits may; Python's own 5 ms are long for a click


def application() -> App:
    """Make the application.

    What is there by then stays to the end: hundreds of thousands of objects of the libraries, through which Python
    would otherwise search for garbage again and again, between the lines of some learner's event.
    """
    made = create()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)
    # The thread that answers the websockets would wait so long for each one that draws an answer or searches a course.
    sys.setswitchinterval(_TURN)
    return made

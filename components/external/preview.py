"""The React component of assets/preview.js: a learner's page in a frame without an origin, and its console."""

import reflex as rx


class WebPreview(rx.Component):
    """Shows `files` as a page that begins with `entry`; `open` is the file in the editor that stands beside it."""

    library = "$/public/preview.js"
    tag = "WebPreview"
    files: rx.Var[list]
    entry: rx.Var[str]
    open: rx.Var[str]
    reset_key: rx.Var[str]
    words: rx.Var[dict[str, str]]

"""The composition root: the one place where the app is put together."""

import os

import reflex as rx

from components.ui.document import APP_WRAPS, HEAD
from lms_app.api.app import api
from lms_app.guard import on_backend_error, on_frontend_error, protect
from lms_app.lifespan import lifespan
from lms_app.pages.missing import missing
from lms_app.pages.registry import PAGES

app = rx.App(
    stylesheets=["/fonts.css", "/tokens.css", "/theme.css", "/app.css", "/pages.css", "/player.css"],
    reset_style=False,
    toaster=None,
    head_components=HEAD,
    app_wraps=APP_WRAPS,
    api_transformer=api,
    backend_exception_handler=on_backend_error,
    frontend_exception_handler=on_frontend_error,
)
protect(app)
app.register_lifespan_task(lifespan)

for page in PAGES:
    app.add_page(page.draw, route=page.route, title=page.title, on_load=page.on_load)
app.add_page(missing.draw, route=missing.route, title=missing.title)

if os.environ.get("DEV"):
    from lms_app.pages.design import design

    app.add_page(design.draw, route=design.route, title=design.title)

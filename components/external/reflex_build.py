"""Changes to what Reflex generates: one build for any address, HTML for addresses with a parameter, less script."""

import json
import re
from typing import Any

import reflex as rx
from reflex.config import get_config
from reflex.utils.exec import is_prod_mode

PLACEHOLDER = "-"
"""Stands for a parameter in the prerendered HTML of `/courses/[slug]`; the browser fills in the real one."""

_CLIENT = "utils/state.js"
_FROM = "endpoint.hostname = frontend_hostname;"
_TO = "endpoint.host = window.location.host;"
_PORT_FROM = 'endpoint.port = ""; // Assume websocket is on https port via load balancer.'


def _same_host(source: str) -> str:
    if _TO in source:
        return source
    if _FROM not in source or _PORT_FROM not in source:
        raise RuntimeError(
            f"Reflex's {_CLIENT} has changed: look at how it finds its server and adapt OneAddressPlugin."
        )
    return source.replace(_FROM, _TO).replace(_PORT_FROM, "")


def prerendered_path(route: str) -> str:
    """The address at which a route is drawn at build time: `courses/[slug]` gives `/courses/-`."""
    return "/" + re.sub(r"\[\[?[^\]]+\]\]?", PLACEHOLDER, route.strip("/"))


class OneAddressPlugin(rx.plugins.Plugin):
    """Connect the websocket to the page's own host and port, and prerender every route.

    Reflex bakes the port of the build into the script; pages and websocket share one port here, so the page's own
    is always right, also behind a proxy. Reflex prerenders only routes without a parameter; a course page or a lesson
    would stay blank until its script has run. The development server has two ports: it passes on what is no page.
    """

    def pre_compile(self, **context: Any) -> None:
        """Change the line of Reflex's client that chooses the port, and the list of addresses to prerender."""
        if not is_prod_mode():
            context["add_modify_task"]("vite.config.js", _ask_backend)
            return
        paths = sorted({prerendered_path(page.route) for page in context["unevaluated_pages"]})
        # The index page's route is "index", and its address is the root.
        listed = json.dumps(["/" if path == "/index" else path for path in paths])
        context["add_modify_task"](_CLIENT, _same_host)
        context["add_modify_task"](
            "react-router.config.js",
            lambda source: re.sub(r'"prerender": (true|\[[^\]]*\])', f'"prerender": {listed}', source),
        )


def _ask_backend(source: str) -> str:
    """Let the development server pass on what the backend answers: the API, the forms and the bare address."""
    backend = json.dumps(f"http://localhost:{get_config().backend_port}")
    proxy = f'proxy: {{ "/api": {backend}, "/auth": {backend}, "^/$": {backend} }},'
    return source.replace("server: {", "server: {\n    " + proxy, 1)


class SlimPlugin(rx.plugins.Plugin):
    """Leaves out of the production build what Reflex brings along and this project does not use.

    What, and why it may go, is written in assets/slim_build.js.
    """

    def pre_compile(self, **context: Any) -> None:
        """Add our own plugin to the configuration of Vite."""
        if is_prod_mode():
            context["add_modify_task"](_VITE, _with_slim_build)


_VITE = "vite.config.js"
_VITE_PLUGINS = "    safariCacheBustPlugin(),\n"


def _with_slim_build(source: str) -> str:
    if "slimBuild" in source:
        return source
    if _VITE_PLUGINS not in source:
        raise RuntimeError(f"Reflex's {_VITE} has changed: look at its list of plugins and adapt SlimPlugin.")
    changed = source.replace(_VITE_PLUGINS, _VITE_PLUGINS + "    slimBuild(),\n")
    return f'import slimBuild from "./public/slim_build.js";\n{changed}'

"""How Reflex compiles and runs this app; what an operator may change is in services/platform/config.py."""

import reflex as rx

from components.external.reflex_build import OneAddressPlugin, SlimPlugin
from services.platform.config import settings

_settings = settings()
_port = _settings.port
_redis = _settings.redis_url or None
_origins = {
    f"http://{_settings.host}:{_port}",
    f"http://localhost:{_port}",
    f"http://127.0.0.1:{_port}",
    _settings.public_url.rstrip("/"),
} - {""}

config = rx.Config(
    app_name="lms_app",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    react_strict_mode=False,
    default_color_mode="system",
    frontend_port=_port,
    backend_port=_port,
    backend_host=_settings.host,
    trusted_proxy_hops=_settings.trusted_proxy_hops,
    redis_url=_redis,
    state_manager_mode=rx.constants.StateManagerMode.REDIS if _redis else rx.constants.StateManagerMode.MEMORY,
    # Reflex answers every origin with credentials unless told which ones are ours.
    cors_allowed_origins=sorted(_origins),
    # lms_app/frontend.py compresses, after it has put the language into each page.
    frontend_compression_formats=[],
    plugins=[rx.plugins.TailwindV4Plugin(config={"plugins": []}), OneAddressPlugin(), SlimPlugin()],
    disable_plugins=[rx.plugins.SitemapPlugin],
)

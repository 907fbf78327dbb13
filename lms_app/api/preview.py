"""The empty document that a learner's page is written into, on an origin of its own and with no network."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

SANDBOX = "allow-scripts allow-forms"
"""Forms, so that a page's own script hears that one is sent; sending it is what the policy refuses."""

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'unsafe-inline' data:",
        "style-src 'unsafe-inline' data:",
        "img-src data: blob:",
        "font-src data:",
        "media-src data: blob:",
        "connect-src 'none'",
        "frame-src 'none'",
        "worker-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        f"sandbox {SANDBOX}",
    ]
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-read=(), clipboard-write=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-cache",
}
_FRAME = Path(__file__).with_name("preview_frame.html").read_text(encoding="utf-8")


@router.get("/preview")
def frame() -> HTMLResponse:
    """Give the document; it is the same for everybody and holds nothing of anybody's."""
    return HTMLResponse(_FRAME, headers=_HEADERS)

"""What operators and their tools ask: alive, ready, numbers."""

import secrets
from dataclasses import asdict
from ipaddress import ip_address

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from services import coding
from services.platform import health, jobs, metrics
from services.platform.config import LOCAL_HOSTS, settings

router = APIRouter(include_in_schema=False)
_FRESH = {"Cache-Control": "no-store"}
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


@router.get("/healthz")
async def live() -> PlainTextResponse:
    """Say that the process answers; asks nothing else, so that a database that is down restarts nobody."""
    return PlainTextResponse("ok\n", headers=_FRESH)


@router.get("/readyz")
def ready(request: Request) -> JSONResponse:
    """Ask each dependency; 503 when one is missing that pages cannot do without. Details are for this machine only."""
    checks = health.check(coding.cage_problem)
    told = [asdict(check) for check in checks]
    if not _may_look(request):
        told = [{"name": check.name, "ok": check.ok, "needed": check.needed} for check in checks]
    well = all(check.ok for check in checks if check.needed)
    return JSONResponse({"ready": well, "checks": told}, status_code=200 if well else 503, headers=_FRESH)


@router.get("/metrics")
def numbers(request: Request) -> Response:
    """Numbers for Prometheus: from this machine, or with METRICS_TOKEN as bearer token."""
    if not _may_look(request):
        return PlainTextResponse("These numbers are not for you.\n", status_code=403, headers=_FRESH)
    return Response(
        metrics.render(jobs.counts()),
        media_type="text/plain; version=0.0.4; charset=utf-8",
        headers=_FRESH,
    )


def _may_look(request: Request) -> bool:
    expected = settings().metrics_token.get_secret_value()
    if expected:
        given = request.headers.get("authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {expected}".encode())
    return _from_this_machine(request)


def _names_this_machine(host: str) -> bool:
    if host in LOCAL_HOSTS or host == settings().host:
        return True
    try:
        return ip_address(host).version > 0
    except ValueError:
        return False


def _from_this_machine(request: Request) -> bool:
    """Whether nobody stands between: a proxy on this machine makes every stranger's request come from here too."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    # A page elsewhere whose name was made to lead here would ask from this machine, but under that name.
    if not _names_this_machine(request.url.hostname or ""):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False

"""Who is asking, for every route: a bearer token, else the session cookie, else a visitor."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from services import accounts
from services.platform.actor import Actor
from services.platform.config import settings
from services.platform.errors import Forbidden, SignInNeeded
from services.platform.messages import choose_language
from services.platform.rate import limiter, network_of

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Of one session, or of one address without one (a whole school may be one): far above people, far below a flood.
_REQUESTS_PER = (1000, 10.0)
_CHANGES_PER = (200, 10.0)
LANGUAGE_COOKIE = "lang"
FLASH_COOKIE = "lms_form"


def public_url() -> str:
    """Return the address people use, without a slash at its end."""
    return (settings().public_url or f"http://{settings().host}:{settings().port}").rstrip("/")


def secure() -> bool:
    """Whether people reach this by https, so that cookies may demand it."""
    return public_url().startswith("https://")


def session_cookie() -> str:
    """Return the name of the session cookie; under https it binds the cookie to this very host."""
    return "__Host-lms_session" if secure() else "lms_session"


def own_origins() -> frozenset[str]:
    """Return the origins whose pages may act for a person who is signed in."""
    if secure():
        return frozenset({public_url()})
    port = settings().port
    hosts = (settings().host, "localhost", "127.0.0.1")
    return frozenset({public_url(), *(f"http://{host}:{port}" for host in hosts)})


def require_same_origin(request: Request) -> None:
    """Refuse a request that changes something and comes from another site's page."""
    origin = request.headers.get("origin")
    if origin is not None:
        allowed = origin in own_origins()
    else:
        site = request.headers.get("sec-fetch-site")
        referer = urlsplit(request.headers.get("referer", ""))
        allowed = site == "same-origin" or (site is None and f"{referer.scheme}://{referer.netloc}" in own_origins())
    if not allowed:
        raise Forbidden("This request came from another site and was refused.")


def client_address(request: Request) -> str:
    """Return the address the request came from, past as many proxies as the operator trusts."""
    # A proxy may append to the header or add one of its own: then the first is what the sender made up.
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    return address_of(request.client.host if request.client else "", forwarded)


def address_of(peer: str, forwarded: str) -> str:
    """Return the address behind the proxies that the operator trusts; ``peer`` is who is connected to us."""
    hops = settings().trusted_proxy_hops
    named = [part.strip() for part in forwarded.split(",") if part.strip()] if hops else []
    return named[-hops][:60] if hops and len(named) >= hops else peer


def client_network(request: Request) -> str:
    """Return what the request's address is counted as; see ``network_of``."""
    return network_of(client_address(request))


def request_language(request: Request) -> str:
    """Return the language of the answer: the reader's choice, else the browser's."""
    return choose_language(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))


def current_actor(request: Request) -> Actor:
    """Return who is asking. A bearer token that is not valid is refused, never taken for a visitor."""
    actor = request.state.actor = _find_actor(request)
    key = str(actor.session_id) if actor.session_id else f"address {client_network(request)}"
    limiter.take(f"rest:{key}", *_REQUESTS_PER)
    if request.method not in _SAFE_METHODS:
        limiter.take(f"rest-changes:{key}", *_CHANGES_PER)
    return actor


def _find_actor(request: Request) -> Actor:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme:
        actor = accounts.resolve_access(token.strip()) if scheme.lower() == "bearer" else None
        if actor is None:
            raise SignInNeeded("The access token is not valid, or it has expired.")
        return actor
    actor = accounts.resolve(request.cookies.get(session_cookie()))
    if actor is None:
        return accounts.default_visitor(request_language(request))
    if request.method not in _SAFE_METHODS:
        require_same_origin(request)
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]

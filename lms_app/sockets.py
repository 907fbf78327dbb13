"""How many websockets one address may hold open, counted before anything else looks at them."""

from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from lms_app.api.actor import address_of
from services.platform import metrics
from services.platform.config import settings
from services.platform.errors import LimitReached
from services.platform.rate import limiter, network_of

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_THIS_MACHINE = frozenset({"127.0.0.1", "::/64"})


class CountedSockets:
    """The application, with a limit on the open websockets of one address, and on how fast it opens new ones.

    Counted in this process. Behind a proxy the address is the one it names (TRUSTED_PROXY_HOPS); this machine itself
    is not counted, because behind a proxy that was not declared it would be everybody.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but a websocket too many, which is refused at its handshake."""
        most = settings().sockets_per_address
        if scope["type"] != "websocket" or not most:
            await self.app(scope, receive, send)
            return
        network = _network(scope)
        if network in _THIS_MACHINE:
            await self.app(scope, receive, send)
            return
        if not self._may_open(network, most):
            metrics.refused.labels("too many sockets").inc()
            await receive()
            await send({"type": "websocket.close", "code": 1013})
            return
        self._open[network] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]

    def _may_open(self, network: str, most: int) -> bool:
        if self._open[network] >= most:
            return False
        try:
            # Each leaves the state of a tab behind for a while, also when it closes at once.
            limiter.take(f"sockets:{network}", most, 60)
        except LimitReached:
            return False
        return True


def _network(scope: Scope) -> str:
    forwarded = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for")
    client = scope.get("client")
    return network_of(address_of(client[0] if client else "", forwarded))

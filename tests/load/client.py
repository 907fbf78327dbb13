"""A browser tab without a browser: speaks Engine.IO 4 and Socket.IO 5 to a Reflex server and times what it answers."""

import asyncio
import json
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

ROOT = "reflex___state____state"
HYDRATE = f"{ROOT}.hydrate"
NAVIGATE = f"{ROOT}.reflex___state____on_load_internal_state.on_load_internal"
SHELL = f"{ROOT}.state___shell____shell_state"
_LONGEST = 30.0

Delta = dict[str, dict[str, Any]]
Done = Callable[[Delta], bool]


@dataclass
class Tally:
    """What a group of tabs has seen, by kind of event; the time of an event that has no answer is not known."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    sent: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    bytes_by_var: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def events(self) -> int:
        """How many events were sent."""
        return self.sent.total()

    def percentile(self, share: float, kind: str | None = None) -> float:
        """The ``share`` percentile (0 to 1) in milliseconds, by nearest rank, of one kind or of all."""
        ordered = sorted(second for name, group in self.seconds.items() if kind in (None, name) for second in group)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Tab:
    """One open page; ``act`` returns when the event has been answered."""

    def __init__(self, http: aiohttp.ClientSession, base: str, *, cookie: str = "") -> None:
        self.base, self.cookie = base, cookie
        self.router: dict[str, Any] = {"pathname": "/", "asPath": "/"}
        self.token = str(uuid.uuid4())
        self.state: Delta = defaultdict(dict)
        self.tally = Tally()
        self.closed = False
        self._http = http
        self._kind = "open"
        self._waiting: tuple[Done, asyncio.Future[None]] | None = None

    async def open(self) -> None:
        """Connect and fetch the state, as a browser does when the page is loaded."""
        address = self.base.replace("http", "ws", 1) + f"/_event/?EIO=4&transport=websocket&token={self.token}"
        headers = {"Origin": self.base} | ({"Cookie": self.cookie} if self.cookie else {})
        self._socket = await self._http.ws_connect(address, headers=headers, max_msg_size=0)
        await self._socket.receive()
        answered = self._expect(lambda delta: True)
        boot = json.dumps({"event": self._event(HYDRATE, {})})
        await self._socket.send_str(f"40/_event,{boot}")
        self._reader = asyncio.create_task(self._read())
        await asyncio.wait_for(answered, _LONGEST)

    async def act(self, kind: str, name: str, done: Done | None = None, /, **payload: Any) -> bool:
        """Send one event; wait for the first update that ``done`` accepts, or for nothing when it is None."""
        tally, self._kind = self.tally, kind
        tally.sent[kind] += 1
        message = json.dumps(["event", self._event(name, payload)])
        started = time.perf_counter()
        answered = self._expect(done) if done else None
        try:
            await self._socket.send_str(f"42/_event,{message}")
            if answered:
                await asyncio.wait_for(answered, _LONGEST)
        except (TimeoutError, ConnectionError, aiohttp.ClientError):
            tally.failures[kind] += 1
            return False
        if answered:
            tally.seconds[kind].append(time.perf_counter() - started)
        return True

    async def navigate(self, pathname: str, **query: str) -> bool:
        """Go to another page, as the browser does without loading it anew; done when the page's data have come."""
        self.router = {"pathname": pathname, "asPath": pathname, "query": query}
        return await self.act(
            "open a lesson", NAVIGATE, lambda delta: delta.get(ROOT, {}).get("is_hydrated_rx_state_", False)
        )

    def value(self, state: str, name: str) -> Any:
        """What this tab was last sent of a var; None if nothing."""
        return self.state[state].get(f"{name}_rx_state_")

    async def close(self) -> None:
        """Leave as a closed tab does."""
        self.closed = True
        await self._socket.close()
        self._reader.cancel()

    def _expect(self, done: Done) -> asyncio.Future[None]:
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting = (done, answered)
        return answered

    def _event(self, name: str, payload: dict[str, Any]) -> dict[str, Any]:
        return {"name": name, "payload": payload, "router_data": self.router}

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type != aiohttp.WSMsgType.TEXT:
                break
            text = message.data
            if text == "2":
                await self._socket.send_str("3")
            elif text.startswith("42/_event,"):
                name, update = json.loads(text[10:])[:2]
                if name == "event":
                    self._take(update.get("delta") or {}, len(text.encode()))
        if not self.closed:
            self.tally.failures["socket closed"] += 1

    def _take(self, delta: Delta, size: int) -> None:
        # A tab sends its next event only after the answer to the last, so what comes is counted to the last one.
        self.tally.bytes[self._kind] += size
        for part, values in delta.items():
            self.state[part].update(values)
            for name, value in values.items():
                self.tally.bytes_by_var[self._kind][
                    f"{part.rpartition('____')[2]}.{name.removesuffix('_rx_state_')}"
                ] += len(json.dumps(value, ensure_ascii=False))
        if delta.get(SHELL, {}).get("notice_kind_rx_state_") == "wrong":
            self.tally.failures[f"{self._kind}: {delta[SHELL].get('notice_rx_state_')}"] += 1
        if self._waiting and self._waiting[0](delta):
            if not self._waiting[1].done():
                self._waiting[1].set_result(None)
            self._waiting = None

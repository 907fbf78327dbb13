"""A running server without a front end, and websockets to it: nothing but a socket, as an attacker has."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import socketio

ROOT = Path(__file__).parents[2]
STATE = "reflex___state____state"
SHELL = f"{STATE}.state___shell____shell_state"
HYDRATE = f"{STATE}.hydrate_and_load"
_SERVE = """
from granian.constants import Interfaces
from granian.server import Server
from services import accounts, models
from services.platform import database
from services.platform.config import settings
from services.platform.logs import configure

def create():
    from reflex_base.environment import environment
    environment.REFLEX_SKIP_COMPILE.set(True)
    configure(settings())
    from lms_app.lms_app import app
    from lms_app.sockets import CountedSockets
    return CountedSockets(app())

if __name__ == "__main__":
    models.migrate(database.engine())
    accounts.ensure_demo_people()
    database.reset_engine()
    Server("backend:create", factory=True, port=settings().port, interface=Interfaces.ASGI, log_access=False).serve()
"""


@dataclass
class Backend:
    """A running server, without a front end."""

    url: str
    log: Path
    folder: Path
    process: "subprocess.Popen[bytes]"

    def sign_in(self, email: str) -> str:
        """Sign in by the form and return the session cookie."""
        answer = httpx.post(
            f"{self.url}/auth/sign-in",
            data={"email": email, "password": "demo-pass-1234"},
            headers={"Origin": self.url},
        )
        return answer.cookies["lms_session"]


@dataclass
class Socket:
    """One websocket and everything that came through it."""

    client: socketio.AsyncClient
    frames: list[Any] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    told_to_reload: int = 0

    async def send(self, name: str, **payload: Any) -> None:
        """Send an event and wait for what comes of it."""
        await self.send_raw({"name": name, "payload": payload, "router_data": {"pathname": "/", "query": {}}})

    async def send_raw(self, data: Any) -> None:
        """Send anything."""
        await self.client.emit("event", data, namespace="/_event")
        await asyncio.sleep(0.3)

    @property
    def text(self) -> str:
        """Every frame, as text to search."""
        return json.dumps(self.frames)

    def var(self, name: str) -> Any:
        """The newest value of a var of the shell."""
        values = [
            vars[key]
            for frame in self.frames
            for state, vars in (frame.get("delta") or {}).items()
            if state == SHELL
            for key in vars
            if key.removesuffix("_rx_state_") == name
        ]
        return values[-1] if values else None


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Backend]:
    """Start the server with a data folder below ``folder`` (kept when there is one) and wait until it answers."""
    (folder / "backend.py").write_text(_SERVE)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.endswith("_URL")},
        "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}",
        "DATA_DIR": str(folder / "data"),
        "PORT": str(port),
        "LOG_LEVEL": "DEBUG",
        "REFLEX_TELEMETRY_ENABLED": "false",
        **settings,
    }
    (folder / "data").mkdir(exist_ok=True)
    log = folder / "log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, str(folder / "backend.py")], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                httpx.get(f"{url}/ping", timeout=1)
                break
            except httpx.TransportError:
                assert process.poll() is None, log.read_text()
                time.sleep(0.2)
        yield Backend(url, log, folder, process)
    finally:
        process.terminate()
        process.wait(20)


@asynccontextmanager
async def sockets(backend: Backend) -> AsyncIterator[Any]:
    """Yield a function that opens a websocket; all are closed at the end."""
    clients: list[socketio.AsyncClient] = []

    async def open_socket(
        cookie: str = "", key: str = "", origin: str | None = None, headers: dict[str, str] | None = None
    ) -> Socket:
        client = socketio.AsyncClient(reconnection=False)
        made = Socket(client)
        client.on("event", made.frames.append, namespace="/_event")
        client.on("new_token", made.tokens.append, namespace="/_event")

        def reload(_info: Any) -> None:
            made.told_to_reload += 1

        client.on("state_mismatch", reload, namespace="/_event")
        sent = {"Origin": backend.url if origin is None else origin, **(headers or {})}
        if cookie:
            sent["Cookie"] = f"lms_session={cookie}"
        clients.append(client)
        await client.connect(
            f"{backend.url}?token={key or uuid.uuid4()}",
            headers=sent,
            transports=["websocket"],
            socketio_path="/_event",
            namespaces=["/_event"],
        )
        return made

    try:
        yield open_socket
    finally:
        for client in clients:
            await client.disconnect()

"""A language model's provider for tests: a real HTTP server that speaks the streaming format of OpenAI."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-3f9c1b7a5e2d4c6f8a0b"


@dataclass
class Reply:
    """How the provider behaves for one request.

    ``ending`` is what comes after the tokens: ``done`` (as it should be), ``cut`` (the connection is closed),
    ``silent`` (nothing more, the connection stays), ``garbage`` (a chunk that is no JSON) or ``unfinished`` (the stream
    ends in good order without saying that the answer is whole).
    """

    tokens: list[str] = field(default_factory=list)
    delay: float = 0.0
    gate: threading.Event | None = None  # waited for after the first token
    ending: str = "done"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    usage: tuple[int, int] | None = (50, 7)


class FakeProvider:
    """Replies in the order they were queued, the last one again and again, and keeps what it was asked."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.requests: list[dict[str, Any]] = []
        self.asked_at: list[float] = []
        self.hung_up = threading.Event()  # a client closed its connection before the end
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def base(self) -> str:
        """The address for LLM_API_BASE."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def queue(self, *replies: Reply) -> None:
        """Set how the next requests are answered."""
        self.replies = list(replies)

    def prompt(self, at: int = -1) -> str:
        """Return all the text that one request sent."""
        return "\n".join(message["content"] for message in self.requests[at]["messages"])

    def stop(self) -> None:
        """Close the server and end what hangs."""
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def next_reply(self, request: dict[str, Any]) -> Reply:
        """Note a request and return how it is to be answered."""
        with self._lock:
            self.requests.append(request)
            self.asked_at.append(time.monotonic())
            return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_args: object) -> None:
                """Keep quiet."""

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                reply = provider.next_reply(request)
                if self.headers.get("Authorization") != f"Bearer {KEY}":
                    reply = Reply(
                        status=401, body=_error(f"Incorrect API key provided: {self.headers['Authorization']}")
                    )
                if self.path != "/v1/chat/completions":
                    reply = Reply(status=404, body=_error("no such address"))
                try:
                    _answer(self, reply, provider)
                except (BrokenPipeError, ConnectionResetError):
                    provider.hung_up.set()

        return Handler


def _error(message: str) -> str:
    return json.dumps({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}})


def _answer(handler: BaseHTTPRequestHandler, reply: Reply, provider: FakeProvider) -> None:
    if reply.status != 200 or reply.body:
        body = (reply.body or _error(f"refused with {reply.status}")).encode()
        handler.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
        return
    handler.close_connection = True
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()

    def send(text: str) -> None:
        data = f"data: {text}\n\n".encode()
        handler.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        handler.wfile.flush()

    for token in reply.tokens:
        send(_chunk({"role": "assistant", "content": token}))
        if reply.gate and not reply.gate.wait(20):
            return
        if provider.closing.wait(reply.delay):
            return
    if reply.ending == "cut":
        return  # closed without the last, empty chunk: the transfer is broken
    if reply.ending == "silent":
        provider.closing.wait(30)
        return
    if reply.ending == "garbage":
        send('{"id": "x", "choices": [{"delta"')
    if reply.ending == "done":
        send(_chunk({}, finish="stop"))
        if reply.usage:
            prompt, completion = reply.usage
            total = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
            send(_chunk(None, usage=total))
        send("[DONE]")
    handler.wfile.write(b"0\r\n\r\n")


def _chunk(delta: dict[str, str] | None, finish: str | None = None, usage: dict[str, int] | None = None) -> str:
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": finish}]
    return json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "test-model",
            "choices": choices,
            **({"usage": usage} if usage else {}),
        }
    )


@contextmanager
def running_provider() -> Iterator[FakeProvider]:
    """Serve as a provider inside the block."""
    provider = FakeProvider()
    try:
        yield provider
    finally:
        provider.stop()

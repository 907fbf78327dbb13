"""What a judge on other machines makes of servers that are not what they should be, and of wrong addresses."""

from __future__ import annotations

import contextlib
import json
import select
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from remote_judges import begun, job, remote
from scripted_server import TOKEN, ScriptedJudge, port_of, serving, wait_for

from sandbox import Case, JudgeRequest, Verdict
from sandbox.backends import remote_http
from sandbox.backends.remote import RemoteJudge
from sandbox.backends.remote_http import parse_address

HEALTH = {"version": 1, "works": True, "places": 2, "free": 2, "running": 0, "waiting": 0, "line": 8}
HEALTH = {**HEALTH, "languages": ["python"]}


@contextlib.contextmanager
def stranger(answer: Callable[[bytes], bytes], then: bytes = b"") -> Iterator[str]:
    """A server that sends `answer(head of the request)` and hangs up, whatever it is asked.

    With `then` it sends that after an answer that says no length, again and again, as long as somebody listens.
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                answered = answer(connection.recv(65536))
                connection.sendall(answered)
                while then and b"Content-Length" not in answered:
                    connection.sendall(then)
                connection.shutdown(socket.SHUT_WR)
                connection.settimeout(1)
                while connection.recv(65536):
                    pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@contextlib.contextmanager
def tls_in_front_of(port: int, certificate: Path) -> Iterator[str]:
    """What a proxy with TLS does, for one connection at a time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))

    def pass_on(connection: ssl.SSLSocket) -> None:
        with socket.create_connection(("127.0.0.1", port)) as behind:
            other = {connection: behind, behind: connection}
            while True:
                for side in select.select(other, [], [])[0]:
                    data = side.recv(65536)
                    if not data:
                        return
                    other[side].sendall(data)

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with plain, contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
                pass_on(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"https://localhost:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A key and a certificate for localhost that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "localhost.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


def http(body: bytes, status: str = "200 OK", head: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body


def healthy_but(answer: bytes) -> Callable[[bytes], bytes]:
    """Well when it is asked how it is, and `answer` to every job."""
    return lambda head: http(json.dumps(HEALTH).encode()) if head.startswith(b"GET") else answer


def test_a_language_that_no_machine_has_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    health = json.dumps({**HEALTH, "languages": ["cobol"]}).encode()
    with stranger(lambda head: http(health)) as url, remote(url) as judge:
        assert judge.probe().works
        result = judge.run(job())
    assert (result.verdict, result.reason) == (Verdict.INTERNAL_ERROR, "no_backend")
    assert result.message == "No judge server that is well runs python."


def test_behind_tls_a_certificate_that_is_trusted_is_needed(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    with serving(ScriptedJudge(log)) as server, tls_in_front_of(port_of(server.url), certificate) as url:
        remote_http._tls.cache_clear()
        with remote(url, patience_seconds=0.5) as judge:
            assert "certificate" in judge.probe().problem
            assert judge.run(job("untrusted.py")).reason == "no_backend"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        remote_http._tls.cache_clear()
        with remote(url) as judge:
            assert judge.run(job("trusted.py")).stdout == "trusted.py"
        remote_http._tls.cache_clear()
    assert begun(log) == Counter(["trusted.py"])


def test_a_wrong_token_is_said_and_not_shown() -> None:
    token = "another-token-" + "z" * 32
    with serving(ScriptedJudge()) as server, remote(server.url, token=token, patience_seconds=0.5) as judge:
        problem = judge.probe().problem
        result = judge.run(job())
    assert "does not accept the token" in problem
    assert (result.reason, token in result.message, token in problem) == ("no_backend", False, False)


RESULT = {"verdict": "accepted", "stdout": "x"}


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0\0\0\0",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"verdict": "accepted"}',
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n{",
        b"HTTP/1.1 " + b"9" * 5000,
        http(b""),
        http(b"null"),
        http(b"[" * 100_000),
        http(b"{}"),
        http(b'{"verdict": "perfect"}'),
        http(b'{"verdict": "accepted", "time_ms": NaN}'),
        http(b'{"verdict": "accepted", "time_ms": -1}'),
        http(b'{"verdict": "accepted", "time_ms": 1e400}'),
        http(b'{"verdict": "accepted", "stdout": 5}'),
        http(b'{"verdict": "accepted", "is_admin": true}'),
        http(json.dumps(RESULT).encode(), "500 Oh"),
        http(json.dumps(RESULT).encode(), "302 Found", "Location: http://127.0.0.1:1/\r\n"),
        http(json.dumps(RESULT).encode(), "201 Created"),
    ],
)
def test_an_answer_that_is_no_result_is_none(answer: bytes) -> None:
    with stranger(healthy_but(answer)) as bad, serving(ScriptedJudge()) as good:
        with remote(bad, patience_seconds=0.5) as judge:
            result = judge.run(job())
            assert (result.verdict, result.reason) == (Verdict.INTERNAL_ERROR, "lost")
        with remote(bad, good.url) as judge:
            wait_for(lambda: sum("is well" in note for note in judge.probe().notes) == 2)
            results = [judge.run(job(f"j{n}.py")) for n in range(4)]
            assert [result.stdout for result in results] == [f"j{n}.py" for n in range(4)]


@pytest.mark.parametrize(
    "result",
    [
        {"score": 101},
        {"score": -1},
        {"passed": 2, "total": 1},
        {"tests": [{"name": "other", "verdict": "accepted"}]},
        {"tests": [{"name": "a", "verdict": "accepted", "hidden": False}]},
        {"tests": [{"name": "a", "verdict": "accepted", "hidden": True, "stdout": "secret"}]},
        {"tests": [{"name": "a", "verdict": "accepted", "hidden": True, "time_ms": -5}]},
    ],
)
def test_a_judgement_that_cannot_be_is_none(result: dict[str, Any]) -> None:
    answer = http(json.dumps({"verdict": "accepted", **result}).encode())
    with stranger(healthy_but(answer)) as url, remote(url, patience_seconds=0.5) as judge:
        judged = judge.judge(JudgeRequest("python", {"main.py": ""}, cases=[Case("a", "", "1", hidden=True)]))
    assert (judged.verdict, judged.reason, judged.tests) == (Verdict.INTERNAL_ERROR, "lost", ())


def test_an_answer_that_never_ends_is_left() -> None:
    begin = b"HTTP/1.1 200 OK\r\n\r\n"
    with stranger(healthy_but(begin), then=b" " * 1_000_000) as url, remote(url, patience_seconds=0.5) as judge:
        result = judge.run(job())
    assert (result.reason, "with more than" in result.message) == ("lost", True)


@pytest.mark.parametrize(
    "health",
    [
        http(b"{}"),
        http(b"<html>"),
        http(json.dumps({**HEALTH, "version": 2}).encode()),
        http(json.dumps({**HEALTH, "places": 0}).encode()),
        http(json.dumps({**HEALTH, "line": -1}).encode()),
        http(json.dumps({**HEALTH, "works": False, "problem": "bwrap is missing."}).encode()),
        http(json.dumps(HEALTH).encode(), "404 Not Found"),
        http(b" " * 100_000 + json.dumps(HEALTH).encode()),
    ],
)
def test_a_machine_that_is_not_well_gets_no_job(health: bytes) -> None:
    asked: list[bytes] = []

    def answer(head: bytes) -> bytes:
        asked.append(head)
        return health

    with stranger(answer) as url, remote(url, patience_seconds=0.5) as judge:
        capabilities = judge.probe()
        assert not capabilities.works
        assert url in capabilities.problem
        assert judge.run(job()).reason == "no_backend"
    assert asked
    assert all(head.startswith(b"GET /v1/health ") for head in asked)


def test_what_is_refused_where_health_is_good_does_not_go_on_for_ever() -> None:
    with stranger(healthy_but(http(b"", "404 Not Found"))) as url, remote(url, wait_seconds=1) as judge:
        began = time.monotonic()
        assert judge.run(job()).reason in ("busy", "no_backend")
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8750", "http://127.0.0.1:8750"),
        (" https://judge.example.org/a/ ", "https://judge.example.org:443/a"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_addresses(url: str, address: str) -> None:
    assert str(parse_address(url)) == address


@pytest.mark.parametrize(
    "url",
    [
        "",
        "judge:8750",
        "ftp://x",
        "http://",
        "file:///etc/passwd",
        "http://x:99999",
        "http://x:y",
        "http://me:secret@x",
        "http://x/?a=b",
        "http://x/#a",
        "http://x\r\ny/",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^urls: ") as caught:
        RemoteJudge([url], TOKEN)
    assert "secret" not in str(caught.value)


def test_settings_that_are_missing_are_named() -> None:
    with pytest.raises(ValueError, match=r"^urls: "):
        RemoteJudge([], TOKEN)
    with pytest.raises(ValueError, match=r"^token: "):
        RemoteJudge(["http://127.0.0.1:1"], "")

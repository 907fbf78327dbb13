"""The judge server against good clients, wrong ones and hostile ones, over real sockets."""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from scripted_server import TOKEN, ScriptedJudge, port_of, serving, wait_for

from sandbox import Case, JudgeRequest, JudgeResult, RunRequest, RunResult, Verdict
from sandbox.serve import Bounds, JudgeServer
from sandbox.wire import decode, decode_health, encode

BOUNDS = Bounds(places=1, line=2, body_bytes=100_000, head_seconds=1.0, body_seconds=1.0, grace_seconds=0.5)


@pytest.fixture(scope="module")
def server() -> Iterator[JudgeServer]:
    with serving(ScriptedJudge(), BOUNDS) as server:
        yield server


def ask(
    server: JudgeServer,
    method: str = "GET",
    path: str = "/v1/health",
    body: bytes | None = None,
    **headers: str,
) -> tuple[int, dict[str, str], Any]:
    """One request with the token; status, headers and JSON of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port_of(server.url), timeout=20)
    with contextlib.closing(connection):
        connection.request(method, path, body, {"Authorization": f"Bearer {TOKEN}", **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), json.loads(answer.read() or b"null")


def raw(server: JudgeServer, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send bytes as they are, with a pause after each part, and read to the end."""
    with socket.create_connection(("127.0.0.1", port_of(server.url)), timeout=20) as connection:
        with contextlib.suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
                time.sleep(pause)
        received = b""
        with contextlib.suppress(ConnectionError):
            while piece := connection.recv(65536):
                received += piece
        return received


def program(script: dict[str, Any], entry: str = "main.py") -> bytes:
    return encode(RunRequest("python", {entry: ""}, entry, stdin=json.dumps(script)), brief=True)


HEAD = f"POST /v1/run HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n".encode()


def test_run_judge_and_health(server: JudgeServer) -> None:
    status, headers, told = ask(server, "POST", "/v1/run", program({"say": "é\n"}))
    assert (status, headers["Content-Type"], headers["Connection"]) == (200, "application/json", "close")
    result = decode(RunResult, json.dumps(told).encode())
    assert (result.verdict, result.stdout) == (Verdict.ACCEPTED, "é\n")

    request = JudgeRequest("python", {"main.py": ""}, cases=[Case("a", "", ""), Case("b", "", "", hidden=True)])
    status, _, told = ask(server, "POST", "/v1/judge", encode(request))
    judged = decode(JudgeResult, json.dumps(told).encode())
    assert (status, judged.passed, [test.hidden for test in judged.tests]) == (200, 2, [False, True])

    status, _, told = ask(server)
    health = decode_health(json.dumps(told).encode())
    assert (status, health.works, health.backend, health.languages) == (200, True, "scripted", ("python",))
    assert (health.places, health.free, health.running, health.waiting, health.line) == (1, 1, 0, 0, 2)


def test_a_machine_without_a_cage_says_so() -> None:
    judge = ScriptedJudge()
    judge.works = False
    with serving(judge, BOUNDS) as server:
        _, _, told = ask(server)
    assert (told["works"], told["problem"], told["languages"]) == (False, "There is no cage.", [])


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN.upper()}"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": TOKEN},
        {"Authorization": f"Bearer {TOKEN}é".encode("latin-1")},
        {"X-Token": TOKEN},
    ],
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/health"), ("POST", "/v1/run"), ("GET", "/nowhere")])
def test_without_the_token_nothing_is_told(server: JudgeServer, method: str, path: str, headers: Any) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(server.url), timeout=20)
    with contextlib.closing(connection):
        connection.request(method, path, program({}) if method == "POST" else None, headers)
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("WWW-Authenticate")) == (401, "Bearer")
        assert json.loads(answer.read())["detail"] == "A bearer token is needed."


def test_two_tokens_are_none(server: JudgeServer) -> None:
    twice = f"Authorization: Bearer {TOKEN}\r\n" * 2
    assert raw(server, f"GET /v1/health HTTP/1.1\r\n{twice}\r\n".encode()).startswith(b"HTTP/1.1 401 ")


def test_without_the_token_no_body_is_read(server: JudgeServer) -> None:
    """The answer comes although the body never does."""
    said = raw(server, b"POST /v1/run HTTP/1.1\r\nContent-Length: 90000\r\nExpect: 100-continue\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 401 ")
    assert b"100 Continue" not in said


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "HEAD", "CONNECT", "GET", "get"])
def test_only_post_makes_a_job(server: JudgeServer, method: str) -> None:
    said = raw(server, f"{method} /v1/run HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode())
    status = said.split()[1]
    assert status == (b"405" if method == "GET" else b"501")
    assert b"<" not in said, "no page of the standard library's"
    if method == "GET":
        assert b"Allow: POST\r\n" in said


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/run/", "/v1/run?x=1", "/../etc/passwd", "/v1/%72un"])
def test_other_paths_are_not_there(server: JudgeServer, path: str) -> None:
    assert ask(server, "POST", path, program({}))[0] == 404


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        (b"", "body", "is not JSON"),
        (b"{", "body", "is not JSON"),
        (b"[]", "body", "must be an object"),
        (b"[" * 90_000, "body", "nested too deep"),
        (b"\xff", "body", "is not UTF-8"),
        (b"{}", "language", "is missing"),
        (program({}).replace(b'"python"', b"7"), "language", "must be a text"),
        (program({})[:-1] + b',"limits":{"cpu_ms":-1}}', "limits.cpu_ms", "must be between"),
        (program({})[:-1] + b',"limits":{"cpu_ms":NaN}}', "body", "NaN is not a number"),
        (program({})[:-1] + b',"limits":{"memory_mb":1e99}}', "limits.memory_mb", "must be a whole number"),
        (program({})[:-1] + b',"limits":{"memory_mb":"64"}}', "limits.memory_mb", "must be a whole number"),
        (program({})[:-1] + b',"run_as":"root"}', "run_as", "no such field"),
        (program({"refuse": True}), "entry", "is not among the files"),
    ],
)
def test_a_wrong_request_hears_which_field(server: JudgeServer, body: bytes, field: str, said: str) -> None:
    status, headers, told = ask(server, "POST", "/v1/run", body)
    assert (status, headers["Content-Type"], told["field"]) == (400, "application/problem+json", field)
    assert said in told["detail"]
    assert told["detail"].startswith(f"{field}: ")


def test_a_judge_that_breaks_shows_nothing_of_itself(server: JudgeServer, caplog: pytest.LogCaptureFixture) -> None:
    status, _, told = ask(server, "POST", "/v1/run", program({"fail": True}))
    assert (status, told["detail"]) == (500, "The judge failed. Its log says why.")
    assert "secret of the server" in caplog.text
    assert ask(server)[2]["free"] == 1, "its place is free again"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"Content-Length: 100001\r\n\r\n", b"413"),
        (b"Content-Length: 999999999999999999\r\n\r\n", b"413"),
        (b"Content-Length: 99999999999999999999999\r\n\r\n", b"400"),
        (b"Content-Length: -5\r\n\r\n", b"400"),
        (b"Content-Length: 1e3\r\n\r\n", b"400"),
        (b"Content-Length: \xb2\r\n\r\n", b"400"),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n", b"411"),
        (b"\r\n", b"411"),
        (b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b"411"),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello", b"411"),
        (b"X: " + b"y" * 40_000 + b"\r\n\r\n", b"431"),
        (b"X: y\r\n" * 20_000 + b"\r\n", b"431"),
    ],
)
def test_a_size_that_is_no_good_ends_it(server: JudgeServer, lines: bytes, status: bytes) -> None:
    assert raw(server, HEAD + lines).split()[1] == status


def test_a_large_body_is_answered_although_it_is_still_coming(server: JudgeServer) -> None:
    status, _, told = ask(server, "POST", "/v1/run", b"x" * 5_000_000)
    assert (status, told["detail"]) == (413, "A request may have at most 97 kB.")


@pytest.mark.parametrize(
    "text", [b"\r\n\r\n", b"\0" * 100, b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"A B C D\r\n\r\n"]
)
def test_what_is_not_http_ends_at_once_and_harms_nobody(server: JudgeServer, text: bytes) -> None:
    said = raw(server, text)
    assert not said or said.split()[1] in (b"400", b"401", b"505")
    assert ask(server)[0] == 200


def test_what_follows_a_request_is_no_second_one(server: JudgeServer) -> None:
    one = HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(program({})), program({}))
    assert raw(server, one + one).count(b"HTTP/1.1 ") == 1


def test_a_client_that_waits_for_leave_gets_it_once_it_has_shown_the_token(server: JudgeServer) -> None:
    body = program({"say": "x"})
    said = raw(server, HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(body), body, pause=0.1)
    assert said.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_a_body_that_does_not_come_in_time_is_not_waited_for(server: JudgeServer) -> None:
    began = time.monotonic()
    drops = [HEAD + b"Content-Length: 1000\r\n\r\n", *[b"x"] * 8]
    assert raw(server, *drops, pause=0.2) == b""
    assert time.monotonic() - began < 10
    assert ask(server)[0] == 200


def test_slow_clients_keep_nobody_out() -> None:
    """Hundreds that send a byte now and then: who comes with a token is answered all the same."""
    bounds = Bounds(places=1, line=1, head_seconds=30)
    with serving(ScriptedJudge(), bounds) as server, contextlib.ExitStack() as stack:
        slow = []
        for _ in range(200):
            connection = socket.create_connection(("127.0.0.1", port_of(server.url)), timeout=20)
            stack.callback(connection.close)
            connection.sendall(b"POST /v1/run HTTP/1.1\r\nX-A: ")
            slow.append(connection)
        began = time.monotonic()
        for _ in range(5):
            for connection in slow[-20:]:
                connection.sendall(b"a")
            assert ask(server, "POST", "/v1/run", program({}))[0] == 200
        assert time.monotonic() - began < 5
        assert threading.active_count() < 100
        # The first of them have been put out, and see it.
        assert slow[0].recv(10) == b""


def test_a_slow_head_ends_with_its_time(server: JudgeServer) -> None:
    began = time.monotonic()
    assert raw(server, b"GET /v1/health HTTP/1.1\r\n", *[b"X: y\r\n"] * 10, pause=0.2) == b""
    assert time.monotonic() - began < 10


def test_when_places_and_line_are_taken_the_next_is_told_when_to_come_back() -> None:
    with serving(ScriptedJudge(), BOUNDS) as server:
        answers: list[int] = []

        def job() -> None:
            answers.append(ask(server, "POST", "/v1/run", program({"sleep": 1}))[0])

        threads = [threading.Thread(target=job) for _ in range(3)]
        for thread in threads:
            thread.start()
        wait_for(lambda: (told := ask(server)[2])["running"] == 1 and told["waiting"] == 2)
        assert ask(server)[2]["free"] == 0
        status, headers, told = ask(server, "POST", "/v1/run", program({}))
        assert (status, told["detail"]) == (503, "All places of this judge are taken.")
        assert 1 <= int(headers["Retry-After"]) <= 30
        for thread in threads:
            thread.join()
        assert answers == [200, 200, 200]
        status, headers, _ = ask(server, "POST", "/v1/run", program({"reason": "busy"}))
        assert (status, headers["Retry-After"]) == (503, "1"), "a judge that is busy behind the server"


def test_who_hangs_up_in_the_line_gives_his_place_away(tmp_path) -> None:
    log = tmp_path / "log"
    with serving(ScriptedJudge(log), BOUNDS) as server:
        first = threading.Thread(target=ask, args=(server, "POST", "/v1/run", program({"sleep": 3}, "first.py")))
        first.start()
        wait_for(lambda: ask(server)[2]["running"] == 1)
        body = program({}, "second.py")
        with socket.create_connection(("127.0.0.1", port_of(server.url))) as connection:
            connection.sendall(HEAD + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            wait_for(lambda: ask(server)[2]["waiting"] == 1)
        wait_for(lambda: ask(server)[2]["waiting"] == 0)
        assert ask(server)[2]["running"] == 1, "the first one runs on"
        first.join()
    assert log.read_text().split() == ["first.py"]


def test_a_stop_lets_running_jobs_end_and_sends_those_in_line_away() -> None:
    answers: dict[str, tuple[int, Any]] = {}
    judge = ScriptedJudge()
    with serving(judge, Bounds(places=1, line=5, grace_seconds=10)) as server:

        def job(name: str) -> None:
            status, _, told = ask(server, "POST", "/v1/run", program({"sleep": 1}, name))
            answers[name] = (status, told)

        threads = [threading.Thread(target=job, args=(name,)) for name in ("runs.py", "waits.py")]
        threads[0].start()
        wait_for(lambda: ask(server)[2]["running"] == 1)
        threads[1].start()
        wait_for(lambda: ask(server)[2]["waiting"] == 1)
        server.stop()
        for thread in threads:
            thread.join()
    assert (answers["runs.py"][0], answers["runs.py"][1]["stdout"]) == (200, "runs.py")
    assert (answers["waits.py"][0], answers["waits.py"][1]["detail"]) == (503, "This judge is stopping.")


def test_what_runs_too_long_for_the_stop_ends_as_lost() -> None:
    answers = []
    with serving(ScriptedJudge(), BOUNDS) as server:
        job = threading.Thread(target=lambda: answers.append(ask(server, "POST", "/v1/run", program({"sleep": 60}))))
        job.start()
        wait_for(lambda: ask(server)[2]["running"] == 1)
        began = time.monotonic()
        server.stop()
        job.join()
        assert time.monotonic() - began < 10
    status, _, told = answers[0]
    assert (status, told["verdict"], told["reason"]) == (200, "internal_error", "lost")


def test_large_bodies_together_are_bounded_too() -> None:
    bounds = Bounds(places=1, line=20, body_bytes=50_000, body_seconds=5)
    with serving(ScriptedJudge(), bounds) as server, contextlib.ExitStack() as stack:
        for _ in range(4):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port_of(server.url))))
            connection.sendall(HEAD + b"Content-Length: 50000\r\n\r\n")
        answers = []

        def refused() -> bool:
            answers.append(ask(server, "POST", "/v1/run", program({})))
            return answers[-1][0] == 503

        wait_for(refused)
        assert answers[-1][2]["detail"] == "Too many large requests at once."
        stack.close()
        wait_for(lambda: ask(server, "POST", "/v1/run", program({}))[0] == 200)


def test_it_listens_on_ipv6_too() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        server = JudgeServer(ScriptedJudge(), token=TOKEN, bounds=BOUNDS, host="::1")
    except OSError as error:
        pytest.skip(f"no IPv6 here: {error}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        assert server.url.startswith("http://[::1]:")
        connection = http.client.HTTPConnection("::1", port_of(server.url), timeout=20)
        connection.request("GET", "/v1/health", headers={"Authorization": f"Bearer {TOKEN}"})
        assert connection.getresponse().status == 200
        connection.close()
    finally:
        server.stop()
        thread.join()


def test_a_server_without_a_good_token_is_not_made() -> None:
    for token in ("", "secret", "x" * 31):
        with pytest.raises(ValueError, match=r"^token: "):
            JudgeServer(ScriptedJudge(), token=token, bounds=BOUNDS)


def test_times_that_are_none_never_reach_the_judge(server: JudgeServer) -> None:
    body = json.dumps({"language": "python", "files": {}, "entry": "x", "limits": {"wall_ms": math.inf}}).encode()
    assert ask(server, "POST", "/v1/run", body)[2]["field"] == "body"

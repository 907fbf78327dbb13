"""The judge on other machines: the same calls as `Judge`, each sent whole to one of several judge servers.

One request carries a whole job, so that a machine may die at any moment and the job be run again on another: nothing of
it is lost, since nothing of it is kept there. What comes back is read as a stranger's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from sandbox import wire
from sandbox.backends.base import Capabilities
from sandbox.backends.remote_http import Lost, Reply, Unreachable, parse_address
from sandbox.backends.remote_servers import Pace, Server
from sandbox.languages import language_named
from sandbox.types import JudgeRequest, JudgeResult, Progress, RunRequest, RunResult, Verdict

_ATTEMPTS = 2  # a job that takes two machines down with it does not get a third
_MOST_TESTS = 10_000
_LARGEST_ANSWER = 64 * 1024 * 1024
_SPARE_SECONDS = 180.0  # for the way, the server's line and a compiler; a server that is silent is noticed long before
_SERVERS_FAULT = ("lost", "no_cage", "no_backend")


class _Nowhere(Exception):
    """There is no server to send a job to. `reason` is that of the result."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class RemoteJudge:
    """Runs and judges programs on judge servers. Safe to share between threads; asks its first server on first use."""

    def __init__(
        self,
        urls: Sequence[str],
        token: str,
        *,
        wait_seconds: float = 30.0,
        patience_seconds: float = 5.0,
        pace: Pace | None = None,
    ) -> None:
        """`wait_seconds`: how long a job waits for room; `patience_seconds`: how long for any server to be well."""
        addresses = list(dict.fromkeys(parse_address(url) for url in urls))
        if not addresses:
            raise ValueError("urls: at least one judge server is needed")
        self._changed = threading.Condition()
        checked = wire.checked_token(token)
        self._servers = [Server(address, checked, self._changed, pace or Pace()) for address in addresses]
        self._wait_seconds, self._patience_seconds = wait_seconds, patience_seconds
        self._started = self._closing = False

    def run(self, request: RunRequest) -> RunResult:
        """Run a program with its own input. ValueError, beginning with a field's name, for a request that is wrong."""
        result: RunResult = self._job("/v1/run", request, RunResult, _seconds(request, 1), lambda result: None)
        return result

    def judge(self, request: JudgeRequest, progress: Progress | None = None) -> JudgeResult:
        """Judge a submission. ValueError, beginning with a field's name, for a request that is wrong.

        `progress` is told a few times a second of submissions that take longer, by servers that know how to.
        """
        seconds, cases = _seconds(request, max(1, len(request.cases))), len(request.cases)
        result: JudgeResult = self._job(
            "/v1/judge",
            request,
            JudgeResult,
            seconds,
            lambda result: _check_tests(request, result),
            None if progress is None else lambda line: progress(*_stand(line, cases)),
        )
        return result

    def probe(self) -> Capabilities:
        """Whether a server is well, now; the notes say what each of them is."""
        self._start()
        with self._changed:
            self._changed.wait_for(lambda: all(server.asked for server in self._servers), self._patience_seconds)
            notes = tuple(_described(server) for server in self._servers)
            well = [server.health for server in self._servers if server.health]
        if not well:
            return Capabilities(False, "No judge server is well. " + " ".join(notes), notes=notes)
        kinds = {health.memory for health in well}
        kind = next((kind for kind in ("watchdog", "cgroup1", "cgroup2") if kind in kinds), "watchdog")
        return Capabilities(True, memory=kind, notes=notes)  # type: ignore[arg-type]  # one of the three literals

    def close(self) -> None:
        """Break off what is on its way, as lost, and send nothing more."""
        with self._changed:
            self._closing = True
            started, self._started = self._started, True
            self._changed.notify_all()
        if started:
            for server in self._servers:
                server.close()

    def languages(self) -> set[str]:
        """What the servers that are well can run, together."""
        self._start()
        with self._changed:
            return {name for server in self._servers if server.health for name in server.health.languages}

    def language_problem(self, name: str) -> str:
        """In one sentence why programs in a language cannot be run; empty where a server that is well can."""
        self.probe()
        if language_named(name).name in self.languages():
            return ""
        return f"No judge server that is well runs {name}."

    def places(self) -> int:
        """How many jobs the servers that are well take at once, together: more would only wait there."""
        self._start()
        with self._changed:
            return sum(server.health.places for server in self._servers if server.health)

    def _start(self) -> None:
        with self._changed:
            if self._started:
                return
            self._started = True
            for server in self._servers:
                server.start()

    def _job(
        self,
        path: str,
        request: Any,
        kind: type[Any],
        seconds: float,
        check: Callable[[Any], None],
        told: Callable[[bytes], None] | None = None,
    ) -> Any:
        language_named(request.language)
        self._start()
        try:
            body = wire.encode(request, brief=True)
        except (TypeError, ValueError):
            raise ValueError("request: holds something that is no text, number or list") from None
        failed: list[Server] = []
        ended: Any = None
        began = time.monotonic()
        while len(failed) < _ATTEMPTS:
            try:
                server = self._choose(request.language, failed, began)
            except _Nowhere as nowhere:
                return ended or kind(Verdict.INTERNAL_ERROR, reason=nowhere.reason, message=str(nowhere))
            try:
                reply = server.send(path, body, seconds=seconds, most=_LARGEST_ANSWER, told=told)
                result = _result(server, reply, kind, check)
            except Unreachable as error:
                server.failed(f"{error}.")
                continue
            except Lost as error:
                server.failed(f"{error}.")
                failed.append(server)
                began = time.monotonic()
                ended = kind(Verdict.INTERNAL_ERROR, reason="lost", message=f"The judge lost this job: {error}.")
                continue
            finally:
                server.give_back()
            if result is None:
                continue
            if result.verdict is not Verdict.INTERNAL_ERROR or result.reason not in _SERVERS_FAULT:
                return result
            failed.append(server)
            began = time.monotonic()
            ended = result
        return ended

    def _choose(self, language: str, failed: Sequence[Server], began: float) -> Server:
        """The server with the most free places, one that has not failed this job if there is one; taken for one job."""
        with self._changed:
            while True:
                if self._closing:
                    raise _Nowhere("lost", "The judge is stopping.")
                well = [server for server in self._servers if server.health]
                able = [server for server in well if server.health and language in server.health.languages]
                open_ones = [server for server in able if server.has_room()]
                left = began + (self._wait_seconds if able else self._patience_seconds) - time.monotonic()
                if open_ones and left > 0:
                    best = max(open_ones, key=lambda server: (server not in failed, server.free(), -server.sent))
                    best.take()
                    return best
                if well and not able:
                    raise _Nowhere("no_backend", f"No judge server that is well runs {language}.")
                if left <= 0 and able:
                    raise _Nowhere("busy", "All places of the judge servers are taken. Try again in a moment.")
                if left <= 0:
                    problems = " ".join(server.problem for server in self._servers)
                    raise _Nowhere("no_backend", f"No judge server is well. {problems}")
                # A server that said "come back in a second" wakes nobody when the second is over.
                self._changed.wait(min(left, 0.2) if able else left)


def _result(server: Server, reply: Reply, kind: type[Any], check: Callable[[Any], None]) -> Any:
    """The result in an answer; None when there was no room; ValueError when the request is wrong."""
    if reply.status == 503:
        server.full(reply.retry_after)
        return None
    if reply.status in (400, 413):
        raise ValueError(_detail(reply))
    if reply.status in (401, 403, 404, 405):
        raise Unreachable(f"{server.address} refused the job with {reply.status}")
    if reply.status != 200:
        raise Lost(f"{server.address} answered {reply.status}")
    try:
        result = wire.decode(kind, reply.body, clean=True)
        _check_numbers(result)
        check(result)
    except ValueError as error:
        raise Lost(f"{server.address} answered with no result: {str(error)[:200]}") from None
    return result


def _detail(reply: Reply) -> str:
    try:
        told = wire.parse(reply.body)
    except wire.WireError:
        told = None
    detail = told.get("detail") if isinstance(told, dict) else None
    text = detail if isinstance(detail, str) else "is refused by the judge server"
    if reply.status == 413 or ": " not in text:
        text = f"request: {text}"
    return "".join(letter if letter.isprintable() else "?" for letter in text[:300])


def _check_numbers(result: RunResult | JudgeResult) -> None:
    rows: list[Any] = [result]
    if isinstance(result, JudgeResult):
        if not 0 <= result.score <= 100 or not 0 <= result.passed <= result.total or len(result.tests) > _MOST_TESTS:
            raise ValueError("its score makes no sense")
        rows += result.tests
    for row in rows:
        if min(row.time_ms, row.wall_ms, row.memory_kb) < 0:
            raise ValueError("its times make no sense")


def _check_tests(request: JudgeRequest, result: JudgeResult) -> None:
    """A result for another request, or one that shows what is hidden, goes no further."""
    if request.mode != "cases":
        return
    asked = {(case.name, case.hidden) for case in request.cases}
    for test in result.tests:
        if (test.name, test.hidden) not in asked:
            raise ValueError("it has a test that was not asked for")
        if test.hidden and (test.stdout or test.stderr or test.diff):
            raise ValueError("it shows what is hidden")


def _stand(line: bytes, cases: int) -> tuple[int, int]:
    """How far a server says that it is; ValueError for what makes no sense, and its answer is none then."""
    stand = wire.decode(wire.Stand, line)
    if not 0 <= stand.done < stand.total == cases:
        raise ValueError("it is farther than there is a way")
    return stand.done, stand.total


def _seconds(request: RunRequest | JudgeRequest, runs: int) -> float:
    least = language_named(request.language).limits.get("wall_ms", 0)
    return _SPARE_SECONDS + 3 * runs * max(request.limits.wall_ms, least) / 1000


def _described(server: Server) -> str:
    health = server.health
    if health is None:
        return server.problem
    languages = ", ".join(health.languages)
    return f"{server.address} is well: {health.backend}, {health.free} of {health.places} places free, {languages}."

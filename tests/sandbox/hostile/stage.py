"""Plays one attack against one judge and says all that is wrong with how it ended."""

from __future__ import annotations

import dataclasses
import resource
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any
from unittest import mock

from attacks.base import ESCAPED, LIMITS, MAIN_FILES, Attack
from census import Census, Counters
from scene import Scene

from sandbox import Case, Judge, JudgeRequest, JudgeResult, Limits, RunRequest, RunResult
from sandbox.languages import LANGUAGES

PLAIN = {
    "python": "print('alive')",
    "javascript": "console.log('alive')",
    "typescript": "console.log('alive')",
    "c": '#include <stdio.h>\nint main(void) { puts("alive"); return 0; }\n',
    "cpp": '#include <cstdio>\nint main() { puts("alive"); return 0; }\n',
    "java": 'public class Main { public static void main(String[] a) { System.out.println("alive"); } }\n',
    "sql": "SELECT 'alive';",
    "bash": "echo alive",
}
_GROWTH_KB = 48 * 1024
_OVERSHOOT_MS = 500
_SHORT_COMPILE = {"cpu_ms": 1500, "wall_ms": 6000}


class Stage:
    """A judge on one backend, the scene around it, and what is counted."""

    def __init__(self, name: str, judge: Judge, scene: Scene, counters: Counters) -> None:
        self.name, self.judge, self.scene, self.counters = name, judge, scene, counters
        self._warm: set[str] = set()
        self._before: Census | None = None

    def works_for(self, language: str) -> str:
        """Why this language cannot be tried here; empty when it can."""
        if language not in LANGUAGES:
            return f"this judge does not know {language}"
        if language not in self._warm:
            first = self.plain(language)
            if first.startswith("internal_error"):
                return f"{self.name} has no {language}: {first}"
            self._warm.add(language)
            self._before = None
        return ""

    def plain(self, language: str) -> str:
        """What an honest program in this language gets; "accepted alive" when all is well."""
        name = MAIN_FILES[language]
        result = self.judge.run(RunRequest(language, {name: PLAIN[language]}, name, limits=_limits({}, language)))
        return f"{result.verdict} {result.stdout.split()[-1] if result.stdout.split() else result.message}".strip()

    def play(self, attack: Attack) -> list[str]:
        """Run it. Each line of the answer is one thing that should not be so."""
        mark = f"mark-{secrets.token_hex(8)}"
        # After an attack that left nothing all is as it was before it.
        before = self._before or self.counters.settled()
        largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.monotonic()
        with ExitStack() as stack:
            if attack.language in ("c", "cpp"):
                stack.enter_context(_short_compile(attack.language))
            result = self._judged(attack, mark)
        took = time.monotonic() - began
        problems = [
            *_unexpected(attack, result, self.judge.probe().memory == "watchdog"),
            *self._leaks(result, "".join(_texts(self._files(attack)))),
        ]
        if attack.within and took > attack.within:
            problems.append(f"it took {took:.2f} s, more than {attack.within}")
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - largest
        if attack.flat_memory and grown > _GROWTH_KB:
            problems.append(f"the judge grew by {grown} kB")
        # Java takes long to compile, and a cell is a cell.
        alive = self.plain("python" if attack.language == "java" else attack.language)
        if not alive.startswith("accepted") or "alive" not in alive:
            problems.append(f"an honest program right after: {alive}")
        left = self.counters.difference(before, mark)
        self._before = None if left else before
        if left:
            problems.append(f"left over: {left}")
        problems += [f"the host was touched: {what}" for what in self.scene.touched()]
        return problems

    def _judged(self, attack: Attack, mark: str) -> RunResult | JudgeResult:
        filled = self._files(attack)
        limits = _limits(attack.limits, attack.language)
        if attack.tests is None and not attack.cases:
            return self.judge.run(
                RunRequest(attack.language, filled, attack.main, attack.stdin, limits, args=_mark(attack, mark))
            )
        more: dict[str, Any] = dict(attack.request)
        if attack.tests is not None:
            more |= {"mode": "unit_tests", "test_files": dict(attack.tests), "isolation": attack.isolation}
        else:
            more["cases"] = [
                Case(f"case {number}", stdin, expected) for number, (stdin, expected) in enumerate(attack.cases)
            ]
        return self.judge.judge(JudgeRequest(attack.language, filled, attack.main, limits=limits, **more))

    def _files(self, attack: Attack) -> dict[str, bytes | str]:
        return {name: self._filled(text) for name, text in {attack.main: attack.source, **attack.files}.items()}

    def _filled(self, text: bytes | str) -> bytes | str:
        if isinstance(text, bytes):
            return text
        for word, value in self.scene.words().items():
            text = text.replace(word, value)
        return text

    def _leaks(self, result: RunResult | JudgeResult, told: str) -> Iterator[str]:
        """Secrets that came out, besides those names that the program was told itself."""
        shown = "\n".join(_texts(dataclasses.asdict(result)))
        for secret in self.scene.secrets():
            if secret in shown and secret not in told:
                place = shown.index(secret)
                yield f"a secret of the host came out: {shown[max(0, place - 80) : place + 80]!r}"
        if ESCAPED in shown:
            yield f"it says {shown[shown.index(ESCAPED) :][:300]!r}"


def _mark(attack: Attack, mark: str) -> tuple[str, ...]:
    """A word in the command line by which every process of the attack can be found."""
    return () if attack.language in ("sql",) else (mark,)


def _limits(wanted: Mapping[str, int], language: str) -> Limits:
    roomy = {"memory_mb": 512, "processes": 64, "cpu_ms": 4000, "wall_ms": 8000}
    heavy = roomy if language in ("javascript", "typescript", "java") else {}
    return Limits(**{**LIMITS, **heavy, **wanted})


def _short_compile(language: str) -> Any:
    """A compiler's clock made short, so that a bomb for it costs this suite seconds and not half a minute."""
    known = LANGUAGES[language]
    assert known.compile is not None
    step = dataclasses.replace(known.compile, limits={**known.compile.limits, **_SHORT_COMPILE})
    return mock.patch.dict(LANGUAGES, {language: dataclasses.replace(known, compile=step)})


def _unexpected(attack: Attack, result: RunResult | JudgeResult, approximate: bool) -> Iterator[str]:
    limits = _limits(attack.limits, attack.language)
    said = (result.message, result.stdout[-300:], result.stderr[-600:], result.compile_log[-300:])
    told = f"{result.reason} {said!r}"
    honest = attack.verdicts | (frozenset(attack.approximate.split()) if approximate else frozenset())
    if str(result.verdict) not in honest:
        yield f"expected {attack.expect}, got {result.verdict}: {told}"
    if attack.reasons and result.reason not in attack.reasons.split():
        yield f"expected the reason {attack.reasons}, got {result.reason}"
    if result.reason == "cpu" and attack.reasons and result.time_ms > limits.cpu_ms + _OVERSHOOT_MS:
        yield f"it used {result.time_ms} ms of {limits.cpu_ms}"
    if attack.stdout is not None and result.stdout != attack.stdout:
        yield f"expected to be printed {attack.stdout[:80]!r}, got {result.stdout[:200]!r}: {told}"
    if attack.says not in result.stdout:
        yield f"it did not come to its attack: {told}"
    if isinstance(result, JudgeResult):
        if attack.outcomes and tuple(str(test.verdict) for test in result.tests) != attack.outcomes:
            yield f"expected {attack.outcomes}, got {[str(test.verdict) for test in result.tests]}: {told}"
        if str(result.verdict) != "accepted" and result.score >= 100:
            yield f"a full score for {result.verdict}"
    if len(result.compile_log.encode()) > 16 * 1024:
        yield f"a compiler's message of {len(result.compile_log.encode())} bytes"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _texts(item)

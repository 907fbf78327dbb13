"""Hostile programs, each on every backend: how it ends, and what it left, read, changed or reached on the host."""

from __future__ import annotations

import pytest
from attacks import ALL
from attacks.base import Attack
from stage import Stage

from sandbox import Verdict

pytestmark = pytest.mark.cage

# Rows of the list of hostile programs that other tests answer for.
_ELSEWHERE = {
    47: "test_hostile_neighbours",
    51: "test_hostile_requests",
    52: "test_hostile_requests",
    57: "test_hostile_interactive",
    58: "test_hostile_interactive",
    59: "test_hostile_neighbours",
    60: "test_hostile_neighbours",
}

# What the judge promises by name to have been tried.
PROMISED = {
    "fork bomb", "thread bomb", "memory bomb (touching pages)", "memory bomb (mmap)", "CPU in children",
    "sleeping children that outlive the parent", "double fork daemons", "output floods on both streams", "/dev/full",
    "disk filling", "deep directories", "many files", "symlinks out", "hard links out", "reading /etc/shadow",
    "the app's data", "/proc/1/environ", "/proc/self/mem", "other runs' files", "the tests' files", "network: inet",
    "network: inet6", "network: unix", "network: netlink", "network: raw", "network: vsock", "ptrace",
    "kill of others", "setuid", "mounting", "new user namespaces", "io_uring", "ioctl TIOCSTI", "signals ignored",
    "SIGSTOP of self", "stack overflow", "huge compile", "huge compile (templates)", "include of /dev/zero",
    "include of secret files", "zip or pickle tricks against the harness", "a fake verdict to the harness's channel",
    "a fake verdict to the agent's channel", "exit from inside a test", "patching unittest",
    "closing the descriptors", "Unicode and NUL in output", "invalid UTF-8", "32-bit calls", "x32 calls",
}  # fmt: skip


def _named(attacks: list[Attack], *, without_groups: bool = False) -> list[object]:
    return [
        pytest.param(
            attack,
            id=attack.name,
            marks=[pytest.mark.xfail(reason=known, strict=True)] if known else [],
        )
        for attack in attacks
        for known in [attack.known_without_groups if without_groups else attack.known]
    ]


@pytest.mark.parametrize("attack", _named(ALL))
def test_a_hostile_program(stage: Stage, attack: Attack) -> None:
    problem = stage.works_for(attack.language)
    if problem:
        pytest.skip(problem)
    assert stage.play(attack) == []


@pytest.mark.parametrize("attack", _named([attack for attack in ALL if attack.watchdog], without_groups=True))
def test_a_hostile_program_where_there_are_no_control_groups(stage_without_groups: Stage, attack: Attack) -> None:
    problem = stage_without_groups.works_for(attack.language)
    if problem:
        pytest.skip(problem)
    assert stage_without_groups.play(attack) == []


def test_every_row_and_every_promise_is_tried() -> None:
    """No item of the list is lost: neither a row by number nor a promise by name."""
    assert {row for attack in ALL for row in attack.rows} | set(_ELSEWHERE) == set(range(1, 61))
    assert {topic for attack in ALL for topic in attack.covers} == PROMISED


def test_expectations_are_closed_and_reasoned() -> None:
    assert len(ALL) >= 80 and len({attack.name for attack in ALL}) == len(ALL)
    assert {verdict for attack in ALL for verdict in attack.verdicts} <= {str(verdict) for verdict in Verdict}
    assert [attack.name for attack in ALL if len(attack.verdicts) > 1 and not attack.why] == []
    assert [attack.name for attack in ALL if "internal_error" in attack.verdicts] == []

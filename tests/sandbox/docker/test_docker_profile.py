"""The profile for the engine says what the filter of every backend says."""

from __future__ import annotations

import json

from sandbox.backends import seccomp
from sandbox.backends.docker_profile import profile


def rules(name: str) -> list[dict]:
    return [rule for rule in json.loads(profile("x86_64"))["syscalls"] if name in rule["names"]]


def test_every_refused_call_is_in_it_and_nothing_else_without_a_condition() -> None:
    whole = {name for rule in json.loads(profile("x86_64"))["syscalls"] if not rule["args"] for name in rule["names"]}
    assert whole == {*seccomp.DENIED, "clone3"}
    assert {rule["errnoRet"] for name in seccomp.DENIED for rule in rules(name)} == {1}
    assert [rule["errnoRet"] for rule in rules("clone3")] == [38]


def test_each_new_namespace_is_refused_by_its_bit() -> None:
    bits = [rule["args"][0]["value"] for rule in rules("clone")]
    assert sum(bits) == seccomp.NEW_NAMESPACES and all(bit & (bit - 1) == 0 for bit in bits)


def test_sockets_are_refused_but_for_the_families_that_are_allowed() -> None:
    def refused(family: int) -> bool:
        compare = {"SCMP_CMP_EQ": int.__eq__, "SCMP_CMP_GT": int.__gt__}
        return any(compare[arg["op"]](family, arg["value"]) for rule in rules("socket") for arg in rule["args"])

    assert [family for family in range(64) if not refused(family)] == list(seccomp.SOCKET_FAMILIES)


def test_each_machine_has_its_own_architectures() -> None:
    assert json.loads(profile("aarch64"))["architectures"] == ["SCMP_ARCH_AARCH64"]
    assert "SCMP_ARCH_X86" not in json.loads(profile("x86_64"))["architectures"]

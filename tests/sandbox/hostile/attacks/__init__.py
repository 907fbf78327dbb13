"""Hostile programs by subject. `ALL` is every one of them."""

from __future__ import annotations

from attacks import (
    agent,
    between,
    compilers,
    disk,
    harness,
    harnesses,
    kernel,
    memory,
    network,
    output,
    processes,
    secrets,
    sql,
)
from attacks.base import Attack

ALL: list[Attack] = [
    attack
    for module in (
        processes,
        memory,
        disk,
        output,
        secrets,
        network,
        kernel,
        agent,
        harness,
        harnesses,
        compilers,
        sql,
        between,
    )
    for attack in module.ATTACKS
]

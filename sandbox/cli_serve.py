"""`python -m sandbox serve`: options and environment to a running server, and its orderly end."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from pathlib import Path

from sandbox.cli_jobs import SANDBOX_FAILED, WELL
from sandbox.judge import Judge
from sandbox.opening import open_backend
from sandbox.serve import Bounds, JudgeServer
from sandbox.survey import survey
from sandbox.wire import checked_token

_MB = 1024 * 1024


def serve(options: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT. Refuses to start without a token, or where no cage works."""
    token = _token(options.token_file)
    bounds = _bounds(options)
    backend = open_backend(options.backend, docker_url=options.docker_url)
    capabilities = backend.probe()
    if not capabilities.works:
        backend.close()
        sys.stderr.write(f"python -m sandbox: {capabilities.problem}\n")
        return SANDBOX_FAILED
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    languages = [found.name for found in survey(backend) if found.works]
    judge = Judge(backend, slots=bounds.places)
    server = JudgeServer(
        judge,
        token=token,
        bounds=bounds,
        host=options.host,
        port=options.port,
        backend=backend.name,
        languages=languages,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.stop())
    sys.stdout.write(f"Judging on {server.url}: {backend.name}, {bounds.places} at once, {', '.join(languages)}\n")
    sys.stdout.flush()
    server.serve_forever()
    return WELL


def _token(file: str | None) -> str:
    if file is not None:
        return checked_token(Path(file).read_text("utf-8").strip())
    token = os.environ.pop("SANDBOX_TOKEN", "")
    if not token:
        raise ValueError("token: none is given; --token-file or SANDBOX_TOKEN must hold one of 32 characters or more")
    return checked_token(token)


def _bounds(options: argparse.Namespace) -> Bounds:
    for name, low, high in (
        ("slots", 0, 256),
        ("line", 0, 10_000),
        ("body", 1, 1024),
        ("grace", 0, 600),
        ("port", 0, 65535),
    ):
        if not low <= getattr(options, name) <= high:
            raise ValueError(f"--{name}: must be between {low} and {high}")
    return Bounds(
        places=options.slots or len(os.sched_getaffinity(0)),
        line=options.line,
        body_bytes=options.body * _MB,
        grace_seconds=options.grace,
    )

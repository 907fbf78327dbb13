"""`python -m sandbox doctor`: which backends and languages work on this machine, and why the others do not."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.backends.remote import RemoteJudge
from sandbox.cli_jobs import SANDBOX_FAILED, WELL, settings_of
from sandbox.languages import LANGUAGES
from sandbox.opening import LOCAL_BACKENDS, open_backend
from sandbox.survey import FoundLanguage, survey


@dataclass(frozen=True, slots=True)
class _Finding:
    """One backend and its languages."""

    name: str
    works: bool
    problem: str
    memory: str = ""
    notes: Sequence[str] = ()
    languages: Sequence[FoundLanguage] = ()


def doctor(options: argparse.Namespace) -> int:
    """Try the backends, print what was found, and say by the exit code whether one works."""
    names = (*LOCAL_BACKENDS, "remote") if options.backend == "all" else (options.backend,)
    findings: list[_Finding] = []
    for name in names:
        finding = _remote(options) if name == "remote" else _local(name, options.docker_url)
        findings.append(finding)
        if not options.json:
            # At once: a backend can take its time.
            sys.stdout.write("\n".join(_lines(finding)) + "\n")
            sys.stdout.flush()
    works = any(finding.works for finding in findings)
    if options.json:
        sys.stdout.write(json.dumps(_as_json(findings, works), indent=2) + "\n")
    return WELL if works else SANDBOX_FAILED


def _local(name: str, docker_url: str | None) -> _Finding:
    backend = open_backend(name, docker_url=docker_url)
    try:
        found = backend.probe()
        languages = survey(backend) if found.works else []
    finally:
        backend.close()
    return _Finding(name, found.works, found.problem, found.memory if found.works else "", found.notes, languages)


def _remote(options: argparse.Namespace) -> _Finding:
    settings = settings_of(argparse.Namespace(backend="remote", docker_url=options.docker_url))
    if not settings["urls"]:
        return _Finding("remote", False, "SANDBOX_URLS names no judge server.")
    try:
        judge = RemoteJudge(settings["urls"], settings["token"])
    except ValueError as error:
        return _Finding("remote", False, f"{error}.")
    try:
        found = judge.probe()
        runs = judge.languages()
    finally:
        judge.close()
    languages = [
        FoundLanguage(name, language.label, name in runs, problem="" if name in runs else "No judge server has it.")
        for name, language in LANGUAGES.items()
    ]
    return _Finding(
        "remote",
        found.works,
        found.problem,
        found.memory if found.works else "",
        found.notes if found.works else (),
        languages if found.works else [],
    )


def _lines(finding: _Finding) -> Iterator[str]:
    yield f"{finding.name}: {'works, memory held by ' + finding.memory if finding.works else finding.problem}"
    for note in finding.notes:
        yield f"  {note}"
    for language in finding.languages:
        said = (language.version or "works") if language.works else f"no: {language.problem}"
        yield f"  {language.label:<12} {said}"


def _as_json(findings: Sequence[_Finding], works: bool) -> dict[str, Any]:
    return {
        "works": works,
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "backends": [asdict(finding) for finding in findings],
    }

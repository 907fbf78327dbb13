"""Programs in a problem package: their language, which file starts, and what verdict they announce."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from sandbox.files import checked_files
from sandbox.types import HelperProgram, Verdict

_LANGUAGES: Mapping[str, str] = {
    ".py": "python",
    ".py3": "python",
    ".c": "c",
    ".cc": "cpp",
    ".cpp": "cpp",
    ".cxx": "cpp",
    ".c++": "cpp",
    ".java": "java",
    ".js": "javascript",
    ".mjs": "javascript",
    ".ts": "typescript",
    ".sh": "bash",
    ".bash": "bash",
    ".sql": "sql",
}
# The judge knows a language's sources by one ending.
_ENDINGS: Mapping[str, str] = {".py3": ".py", ".cc": ".cpp", ".cxx": ".cpp", ".c++": ".cpp"}
_STARTS: Mapping[str, re.Pattern[bytes]] = {
    "c": re.compile(rb"\bmain\s*\("),
    "cpp": re.compile(rb"\bmain\s*\("),
    "java": re.compile(rb"\bstatic\s+(?:final\s+)?(?:public\s+)?void\s+main\b"),
}
_PYTHON_2 = re.compile(rb"#!.*python2")
_CLASS = re.compile(rb"^\s*(public\s+)?(?:final\s+)?class\s+(\w+)", re.MULTILINE)
_PACKAGE = re.compile(rb"^\s*package\s+(\w+(?:\.\w+)*)\s*;", re.MULTILINE)

# A judge that has no verdict for memory or forbidden calls tells them as a program that ended badly.
_CRASHED = frozenset({Verdict.RUNTIME_ERROR, Verdict.MEMORY_LIMIT, Verdict.SECURITY_VIOLATION})
_SLOW = frozenset({Verdict.TIME_LIMIT, Verdict.WALL_LIMIT})
_WRONG = frozenset({Verdict.WRONG_ANSWER, Verdict.PRESENTATION_ERROR})
_ANNOUNCED: Mapping[str, frozenset[Verdict]] = {
    "accepted": frozenset({Verdict.ACCEPTED}),
    "correct": frozenset({Verdict.ACCEPTED}),
    "slow_accepted": _SLOW | {Verdict.ACCEPTED},  # right, but too slow to be sure of
    "wrong_answer": _WRONG,
    "no_output": _WRONG,
    "partially_accepted": frozenset(Verdict) - {Verdict.ACCEPTED, Verdict.INTERNAL_ERROR, Verdict.COMPILE_ERROR},
    "time_limit_exceeded": _SLOW,
    "timelimit": _SLOW,
    "run_time_error": _CRASHED,
    "run_error": _CRASHED,
    "compile_error": frozenset({Verdict.COMPILE_ERROR}),
    "compiler_error": frozenset({Verdict.COMPILE_ERROR}),
    "output_limit": frozenset({Verdict.OUTPUT_LIMIT}),
}
_HEADER = re.compile(rb"@EXPECTED_RESULTS@:[ \t]*([A-Za-z_, \t-]+)")


@dataclass(frozen=True, slots=True)
class Submission:
    """A program of the package's authors. `language` is empty for one that the judge does not know.

    `expected` are the verdicts it may get; empty where the package leaves that to whoever looks at it.
    `partial`: it should get some of the points, but not all.
    """

    name: str
    language: str
    files: Mapping[str, bytes]
    entry: str
    expected: frozenset[Verdict]
    partial: bool = False


def submissions_in(files: Mapping[str, bytes], entry_points: Mapping[str, str]) -> tuple[Submission, ...]:
    """The submissions of a package, out of its folder `submissions`, each with the verdict its folder announces."""
    grouped: dict[str, dict[str, bytes]] = {}
    for name, data in sorted(files.items()):
        parts = name.split("/")
        if parts[0] == "submissions" and len(parts) > 2:
            grouped.setdefault("/".join(parts[:3]), {})["/".join(parts[3:]) or parts[2]] = data
    found = []
    for path, sources in grouped.items():
        folder = path.split("/")[1]
        language, sources, entry = _program(sources, entry_points.get(path, ""))
        found.append(
            Submission(
                name=path.removeprefix("submissions/"),
                language=language,
                files=sources,
                entry=entry,
                expected=_expected(folder, sources),
                partial=folder == "partially_accepted",
            )
        )
    return tuple(found)


def validator_in(files: Mapping[str, bytes], args: tuple[str, ...]) -> HelperProgram:
    """The package's own output validator. ValueError where there is none, or more than one, or it cannot be started."""
    found: dict[str, dict[str, bytes]] = {}
    for name, data in files.items():
        parts = name.split("/")
        if parts[0] in ("output_validator", "output_validators") and len(parts) > 1:
            # One folder for each program, or a program of a single file.
            inside = len(parts) > 2
            found.setdefault(parts[1] if inside else "", {})["/".join(parts[2:]) if inside else parts[1]] = data
    if len(found) != 1:
        raise ValueError(f"package: one output validator is needed, and there are {len(found)}")
    language, sources, entry = _program(next(iter(found.values())), "")
    if not language:
        raise ValueError("package: the output validator is in a language that is not known here")
    return HelperProgram(language, checked_files(sources), entry, args)


def _program(sources: Mapping[str, bytes], entry: str) -> tuple[str, dict[str, bytes], str]:
    """Language, files under the names the judge wants, and the file that starts the program."""
    languages = {name: _language(name, data) for name, data in sources.items()}
    known = [language for language in languages.values() if language]
    if not known:
        return "", dict(sources), entry
    language = languages.get(entry) or max(known, key=known.count)
    candidates = sorted(name for name, its in languages.items() if its == language)
    entry = entry or _entry(language, candidates, sources)
    if language == "java":
        renamed = {name: _java_name(name, sources[name], alone=len(candidates) == 1) for name in candidates}
    else:
        renamed = {name: _renamed(name) for name in candidates}
    return language, {renamed.get(name, name): data for name, data in sources.items()}, renamed.get(entry, entry)


def _java_name(name: str, source: bytes, *, alone: bool) -> str:
    """Where the compiler looks for a file: in the folder of its package, a single one named after its class."""
    path = PurePosixPath(name)
    if alone and (chosen := _main_class(source)):
        path = path.with_name(f"{chosen}.java")
    package = _PACKAGE.search(source)
    return str(PurePosixPath(package[1].decode().replace(".", "/"), path.name) if package else path)


def _main_class(source: bytes) -> str:
    """The class that a Java file must be named after: the public one, or else the one that holds `main`."""
    classes = list(_CLASS.finditer(source))
    main = _STARTS["java"].search(source)
    before = [found for found in classes if main is not None and found.start() < main.start()]
    chosen = next((found for found in classes if found[1]), before[-1] if before else None)
    return chosen[2].decode() if chosen else ""


def _language(name: str, data: bytes) -> str:
    language = _LANGUAGES.get(PurePosixPath(name).suffix.lower(), "")
    return "" if language == "python" and _PYTHON_2.match(data) else language


def _renamed(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix(_ENDINGS.get(path.suffix.lower(), path.suffix)))


def _entry(language: str, candidates: list[str], sources: Mapping[str, bytes]) -> str:
    pattern = _STARTS.get(language)
    starting = [name for name in candidates if pattern is not None and pattern.search(sources[name])]
    named = [name for name in candidates if PurePosixPath(name).stem.lower() in ("main", "__main__")]
    return (named or starting or candidates)[0]


def _expected(folder: str, sources: Mapping[str, bytes]) -> frozenset[Verdict]:
    """A header in the source (DOMjudge) says more than the folder; two that differ say nothing."""
    headers = {match[1] for data in sources.values() for match in _HEADER.finditer(data)}
    if not headers:
        return _ANNOUNCED.get(folder.lower(), frozenset())
    if len(headers) > 1:
        return frozenset()
    words = [word.strip().lower().replace("-", "_") for word in headers.pop().decode().split(",")]
    return frozenset(verdict for word in words for verdict in _ANNOUNCED.get(word, frozenset()))

"""Names and sizes of files that go into a cage, checked before any cage is made."""

from __future__ import annotations

import re
from collections.abc import Mapping

MAX_FILES = 64
MAX_NAME = 120
MAX_TOTAL_BYTES = 4 * 1024 * 1024

# Letters, digits, and . _ - + inside; no part may begin with a dot or a dash, so no "..", no option, no hidden file.
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*", re.ASCII)


def checked_files(files: Mapping[str, bytes | str]) -> dict[str, bytes]:
    """The files as bytes; ValueError names what is wrong with the first bad one."""
    if not files:
        raise ValueError("files: at least one file is needed")
    if len(files) > MAX_FILES:
        raise ValueError(f"files: at most {MAX_FILES} files")
    result: dict[str, bytes] = {}
    for name, content in files.items():
        checked_name(name)
        result[name] = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else bytes(content)
    if sum(map(len, result.values())) > MAX_TOTAL_BYTES:
        raise ValueError(f"files: together at most {MAX_TOTAL_BYTES // 1024} kB")
    for name in result:
        parts = name.split("/")
        if any("/".join(parts[:depth]) in result for depth in range(1, len(parts))):
            raise ValueError(f"files: {name!r} lies inside another file")
    return result


def checked_name(name: str) -> str:
    """The name if it is a plain relative path; ValueError otherwise."""
    if not isinstance(name, str) or not name:
        raise ValueError("files: a file needs a name")
    if len(name) > MAX_NAME:
        raise ValueError(f"files: a name may have at most {MAX_NAME} characters")
    parts = name.split("/")
    if len(parts) > 8 or not all(_PART.fullmatch(part) for part in parts):
        raise ValueError(f"files: {name[:60]!r} is not a plain file name")
    return name

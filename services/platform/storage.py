"""Files people bring (pictures, packages), kept once by their content under DATA_DIR/files."""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from services.platform.config import settings
from services.platform.errors import NotFound

_KEY = re.compile(r"[0-9a-f]{64}")
_PART = 1024 * 1024


def put(data: bytes | IO[bytes]) -> str:
    """Keep ``data`` and return its key, the SHA-256 of its bytes; the same bytes are kept once.

    A reader never sees half a file: it is written beside its place and moved there when complete.
    """
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    descriptor, name = tempfile.mkstemp(dir=root, prefix=".incoming-")
    incoming = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in _parts(data):
                digest.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        key = digest.hexdigest()
        target = _place(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        incoming.replace(target)
        return key
    finally:
        incoming.unlink(missing_ok=True)


def path(key: str) -> Path:
    """Return where the file is on this machine; raises ``NotFound`` for a key that is unknown or none at all."""
    found = _place(key)
    if not found.is_file():
        raise NotFound
    return found


def open(key: str) -> BinaryIO:
    """Open the file for reading."""
    return path(key).open("rb")


def exists(key: str) -> bool:
    """Whether there is such a file."""
    return _place(key).is_file()


def delete(key: str) -> None:
    """Remove the file, if it is there. The caller knows that nothing else refers to the same bytes."""
    _place(key).unlink(missing_ok=True)


def _root() -> Path:
    return settings().data_dir / "files"


def _place(key: str) -> Path:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise NotFound
    return _root() / key[:2] / key[2:4] / key


def _parts(data: bytes | IO[bytes]) -> Iterator[bytes]:
    """In parts, so that a video is never in memory as a whole."""
    if isinstance(data, bytes):
        yield data
        return
    while part := data.read(_PART):
        yield part

"""The files of a problem package, out of a folder or an archive. Packages come from strangers: all is bounded.

Nothing is ever unpacked onto the disk. Links, devices, names that lead out, and archives that swell are refused.
"""

from __future__ import annotations

import io
import os
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import IO

MAX_FILES = 5_000
MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_BYTES = 256 * 1024 * 1024
_CHUNK = 1 << 16

Files = Mapping[str, bytes]


class _Collected(dict[str, bytes]):
    """Files so far; refuses to grow beyond the limits."""

    def __init__(self) -> None:
        super().__init__()
        self._bytes = 0

    def add(self, name: str, stream: IO[bytes]) -> None:
        name = _checked_name(name)
        if name in self or len(self) >= MAX_FILES:
            raise ValueError("package: too many files, or one is there twice")
        chunks = []
        size = 0
        # What a header says about the size is not believed.
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > MAX_FILE_BYTES or self._bytes + size > MAX_BYTES:
                raise ValueError("package: too large")
            chunks.append(chunk)
        self._bytes += size
        self[name] = b"".join(chunks)


def _checked_name(name: str) -> str:
    parts = name.split("/")
    if "\0" in name or any(part in ("", ".", "..") for part in parts) or len(name) > 500:
        raise ValueError(f"package: the name {name[:60]!r} is not allowed")
    return name


def read_folder(folder: Path) -> Files:
    """The regular files of a package's folder. Links are left out, so nothing outside the folder is read."""
    found = _Collected()
    for place, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            path = Path(place, name)
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK) if not path.is_symlink() else -1
            if descriptor < 0:
                continue
            with os.fdopen(descriptor, "rb") as stream:
                if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    found.add(path.relative_to(folder).as_posix(), stream)
    return _rooted(found)


def read_archive(data: bytes, folder: str = "") -> Files:
    """The files of the package in a zip or tar archive, or of the one in a folder of it, by their names there.

    ValueError where the archive holds anything but plain files and folders.
    """
    found = _Collected()
    try:
        if zipfile.is_zipfile(io.BytesIO(data)):
            _read_zip(data, found)
        else:
            _read_tar(data, found)
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise ValueError(f"package: the archive cannot be read ({type(error).__name__})") from None
    return _rooted(found, folder)


def _read_zip(data: bytes, found: _Collected) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for entry in archive.infolist():
            kind = stat.S_IFMT(entry.external_attr >> 16)
            if entry.is_dir():
                _checked_name(entry.filename.rstrip("/"))
            elif kind not in (0, stat.S_IFREG):
                raise ValueError("package: links and devices are not allowed")
            else:
                with archive.open(entry) as stream:
                    found.add(entry.filename, stream)


def _read_tar(data: bytes, found: _Collected) -> None:
    # Unpressed first, up to a bound: tarfile itself reads headers of whatever length they claim.
    with tarfile.open(fileobj=io.BytesIO(_unpressed(data)), mode="r:") as archive:
        for entry in archive:
            name = entry.name.removeprefix("./")
            if entry.isdir():
                if name not in (".", ""):
                    _checked_name(name)
            elif not entry.isreg():
                raise ValueError("package: links and devices are not allowed")
            elif (stream := archive.extractfile(entry)) is not None:
                found.add(name, stream)


def _unpressed(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    inflate = zlib.decompressobj(wbits=31)
    whole = inflate.decompress(data, 2 * MAX_BYTES)
    if inflate.unconsumed_tail:
        raise ValueError("package: too large")
    return whole


def _rooted(files: Files, folder: str = "") -> Files:
    """The same files by their names in the package: the folder that holds problem.yaml is taken off."""
    paths = {PurePosixPath(name): data for name, data in sorted(files.items())}
    inside = PurePosixPath(folder)
    roots = [path.parent for path in paths if path.name == "problem.yaml" and path.is_relative_to(inside)]
    if not roots:
        raise ValueError("package: there is no problem.yaml")
    root = min(roots, key=lambda path: len(path.parts))
    if sum(len(path.parts) == len(root.parts) for path in roots) > 1:
        raise ValueError("package: there is more than one problem in it")
    return {path.relative_to(root).as_posix(): data for path, data in paths.items() if path.is_relative_to(root)}

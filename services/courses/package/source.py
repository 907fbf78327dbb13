"""Files of a package from a folder, a zip or a tar, read into memory within limits; nothing is unpacked to disk."""

import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, cast

from services.courses.package.errors import wrong
from services.platform.errors import Invalid, NotFound

MOST_ENTRIES = 5_000
MOST_BYTES = 128 * 1024 * 1024
MOST_PER_FILE = 64 * 1024 * 1024
MOST_RATIO = 200
_RATIO_FROM = 1024 * 1024  # a small file of blanks compresses well without being a bomb
_LONGEST_PATH = 240
_DEEPEST = 12
_IGNORED = {"__MACOSX", "__pycache__", "Thumbs.db"}
_PIECE = 64 * 1024
_DAMAGE = (
    zipfile.BadZipFile, zipfile.LargeZipFile, tarfile.TarError, zlib.error, lzma.LZMAError,
    EOFError, OSError, ValueError, NotImplementedError, RuntimeError, struct.error,
)  # fmt: skip


def read_source(source: Path | bytes, *, keep_hidden: bool = False) -> dict[str, bytes]:
    """Return path to content of all files. One folder around everything is taken off.

    Files and folders whose name begins with a dot (``.git``, ``.DS_Store``) are left out unless ``keep_hidden``.
    """
    if isinstance(source, Path):
        if source.is_symlink():
            raise wrong(source.name, 0, "it is a symbolic link.")
        if source.is_dir():
            return _collect(source.name, _folder(source), keep_hidden)
        if not source.is_file():
            raise NotFound("There is no file or folder {name}.", name=source.name)
        name, size = source.name, source.stat().st_size
    else:
        name, size = "package", len(source)
    with source.open("rb") if isinstance(source, Path) else io.BytesIO(source) as stream:
        if size > MOST_BYTES:
            raise _too_big(name)
        head = stream.read(4)
        stream.seek(0)
        entries = _zip(name, stream) if head[:2] == b"PK" else _tar(name, stream)
        try:
            return _strip_top(_collect(name, entries, keep_hidden))
        except tarfile.ReadError:
            raise wrong(name, 0, "it cannot be unpacked: it is neither a zip nor a tar that is whole.") from None
        except _DAMAGE:
            raise wrong(
                name, 0, "it cannot be unpacked: it is damaged, or packed in a way that is not read here."
            ) from None


Entry = tuple[str, int, Callable[[int], bytes]]  # path, size that is claimed, read at most so many bytes


def _collect(name: str, entries: Iterator[Entry], keep_hidden: bool) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    folded: dict[str, str] = {}
    left = MOST_BYTES
    for path, claimed, read in entries:
        parts = path.split("/")
        if not _IGNORED.isdisjoint(parts) or (not keep_hidden and any(p.startswith(".") for p in parts)):
            continue
        if len(files) >= MOST_ENTRIES:
            raise wrong(name, 0, "it has more than {most} files.", most=MOST_ENTRIES)
        allowed = min(left, MOST_PER_FILE)
        content = b"" if claimed > allowed else read(allowed + 1)
        if claimed > allowed or len(content) > allowed:
            raise _too_big(name if left < MOST_PER_FILE else path)
        if path in files:
            raise wrong(path, 0, "it is in the archive twice.")
        if path.casefold() in folded:
            raise wrong(path, 0, "it differs from {other} only in capital letters.", other=folded[path.casefold()])
        files[path] = content
        folded[path.casefold()] = path
        left -= len(content)
    return files


def _too_big(name: str) -> Invalid:
    return wrong(name, 0, "it is too big; {most} MB in all and {each} MB a file are the limits.",
                 most=MOST_BYTES // 1024**2, each=MOST_PER_FILE // 1024**2)  # fmt: skip


def safe_path(name: str) -> str:
    """Return the path of an entry, or refuse one that could lead out of the package."""
    if "\\" in name:
        raise wrong(name, 0, "a path must not contain a backslash.")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":"):
        raise wrong(name, 0, "a path must not begin at the root or at a drive.")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise wrong(name, 0, "a path must not lead out of the package.")
    if any(not c.isprintable() for c in name) or any(part != part.rstrip(". ") for part in parts):
        raise wrong(name, 0, "a path has a character that not every system can write.")
    if len(name) > _LONGEST_PATH or len(parts) > _DEEPEST:
        raise wrong(name, 0, "a path is too long.")
    return "/".join(parts)


def _folder(root: Path) -> Iterator[Entry]:
    pending, seen = [root], 0
    while pending:
        for item in sorted(pending.pop().iterdir()):
            seen += 1
            if seen > MOST_ENTRIES * 4:
                raise wrong(root.name, 0, "it has more than {most} files.", most=MOST_ENTRIES)
            path = item.relative_to(root).as_posix()
            if item.name.startswith(".git") or item.name in _IGNORED:
                continue
            mode = item.lstat().st_mode
            if stat.S_ISDIR(mode):
                pending.append(item)
            elif stat.S_ISREG(mode):
                yield safe_path(path), item.stat().st_size, partial(_head, item)
            else:
                raise wrong(path, 0, "it is a link or a device; only plain files can be in a package.")


def _head(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)


def _zip(name: str, stream: IO[bytes]) -> Iterator[Entry]:
    with zipfile.ZipFile(stream) as archive:
        infos = archive.infolist()
        if len(infos) > MOST_ENTRIES * 2:
            raise wrong(name, 0, "it has more than {most} files.", most=MOST_ENTRIES)
        packed = sum(info.compress_size for info in infos)
        unpacked = sum(info.file_size for info in infos)
        if unpacked > _RATIO_FROM and unpacked > packed * MOST_RATIO:
            raise wrong(name, 0, "it is packed so tightly that it looks like an attack.")
        for info in infos:
            # orig_filename: zipfile itself would quietly turn a backslash or cut at a NUL
            path = safe_path(info.orig_filename)
            if info.is_dir() or not path:
                continue
            kind = stat.S_IFMT(info.external_attr >> 16)
            if kind not in (0, stat.S_IFREG):
                raise wrong(path, 0, "it is a link or a device; only plain files can be in a package.")
            if info.flag_bits & 0x1:
                raise wrong(path, 0, "it is encrypted.")
            yield path, info.file_size, partial(_member, archive, info)


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    pieces, got = [], 0
    with archive.open(info) as file:
        while got < most and (piece := file.read(min(_PIECE, most - got))):
            pieces.append(piece)
            got += len(piece)
    return b"".join(pieces)


class _Counted:
    """A stream that ends in an error when more comes out of it than any package may have."""

    def __init__(self, name: str, stream: IO[bytes]) -> None:
        self._name, self._stream, self._left = name, stream, MOST_BYTES + MOST_ENTRIES * 2048

    def read(self, size: int) -> bytes:
        """Read on."""
        piece = self._stream.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise _too_big(self._name)
        return piece


def _tar(name: str, stream: IO[bytes]) -> Iterator[Entry]:
    head = stream.read(2)
    stream.seek(0)
    plain = cast(IO[bytes], gzip.GzipFile(fileobj=stream)) if head == b"\x1f\x8b" else stream
    # As a stream and counted: tarfile itself would take any size a header claims, and skip by unpacking.
    with tarfile.open(fileobj=cast(IO[bytes], _Counted(name, plain)), mode="r|") as archive:
        for seen, info in enumerate(archive):
            if seen > MOST_ENTRIES * 2:
                raise wrong(name, 0, "it has more than {most} files.", most=MOST_ENTRIES)
            path = safe_path(info.name)
            if info.isdir():
                continue
            if not info.isreg() or info.issparse():
                raise wrong(path, 0, "it is a link or a device; only plain files can be in a package.")
            yield path, info.size, partial(_tar_member, archive, info)


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo, most: int) -> bytes:
    file = archive.extractfile(info)
    return file.read(most) if file else b""


def _strip_top(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {PurePosixPath(path).parts[0] for path in files}
    if len(tops) != 1 or next(iter(tops)) in files:
        return files
    cut = len(next(iter(tops))) + 1
    return {path[cut:]: content for path, content in files.items()}

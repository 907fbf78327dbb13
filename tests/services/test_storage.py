"""A file is kept once by its content, whole or not at all, and a key cannot lead anywhere else."""

import hashlib
import io
from pathlib import Path

import pytest

from services.platform import storage
from services.platform.config import settings
from services.platform.errors import NotFound


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield tmp_path / "files"
    settings.cache_clear()


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_was_put_can_be_opened_under_the_hash_of_its_bytes() -> None:
    key = storage.put(b"a picture")
    assert key == hashlib.sha256(b"a picture").hexdigest()
    with storage.open(key) as file:
        assert file.read() == b"a picture"


def test_the_same_bytes_are_kept_once_whether_they_come_as_bytes_or_as_a_file(folder: Path) -> None:
    content = b"x" * 3_000_000
    assert storage.put(content) == storage.put(io.BytesIO(content))
    assert len(kept(folder)) == 1


def test_a_file_that_breaks_off_leaves_nothing(folder: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError("the line is dead")
            return super().read(size)

    with pytest.raises(OSError, match="dead"):
        storage.put(Broken(b"y" * 2_000_000))
    assert kept(folder) == []


@pytest.mark.parametrize(
    "key", ["", "..", "../../secret_key", "a" * 63, "A" * 64, "a" * 64 + "\n", "/etc/passwd", "\x00" * 64, None, 7]
)
def test_a_key_that_is_none_leads_nowhere(key: object) -> None:
    for use in (storage.path, storage.open, storage.exists, storage.delete):
        with pytest.raises(NotFound):
            use(key)


def test_what_was_deleted_is_gone_and_deleting_twice_is_fine() -> None:
    key = storage.put(b"z")
    storage.delete(key)
    storage.delete(key)
    assert not storage.exists(key)
    with pytest.raises(NotFound):
        storage.open(key)

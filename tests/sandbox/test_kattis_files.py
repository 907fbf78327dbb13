"""Archives and folders of problem packages, and the YAML in them: what is read, and what is refused."""

from __future__ import annotations

import gzip
import io
import os
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from sandbox.kattis import files as kattis_files
from sandbox.kattis import read_archive, read_folder
from sandbox.kattis.simple_yaml import load

SMALL = {
    "problem.yaml": b"name: Sum\n",
    "data/sample/1.in": b"1 2\n",
    "data/sample/1.ans": b"3\n",
    "data/secret/big.in": b"4 5\n",
    "data/secret/big.ans": b"9\n",
}


def zipped(*entries: tuple[str, bytes], mode: int = stat.S_IFREG | 0o644) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return data.getvalue()


def tarred(*entries: tuple[str, bytes], kind: bytes = tarfile.REGTYPE, press: bool = True) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz" if press else "w") as archive:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.type = kind
            info.linkname = "/etc/passwd"
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


class TestArchives:
    @pytest.mark.parametrize("pack", [zipped, tarred, lambda *entries: tarred(*entries, press=False)])
    def test_the_folder_that_holds_the_package_is_taken_off(self, pack) -> None:
        data = pack(*((f"sum/{name}", content) for name, content in SMALL.items()))
        assert dict(read_archive(data)) == SMALL
        assert dict(read_archive(pack(*SMALL.items()))) == SMALL

    def test_one_of_several_packages_is_read_by_its_folder(self) -> None:
        data = zipped(("a/problem.yaml", b"name: A"), ("b/problem.yaml", b"name: B"))
        assert read_archive(data, "b")["problem.yaml"] == b"name: B"
        with pytest.raises(ValueError, match="more than one"):
            read_archive(data)
        with pytest.raises(ValueError, match=r"no problem\.yaml"):
            read_archive(data, "c")

    @pytest.mark.parametrize("name", ["../problem.yaml", "/problem.yaml", "a/../../x", "a//b", "./../x", "x" * 501])
    @pytest.mark.parametrize("pack", [zipped, tarred])
    def test_a_name_that_leads_out_is_refused(self, pack, name: str) -> None:
        with pytest.raises(ValueError, match=r"^package: the name"):
            read_archive(pack(("problem.yaml", b""), (name, b"x")))

    @pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
    def test_links_and_devices_are_refused(self, kind: bytes) -> None:
        with pytest.raises(ValueError, match="links and devices"):
            read_archive(tarred(("problem.yaml", b""), kind=kind))

    def test_links_in_a_zip_are_refused(self) -> None:
        with pytest.raises(ValueError, match="links and devices"):
            read_archive(zipped(("problem.yaml", b"/etc/passwd"), mode=stat.S_IFLNK | 0o777))

    @pytest.mark.parametrize("pack", [zipped, tarred])
    def test_what_swells_is_refused_before_it_is_held(self, pack, monkeypatch) -> None:
        monkeypatch.setattr(kattis_files, "MAX_FILE_BYTES", 100_000)
        monkeypatch.setattr(kattis_files, "MAX_BYTES", 250_000)
        fits = [("problem.yaml", b""), ("a", bytes(100_000))]
        assert len(read_archive(pack(*fits))["a"]) == 100_000
        with pytest.raises(ValueError, match="too large"):
            read_archive(pack(*fits, ("b", bytes(100_001))))
        with pytest.raises(ValueError, match="too large"):
            read_archive(pack(*fits, ("b", bytes(100_000)), ("c", bytes(100_000))))

    def test_what_swells_outside_of_any_file_is_refused_too(self, monkeypatch) -> None:
        monkeypatch.setattr(kattis_files, "MAX_BYTES", 250_000)
        plain = tarred(("problem.yaml", b""), press=False)
        assert read_archive(gzip.compress(plain)) == {"problem.yaml": b""}
        with pytest.raises(ValueError, match="too large"):
            read_archive(gzip.compress(plain + bytes(1_000_000)))

    def test_a_header_that_lies_about_a_size_is_not_believed(self, monkeypatch) -> None:
        monkeypatch.setattr(kattis_files, "MAX_FILE_BYTES", 1000)
        data = bytearray(zipped(("problem.yaml", bytes(5000))))
        for at in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
            data[at : at + 4] = (10).to_bytes(4, "little")
        with pytest.raises(ValueError, match=r"^package: "):
            read_archive(bytes(data))

    def test_too_many_files_and_the_same_name_twice_are_refused(self, monkeypatch) -> None:
        monkeypatch.setattr(kattis_files, "MAX_FILES", 3)
        with pytest.raises(ValueError, match="too many"):
            read_archive(zipped(*((f"f{n}", b"") for n in range(4))))
        with pytest.raises(ValueError, match="twice"):
            read_archive(tarred(("problem.yaml", b""), ("problem.yaml", b"x")))

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x1f\x8b\x08junk", b"x" * 2000, zipped(("a", b"b"))[:-30]])
    def test_what_is_no_archive_is_refused(self, data: bytes) -> None:
        with pytest.raises(ValueError, match=r"^package: "):
            read_archive(data)

    def test_a_folder_is_read_without_its_links(self, tmp_path: Path) -> None:
        package = tmp_path / "sum"
        for name, content in SMALL.items():
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_bytes(content)
        (tmp_path / "secret").write_text("4711")
        (package / "data/secret/out.in").symlink_to(tmp_path / "secret")
        (package / "data/elsewhere").symlink_to(tmp_path)
        os.mkfifo(package / "data/pipe")
        assert dict(read_folder(package)) == SMALL


class TestYaml:
    def test_what_packages_use_of_it(self) -> None:
        text = """\
---
# a comment
name:
  en: "A # name"   # and its comment
  sv: 'it''s'
source_url: https://example.org/a#b
validation: custom interactive
limits: {time_limit: 1.5, memory: 512}
limits2:
    time_limit: 2
    nothing:
keywords:
- one
- "two"
- 3
deeper:
  - name: x
    size: 1e-3
  -
    name: y
yes: true
empty: ''
list: [a, 2, null]
range: 0 100
negative: -5
version: 2023-07-draft
"""
        assert load(text) == {
            "name": {"en": "A # name", "sv": "it's"},
            "source_url": "https://example.org/a#b",
            "validation": "custom interactive",
            "limits": {"time_limit": 1.5, "memory": 512},
            "limits2": {"time_limit": 2, "nothing": None},
            "keywords": ["one", "two", 3],
            "deeper": [{"name": "x", "size": 0.001}, {"name": "y"}],
            "yes": True,
            "empty": "",
            "list": ["a", 2, None],
            "range": "0 100",
            "negative": -5,
            "version": "2023-07-draft",
        }
        assert load("\n# nothing\n") == {}

    @pytest.mark.parametrize(
        "text",
        [
            "a: *b",
            "a: &b c",
            "a: !!python/object x",
            "a: |\n  text",
            "a: [[1]]",
            "a: 'open",
            "a: [1",
            "- a",
            "a",
            "a: 1\n  b: 2",
            "  a: 1\nb: 2",
            "a: 1\na: 2",
            "\ta: 1",
            "\n".join("  " * n + "a:" for n in range(100)),
        ],
    )
    def test_what_is_not_understood_is_refused_with_its_line(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"^line \d+: "):
            load(text)

"""What is wrong with a package is said in one line that names the file; what would harm is not even read."""

import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from services.courses.package import source as limits
from services.courses.package.media import check_media
from services.courses.package.reader import read_package
from services.courses.package.source import read_source
from services.platform.errors import Invalid
from services.platform.messages import translate
from tests.packages import PICTURE, small, zipped

COURSE, MODULE, LESSON = "course.yaml", "01-first/module.yaml", "01-first/loops/lesson.md"
QUIZ, ROOT = "01-first/loops/check.quiz.yaml", "01-first/loops/countdown.exercise/"


def said(call: object, *args: object) -> tuple[str, int, str]:
    """Return file, line and sentence of the refusal."""
    with pytest.raises(Invalid) as caught:
        call(*args)  # type: ignore[operator]
    error = caught.value
    sentence = translate("en", error.message, **error.params)
    assert "{" not in error.message.split("{")[0]
    assert "\n" not in sentence
    return str(error.params["file"]), int(str(error.params["line"])), sentence


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        (COURSE, "title: Small course", "titel: Small course", 2, "“title” is missing"),
        (COURSE, "level: beginner", "level: beginner\nlevels: x", 9, "“levels” is not known here"),
        (COURSE, "level: beginner", "level: hard", 8, "must be one of beginner"),
        (COURSE, "slug: small", "slug: ../small", 3, "cannot be a name"),
        (COURSE, "slug: small", "slug: small\nslug: other", 4, "given twice"),
        (COURSE, "format: 1", "format: 2", 2, "whole number from 1 to 1"),
        (COURSE, "tags: [python", "tags: python\nx: [", 11, "is not YAML"),
        (COURSE, "tags: [python,", "tags: [&a python, *a,", 10, "alias"),
        (COURSE, "title: Small course", "title: !!python/object/apply:os.system [x]", 4, "expected"),
        (COURSE, "title: Small course", "title: {a: 1}", 4, "a text is expected"),
        (COURSE, "modules: [01-first]", "modules: [01-first, 02-next]", 16, "there is no file 02-next/module.yaml"),
        (COURSE, "modules: [01-first]", "modules: [01-first, 01-first]", 16, "listed twice"),
        (COURSE, "modules: [01-first]", "modules: [../etc]", 16, "cannot be a name"),
        (COURSE, "modules: [01-first]", "modules: " + "[" * 3000, 16, "nested too deeply"),
        (MODULE, "[values, loops]", "[values, loops, more]", 2, "there is neither"),
        (MODULE, "[values, loops]", "[loops]", 0, "nothing in the course refers"),
        (LESSON, "title: Loops", "minutes: 5", 2, "“title” is missing"),
        (LESSON, "completion: exercise", "completion: magic", 3, "must be one of"),
        (LESSON, '::exercise{ref="countdown"}', "", 3, "has no exercise"),
        (LESSON, '::quiz{ref="check"}', '::quiz{ref="other"}', 27, "there is no file"),
        (LESSON, '::quiz{ref="check"}', '::exercise{ref="countdown"}', 27, "already the name"),
        (LESSON, '::quiz{ref="check"}', "::quiz{ref=check}", 27, 'expected name="value"'),
        (LESSON, '::quiz{ref="check"}', '::quizz{ref="check"}', 27, "“::quizz” is not known"),
        (LESSON, '::quiz{ref="check"}', '::quiz{ref="check" size="2"}', 27, "“size” cannot stand here"),
        (LESSON, "A loop repeats.", "## A {#x}\n\nb\n\n## B {#x}\n\nc", 9, "used twice"),
        (LESSON, '::quiz{ref="check"}', "```python\nopen", 27, "not closed"),
        (LESSON, 'src="media/dot.svg"', 'src="media/../course.yaml"', 7, "there is no file"),
        (LESSON, 'src="media/dot.svg"', 'src="https://x.example/a.png"', 7, "there is no file"),
        (LESSON, "https://video.example/loop.mp4", "javascript:alert(1)", 23, "there is no file"),
        (LESSON, "\n:::\n", "\n", 19, "not closed"),
        (LESSON, "A loop repeats.", "![x](media/none.png)", 5, "there is no file media/none.png"),
        (QUIZ, "right: true}\n    explanation", "right: maybe}\n    explanation", 8, "must be true or false"),
        (QUIZ, "right: true}\n    explanation", "right: false}\n    explanation", 6, "exactly one choice"),
        (QUIZ, "answer: 2.5", "answer: .nan", 11, "must be a number"),
        (QUIZ, "taught_in: values#value", "taught_in: nowhere", 0, "no block"),
        (QUIZ, "key: number", "key: kind", 11, "used twice"),
        (ROOT + "exercise.yaml", "hidden: true", "hiden: true", 10, "is not known here"),
        (ROOT + "exercise.yaml", "difficulty: 2", "difficulty: 11", 2, "from 1 to 10"),
        (ROOT + "exercise.yaml", "difficulty: 2", "mode: unit_tests", 2, "no file in tests/"),
        (ROOT + "exercise.yaml", "difficulty: 2", "entry: none.py", 2, "there is no file"),
        (ROOT + "exercise.yaml", "difficulty: 2", "limits: {cpu_seconds: 900}", 2, "must be from"),
    ],
)  # fmt: skip
def test_a_fault_names_file_and_line(file: str, old: str, new: str, line: int, words: str) -> None:
    files = small()
    text = files[file].decode()
    assert old in text
    found = said(read_package, {**files, file: text.replace(old, new, 1).encode()})
    assert words in found[2]
    assert found[1] == line
    assert found[0] in (file, "01-first/values.md" if line == 0 else file)


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        (LESSON, b"---\ntitle: x\n---\n\xff", "not UTF-8"),
        (LESSON, b"---\ntitle: x\n---\na\x00b", "not text"),
        (LESSON, b"no head", "begins with a line ---"),
        (LESSON, b"---\ntitle: x\n", "is missing"),
        (LESSON, b"---\ntitle: x\n---\n", "empty"),
        (COURSE, b"", "nothing in it"),
        (COURSE, b"- a\n- b\n", "is expected here"),
        (COURSE, b"a: 1\n\x01", "does not allow"),
        (COURSE, b"x" * 1_100_000, "smaller than 1 MB"),
        ("stray.txt", b"x", "nothing in the course refers"),
        ("media/run.exe", b"MZ", "can be in media/"),
        ("media/a.png", b"<script>", "not what its name says"),
        ("media/a.png", b"", "empty"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named(path: str, content: bytes, words: str) -> None:
    file, _, sentence = said(read_package, {**small(), path: content})
    assert (file, words in sentence) == (path, True), sentence


@pytest.mark.parametrize("path", [p for p in small() if not p.startswith(("README", "media"))])
def test_each_missing_file_is_named(path: str) -> None:
    if path.endswith("starter/main.py"):
        return  # an exercise may begin from nothing
    files = {name: content for name, content in small().items() if name != path}
    assert Path(path).parent.name.removesuffix(".exercise") in said(read_package, files)[2] or path == COURSE


@pytest.mark.parametrize(
    "name", ["../x.md", "a/../../x.md", "/etc/passwd", "C:/x.md", "c:x", "a\\..\\x.md", "a/b\n.md", "x" * 300, "a/b. "]
)
def test_a_path_that_leads_out_is_refused_in_zip_and_tar(name: str) -> None:
    said(read_source, zipped({name: b"x", **small()}))
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    said(read_source, buffer.getvalue())


def test_a_nul_in_a_zips_name_is_refused() -> None:
    said(read_source, zipped({"coursXe.yaml": b"x"}).replace(b"coursXe.yaml", b"cours\x00e.yaml"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(kind: bytes) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("x")
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    assert "only plain files" in said(read_source, buffer.getvalue())[2]


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO])
def test_links_and_devices_in_a_zip_are_refused(kind: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.external_attr = (kind | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert "only plain files" in said(read_source, buffer.getvalue())[2]


def test_links_and_pipes_in_a_folder_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    root = tmp_path / "course"
    root.mkdir()
    (root / "course.yaml").symlink_to(secret)
    assert "only plain files" in said(read_source, root)[2]
    (root / "course.yaml").unlink()
    (root / "inside").symlink_to(tmp_path, target_is_directory=True)
    assert "only plain files" in said(read_source, root)[2]
    (root / "inside").unlink()
    os.mkfifo(root / "pipe")
    assert "only plain files" in said(read_source, root)[2]
    (tmp_path / "link").symlink_to(root)
    assert "symbolic link" in said(read_source, tmp_path / "link")[2]


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "attack" in said(read_source, zipped({"a.md": b"\0" * 5_000_000}))[2]
    monkeypatch.setattr(limits, "MOST_ENTRIES", 10)
    assert "more than 10 files" in said(read_source, zipped({f"f{n}": b"" for n in range(12)}))[2]
    assert "more than 10 files" in said(read_source, zipped({f"f{n}": b"" for n in range(50)}))[2]
    monkeypatch.setattr(limits, "MOST_BYTES", 1000)
    assert "too big" in said(read_source, zipped({f"f{n}": os.urandom(300) for n in range(3)} | {"z": b"x" * 400}))[2]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("a")
        info.size = 5000
        archive.addfile(info, io.BytesIO(b"x" * 5000))
    assert "too big" in said(read_source, buffer.getvalue())[2]


def test_a_tar_of_endless_headers_or_skipped_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 100_000)
    monkeypatch.setattr(limits, "MOST_ENTRIES", 10)
    for name, kind in (("__MACOSX/a", tarfile.REGTYPE), ("x", tarfile.XHDTYPE), ("x", tarfile.GNUTYPE_LONGNAME)):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
            info = tarfile.TarInfo(name)
            info.type, info.size = kind, 3_000_000
            archive.addfile(info, io.BytesIO(b"0" * info.size))
            archive.addfile(tarfile.TarInfo("b"), io.BytesIO())
        assert "too big" in said(read_source, buffer.getvalue())[2]


def test_a_size_that_lies_is_found_while_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_PER_FILE", 1000)
    packed = zipped({"a": bytes(range(256)) * 20})
    lying = packed.replace(struct.pack("<I", 5120), struct.pack("<I", 50))
    assert lying != packed
    assert "cannot be unpacked" in said(read_source, lying)[2]


def test_content_that_does_not_match_its_checksum_is_refused() -> None:
    packed = bytearray(zipped({"a": os.urandom(500)}))
    packed[100] ^= 0xFF
    assert "cannot be unpacked" in said(read_source, bytes(packed))[2]


def test_damaged_archives_are_refused() -> None:
    whole = zipped(small())
    for cut in (10, len(whole) // 2, len(whole) - 10):
        said(read_source, whole[:cut])
    encrypted = bytearray(whole)
    for magic, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = encrypted.find(magic)
        encrypted[at + offset] |= 1
    assert "encrypted" in said(read_source, bytes(encrypted))[2]
    for garbage in (b"", b"hello", b"PK\x03\x04", b"\x1f\x8b" + b"\0" * 100, os.urandom(2000)):
        said(read_source, garbage)


def test_a_name_twice_or_in_two_spellings_is_refused() -> None:
    buffer = io.BytesIO()
    with pytest.warns(UserWarning), zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("course.yaml", "a")
        archive.writestr("course.yaml", "b")
    assert "twice" in said(read_source, buffer.getvalue())[2]
    assert "capital letters" in said(read_source, zipped({"a.md": b"", "A.md": b""}))[2]


SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>", "<SCRIPT/>", "<foreignObject/>", '<rect onload="x"/>', '<rect ONCLICK="x"/>',
        '<image href="https://evil.example/x.png"/>', '<image xlink:href="//evil.example"/>', '<use href="x.svg#a"/>',
        '<a href="javascript:alert(1)"/>', '<rect style="fill:url(https://evil.example)"/>',
        '<rect fill="url( \'http://evil.example\')"/>', "<style>@import 'x';</style>", r"<style>a{b:\75rl(x)}</style>",
        '<image href="data:image/svg+xml;base64,AA"/>', "<animate attributeName='href' to='x'/>",
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">x</h:script>', "<g>" * 300 + "</g>" * 300, "<g>",
        "<style>a{b:url(</style><style>http://x)}</style>",
    ],
)  # fmt: skip
def test_a_drawing_that_could_act_is_refused(inside: str) -> None:
    said(check_media, "media/a.svg", SVG.format(inside).encode())


def test_a_drawing_with_entities_or_instructions_is_refused() -> None:
    bomb = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + SVG.format("&b;")
    assert "DOCTYPE" in said(check_media, "media/a.svg", bomb.encode())[2]
    said(check_media, "media/a.svg", ('<?xml-stylesheet href="x"?>' + SVG.format("")).encode())
    said(check_media, "media/a.svg", b"<html/>")


def test_what_is_harmless_is_kept() -> None:
    inner = '<defs><linearGradient id="g"/></defs><rect fill="url(#g)" style="stroke:red"/><use href="#g"/>'
    assert check_media("media/a.svg", SVG.format(inner).encode()) == "image/svg+xml"
    assert check_media("media/a.svg", PICTURE) == "image/svg+xml"
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 10, 10) + b"\x08\0\0\0\0"
    assert check_media("media/a.png", png) == "image/png"
    huge = png.replace(struct.pack(">II", 10, 10), struct.pack(">II", 100_000, 100_000))
    assert "pixels" in said(check_media, "media/a.png", huge)[2]

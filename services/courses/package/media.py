"""Pictures and films are known by their content, not by their name; a drawing that could act is refused."""

import re
import struct
from typing import Any
from xml.parsers import expat

from services.courses.package.errors import wrong

_BY_ENDING = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "mp4": "video/mp4", "webm": "video/webm",
}  # fmt: skip
_MOST_PIXELS = 40_000_000
_ACTIVE = {
    "script", "foreignobject", "iframe", "object", "embed", "audio", "video", "handler", "listener", "image-set",
    "feimage", "set", "animate", "animatetransform", "animatemotion", "a",
}  # fmt: skip
_INSIDE = re.compile(r"#|data:image/(png|jpeg|gif|webp);base64,", re.IGNORECASE)
_URL = re.compile(r"url\s*\(\s*['\"]?\s*([^)]*)", re.IGNORECASE)


def check_media(path: str, content: bytes) -> str:
    """Return the media type of the file, or refuse it."""
    ending = path.rsplit(".", 1)[-1].lower() if "." in path else ""
    if ending not in _BY_ENDING:
        raise wrong(path, 0, "only {endings} can be in media/.", endings=", ".join(_BY_ENDING))
    expected = _BY_ENDING[ending]
    if not content:
        raise wrong(path, 0, "it is empty.")
    if expected == "image/svg+xml":
        _check_svg(path, content)
        return expected
    if _sniff(content) != expected:
        raise wrong(path, 0, "its content is not what its name says.")
    width, height = _size(content)
    if width * height > _MOST_PIXELS:
        raise wrong(path, 0, "the picture has too many pixels: {width} × {height}.", width=width, height=height)
    return expected


def _sniff(content: bytes) -> str:
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "video/mp4"
    if content.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in content[:64]:
        return "video/webm"
    return ""


def _size(content: bytes) -> tuple[int, int]:
    if content.startswith(b"\x89PNG") and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    if content.startswith(b"GIF8") and len(content) >= 10:
        width, height = struct.unpack("<HH", content[6:10])
        return width, height
    if content.startswith(b"\xff\xd8"):
        return _jpeg_size(content)
    return 0, 0


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 < len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return 0, 0


def _check_svg(path: str, content: bytes) -> None:
    parser = expat.ParserCreate(namespace_separator="|")
    styles: list[str] = []
    open_elements: list[str] = []

    def refuse(problem: str, **params: object) -> Exception:
        return wrong(path, parser.CurrentLineNumber, problem, **params)

    def doctype(*_: object) -> None:
        raise refuse("a drawing must not have a DOCTYPE.")

    def instruction(target: str, _data: str) -> None:
        raise refuse("a drawing must not have the instruction “{target}”.", target=target)

    def start(name: str, attributes: dict[str, str]) -> None:
        local = name.rsplit("|", 1)[-1].lower()
        if not open_elements and local != "svg":
            raise refuse("this is not an SVG drawing.")
        if local in _ACTIVE:
            raise refuse("a drawing must not have the element “{element}”.", element=local)
        open_elements.append(local)
        if len(open_elements) > 200:
            raise refuse("it is nested too deeply")
        for full, value in attributes.items():
            _check_attribute(full.rsplit("|", 1)[-1].lower(), value, refuse)

    def end(_name: str) -> None:
        open_elements.pop()

    def text(data: str) -> None:
        if open_elements and open_elements[-1] == "style":
            styles.append(data)

    parser.StartDoctypeDeclHandler = doctype
    parser.ProcessingInstructionHandler = instruction
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise wrong(path, error.lineno, "this is not an SVG drawing.") from None
    _check_style("".join(styles), refuse)


def _check_attribute(name: str, value: str, refuse: Any) -> None:
    if name.startswith("on") or name == "base":
        raise refuse("a drawing must not have the attribute “{attribute}”.", attribute=name)
    if name in ("href", "src") and not _INSIDE.match(value.strip()):
        raise refuse("a drawing must not refer to anything outside itself.")
    _check_style(value, refuse, whole=name == "style")


def _check_style(value: str, refuse: Any, *, whole: bool = True) -> None:
    if any(not _INSIDE.match(target.strip()) for target in _URL.findall(value)):
        raise refuse("a drawing must not refer to anything outside itself.")
    if whole and ("@import" in value.lower() or "\\" in value or "image-set" in value.lower()):
        raise refuse("a drawing must not refer to anything outside itself.")
    if "javascript:" in re.sub(r"\s", "", value).lower():
        raise refuse("a drawing must not have scripts.")

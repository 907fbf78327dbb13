"""Texts made to be slow or deep: what an author, or a model, can write must not stop the server for everybody."""

import re

import pytest

from services.courses.package.reader import read_package
from services.platform import richtext
from services.platform.errors import Invalid
from tests.packages import small


def test_twenty_thousand_headings_of_one_name_have_ids_of_their_own() -> None:
    """Counting namesakes from the first each time took minutes."""
    html = richtext.render_once("# a\n" * 20_000)
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 20_000
    assert ids[:2] == ["h-a", "h-a-2"]


@pytest.mark.parametrize(
    "text", ["# a\n# a-2\n# a\n", "# a\n# a\n# a-2\n# a-2\n", "# !\n# ?\n"], ids=["before", "after", "no letters"]
)
def test_a_numbered_heading_never_meets_a_namesake(text: str) -> None:
    ids = re.findall(r'id="([^"]+)"', richtext.render_once(text))
    assert len(ids) == len(set(ids)) == text.count("#")


@pytest.mark.parametrize("opening", ["````exercism/note\n", "> [!NOTE]\n> ", "> ", "- "])
def test_what_is_nested_without_end_is_drawn_all_the_same(opening: str) -> None:
    html = richtext.render_once(opening * 2000 + "deep")
    assert 0 < len(html) < 200_000


def test_callouts_inside_callouts_are_drawn_and_deeper_ones_shown_as_written() -> None:
    def nested(levels: int) -> str:
        marks = [("`" * (3 + levels - level)) for level in range(levels)]
        return "\n".join([*(f"{mark}exercism/note" for mark in marks), "inside", *reversed(marks)])

    assert richtext.render_once(nested(3)).count("<aside") == 3
    deep = richtext.render_once(nested(9))
    assert deep.count("<aside") == 4
    assert "exercism/note" in deep and "inside" in deep


def test_a_text_of_brackets_does_not_stop_an_import() -> None:
    files = small()
    files["01-first/values.md"] += b"\n" + b"[" * 100_000 + b"\n"
    assert read_package(files)


def test_a_picture_inside_a_link_must_be_there_too() -> None:
    files = small()
    files["01-first/values.md"] += b"\n[![A dot](media/dot.svg)](media/missing.svg)\n"
    with pytest.raises(Invalid) as refused:
        read_package(files)
    assert "media/missing.svg" in str(refused.value.params)

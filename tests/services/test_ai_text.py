"""The text of a growing answer: what is finished stays, and citations are what they say."""

import re

import pytest

from services.ai.schemas import CitationView
from services.ai.text import CitationWriter, frozen_blocks, linked
from services.ai.words import words
from services.platform import richtext

ANSWER = """A loop repeats.

1. First, a sequence

   with a second paragraph

2. then a body:

   ```python
   for x in xs:

       print(x)
   ```

Not in the list any more.

```python
one = 1

two = 2
```

$$
a

b
$$

| a | b |
|---|---|
| 1 | 2 |

- last
"""


def test_blocks_are_never_cut_inside_code_lists_or_formulas() -> None:
    blocks, tail = frozen_blocks(ANSWER)
    assert [block.split("\n")[0] for block in blocks] == [
        "A loop repeats.",
        "1. First, a sequence",
        "Not in the list any more.",
        "```python",
        "$$",
        "| a | b |",
    ]
    assert "2. then a body:" in blocks[1]
    assert "print(x)" in blocks[1]
    assert tail == "- last\n"


def test_what_is_finished_never_changes_however_the_text_comes() -> None:
    before: list[str] = []
    for end in range(len(ANSWER) + 1):
        blocks, tail = frozen_blocks(ANSWER[:end])
        assert blocks[: len(before)] == before, ANSWER[:end]
        assert ANSWER[:end].endswith(tail)
        before = blocks


def test_blocks_and_tail_draw_the_same_as_the_whole() -> None:
    blocks, tail = frozen_blocks(ANSWER)
    apart = "".join(richtext.render(part) for part in [*blocks, tail])
    between_tags = re.compile(r">\s+<")
    assert between_tags.sub("><", apart).strip() == between_tags.sub("><", richtext.render(ANSWER)).strip()


@pytest.mark.parametrize(
    ("text", "shown", "cited"),
    [
        ("A [3], b [1], c [3].", "A [1], b [2], c [1].", [3, 1]),
        ("A [1, 2].", "A [1][2].", [1, 2]),
        ("A [7].", "A .", []),
        ("Index [0] is first.", "Index [0] is first.", []),
        ("`xs[1]` and xs[1] and [2]", "`xs[1]` and xs[1] and [1]", [2]),
        ("```\na = [1]\n```\nb [2]", "```\na = [1]\n```\nb [1]", [2]),
        ("~~~\n```\n[1]\n~~~\n[2]", "~~~\n```\n[1]\n~~~\n[1]", [2]),
        ("[1](https://example.org) [2]", "[1](https://example.org) [1]", [2]),
        ("An open [", "An open [", []),
        ("It says \\[2] [1]", "It says \\[2] [1]", [1]),
        ("One ` tick\n[2]", "One ` tick\n[1]", [2]),
    ],
)
def test_markers_are_put_right_however_they_are_cut(text: str, shown: str, cited: list[int]) -> None:
    for size in (1, 2, 3, 7, 1000):
        writer = CitationWriter(passages=3)
        out = "".join(writer.feed(text[at : at + size]) for at in range(0, len(text), size)) + writer.finish()
        assert (out, writer.cited) == (shown, cited), f"in pieces of {size}"


def test_a_marker_leads_to_its_place_and_code_is_left_alone() -> None:
    there = [CitationView(1, "Loops", "loops", "b", "/learn/python/loops#b", "quote")]
    html = richtext.render(linked("See [1] and [2], `x [1]`, xs[1].\n\n```\n [1]\n```", there))
    assert html.count("<a ") == 1
    assert '<a href="/learn/python/loops#b">[1]</a>' in html
    assert "[2]" in html


def test_words_of_code_are_found_whole_and_by_their_parts() -> None:
    assert words("maxRetryCount") == ["maxretrycount", "max", "retry", "count"]
    assert words("the total_price += 1") == ["total_price", "total", "price", "+=", "1"]
    assert words("Loops and classes, dictionaries") == ["loop", "class", "dictionary"]
    assert words("list.append()") == ["list", "append"]


def test_arabic_words_meet_whatever_their_marks_and_article() -> None:
    assert words("القائمةُ") == words("قائمه") == words("والقائمة")
    assert words("ما هي القائمة؟") == words("قائمة")


def test_somali_question_words_say_nothing() -> None:
    assert words("Waa maxay liiska?") == ["liiska"]

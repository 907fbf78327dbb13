"""People's text is shown as they meant it, and nothing in it acts."""

import ast
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.richtext import plain, render

ROOT = Path(__file__).parents[2]


class Seen(HTMLParser):
    """What a browser would find: elements, and the attributes that could act."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.acting: list[tuple[str, str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            text = "".join((value or "").split()).lower()
            harmful_address = name in {"href", "src"} and not text.startswith(
                ("http://", "https://", "mailto:", "/", "#")
            )
            plain_path = name in {"href", "src"} and ":" not in text and not text.startswith("//")
            handler = name.startswith("on") or name in {"style", "srcdoc", "srcset", "action", "formaction"}
            if handler or (harmful_address and not plain_path):
                self.acting.append((tag, name, value))


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#x09;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](<java\nscript:alert(1)>)",
    "[x](<\x01javascript:alert(1)>)",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "![x](https://evil.example/track.png)",
    "![x](data:image/svg+xml;base64,PHN2Zy8+)",
    "![x](//evil.example/a.png)",
    '![" onerror="alert(1)](/a.png)',
    '[x](/a "onmouseover=alert(1)")',
    '[x](/a\\"onmouseover=alert(1))',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '```" onmouseover="alert(1)\ncode\n```',
    "```html\n<script>alert(1)</script>\n```",
    "```python\n'''</code></pre><script>alert(1)</script>'''\n```",
    "$<img src=x onerror=alert(1)>$",
    "$$\n</div><script>alert(1)</script>\n$$",
    "> [!NOTE]\n> <script>alert(1)</script>",
    "~~~~exercism/note\n<img src=x onerror=alert(1)>\n~~~~",
    "| <script>alert(1)</script> |\n|---|\n| <svg onload=alert(1)> |",
    '# <a id="content" onclick=alert(1)>x</a>',
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_inert(text):
    seen = Seen(render(text))
    assert not seen.acting
    assert not seen.tags & {
        "script",
        "style",
        "iframe",
        "svg",
        "math",
        "form",
        "input",
        "object",
        "embed",
        "base",
        "link",
    }


@pytest.mark.parametrize("text", [text for text in ATTACKS if "evil.example" in text])
def test_reading_a_text_asks_no_other_host(text):
    assert 'src="http' not in render(text)
    assert 'src="//' not in render(text)
    assert 'href="//' not in render(text)


@given(st.text(alphabet="<>\"'&;:/\\()[]!`~$#=\n\t javscriptonerdtx0x9|*-", max_size=80))
def test_no_text_at_all_acts(text):
    assert not Seen(render(text)).acting


class TestShown:
    def test_marks_and_direction(self):
        assert render("Hello *world*") == '<p dir="auto">Hello <em>world</em></p>\n'

    def test_headings_can_be_linked_to_and_never_meet_the_page_s_ids(self):
        html = render("# Content\n\n# Content")
        assert 'id="h-content"' in html
        assert 'id="h-content-2"' in html

    def test_a_link_elsewhere_opens_apart_and_one_inside_does_not(self):
        assert 'target="_blank" rel="noopener noreferrer"' in render("[a](https://example.org)")
        assert "target" not in render("[a](/courses/x) [b](#h-x)")

    def test_an_image_of_this_site_is_shown(self):
        assert '<img src="/files/a.png" alt="A picture" loading="lazy">' in render("![A picture](/files/a.png)")

    def test_an_image_from_elsewhere_leaves_its_words(self):
        assert render("![A *picture*](https://example.org/a.png)") == '<p dir="auto">A picture</p>\n'

    def test_code_is_coloured_and_runs_from_left_to_right(self):
        html = render("```python\nfor x in y:\n```")
        assert 'data-language="python"' in html
        assert 'dir="ltr"' in html
        assert '<span class="k">for</span>' in html

    def test_code_of_an_unknown_language_is_only_escaped(self):
        assert "a &lt; b" in render("```nonsense\na < b\n```")

    def test_formulas_keep_their_source(self):
        assert '<span class="math inline">a_b</span>' in render("$a_b$")
        assert '<div class="math block">' in render("$$\n\\frac{1}{2}\n$$")
        assert "math" not in render("It costs $5 and $6.")

    @pytest.mark.parametrize(("mark", "look"), [("NOTE", "note"), ("TIP", "tip"), ("WARNING", "caution")])
    def test_callouts(self, mark, look):
        html = render(f"> [!{mark}]\n> Words.")
        assert f'class="callout callout-{look}"' in html
        assert "[!" not in html

    def test_callouts_of_exercism_keep_code_inside(self):
        html = render("~~~~exercism/caution\nLook:\n\n```python\nx = 1\n```\n~~~~")
        assert 'data-callout="caution"' in html
        assert 'class="code"' in html

    def test_a_quotation_stays_one(self):
        assert "<blockquote" in render("> Said.")

    def test_tables_name_their_columns(self):
        assert '<th scope="col">a</th>' in render("| a |\n|---|\n| 1 |")

    def test_plain_words_for_a_summary(self):
        assert plain("# A\n\nHello **world** and `code`") == "A Hello world and code"
        assert plain("word " * 100, longest=20) == "word word word word …"


def test_nothing_else_puts_html_into_a_page():
    """rx.markdown and rx.html run what is in the text; only components/rich_text.py shows HTML."""
    found = []
    for room in ("components", "lms_app", "state"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and node.attr in {"markdown", "html", "script"}:
                    if isinstance(node.value, ast.Name) and node.value.id == "rx":
                        found.append(f"{path.name}:{node.lineno} rx.{node.attr}")
                elif isinstance(node, ast.keyword) and node.arg == "dangerously_set_inner_HTML":
                    found.append(f"{path.name}:{node.value.lineno} {node.arg}")
                elif (
                    isinstance(node, ast.ImportFrom)
                    and any(name.name == "RichText" for name in node.names)
                    and path.name != "rich_text.py"
                ):
                    found.append(f"{path.name}:{node.lineno} imports RichText")
    assert not found

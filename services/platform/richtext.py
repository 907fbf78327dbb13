"""People's text, from Markdown to HTML that cannot do harm: the only way their words become markup.

Two locks: the parser passes no HTML through, and what it makes is cleaned once more by an allow-list (nh3). Code is
highlighted here, so that the browser needs no script for it; formulas keep their TeX and are set in the browser.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from pygments import highlight
from pygments.formatters.html import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

LONGEST = 200_000
"""Characters of one text that are rendered; what is longer was never meant to be read."""

_BLOCKS = {
    "paragraph_open", "heading_open", "bullet_list_open", "ordered_list_open", "blockquote_open", "table_open",
}  # fmt: skip
_CALLOUTS = {
    "note": "note",
    "tip": "tip",
    "important": "note",
    "warning": "caution",
    "caution": "caution",
    "advanced": "note",
}
_ALERT = re.compile(r"^\[!(\w+)\]\s*")
_EXERCISM = re.compile(r"^exercism/(note|caution|advanced)$")
_FORMATTER = HtmlFormatter(nowrap=True)
_TAGS = {
    "a", "aside", "blockquote", "br", "code", "del", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img",
    "li", "ol", "p", "pre", "s", "section", "span", "strong", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ANY = {"class", "dir", "id"}
_ATTRIBUTES = {
    **dict.fromkeys(_TAGS, _ANY),
    "a": _ANY | {"href", "target", "rel"},
    "aside": _ANY | {"role", "data-callout"},
    "img": _ANY | {"src", "alt", "title", "loading"},
    "ol": _ANY | {"start"},
    "pre": _ANY | {"tabindex"},
    "div": _ANY | {"data-language"},
    "th": _ANY | {"scope", "data-align"},
}
_SCHEMES = {"http", "https", "mailto"}
_DEEPEST = 4  # callouts inside callouts; what is deeper is shown as it was written


def render(markdown: str) -> str:
    """The safe HTML of a text; the same text is rendered once and kept."""
    return _render(markdown[:LONGEST])


def render_once(markdown: str) -> str:
    """The same for a text that is about to change, such as the end of an answer that still grows: it is not kept."""
    return _render.__wrapped__(markdown[:LONGEST])


@lru_cache(maxsize=2048)
def _render(markdown: str, depth: int = 0) -> str:
    tokens = _parser().parse(markdown)
    _mark_callouts(tokens)
    _prepare(tokens)
    html = _parser().renderer.render(tokens, _parser().options, {"depth": depth})
    html = html.replace('<ol class="footnotes-list">', '<ol class="footnotes-list" dir="auto">')
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
        # Where an id and a class come from the text, they must not meet those of the page.
        attribute_filter=_checked_attribute,
    )


def plain(markdown: str, longest: int = 300) -> str:
    """The words of a text without its marks, for a summary or a search; cut at a word."""
    words: list[str] = []
    for token in _parser().parse(markdown[:LONGEST]):
        if token.type == "inline":
            words.extend(child.content for child in token.children or [] if child.content)
    text = " ".join(" ".join(words).split())
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}, renderer_cls=_Renderer)
    parser.enable(["table", "strikethrough"])
    parser.use(footnote_plugin)
    parser.use(dollarmath_plugin, allow_labels=False, allow_digits=False, double_inline=True)
    # The library's documented way to say which addresses are allowed.
    parser.validateLink = _link_allowed  # type: ignore[method-assign,assignment]
    return parser


def _link_allowed(address: str) -> bool:
    """Whether an address may stand behind a link: http, https, mailto, or a place on this site."""
    # A browser drops tabs, newlines and other controls inside an address before it reads the scheme.
    seen = "".join(char for char in address if unicodedata.category(char)[0] != "C").strip()
    try:
        parts = urlsplit(seen)
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme.lower() in _SCHEMES
    # "//host" and "/\host" lead to another host in the page's own scheme.
    return not seen.startswith("//") and "\\" not in seen and ":" not in seen.split("/")[0].split("#")[0].split("?")[0]


def _image_allowed(address: str) -> bool:
    """Whether an image may be shown: only from this site, so that reading a text tells nobody who reads it."""
    return _link_allowed(address) and not urlsplit(address).scheme and not address.startswith("//")


def _checked_attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _image_allowed(value) else None
    if name == "href":
        return value if _link_allowed(value) else None
    if name == "class" and not re.fullmatch(r"[a-z0-9 _-]*", value):
        return None
    return value


def _mark_callouts(tokens: list[Token]) -> None:
    """Turn a quotation that starts with [!NOTE] into a callout."""
    depth: list[str | None] = []
    for index, token in enumerate(tokens):
        if token.type == "blockquote_open":
            kind = _alert_kind(tokens, index)
            depth.append(kind)
            if kind:
                _make_callout(token, kind)
        elif token.type == "blockquote_close" and depth.pop():
            token.tag = "aside"


def _alert_kind(tokens: list[Token], index: int) -> str | None:
    """The meaning that the first words of a quotation give it; they are taken away."""
    first = tokens[index + 2] if index + 2 < len(tokens) else None
    if first is None or first.type != "inline" or not first.children:
        return None
    found = _ALERT.match(first.children[0].content)
    if found is None or found[1].lower() not in _CALLOUTS:
        return None
    first.children[0].content = first.children[0].content[found.end() :]
    if len(first.children) > 1 and not first.children[0].content and first.children[1].type == "softbreak":
        del first.children[:2]
    return found[1].lower()


def _make_callout(token: Token, kind: str) -> None:
    token.tag = "aside"
    token.attrs = {"class": f"callout callout-{_CALLOUTS[kind]}", "role": "note", "data-callout": kind}


def _prepare(tokens: Sequence[Token]) -> None:
    """Give each block its own direction and each heading an id to link to."""
    used: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.type in _BLOCKS:
            token.attrSet("dir", "auto")
        if token.type == "heading_open":
            token.attrSet("id", _heading_id(tokens[index + 1].content, used))
        if token.type in {"th_open", "td_open"}:
            token.attrs.pop("style", None)
            if token.type == "th_open":
                token.attrSet("scope", "col")


def _heading_id(text: str, used: dict[str, int]) -> str:
    """An id from the words of a heading; set apart from the ids of the page by its beginning.

    ``used`` has for each id the number its next namesake begins with, so that a thousand of one name are not counted
    from the first each time.
    """
    slug = re.sub(r"[^\w]+", "-", text.lower()).strip("-")[:60] or "section"
    base = name = f"h-{slug}"
    while name in used:
        used[base] += 1
        name = f"{base}-{used[base]}"
    used[name] = 1
    return name


class _Renderer(RendererHTML):
    """HTML of the tokens, with the looks of this product."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        info = token.info.strip().split(maxsplit=1)[0] if token.info.strip() else ""
        depth = env.get("depth", 0)
        if (found := _EXERCISM.match(info)) and depth < _DEEPEST:
            kind = found[1]
            return (
                f'<aside class="callout callout-{_CALLOUTS[kind]}" role="note" data-callout="{kind}" dir="auto">'
                f"{_render(token.content, depth + 1)}</aside>\n"
            )
        return code_block(token.content, info)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return code_block(tokens[idx].content, "")

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        if urlsplit(str(token.attrGet("href") or "")).scheme in {"http", "https"}:
            token.attrSet("target", "_blank")
            token.attrSet("rel", "noopener noreferrer")
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        words = self.renderInlineAsText(token.children or [], options, env)
        source = str(token.attrGet("src") or "")
        if not _image_allowed(source):
            return escapeHtml(words)
        return f'<img src="{escapeHtml(source)}" alt="{escapeHtml(words)}" loading="lazy">'

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return '<div class="table-scroll">' + self.renderToken(tokens, idx, options, env)

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return self.renderToken(tokens, idx, options, env) + "</div>"


def code_block(source: str, language: str) -> str:
    """A block of code as safe HTML, as a fence in a text gives it."""
    return (
        f'<div class="code" data-language="{escapeHtml(language[:30])}">'
        f'<pre tabindex="0" dir="ltr"><code class="hl">{highlighted(source, language)}</code></pre></div>\n'
    )


def highlighted(source: str, language: str) -> str:
    """The source as HTML with a class for each kind of word; only escaped where the language is not known."""
    try:
        lexer = get_lexer_by_name(language or "text", stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escapeHtml(source)
    return str(highlight(source, lexer, _FORMATTER))

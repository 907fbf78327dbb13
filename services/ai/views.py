"""From rows to what a page shows."""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from services.ai.live import Snapshot
from services.ai.models import Message
from services.ai.schemas import RUNNING, Chunk, CitationView, MessageView
from services.ai.text import frozen_blocks, linked
from services.platform import richtext
from services.platform.messages import translate


def citations_of(stored: Iterable[dict[str, Any]]) -> list[CitationView]:
    """Return the citations that a row keeps."""
    return [CitationView(**one) for one in stored]


def message_view(message: Message, language: str, snapshot: Snapshot | None = None) -> MessageView:
    """Return a message as its owner sees it; of a growing answer, ``snapshot`` knows more than its row."""
    now = snapshot or snapshot_of(message)
    citations = citations_of(now.citations)
    blocks, tail = frozen_blocks(now.text)
    if now.status not in RUNNING and tail.strip():
        blocks, tail = [*blocks, tail], ""
    return MessageView(
        id=str(message.id),
        role=message.role,
        text=now.text,
        html_blocks=[html(block, citations) for block in blocks],
        tail_html=_growing(tail, citations),
        status=now.status,
        error=translate(language, now.error) if now.error else "",
        citations=citations,
        source=now.source,
        created_at=message.created_at.isoformat(),
        may_retry=message.role == "answer" and now.status in ("failed", "stopped"),
    )


def snapshot_of(message: Message) -> Snapshot:
    """Return a row's answer as it was last saved."""
    return Snapshot(message.text, message.status, message.error, message.source, tuple(message.citations))


def html(block: str, citations: Sequence[CitationView]) -> str:
    """Return a block of Markdown as safe HTML, its citations leading to the course."""
    return _marked(richtext.render(linked(block, citations)), citations) if block.strip() else ""


def _growing(tail: str, citations: Sequence[CitationView]) -> str:
    return _marked(richtext.render_once(linked(tail, citations)), citations) if tail.strip() else ""


_CITED = re.compile(r'<a href="([^"]*)">\[(\d{1,3})\]</a>')


def _marked(safe: str, citations: Sequence[CitationView]) -> str:
    """Return rendered HTML with its citations told from other links: a number that says which place it leads to."""
    titles = {str(citation.number): citation.title for citation in citations}

    def put(match: re.Match[str]) -> str:
        href, number = match.groups()
        if number not in titles:
            return match.group()
        title = escape(titles[number])
        return f'<a class="cite" href="{href}" title="{title}" data-show-pane="1">{number}</a>'

    return _CITED.sub(put, safe)


class Screen:
    """What one follower has been given, so that it gets only what is new."""

    def __init__(self, message_id: str, language: str) -> None:
        self._message_id = message_id
        self._language = language
        self._sent: Snapshot | None = None
        self._blocks = 0

    def next(self, now: Snapshot) -> Chunk | None:
        """Return what ``now`` adds to what was given before; nothing when it adds nothing."""
        before = self._sent
        if now == before:
            return None
        # A retry begins anew: what was shown is then replaced.
        first = before is None or not now.text.startswith(before.text)
        if first:
            self._blocks = 0
        citations = citations_of(now.citations)
        blocks, tail = frozen_blocks(now.text)
        if not now.running and tail.strip():
            blocks, tail = [*blocks, tail], ""
        new, self._blocks, self._sent = blocks[self._blocks :], len(blocks), now
        return Chunk(
            message_id=self._message_id,
            first=first,
            delta=now.text if first or before is None else now.text[len(before.text) :],
            new_blocks=[html(block, citations) for block in new],
            tail_html=_growing(tail, citations),
            status=now.status,
            error=translate(self._language, now.error) if now.error else "",
            citations=citations,
            source=now.source,
        )

"""What the tutor gives to pages and programs, and what it takes from them."""

from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.platform.errors import Invalid

RUNNING = frozenset({"queued", "streaming"})


@dataclass(frozen=True, slots=True)
class CitationView:
    """A place in the course that an answer stands on; ``number`` is the n of its [n] in the text."""

    number: int
    title: str
    lesson_slug: str
    block_key: str
    href: str
    quote: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as the learner sees it: finished paragraphs as HTML, and the one still growing."""

    id: str
    role: str  # question or answer
    text: str
    html_blocks: list[str]
    tail_html: str
    status: str  # queued, streaming, done, stopped or failed
    error: str  # in the reader's language
    citations: list[CitationView]
    source: str  # offline or model, once known
    created_at: str
    may_retry: bool = False

    @property
    def running(self) -> bool:
        """Whether the answer still grows."""
        return self.status in RUNNING


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that is saved, and the answer that now grows."""

    conversation_id: str
    question: MessageView
    answer: MessageView


@dataclass(frozen=True, slots=True)
class ConversationView:
    """The conversation about one lesson, oldest message first; ``id`` is empty before the first question."""

    id: str
    lesson_id: str
    messages: list[MessageView]
    running_id: str = ""  # the answer to follow, after a reload
    older_before: str = ""  # give it as ``before`` for older messages; empty when there are none
    offline: bool = True


@dataclass(frozen=True, slots=True)
class Chunk:
    """What is new since the last chunk. The first one of a following has all so far, so it replaces what was shown."""

    message_id: str
    first: bool
    delta: str  # new text, Markdown
    new_blocks: list[str]  # HTML of paragraphs finished since
    tail_html: str  # HTML of the paragraph that still grows; replaces the last one
    status: str
    error: str = ""
    citations: list[CitationView] = field(default_factory=list)
    source: str = ""

    @property
    def last(self) -> bool:
        """Whether nothing comes after it."""
        return self.status not in RUNNING


class About(BaseModel):
    """What a question points at: a block, selected words, the learner's own code and the public case it fails."""

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=False)

    block_key: str = Field("", max_length=80)
    selection: str = Field("", max_length=4_000)
    code: str = Field("", max_length=30_000)
    failing_test: str = Field("", max_length=8_000)


class Ask(BaseModel):
    """A question as it is sent."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1, max_length=4_000)
    client_key: str | None = Field(None, max_length=64)
    about: About = Field(default_factory=About)


def parse_ask(question: object, about: object, client_key: object) -> Ask:
    """Return the question when it can be asked; whoever sent it may be hostile."""
    text = question.replace("\x00", "").strip() if isinstance(question, str) else question
    try:
        return Ask.model_validate(
            {"question": text, "about": _without_null(about), "client_key": client_key or None}, strict=True
        )
    except ValidationError as error:
        where = {str(part["loc"][0]): part["type"] for part in error.errors()}
        if where.get("question") == "string_too_long":
            raise Invalid(
                "This question is too long. Shorten it to 4,000 characters.", fields={"question": "Shorten it."}
            ) from None
        if "question" in where:
            raise Invalid("Write a question first.", fields={"question": "Write a question first."}) from None
        raise Invalid("What was sent with the question is too long or of the wrong kind.") from None


def _without_null(about: object) -> object:
    """PostgreSQL stores no NUL in text, and no question needs one."""
    if about is None:
        return {}
    if isinstance(about, dict):
        return {key: value.replace("\x00", "") if isinstance(value, str) else value for key, value in about.items()}
    return about

"""The tutor: answers from the course, through a model where one is set and by quoting where none is."""

from services.ai.gateway import warm_up
from services.ai.runner import close
from services.ai.schemas import Chunk, CitationView, ConversationView, Exchange, MessageView
from services.ai.service import ask, conversation, follow, message, retry, stop

__all__ = [
    "Chunk",
    "CitationView",
    "ConversationView",
    "Exchange",
    "MessageView",
    "ask",
    "close",
    "conversation",
    "follow",
    "message",
    "retry",
    "stop",
    "warm_up",
]

"""Log lines of one shape for everything in the process: with the request's id, without secrets."""

import json
import logging
import re
import sys
import traceback
from typing import TextIO

from services.platform.config import Settings
from services.platform.errors import LimitReached
from services.platform.rate import limiter
from services.platform.redaction import HIDDEN, is_secret_name, redact
from services.platform.request import request_id

_PLAIN_FIELDS = frozenset(logging.LogRecord("", 0, "", 0, "", None, None).__dict__) | {"message", "asctime", "taskName"}
# Reflex prints the whole event (raw headers, what was typed) for an event it does not know or cannot parse.
_REFLEX_LEAKS = (
    (re.compile(r"Event\(name='(?P<name>[^']{0,200})'.*?(?=\s*\[txid=|$)", re.DOTALL), r"event '\g<name>'"),
    (re.compile(r"(Event data: ).*", re.DOTALL), rf"\g<1>{HIDDEN}"),
    (re.compile(r"(Error transforming event payload for handler [\w.<>]+).*", re.DOTALL), r"\g<1>"),
    (re.compile(r"(client )'[^']*'"), rf"\g<1>{HIDDEN}"),
)
_REFLEX = ("reflex", "reflex_base")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def configure(chosen: Settings, stream: TextIO | None = None) -> None:
    """Send every logger of the process through one handler; called once per process, before serving."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if chosen.log_format == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(chosen.log_level)
    for name in ("engineio.server", "socketio.server"):
        logging.getLogger(name).setLevel(logging.ERROR)  # one without a level is given a handler of its own
        logging.getLogger(name).addFilter(_seldom)
    for name in ("_granian", "granian.access", "reflex", "engineio.server", "socketio.server"):
        # These come with handlers of their own, which know nothing of redaction.
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in ("huey", "httpx", "httpcore", "LiteLLM", "asyncio", "alembic"):
        # Each says at INFO what it is about to do; httpx and LiteLLM with addresses and bodies.
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(chosen.log_level)))


def clean_message(record: logging.LogRecord) -> str:
    """Return what the record says, without secrets and without what Reflex prints of an event."""
    text = record.getMessage()
    if record.name.partition(".")[0] in _REFLEX:
        for pattern, instead in _REFLEX_LEAKS:
            text = pattern.sub(instead, text)
    return redact(text)


def _clean_trace(record: logging.LogRecord) -> str:
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
    if record.name.partition(".")[0] in _REFLEX:
        text = _REFLEX_LEAKS[0][0].sub(_REFLEX_LEAKS[0][1], text)
    return redact(text)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """What the caller gave as ``extra``, secrets hidden."""
    given = {name: value for name, value in record.__dict__.items() if name not in _PLAIN_FIELDS}
    return {
        name: HIDDEN if is_secret_name(name) else redact(value) if isinstance(value, str) else value
        for name, value in given.items()
    }


class JsonLines(logging.Formatter):
    """One JSON object per line, for a log collector."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean_message(record),
        }
        if chosen := request_id.get():
            line["request"] = chosen
        line |= _facts(record)
        if trace := _clean_trace(record):
            line["trace"] = trace
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """One line to read; what a stranger typed cannot begin a line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the trace below it."""
        message = _printable(clean_message(record).replace("\r", "\\r").replace("\n", "\n    "))
        facts = "".join(f" {name}={_one_line(value)}" for name, value in _facts(record).items())
        chosen = request_id.get()
        mark = f" [{chosen}]" if chosen else ""
        at = self.formatTime(record, "%Y-%m-%d %H:%M:%S")
        line = f"{at} {record.levelname:7} {record.name}{mark} {message}{facts}"
        trace = _clean_trace(record)
        return f"{line}\n{trace}" if trace else line


def _one_line(value: object) -> str:
    return _printable(str(value).replace("\r", "\\r").replace("\n", "\\n"))


def _printable(text: str) -> str:
    # A terminal that shows the log would obey what a stranger wrote into an address.
    return _CONTROLS.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _seldom(record: logging.LogRecord) -> bool:
    """Whether engine.io may say this: what a stranger sends that is no message would fill the disk with tracebacks."""
    record.exc_info = record.exc_text = None
    try:
        limiter.take("engineio-said", 10, 60)
    except LimitReached:
        return False
    return True

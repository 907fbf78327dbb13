"""A log line carries its request's id and no secret, whoever wrote it."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from services.platform import logs
from services.platform.config import Settings
from services.platform.redaction import redact
from services.platform.request import request

SECRETS = [
    "password=hunter2",
    'body: {"password": "hunter2", "email": "a@b.c"}',
    "{'new_password': 'hunter2'}",
    "Cookie: lms_session=hunter2; lang=en",
    "Cookie: lang=en; other=hunter2",
    "set-cookie: __Host-lms_session=hunter2; Path=/; Secure",
    "lms_session=hunter2",
    "headers={'cookie': 'lms_session=hunter2'}",
    "Authorization: Bearer hunter2hunter2",
    "GET /_event/?token=hunter2&EIO=4",
    "postgresql+psycopg://lms:hunter2@db:5432/lms",
    "redis://:hunter2@cache:6379/0",
    "api_key=hunter2",
    "LLM_API_KEY='hunter2'",
    "the key sk-hunter2hunter2hunter2 was refused",
    'answers: {"q1": "hunter2"}',
    "answer='hunter2'",
    "answers=['hunter2', 'x']",
    "refresh_token => hunter2",
]


@pytest.fixture
def kept_logging() -> Iterator[None]:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    yield
    root.handlers[:], root.level = before[0], before[1]


def written(form: str, write: object, level: str = "INFO") -> str:
    stream = io.StringIO()
    logs.configure(Settings(_env_file=None, log_format=form, log_level=level), stream)
    write()
    return stream.getvalue()


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_does_not_survive(text: str) -> None:
    assert "hunter2" not in redact(text)


def test_what_is_no_secret_stays() -> None:
    text = "GET /courses/python?page=2 took 12 ms; tokenizer loaded; 3 answers kept"
    assert redact(text) == text


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("text", SECRETS)
def test_no_line_holds_it_neither_in_message_nor_facts_nor_trace(kept_logging: None, form: str, text: str) -> None:
    def write() -> None:
        try:
            raise RuntimeError(text)
        except RuntimeError:
            logging.getLogger("anything").exception("failed: %s", text, extra={"detail": text, "token": "hunter2"})

    assert "hunter2" not in written(form, write)


def test_a_json_line_can_be_read_by_a_collector_and_carries_the_request(kept_logging: None) -> None:
    def write() -> None:
        with request("abcd1234"):
            logging.getLogger("services.x").warning("slow\nquery", extra={"milliseconds": 12})

    line = json.loads(written("json", write))
    assert (line["level"], line["logger"], line["message"]) == ("WARNING", "services.x", "slow\nquery")
    assert (line["request"], line["milliseconds"]) == ("abcd1234", 12)


def test_what_a_stranger_typed_cannot_begin_a_line_of_its_own(kept_logging: None) -> None:
    forged = "x\n2030-01-01 00:00:00 ERROR root everything is lost"
    text = written("text", lambda: logging.getLogger("a").info("event %s", forged, extra={"name_given": forged}))
    assert not [line for line in text.splitlines() if line.startswith("2030")]


def test_reflex_prints_neither_headers_nor_what_was_typed_of_an_event_it_does_not_know(kept_logging: None) -> None:
    from reflex_base.event import Event

    event = Event(
        name="nobody.knows",
        router_data={"headers": {"cookie": "x=hunter2"}, "token": "hunter2"},
        payload={"essay": "hunter2"},
    )

    def write() -> None:
        reflex = logging.getLogger("reflex_base.event.processor.event_processor")
        reflex.error(f"Error processing event queue entry for {event} [txid=7]:")
        reflex.warning("Error transforming event payload for handler S.save: could not convert 'hunter2'")
        app = logging.getLogger("reflex.app")
        app.warning("Received event from session s1 with no associated token. Event data: {'essay': 'hunter2'}")
        app.warning("Attempting to send delta to disconnected client 'hunter2'")

    text = written("text", write)
    assert "hunter2" not in text
    assert "nobody.knows" in text
    assert "S.save" in text


def test_the_servers_own_loggers_go_through_the_same_door(kept_logging: None) -> None:
    server = logging.getLogger("_granian")
    server.addHandler(logging.StreamHandler(io.StringIO()))
    server.propagate = False
    text = written("json", lambda: server.error("token=hunter2"))
    assert json.loads(text)["logger"] == "_granian"
    assert "hunter2" not in text

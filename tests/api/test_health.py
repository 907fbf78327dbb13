"""What operators ask, answered to whom it should be; and the id that follows a request through the log."""

import logging
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from lms_app.api.app import make_api
from lms_app.observe import Observed
from services.platform import database, queues
from services.platform.config import settings

OUTSIDE = {"client": ("203.0.113.9", 50000)}
HERE = {"client": ("127.0.0.1", 50000), "base_url": "http://localhost:3000"}


def client(**where: Any) -> TestClient:
    return TestClient(Observed(make_api()), raise_server_exceptions=False, **(where or HERE))


def checks(answer: Any) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in answer.json()["checks"]}


@pytest.fixture(autouse=True)
def _queues() -> Any:
    queues.reset()
    yield
    queues.reset()


@contextmanager
def set_to(monkeypatch: pytest.MonkeyPatch, **values: str) -> Iterator[None]:
    """Other settings for a while, and a database engine that follows them."""
    with monkeypatch.context() as patch:
        for name, value in values.items():
            patch.setenv(name, value)
        settings.cache_clear()
        database.reset_engine()
        yield
    settings.cache_clear()
    database.reset_engine()


def test_alive_asks_nothing_else(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with set_to(monkeypatch, DATABASE_URL="postgresql://127.0.0.1:1/none"):
        assert client().get("/healthz").status_code == 200


def test_ready_names_each_dependency(sqlite: str) -> None:
    answer = client().get("/readyz")
    assert answer.status_code == 200
    assert set(checks(answer)) == {"database", "jobs", "storage", "sandbox", "model"}
    assert checks(answer)["model"] == {**checks(answer)["model"], "ok": True, "detail": "offline tutor"}


def test_a_database_that_does_not_answer_makes_it_not_ready(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with set_to(monkeypatch, DATABASE_URL="postgresql://lms:hunter2@127.0.0.1:1/none"):
        answer = client().get("/readyz")
    assert answer.status_code == 503
    assert checks(answer)["database"]["ok"] is False
    assert checks(answer)["storage"]["ok"] is True
    assert "hunter2" not in answer.text


def test_a_queue_that_does_not_answer_makes_it_not_ready(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    settings.cache_clear()
    answer = client().get("/readyz")
    assert answer.status_code == 503
    assert (checks(answer)["jobs"]["ok"], checks(answer)["database"]["ok"]) == (False, True)


def test_a_data_folder_that_cannot_be_written_makes_it_not_ready(
    sqlite: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    queues.queue("health")  # open already, in the folder as it was
    (tmp_path / "a-file").write_text("")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "a-file" / "below"))
    settings.cache_clear()
    answer = client().get("/readyz")
    assert answer.status_code == 503
    assert checks(answer)["storage"]["ok"] is False


def test_a_model_server_that_does_not_answer_is_shown_but_pages_go_on(
    sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_MODEL", "openai/some")
    monkeypatch.setenv("LLM_API_BASE", "http://127.0.0.1:1/v1")
    settings.cache_clear()
    answer = client().get("/readyz")
    assert (answer.status_code, checks(answer)["model"]["ok"]) == (200, False)


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
def test_strangers_learn_no_details_and_no_numbers(sqlite: str, header: str) -> None:
    for who, headers in ((client(**OUTSIDE), {}), (client(**HERE), {header: "203.0.113.9"})):
        told = checks(who.get("/readyz", headers=headers))
        assert all(set(check) == {"name", "ok", "needed"} for check in told.values())
        assert who.get("/metrics", headers=headers).status_code == 403


def test_a_page_elsewhere_whose_name_leads_here_is_a_stranger(sqlite: str) -> None:
    asked = client(**HERE).get("/metrics", headers={"Host": "rebound.evil.example:3000"})
    assert asked.status_code == 403


def test_numbers_are_for_this_machine(sqlite: str) -> None:
    here = client(**HERE)
    here.get("/healthz")
    text = here.get("/metrics").text
    assert 'lms_jobs{status="dead"} 0.0' in text
    assert 'lms_http_requests_total{area="pages",method="GET",status="200"}' in text


def test_with_a_token_numbers_are_for_whoever_has_it(sqlite: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRICS_TOKEN", "let-me-in")
    settings.cache_clear()
    for who in (client(**HERE), client(**OUTSIDE)):
        assert who.get("/metrics").status_code == 403
        assert who.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 403
        assert who.get("/metrics", headers={"Authorization": "Bearer let-me-in"}).status_code == 200


def test_an_answer_carries_the_id_that_its_log_line_has(sqlite: str, caplog: pytest.LogCaptureFixture) -> None:
    given = client().get("/api/v1/courses", headers={"X-Request-ID": "from-the-proxy-1"})
    made = client().get("/api/v1/courses")
    assert given.headers["x-request-id"] == "from-the-proxy-1"
    assert len(made.headers["x-request-id"]) >= 8


@pytest.mark.parametrize("odd", ["short", "a" * 65, "with space inside", "new\tline-in-it", "<script>alert</script>"])
def test_an_odd_id_is_not_taken_over(sqlite: str, odd: str) -> None:
    assert client().get("/healthz", headers={"X-Request-ID": odd}).headers["x-request-id"] != odd


def test_the_line_about_a_request_has_no_query(sqlite: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "lms_app.access"):
        client().get("/api/v1/courses?text=hunter2&token=hunter2")
    assert "/api/v1/courses 200" in caplog.text
    assert "hunter2" not in "".join(record.getMessage() for record in caplog.records if record.name == "lms_app.access")


async def test_what_fails_without_an_answer_is_counted_and_not_swallowed() -> None:
    async def broken(_scope: MutableMapping[str, Any], _receive: object, _send: object) -> None:
        raise RuntimeError("no answer")

    receive: Callable[[], Awaitable[Any]] = broken  # type: ignore[assignment]  # never called
    with pytest.raises(RuntimeError, match="no answer"):
        await Observed(broken)({"type": "http", "headers": [], "path": "/x", "method": "GET"}, receive, receive)

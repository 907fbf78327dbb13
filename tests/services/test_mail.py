"""A letter is written to the data folder, says what it was given, and cannot be made to say more."""

import email
import logging
from email.policy import default
from pathlib import Path

import pytest

from services.platform import mail
from services.platform.config import settings
from services.platform.errors import Invalid


@pytest.fixture(autouse=True)
def _folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("MAIL_FROM", "school@example.org")
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_a_letter_can_be_read_from_the_data_folder(tmp_path: Path) -> None:
    file = mail.send("lena@example.com", "درس جديد", "Salaan, Lena ☺", html="<p>Salaan</p>")
    assert file.parent == tmp_path / "mail"
    letter = email.message_from_bytes(file.read_bytes(), policy=default)
    assert (letter["From"], letter["To"], letter["Subject"]) == ("school@example.org", "lena@example.com", "درس جديد")
    assert letter.get_body(("plain",)).get_content().strip() == "Salaan, Lena ☺"
    assert letter.get_body(("html",)).get_content().strip() == "<p>Salaan</p>"


def test_the_log_says_where_it_is_and_not_what_it_says(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        file = mail.send("lena@example.com", "Your link", "https://x/reset?code=abc123")
    assert str(file) in caplog.text
    assert "abc123" not in caplog.text


@pytest.mark.parametrize(
    "to",
    [
        "lena@example.com\nBcc: all@example.com",
        "lena@example.com\r\nX: y",
        "lena@example.com, all@example.com",
        "Lena <lena@example.com>",
        "lena",
        "",
        "a@b\u2028c",
        "a" * 250 + "@b.org",
    ],
)
def test_an_address_cannot_add_headers_or_people(to: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        mail.send(to, "Hello", "text")
    assert not (tmp_path / "mail").exists()


@pytest.mark.parametrize("subject", ["Hello\nBcc: all@example.com", "Hello\r", "a\x00b"])
def test_a_subject_cannot_add_headers(subject: str) -> None:
    with pytest.raises(Invalid):
        mail.send("lena@example.com", subject, "text")

"""What the product makes of its settings."""

import pytest

from services.platform.config import settings


@pytest.fixture(autouse=True)
def _read_again(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> object:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_with_nothing_configured_the_database_is_a_file_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert settings().database_url == f"sqlite:///{tmp_path}/lms.sqlite3"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_a_postgresql_address_may_be_written_as_its_tools_write_it(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{scheme}://me:pw@db/lms?sslmode=require")
    assert settings().database_url == "postgresql+psycopg://me:pw@db/lms?sslmode=require"


def test_an_empty_value_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("LLM_MODEL", "")
    assert (settings().port, settings().llm_model) == (3000, "")

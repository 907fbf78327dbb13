"""Every setting is listed where an operator looks for it, and a wrong one stops the start with one line."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr, ValidationError

from services.accounts import passwords
from services.platform import config
from services.platform.config import Settings

ROOT = Path(__file__).parents[1]


def default_of(name: str) -> str:
    default = Settings.model_fields[name.lower()].default
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    return str(default).lower() if isinstance(default, bool) else str(default)


def example() -> dict[str, tuple[str, str]]:
    """Setting to (comment above it, value), as .env.example has them."""
    found = {}
    comment = ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            comment = line[2:]
        elif "=" in line:
            name, _, value = line.partition("=")
            found[name] = (comment, value)
    return found


def readme_table() -> dict[str, tuple[str, str]]:
    """Setting to (default, description), as README's table has them."""
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \| (.*?) \|$", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    return {name: (default.strip("` "), description) for name, default, description in rows}


def expected() -> dict[str, tuple[str, str]]:
    return {name.upper(): (default_of(name), field.description or "") for name, field in Settings.model_fields.items()}


def test_the_example_lists_every_setting_with_its_default_and_meaning() -> None:
    assert {name: (value, comment) for name, (comment, value) in example().items()} == expected()


def test_the_readme_lists_every_setting_with_its_default_and_meaning() -> None:
    assert readme_table() == expected()


def test_the_example_itself_is_a_valid_env_file(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    read = Settings(_env_file=ROOT / ".env.example")
    assert read == Settings(_env_file=None)


def services() -> dict[str, dict[str, object]]:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_compose_sets_only_settings_that_exist() -> None:
    ours = {name: service for name, service in services().items() if "build" in service}
    assert {"app", "worker"} <= set(ours)
    for service in ours.values():
        assert {*service["environment"]} <= set(expected())


def test_compose_starts_the_app_alone_and_the_rest_only_with_its_profile() -> None:
    started = {name for name, service in services().items() if "profiles" not in service}
    with_profile = {name for name, service in services().items() if service.get("profiles") == ["full"]}
    assert started == {"app"}
    assert with_profile == {"worker", "postgres", "redis"}


def test_the_image_never_has_demo_accounts_by_default() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    values = dict(re.findall(r"\b([A-Z_]+)=(\S+)", text))
    assert (values["DEMO"], values["HOST"], values["DATA_DIR"]) == ("false", "0.0.0.0", "/data")
    assert re.search(r"^USER (?!root)\w+", text, re.M)
    assert "HEALTHCHECK" in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "LOUD"),
        ("SESSION_DAYS", "0"),
        ("PUBLIC_URL", "learn.example.org"),
        ("PUBLIC_URL", "https://example.org/learn"),
        ("LLM_API_BASE", "localhost:8080"),
        ("REDIS_URL", "localhost:6379"),
        ("DEMO", "maybe"),
        ("REGISTRATION", "sometimes"),
        ("LLM_TIMEOUT_SECONDS", "-1"),
        ("TRUSTED_PROXY_HOPS", "all"),
        ("SANDBOX_BACKEND", "none"),
        ("SANDBOX_URLS", "https://judge1.example.org,judge2.example.org"),
    ],
)
def test_a_wrong_value_is_explained_in_one_line(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        Settings(_env_file=None)
    line = config.explain(caught.value)
    assert name in line
    assert value in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "not-long-enough"),
        ("DEMO_PASSWORD", "a-short1"),
        ("SANDBOX_TOKEN", "short-of-it"),
    ],
)
def test_a_secret_that_is_too_short_is_explained_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("PORT", "abc")
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        Settings(_env_file=None)
    line = config.explain(caught.value)
    assert name in line
    assert value not in line


def test_the_demo_password_is_held_to_what_every_password_is() -> None:
    assert config.DEMO_PASSWORD_LENGTHS == (passwords.SHORTEST, passwords.LONGEST)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_the_known_demo_password_is_refused_on_any_address_but_this_machines(host: str) -> None:
    refused = config.refusal(Settings(_env_file=None, host=host, demo=True))
    assert refused is not None
    assert "DEMO" in refused
    assert config.refusal(Settings(_env_file=None, host=host, demo=False)) is None
    assert config.refusal(Settings(_env_file=None, host=host, demo_password=SecretStr("of-our-own"))) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_the_known_demo_password_is_for_this_machine(host: str) -> None:
    assert config.refusal(Settings(_env_file=None, host=host, demo=True)) is None


def test_several_web_processes_need_redis() -> None:
    assert "REDIS_URL" in (config.refusal(Settings(_env_file=None, web_workers=2)) or "")
    assert config.refusal(Settings(_env_file=None, web_workers=2, redis_url="redis://x")) is None


TOKEN = SecretStr("0123456789abcdef0123456789abcdef")


def test_judge_servers_need_their_addresses_and_their_token() -> None:
    assert "SANDBOX_URLS" in (config.refusal(Settings(_env_file=None, sandbox_backend="remote")) or "")
    named = {"sandbox_urls": " https://judge1.example.org, https://judge2.example.org:8443,"}
    assert "SANDBOX_TOKEN" in (config.refusal(Settings(_env_file=None, **named)) or "")
    chosen = Settings(_env_file=None, sandbox_token=TOKEN, **named)
    assert config.refusal(chosen) is None
    assert config.judge_servers(chosen) == ["https://judge1.example.org", "https://judge2.example.org:8443"]


@pytest.mark.parametrize(
    "address", ["https://ann:secret@judge.example.org", "https://judge.example.org:port", "http://"]
)
def test_what_the_settings_let_through_the_judge_can_use(address: str) -> None:
    with pytest.raises(ValidationError):
        Settings(_env_file=None, sandbox_urls=address)

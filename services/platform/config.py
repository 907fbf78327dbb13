"""Settings, from the environment or one ``.env`` file. Every one is listed in ``.env.example``."""

import re
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_DEMO_PASSWORD = "demo-pass-1234"  # noqa: S105  (public by design; refused on any address but this machine's)

SHORTEST_KEY = 32  # characters
DEMO_PASSWORD_LENGTHS = (10, 200)  # characters; what any password must have

LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})


class Settings(BaseSettings):
    """What an operator may set. A wrong value stops the start with one line that names it."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(3000, ge=1, le=65535, description="Port to listen on.")
    public_url: str = Field(
        "", description="Address people use, as https://learn.example.org; empty: http://HOST:PORT."
    )
    trusted_proxy_hops: int = Field(0, ge=0, le=5, description="Number of proxies in front that set X-Forwarded-For.")
    sockets_per_address: int = Field(
        1000, ge=0, description="Most open websockets of one address, a school's shared one too; 0: no limit."
    )
    data_dir: Path = Field(Path("data"), description="Folder for the embedded database, files, mail and the log.")
    database_url: str = Field("", description="SQLAlchemy address of PostgreSQL; empty: SQLite in DATA_DIR.")
    redis_url: str = Field("", description="Address of Redis for cache, jobs and several web processes; empty: none.")
    demo: bool = Field(True, description="Load the demo course and the demo accounts.")
    demo_password: SecretStr = Field(SecretStr(DEFAULT_DEMO_PASSWORD), description="Password of the demo accounts.")
    web_workers: int = Field(1, ge=1, le=64, description="Web processes; more than one needs REDIS_URL.")
    registration: Literal["open", "closed"] = Field("open", description="Whether a stranger may register.")
    secret_key: SecretStr = Field(
        SecretStr(""), description="Signs API tokens, 32 characters or more; empty: made once in DATA_DIR."
    )
    session_days: int = Field(14, ge=1, le=365, description="Days after which an unused browser session ends.")
    job_threads: int = Field(
        2, ge=0, le=64, description="Threads per kind of background work in the web process; 0: a worker of its own."
    )
    mail_from: str = Field("learning@localhost", description="Sender of letters to people.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level that is logged.")
    log_format: Literal["text", "json"] = Field("text", description="How log lines are written.")
    metrics_token: SecretStr = Field(SecretStr(""), description="Bearer token for /metrics; empty: this machine only.")
    sandbox_slots: int = Field(0, ge=0, le=256, description="Programs judged at once; 0: as many as cores.")
    sandbox_backend: Literal["auto", "bubblewrap", "docker", "remote"] = Field(
        "auto", description="What keeps programs in; auto: judge servers if set, else bubblewrap, else Docker."
    )
    sandbox_urls: str = Field("", description="Addresses of judge servers with commas between; empty: this machine.")
    sandbox_token: SecretStr = Field(
        SecretStr(""), description="Token that judge servers and this one share, 32 characters or more."
    )
    judge_waiting: int = Field(1000, ge=1, description="Most submissions that wait for the judge, of everybody.")
    judge_waiting_each: int = Field(50, ge=1, description="Most submissions of one person that wait for the judge.")
    judge_wait_minutes: int = Field(
        60, ge=1, le=1440, description="Minutes after which a submission that was not judged waits no longer."
    )
    llm_model: str = Field("", description="Model of the tutor, as LiteLLM names it; empty: the offline tutor.")
    llm_api_base: str = Field("", description="Address of an OpenAI-compatible server.")
    llm_api_key: SecretStr = Field(SecretStr(""), description="Key of the model's provider.")
    llm_timeout_seconds: float = Field(60, gt=0, le=600, description="Longest wait for the whole answer's next part.")

    @field_validator("public_url", "llm_api_base")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("this must begin with http:// or https:// and name a host")
        return value

    @field_validator("public_url")
    @classmethod
    def _has_no_path(cls, value: str) -> str:
        if urlsplit(value).path.strip("/"):
            raise ValueError("this must be an address without a path; the platform needs a host name of its own")
        return value

    @field_validator("redis_url")
    @classmethod
    def _is_redis_address(cls, value: str) -> str:
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("this must begin with redis://, rediss:// or unix://")
        return value

    @field_validator("sandbox_urls")
    @classmethod
    def _are_judge_servers(cls, value: str) -> str:
        for address in filter(None, (part.strip() for part in value.split(","))):
            parts = urlsplit(address)
            named = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
            if not named or "@" in parts.netloc or not re.fullmatch(r"[\[\]\w.:-]+", parts.netloc, re.ASCII):
                raise ValueError("each must begin with http:// or https:// and name a host, and no person")
            parts.port  # noqa: B018  (raises ValueError when it is none)
        return value

    @field_validator("secret_key", "sandbox_token")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"this must have {SHORTEST_KEY} characters or more")
        return value

    @field_validator("demo_password")
    @classmethod
    def _is_a_password(cls, value: SecretStr) -> SecretStr:
        shortest, longest = DEMO_PASSWORD_LENGTHS
        if not shortest <= len(value.get_secret_value()) <= longest:
            raise ValueError(f"this must have {shortest} to {longest} characters")
        return value


def explain(error: ValidationError) -> str:
    """Return one line that names each wrong setting and what is wrong with it, without the value of a secret."""
    parts = []
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        kind = Settings.model_fields[name].annotation if name in Settings.model_fields else None
        given = "" if kind is SecretStr or not name else f" (it is {problem['input']!r})"
        parts.append(f"{name.upper()}: {problem['msg'].removeprefix('Value error, ')}{given}")
    return "Wrong setting: " + "; ".join(parts)


def refusal(chosen: Settings) -> str | None:
    """Return in one line why these settings, each right by itself, must not be started with; None where they may."""
    here = chosen.host in LOCAL_HOSTS
    if chosen.demo and not here and chosen.demo_password.get_secret_value() == DEFAULT_DEMO_PASSWORD:
        return (
            f"HOST={chosen.host} would let others sign in with the demo password that everybody knows: "
            "set DEMO=false, or a DEMO_PASSWORD of your own."
        )
    if chosen.sandbox_backend == "remote" and not judge_servers(chosen):
        return "SANDBOX_BACKEND=remote needs SANDBOX_URLS: the addresses of judge servers."
    asked = chosen.sandbox_backend in ("auto", "remote") and judge_servers(chosen)
    if asked and not chosen.sandbox_token.get_secret_value():
        return "SANDBOX_URLS needs SANDBOX_TOKEN: the token that the judge servers were started with."
    if chosen.web_workers > 1 and not chosen.redis_url:
        return f"WEB_WORKERS={chosen.web_workers} needs REDIS_URL: without Redis the state of a tab is in one process."
    return None


def judge_servers(chosen: Settings) -> list[str]:
    """Return the addresses of the judge servers."""
    return [address for address in (part.strip() for part in chosen.sandbox_urls.split(",")) if address]


@cache
def settings() -> Settings:
    """Return the settings, read once. Raises ``pydantic.ValidationError`` on a wrong value."""
    made = Settings()
    if not made.database_url:
        made.database_url = f"sqlite:///{made.data_dir / 'lms.sqlite3'}"
    elif made.database_url.startswith(("postgres://", "postgresql://")):
        made.database_url = "postgresql+psycopg://" + made.database_url.split("://", 1)[1]
    return made

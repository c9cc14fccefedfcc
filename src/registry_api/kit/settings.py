"""Settings: the only reader of the environment (prefix `REGISTRY_`)."""

from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator decides. Secrets have no default outside development.

    Durations are in the unit that the name ends with. `docs/operating.md` explains each for operators.
    """

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True, extra="ignore")

    environment: Literal["development", "production"] = "production"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    database_url: SecretStr = SecretStr("")
    """asyncpg DSN of the application's role; several hosts may be named."""
    migration_database_url: SecretStr = SecretStr("")
    """DSN of the owner; only migrations and seeding use it."""
    worker_database_url: SecretStr = SecretStr("")
    database_connections: int = Field(default=20, ge=2, le=500)
    database_connect_timeout_seconds: float = Field(default=3.0, gt=0, le=60)

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_origin: str = ""
    """Scheme and authority under which browsers reach the service, such as https://registry.example.cn."""
    trusted_proxies: str = ""
    """Comma-separated addresses whose X-Forwarded-For is believed."""
    state_directory: Path = Path(".run")
    storage_directory: Path | None = None
    frontends_directory: Path | None = None
    """Folder that holds `doctor/dist` and its siblings; without it only the API is served."""

    field_keys: SecretStr = SecretStr("")
    """Key ring `id:base64,id:base64`; the first seals, all open."""
    blind_index_key: SecretStr = SecretStr("")
    token_keys: SecretStr = SecretStr("")
    """Key ring `kid:base64 of a PEM private key,…` for ES256; the first signs, all verify."""
    metrics_token: SecretStr = SecretStr("")

    request_body_limit_bytes: int = Field(default=256 * 1024, ge=1024)
    upload_body_limit_bytes: int = Field(default=6 * 1024 * 1024, ge=1024)
    idempotency_wait_seconds: int = Field(default=10, ge=1, le=60)

    @model_validator(mode="after")
    def _production_is_strict(self) -> Self:
        if self.environment != "production":
            return self
        faults = [
            f"REGISTRY_{name.upper()} is missing"
            for name in ("database_url", "field_keys", "blind_index_key", "token_keys", "public_origin")
            if not str(_plain(getattr(self, name)))
        ]
        if self.public_origin and not self.public_origin.startswith("https://"):
            faults.append("REGISTRY_PUBLIC_ORIGIN must begin with https:// (plain http is for development)")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    @property
    def origin(self) -> str:
        """The origin that unsafe requests from browsers must name."""
        return self.public_origin.rstrip("/") or f"http://{self.host}:{self.port}"

    @cached_property
    def plain_http(self) -> bool:
        """Whether cookies go without `Secure`: development, on a loopback address, and nowhere else."""
        parts = urlsplit(self.origin)
        if self.environment == "production" or parts.scheme == "https":
            return False
        host = parts.hostname or ""
        return host == "localhost" or _is_loopback(host)

    @property
    def storage(self) -> Path:
        """Folder of the directory storage."""
        return self.storage_directory or self.state_directory / "storage"

    @property
    def owner_dsn(self) -> str:
        """DSN for migrations and seeding; falls back on the application's, where one role does both."""
        return self.migration_database_url.get_secret_value() or self.database_url.get_secret_value()

    @property
    def worker_dsn(self) -> str:
        """DSN of the worker's role; falls back on the application's."""
        return self.worker_database_url.get_secret_value() or self.database_url.get_secret_value()


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

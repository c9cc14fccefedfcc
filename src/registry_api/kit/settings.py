"""Settings: the only reader of the environment (prefix `REGISTRY_`)."""

from email.utils import parseaddr
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from registry_api.kit.key_bundles import parse_bundles


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
    storage_s3_bucket: str = ""
    """With it files lie in an S3-compatible store instead of a folder."""
    storage_s3_endpoint: str = ""
    """Such as https://s3.example.cn; without it the region's own of AWS."""
    storage_s3_region: str = "us-east-1"
    storage_s3_access_key: str = ""
    storage_s3_secret_key: SecretStr = SecretStr("")
    storage_s3_addressing: Literal["path", "virtual"] = "path"
    """Whether the bucket stands in the path or, as some clouds ask, in the host name."""
    storage_s3_timeout_seconds: float = Field(default=8.0, gt=0, le=20)
    """For a whole exchange with its repetitions: a request waits so long while it holds a connection."""
    frontends_directory: Path | None = None
    """Folder that holds `doctor/dist` and its siblings; without it only the API is served."""

    field_keys: SecretStr = SecretStr("")
    """Key ring `id:base64,id:base64`; the first seals, all open."""
    blind_index_key: SecretStr = SecretStr("")
    token_keys: SecretStr = SecretStr("")
    """Key ring `kid:base64 of a PEM private key,…` for ES256; the first signs, all verify."""
    licence_keys: SecretStr = SecretStr("")
    """Ring of key bundles (`kit.key_bundles`) for licences; the first signs, all are published."""
    metrics_token: SecretStr = SecretStr("")

    worker_metrics_port: int = Field(default=0, ge=0, le=65535)
    """Where the worker answers GET /metrics, on `host`; 0 for nowhere."""

    sms_delivery: Literal["inbox", "gateway"] = "inbox"
    """`inbox`: nothing leaves the machine, a development page shows it; production refuses it."""
    sms_gateway_url: str = ""
    sms_gateway_token: SecretStr = SecretStr("")
    sms_gateway_timeout_seconds: float = Field(default=5.0, gt=0, le=15)
    """Well below the minute for which the worker holds an event."""
    mail_delivery: Literal["inbox", "smtp"] = "inbox"
    mail_host: str = ""
    mail_port: int = Field(default=587, ge=1, le=65535)
    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_username: str = ""
    """Empty for a relay that asks for no login."""
    mail_password: SecretStr = SecretStr("")
    mail_sender: str = ""
    """Such as `电子化注册系统 <registry@example.cn>`; the domain also ends every Message-ID."""
    mail_timeout_seconds: float = Field(default=10.0, gt=0, le=20)
    sms_signature: str = Field(default="中医医师注册", min_length=2, max_length=16, pattern=r"^[^【】{}]+$")
    """Name that every text message begins with, in 【】, as it is registered with the carrier."""
    sms_daily_budget: int = Field(default=100_000, ge=0)
    """Text messages a day, over everybody: the last line against somebody who makes the service send."""

    proof_of_work_cost: int = Field(default=5_000, ge=1, le=1_000_000)
    """PBKDF2 rounds of one try; the server pays for one try a challenge."""
    proof_of_work_counters: int = Field(default=1_000, ge=1, le=1_000_000)
    """Tries that surely suffice; half of them on average."""

    wechat_app_id: str = ""
    """Of the official account (服务号); without it there is no signing in with WeChat."""
    wechat_app_secret: SecretStr = SecretStr("")
    wechat_scope: Literal["snsapi_base", "snsapi_userinfo"] = "snsapi_base"
    """`snsapi_base` asks nothing and tells the openid; `snsapi_userinfo` asks the person and tells the unionid."""
    wechat_authorisation_url: str = "https://open.weixin.qq.com"
    wechat_api_url: str = "https://api.weixin.qq.com"
    wechat_timeout_seconds: float = Field(default=5.0, gt=0, le=30)

    request_body_limit_bytes: int = Field(default=256 * 1024, ge=1024)
    upload_body_limit_bytes: int = Field(default=6 * 1024 * 1024, ge=1024)
    idempotency_wait_seconds: int = Field(default=10, ge=1, le=60)

    @model_validator(mode="after")
    def _outside_is_reachable(self) -> Self:
        """Whatever the environment: a way out is set up whole, and nothing secret crosses a network in clear."""
        faults = []
        if self.sms_delivery == "gateway":
            faults += self._missing("sms_gateway_url", "sms_gateway_token")
            parts = urlsplit(self.sms_gateway_url)
            if self.sms_gateway_url and parts.scheme != "https" and not is_loopback(parts.hostname or ""):
                faults.append(
                    "REGISTRY_SMS_GATEWAY_URL must begin with https:// (plain http is for loopback)"
                )
        if self.mail_delivery == "smtp":
            faults += self._missing("mail_host", "mail_sender")
            if self.mail_sender and "@" not in parseaddr(self.mail_sender)[1]:
                faults.append(
                    "REGISTRY_MAIL_SENDER must be an address, such as 注册系统 <registry@example.cn>"
                )
            if self.mail_username and self.mail_security == "none" and not is_loopback(self.mail_host):
                faults.append("REGISTRY_MAIL_SECURITY=none would send the mail password in clear")
        if self.storage_s3_bucket:
            faults += self._missing("storage_s3_access_key", "storage_s3_secret_key")
            parts = urlsplit(self.storage_s3_endpoint)
            if self.storage_s3_endpoint and parts.scheme != "https" and not is_loopback(parts.hostname or ""):
                faults.append(
                    "REGISTRY_STORAGE_S3_ENDPOINT must begin with https:// (plain http is for loopback)"
                )
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _missing(self, *names: str) -> list[str]:
        return [
            f"REGISTRY_{name.upper()} is missing" for name in names if not str(_plain(getattr(self, name)))
        ]

    @model_validator(mode="after")
    def _production_is_strict(self) -> Self:
        if self.environment != "production":
            return self
        faults = self._missing(
            "database_url", "field_keys", "blind_index_key", "token_keys", "licence_keys", "public_origin"
        )
        faults += self._unfit_licence_keys()
        if self.sms_delivery == "inbox":
            faults.append(
                "REGISTRY_SMS_DELIVERY must be gateway: the inbox sends nothing (docs/operating.md)"
            )
        if self.mail_delivery == "inbox":
            faults.append("REGISTRY_MAIL_DELIVERY must be smtp: the inbox sends nothing (docs/operating.md)")
        if self.public_origin and not self.public_origin.startswith("https://"):
            faults.append("REGISTRY_PUBLIC_ORIGIN must begin with https:// (plain http is for development)")
        if self.wechat_app_id and not self.wechat_app_secret.get_secret_value():
            faults.append("REGISTRY_WECHAT_APP_SECRET is missing")
        if not all(
            url.startswith("https://") for url in (self.wechat_authorisation_url, self.wechat_api_url)
        ):
            faults.append("WeChat's addresses must begin with https://")
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _unfit_licence_keys(self) -> list[str]:
        """A licence that says 示例 counts for nothing, so production signs none."""
        ring = self.licence_keys.get_secret_value()
        if not ring:
            return []
        try:
            bundles = parse_bundles(ring)
        except ValueError as fault:
            return [f"REGISTRY_LICENCE_KEYS: {fault}"]
        if any(one.is_demonstration for one in bundles):
            return ["REGISTRY_LICENCE_KEYS holds a key that is for demonstrations (示例)"]
        return []

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
        return is_loopback(host)

    @property
    def shows_inbox(self) -> bool:
        """Whether the development inbox exists: on a development machine, under a loopback address, else never."""
        return self.environment == "development" and is_loopback(urlsplit(self.origin).hostname or "")

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


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine, whatever a name server says."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

"""Makes the parts of a process from its settings."""

from typing import Any

from registry_api.kit.clock import Clock, SystemClock, WorkingDays
from registry_api.kit.db import Database
from registry_api.kit.delivery import Mailer, SmsGateway
from registry_api.kit.sealing import BlindIndex, KeyRing, Sealer
from registry_api.kit.settings import Settings
from registry_api.kit.storage import BlobStorage, DirectoryStorage
from registry_api.kit.tokens import TokenKeyRing, TokenSigner, TokenVerifier
from registry_api.kit.work import System
from registry_api.messages.inbox import InboxMail, InboxSms
from registry_api.messages.sms_gateway import HttpSmsGateway
from registry_api.messages.smtp import SmtpMailer

COUNTER_CONNECTIONS = 4
_CALENDAR = "SELECT day, working FROM calendar_day"


def make_system(settings: Settings, *, dsn: str, clock: Clock | None = None) -> System:
    """Everything a process works with; nothing is connected yet."""
    ring = TokenKeyRing.parse(settings.token_keys.get_secret_value())
    clock = clock or SystemClock()
    return System(
        settings=settings,
        database=Database(
            dsn,
            connections=settings.database_connections,
            connect_timeout=settings.database_connect_timeout_seconds,
        ),
        counters=Database(
            dsn,
            connections=COUNTER_CONNECTIONS,
            connect_timeout=settings.database_connect_timeout_seconds,
        ),
        clock=clock,
        sealer=Sealer(KeyRing.parse(settings.field_keys.get_secret_value())),
        blind_index=BlindIndex.parse(settings.blind_index_key.get_secret_value()),
        storage=make_storage(settings),
        sms=_sms_gateway(settings),
        mailer=_mailer(settings, clock),
        token_keys=ring,
        signer=TokenSigner(ring, settings.origin),
        verifier=TokenVerifier(ring, settings.origin),
    )


def make_storage(settings: Settings) -> BlobStorage:
    """Where files lie, as the settings say; it is not open yet."""
    if not settings.storage_s3_bucket:
        return DirectoryStorage(settings.storage)
    from registry_api.kit.s3_storage import S3Storage  # noqa: PLC0415 (botocore is large, and needed only here)

    return S3Storage(
        settings.storage_s3_bucket,
        endpoint=settings.storage_s3_endpoint or None,
        region=settings.storage_s3_region,
        access_key=settings.storage_s3_access_key,
        secret_key=settings.storage_s3_secret_key.get_secret_value(),
        addressing=settings.storage_s3_addressing,
        timeout_seconds=settings.storage_s3_timeout_seconds,
    )


def _sms_gateway(settings: Settings) -> SmsGateway:
    if settings.sms_delivery == "inbox":
        return InboxSms()
    return HttpSmsGateway(
        settings.sms_gateway_url,
        settings.sms_gateway_token.get_secret_value(),
        settings.sms_gateway_timeout_seconds,
    )


def _mailer(settings: Settings, clock: Clock) -> Mailer:
    if settings.mail_delivery == "inbox":
        return InboxMail()
    password = settings.mail_password.get_secret_value()
    return SmtpMailer(
        settings.mail_host,
        settings.mail_port,
        settings.mail_security,
        sender=settings.mail_sender,
        clock=clock,
        timeout_seconds=settings.mail_timeout_seconds,
        login=(settings.mail_username, password) if settings.mail_username else None,
    )


async def read_calendar(connection: Any) -> WorkingDays:
    """The working days as the database has them now."""
    rows = [(row["day"], row["working"]) for row in await connection.fetch(_CALENDAR)]
    return WorkingDays(rows, {day.year for day, _ in rows})

"""What was sent to phones and mailboxes, and what the authenticators of the demonstration's staff show now."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pyotp
from pydantic import BaseModel

from registry_api.kit.sealing import SealBroken
from registry_api.kit.work import System
from registry_api.messages.service import TO_PLACE, VALUES_PLACE
from registry_api.messages.templates import Channel, render

SHOWN = 50
LOGINS_FILE = "demo-logins.json"
"""Written by seeding, below the state directory."""
_STEP_SECONDS = 30
_CONNECT_SECONDS = 5.0
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_NEWEST = (
    "SELECT id, channel, template, language, to_sealed, values_sealed, created_at, sent_at, failed_at"
    " FROM message ORDER BY id DESC LIMIT $1"
)


class SentMessage(BaseModel):
    """A message as it was sent, or will be; instants are UTC."""

    id: UUID
    channel: Channel
    template: str
    to: str
    subject: str | None
    text: str
    code: str | None
    """Six digits to type in, if the message brings some."""
    created_at: datetime
    sent_at: datetime | None
    failed_at: datetime | None


class Authenticator(BaseModel):
    """What the authenticator of a member of staff shows; each code signs in once."""

    login_name: str
    office: str
    code: str
    valid_until: datetime


class Inbox(BaseModel):
    """Everything, the newest message first."""

    messages: list[SentMessage]
    authenticators: list[Authenticator]


async def read_inbox(system: System) -> Inbox:
    """The newest messages, over the worker's connection: the application's role sees nobody's but its session's own.

    Call it on a development machine only.
    """
    connection = await asyncpg.connect(system.settings.worker_dsn, timeout=_CONNECT_SECONDS)
    try:
        rows = await connection.fetch(_NEWEST, SHOWN)
    finally:
        await connection.close()
    messages = [message for row in rows if (message := _opened(system, row)) is not None]
    return Inbox(
        messages=messages,
        authenticators=_authenticators(system.settings.state_directory / LOGINS_FILE, system.clock.now()),
    )


def _opened(system: System, row: Any) -> SentMessage | None:
    """None for one that other keys sealed, or whose content is gone."""
    if row["values_sealed"] is None:
        return None
    try:
        to = system.sealer.open_text(row["to_sealed"], TO_PLACE, row["id"])
        values = system.sealer.open_json(row["values_sealed"], VALUES_PLACE, row["id"])
    except SealBroken:
        return None
    rendered = render(
        row["channel"],
        row["template"],
        row["language"],
        values,
        signature=system.settings.sms_signature,
    )
    code = str(values.get("code", ""))
    return SentMessage(
        id=row["id"],
        channel=row["channel"],
        template=row["template"],
        to=to,
        subject=rendered.subject,
        text=rendered.text,
        code=code if _CODE.fullmatch(code) else None,
        created_at=row["created_at"],
        sent_at=row["sent_at"],
        failed_at=row["failed_at"],
    )


def _authenticators(file: Path, now: datetime) -> list[Authenticator]:
    if not file.exists():
        return []
    step = int(now.timestamp()) // _STEP_SECONDS
    ends = datetime.fromtimestamp((step + 1) * _STEP_SECONDS, UTC)
    return [
        Authenticator(
            login_name=login["login_name"],
            office=login["office"] or "",
            code=pyotp.TOTP(login["totp_secret"]).generate_otp(step),
            valid_until=ends,
        )
        for login in json.loads(file.read_text("utf-8"))
        if login.get("totp_secret")
    ]

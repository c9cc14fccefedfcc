"""A worker with real ways out, on the tests' database and clock: a gateway and a relay on loopback."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from registry_api.kit.settings import Settings
from registry_api.kit.work import System, Work
from registry_api.messages.service import send
from registry_api.parts import make_system, read_calendar
from registry_api.worker import deliver
from tests.support.gateway import TOKEN, FakeGateway, gateway
from tests.support.people import Cast
from tests.support.smtp import Mailbox, smtp_server

PHONE = "13900001234"
ADDRESS = "wang.xiaoming@example.cn"
CODE_LIFE = timedelta(minutes=5)


class Post:
    """A worker with real ways out, on the tests' database and clock, and somebody who sends."""

    def __init__(self, cast: Cast, worker: System, superuser: Any) -> None:
        self.cast, self.worker, self.superuser = cast, worker, superuser

    async def send(self, channel: Any, template: str, to: str, values: dict[str, Any], **more: Any) -> UUID:
        """What a request does, in a transaction of the application's role."""
        system: System = self.cast.app.state.system
        async with system.database.transaction() as tx:
            work = Work(
                system=system,
                tx=tx,
                now=system.clock.now(),
                language="zh-CN",
                request_id="test",
                address=None,
                calendar=await read_calendar(tx.connection),
            )
            return await send(work, channel, template, to, values, **more)

    async def send_code(self, code: str = "246813") -> UUID:
        return await self.send("sms", "code_verify_phone", PHONE, {"code": code}, lifetime=CODE_LIFE)

    async def send_mail(self, to: str = ADDRESS) -> UUID:
        return await self.send("email", "password_changed", to, {"time": "2026-11-25 18:57"})

    async def work_off(self) -> int:
        return await deliver(self.worker)

    async def row(self, message: UUID) -> Any:
        return await self.superuser.fetchrow("SELECT * FROM message WHERE id = $1", message)

    async def event(self, message: UUID) -> Any:
        return await self.superuser.fetchrow(
            "SELECT * FROM outbox_event WHERE payload ->> 'message_id' = $1", str(message)
        )


@pytest.fixture
async def sms() -> AsyncIterator[FakeGateway]:
    async with gateway() as made:
        yield made


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    async with smtp_server() as made:
        yield made


def outward(settings: Settings, sms: FakeGateway, mailbox: Mailbox, **more: Any) -> Settings:
    return settings.model_copy(
        update={
            "sms_delivery": "gateway",
            "sms_gateway_url": sms.url,
            "sms_gateway_token": SecretStr(TOKEN),
            "sms_gateway_timeout_seconds": 0.3,
            "mail_delivery": "smtp",
            "mail_host": "127.0.0.1",
            "mail_port": mailbox.port,
            "mail_security": "none",
            "mail_sender": "电子化注册系统 <registry@registry.example.cn>",
            "mail_timeout_seconds": 0.5,
            **more,
        }
    )


@pytest.fixture
async def post(cast: Cast, superuser: Any, sms: FakeGateway, mailbox: Mailbox) -> AsyncIterator[Post]:
    await cast.work_off()
    settings = outward(cast.settings, sms, mailbox)
    worker = make_system(settings, dsn=settings.worker_dsn, clock=cast.clock)
    await worker.database.open()
    yield Post(cast, worker, superuser)
    await worker.database.close()
    # Whatever a test left waiting would otherwise wait for the next one's gateway.
    await superuser.execute("DELETE FROM outbox_event WHERE kind LIKE 'message.%' AND finished_at IS NULL")

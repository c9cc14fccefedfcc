"""Messages reach phones, whatever the gateway does; none is lost, and none is said twice."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client import generate_latest

from registry_api.kit.ids import new_id
from registry_api.kit.logs import RedactingFormatter
from registry_api.kit.metrics import METRICS
from registry_api.outbox.figures import measure
from registry_api.worker import LANES, clean, deliver
from tests.support.gateway import TOKEN, FakeGateway
from tests.support.post import ADDRESS, CODE_LIFE, PHONE, Post
from tests.support.smtp import Mailbox


async def test_a_code_reaches_the_phone_once(post: Post, sms: FakeGateway) -> None:
    message = await post.send_code("246813")
    await post.work_off()
    await post.work_off()
    assert sms.taken == {
        str(message): {
            "message_id": str(message),
            "phone": PHONE,
            "text": "【中医医师注册】校验码 246813，用于验证您的手机号码，5 分钟内有效。请勿告诉任何人。",
            "template": "code_verify_phone",
            "values": {"code": "246813"},
        }
    }
    row = await post.row(message)
    assert row["sent_at"] == post.cast.clock.now()
    assert row["reference"] == f"gw-{str(message)[:8]}"


@pytest.mark.parametrize(
    "behaviour", ["hang", "drip", "endless", "nonsense", "no_id", "reset", 302, 401, 408, 429, 500, 503]
)
async def test_a_gateway_that_misbehaves_delays_a_message_and_loses_none(
    post: Post, sms: FakeGateway, behaviour: Any
) -> None:
    sms.behaviour = behaviour
    message = await post.send_code()
    await post.work_off()
    assert (await post.row(message))["sent_at"] is None
    assert (await post.event(message))["run_at"] == post.cast.clock.now() + timedelta(seconds=2)

    sms.behaviour = "ok"
    post.cast.clock.advance(timedelta(seconds=2))
    await post.work_off()
    assert list(sms.taken) == [str(message)]
    assert (await post.row(message))["sent_at"] is not None


async def test_a_gateway_that_is_gone_for_hours_gets_everything_when_it_is_back(
    post: Post, sms: FakeGateway
) -> None:
    await sms.close()
    code = await post.send_code()
    notice = await post.send("sms", "password_changed", PHONE, {"time": "2026-11-25 18:57"})
    begin, tries = post.cast.clock.now(), []
    while post.cast.clock.now() < begin + timedelta(hours=3):
        if await post.work_off():
            tries.append((post.cast.clock.now() - begin).total_seconds())
        post.cast.clock.advance(timedelta(seconds=10))
    assert len([seconds for seconds in tries if seconds <= CODE_LIFE.total_seconds()]) >= 10

    await sms.open()
    post.cast.clock.advance(timedelta(minutes=5))
    await post.work_off()
    assert list(sms.taken) == [str(notice)]
    # The code had ended: to hear of it now would only confuse.
    assert (await post.row(code))["failed_at"] is not None
    assert (await post.row(code))["sent_at"] is None


async def test_a_code_is_tried_again_within_half_a_minute(post: Post, sms: FakeGateway) -> None:
    await sms.close()
    await post.send_code()
    await post.work_off()
    for _ in range(8):
        waiting = await post.superuser.fetchval(
            "SELECT max(run_at) FROM outbox_event WHERE kind = 'message.sms_due' AND finished_at IS NULL"
        )
        assert waiting - post.cast.clock.now() <= timedelta(seconds=30)
        post.cast.clock.set(waiting)
        await post.work_off()


async def test_a_message_whose_answer_was_lost_is_said_once(post: Post, sms: FakeGateway) -> None:
    sms.behaviour = "lost_answer"
    message = await post.send_code()
    await post.work_off()
    sms.behaviour = "ok"
    post.cast.clock.advance(timedelta(seconds=2))
    await post.work_off()
    assert sms.calls == 2
    assert list(sms.taken) == [str(message)]


async def test_an_event_that_is_delivered_twice_sends_once(
    post: Post, sms: FakeGateway, mailbox: Mailbox
) -> None:
    messages = [await post.send_code(), await post.send_mail()]
    await post.work_off()
    for message in messages:
        await post.superuser.execute(
            "UPDATE outbox_event SET finished_at = NULL WHERE payload ->> 'message_id' = $1", str(message)
        )
    await post.work_off()
    assert sms.calls == 1
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("status", [400, 410, 422])
async def test_what_the_gateway_refuses_is_not_tried_again(post: Post, sms: FakeGateway, status: int) -> None:
    sms.behaviour = status
    message = await post.send_code()
    await post.work_off()
    post.cast.clock.advance(timedelta(minutes=1))
    await post.work_off()
    assert sms.calls == 1
    assert (await post.row(message))["failed_at"] is not None
    assert (await post.event(message))["finished_at"] is not None


async def test_a_gateway_that_hangs_stops_neither_mail_nor_the_law(
    post: Post, sms: FakeGateway, mailbox: Mailbox
) -> None:
    """Each kind has a lane of its own, so no loop that waits for the gateway has anything else to do."""
    kinds = [set(lane.handlers) for lane in LANES]
    assert {"message.sms_due"} in kinds
    assert {"message.email_due"} in kinds
    sms.behaviour = "hang"
    await post.send_code()
    await post.send_mail()
    others = [lane for lane in LANES if "message.sms_due" not in lane.handlers]
    assert await deliver(post.worker, others) == 1
    assert len(mailbox.mails) == 1
    assert sms.calls == 0


async def test_what_was_sent_is_forgotten_in_production(post: Post) -> None:
    post.worker.settings = post.worker.settings.model_copy(update={"environment": "production"})
    message = await post.send_code()
    assert (await post.row(message))["values_sealed"] is not None
    await post.work_off()
    assert (await post.row(message))["values_sealed"] is None

    post.cast.clock.advance(timedelta(days=8))
    await clean(post.worker)
    assert await post.row(message) is None


async def test_nothing_personal_is_logged_or_counted(
    post: Post, sms: FakeGateway, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sms.behaviour, mailbox.rcpt_answer = 500, f"451 {ADDRESS} is busy"
    await post.send_code("975310")
    await post.send_mail()
    await post.work_off()
    sms.behaviour, mailbox.rcpt_answer = 422, f"550 {ADDRESS} is unknown"
    post.cast.clock.advance(timedelta(seconds=2))
    await post.work_off()

    formatter = RedactingFormatter()
    # The server of the tests is in this process and logs what it hears.
    ours = [record for record in caplog.records if record.name != "mail.log"]
    written = "\n".join(formatter.format(record) for record in ours)
    figures = generate_latest(METRICS).decode()
    assert "waits: status 500" in written
    assert 'registry_messages_total{channel="sms",outcome="refused"}' in figures
    for secret in ("975310", PHONE, ADDRESS, TOKEN):
        assert secret not in written
        assert secret not in figures


async def test_a_message_without_words_or_values_is_refused_at_once(post: Post) -> None:
    with pytest.raises(KeyError):
        await post.send("email", "code_verify_phone", ADDRESS, {"code": "1"})
    with pytest.raises(KeyError):
        await post.send("sms", "code_verify_phone", PHONE, {})


async def test_a_message_that_nobody_can_open_is_given_up_and_counted(post: Post) -> None:
    message = await post.send("sms", "password_changed", PHONE, {"time": "2026-11-25 18:57"})
    await post.superuser.execute("UPDATE message SET to_sealed = $2 WHERE id = $1", message, new_id().bytes)
    for _ in range(12):
        await post.work_off()
        post.cast.clock.advance(timedelta(hours=1))
    assert (await post.event(message))["failed_at"] is not None
    await measure(post.worker)
    assert (METRICS.get_sample_value("registry_outbox_dead_letters") or 0) >= 1

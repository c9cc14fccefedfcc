"""Mail reaches mailboxes over SMTP, and waits while the relay cannot take it."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from registry_api.parts import make_system
from tests.support.gateway import FakeGateway
from tests.support.post import ADDRESS, Post, outward
from tests.support.smtp import PASSWORD, USER, Mailbox, certificate, smtp_server


async def test_a_mail_arrives_whole(post: Post, mailbox: Mailbox) -> None:
    message = await post.send_mail()
    await post.work_off()
    (mail,) = mailbox.mails
    assert mailbox.recipients == [ADDRESS]
    assert mail["From"] == "电子化注册系统 <registry@registry.example.cn>"
    assert mail["To"] == ADDRESS
    assert mail["Subject"] == "您的密码已修改"
    assert mail["Message-ID"] == f"<{message}@registry.example.cn>"
    assert mail["Date"].datetime == post.cast.clock.now().replace(microsecond=0)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert "您的账户密码已于 2026-11-25 18:57 修改" in mail.get_content()
    assert (await post.row(message))["sent_at"] is not None


async def test_mail_goes_over_tls_with_a_login(
    post: Post, sms: FakeGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    async with smtp_server(tls=tls, login=True) as relay:
        more = {"mail_security": "starttls", "mail_username": USER, "mail_password": SecretStr(PASSWORD)}
        settings = outward(post.cast.settings, sms, relay, **more)
        post.worker.mailer = make_system(settings, dsn="", clock=post.cast.clock).mailer
        await post.send_mail()
        await post.work_off()
        assert relay.secured == [True]

        wrong = settings.model_copy(update={"mail_password": SecretStr("no-longer")})
        post.worker.mailer = make_system(wrong, dsn="", clock=post.cast.clock).mailer
        message = await post.send_mail()
        await post.work_off()
        # The operator's mistake: people's mails wait for its end.
        assert (await post.row(message))["failed_at"] is None
        assert (await post.event(message))["finished_at"] is None


async def test_a_relay_that_cannot_prove_itself_gets_nothing(
    post: Post, sms: FakeGateway, tmp_path: Path
) -> None:
    tls, _ = certificate(tmp_path)
    async with smtp_server(tls=tls) as relay:
        settings = outward(post.cast.settings, sms, relay, mail_security="starttls")
        post.worker.mailer = make_system(settings, dsn="", clock=post.cast.clock).mailer
        message = await post.send_mail()
        await post.work_off()
        assert relay.mails == []
        assert (await post.event(message))["last_error"] is not None


@pytest.mark.parametrize(("part", "code"), [("rcpt_answer", 550), ("data_answer", 554)])
async def test_a_mailbox_that_does_not_exist_is_not_tried_again(
    post: Post, mailbox: Mailbox, part: str, code: int
) -> None:
    setattr(mailbox, part, f"{code} no")
    message = await post.send_mail()
    await post.work_off()
    assert (await post.row(message))["failed_at"] is not None
    assert (await post.event(message))["finished_at"] is not None


@pytest.mark.parametrize("fault", ["rcpt_answer", "data_answer", "hangs"])
async def test_a_mailbox_that_is_busy_is_asked_again(post: Post, mailbox: Mailbox, fault: str) -> None:
    setattr(mailbox, fault, True if fault == "hangs" else "451 later")
    message = await post.send_mail()
    await post.work_off()
    assert (await post.row(message))["failed_at"] is None

    setattr(mailbox, fault, False if fault == "hangs" else "250 OK")
    post.cast.clock.advance(timedelta(seconds=2))
    await post.work_off()
    assert len(mailbox.mails) == 1
    assert (await post.row(message))["sent_at"] is not None

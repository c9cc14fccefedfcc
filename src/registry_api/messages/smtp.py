"""Mail over SMTP."""

import asyncio
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Literal
from uuid import UUID

import aiosmtplib

from registry_api.kit.clock import SHANGHAI, Clock
from registry_api.kit.delivery import DeliveryDelayed, DeliveryRefused

Security = Literal["starttls", "tls", "none"]
_FIRST_PERMANENT = 500
"""Replies from here on are final, those below ask to come again (RFC 5321 4.2.1)."""


class SmtpMailer:
    """One connection for each mail; the server is the operator's relay, which keeps its own queue."""

    def __init__(
        self,
        host: str,
        port: int,
        security: Security,
        *,
        sender: str,
        clock: Clock,
        timeout_seconds: float,
        login: tuple[str, str] | None = None,
    ) -> None:
        self._sender = sender
        self._envelope_sender = parseaddr(sender)[1]
        self._clock = clock
        self._timeout = timeout_seconds
        self._host, self._port, self._security, self._login = host, port, security, login
        self._tls = ssl.create_default_context() if security != "none" else None

    async def send(self, message_id: UUID, to: str, subject: str, body: str) -> None:
        """See `kit.delivery.Mailer`."""
        mail = self._compose(message_id, to, subject, body)
        user, password = self._login or (None, None)
        try:
            async with asyncio.timeout(self._timeout):
                await aiosmtplib.send(
                    mail,
                    sender=self._envelope_sender,
                    recipients=[to],
                    hostname=self._host,
                    port=self._port,
                    use_tls=self._security == "tls",
                    start_tls=self._security == "starttls",
                    tls_context=self._tls,
                    username=user,
                    password=password,
                    timeout=self._timeout,
                )
        except aiosmtplib.SMTPRecipientsRefused as refused:
            codes = {one.code for one in refused.recipients}
            raise _judged(max(codes), "recipient") from None
        except aiosmtplib.SMTPDataError as refused:
            raise _judged(refused.code, "content") from None
        except aiosmtplib.SMTPResponseException as refused:
            # Greeting, login or sender: the relay's or the operator's matter, whatever the code.
            raise DeliveryDelayed(f"{type(refused).__name__} {refused.code}") from None
        except (aiosmtplib.SMTPException, OSError) as fault:  # TimeoutError and TLS faults are OSErrors
            raise DeliveryDelayed(type(fault).__name__) from None

    def _compose(self, message_id: UUID, to: str, subject: str, body: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._sender
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self._clock.now().astimezone(SHANGHAI))
        # A mail that is sent again keeps its id, by which mailboxes know it for the same.
        mail["Message-ID"] = f"<{message_id}@{self._envelope_sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
        mail.set_content(body, charset="utf-8")
        return mail


def _judged(code: int, what: str) -> Exception:
    if code >= _FIRST_PERMANENT:
        return DeliveryRefused(f"{what} refused with {code}")
    return DeliveryDelayed(f"{what} put off with {code}")

"""Signing in and binding by a QR code: the desktop's side, the phone's scan, and the phone's decision.

Four secrets keep the two sides apart: the desktop polls with one, the code holds another, `state` ties WeChat's answer
to the browser that scanned, and the confirmation to that browser again. Hashes only are stored.
"""

import io
import secrets
from datetime import timedelta
from ipaddress import ip_address
from typing import cast
from uuid import UUID

import segno

from registry_api.accounts.door import enter_account
from registry_api.accounts.entry import token_hash
from registry_api.accounts.throttle import address_limit, reserve
from registry_api.accounts.tickets import TicketGone, peek_ticket
from registry_api.audit.service import record, record_refusal
from registry_api.kit.ids import new_id
from registry_api.kit.problems import InvalidBody, Problem
from registry_api.kit.settings import Settings
from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.wechat import queries
from registry_api.wechat.binding import bind, refuse_second
from registry_api.wechat.demonstration import Demonstration, is_demonstrated
from registry_api.wechat.provider import OfficialAccount, Provider
from registry_api.wechat.schemas import (
    LoginStatus,
    Purpose,
    WechatAuthorisation,
    WechatConfirmation,
    WechatLogin,
    WechatLoginCreate,
    WechatProgress,
)

QR_LIFE = timedelta(minutes=2)
STATE_LIFE = timedelta(minutes=5)
DECISION_LIFE = timedelta(minutes=5)
COLLECTION_LIFE = timedelta(minutes=2)
"""How long the desktop may take to fetch what the phone confirmed."""
HOURLY_STARTS = 600
"""For one address: a hospital's people share theirs, and each code is renewed every two minutes."""
HOURLY_SCANS = 600
"""Phones of a whole city may share an address of their carrier."""


class WechatOff(Problem):
    """This installation has no official account."""

    status, code = 409, "wechat_off"


def provider_of(settings: Settings) -> Provider:
    """Who tells whose phone it is. Raises WechatOff."""
    if settings.wechat_app_id:
        return OfficialAccount(settings)
    if is_demonstrated(settings):
        return Demonstration(settings)
    raise WechatOff


def is_offered(settings: Settings) -> bool:
    """Whether anybody can sign in with WeChat here."""
    return bool(settings.wechat_app_id) or is_demonstrated(settings)


async def start_login(work: Work, body: WechatLoginCreate) -> WechatLogin:
    """A code for somebody who is not signed in. Raises WechatOff, TooManyRequests, InvalidBody, TicketGone."""
    provider_of(work.system.settings)
    await _count(work, "wechat_login", HOURLY_STARTS)
    if body.purpose == "sign_in":
        return await _start(work, "sign_in", None)
    if body.wechat_binding_ticket is None:
        raise InvalidBody([{"pointer": "/wechat_binding_ticket", "code": "missing"}])
    # Only looked at: a code that nobody scanned in time is renewed while the ticket lives.
    ticket = await peek_ticket(work, "wechat_binding", body.wechat_binding_ticket)
    if ticket.account_id is None or await enter_account(work, ticket.account_id) is None:
        raise TicketGone
    await refuse_second(work, ticket.account_id)
    return await _start(work, "bind", ticket.account_id)


async def start_binding(work: Work, account_id: UUID) -> WechatLogin:
    """A code for the signed-in doctor, who has just shown a proof. Raises WechatOff, WechatAlreadyBound."""
    provider_of(work.system.settings)
    await _count(work, "wechat_login", HOURLY_STARTS)
    await refuse_second(work, account_id)
    return await _start(work, "bind", account_id)


async def _count(work: Work, purpose: str, allowed: int) -> None:
    limit = address_limit(purpose, work.address, allowed, timedelta(hours=1))
    await reserve(work.system, (limit,), work.now)


async def _start(work: Work, purpose: Purpose, account_id: UUID | None) -> WechatLogin:
    login_id, poll_token, scan_token = new_id(), secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    expires_at = work.now + QR_LIFE
    await work.tx.run(
        queries.INSERT_LOGIN,
        id=login_id,
        purpose=purpose,
        status="waiting",
        poll_hash=token_hash(poll_token),
        scan_hash=token_hash(scan_token),
        network=half_hidden(work.address),
        account_id=account_id,
        created_at=work.now,
        expires_at=expires_at,
    )
    # Behind the # nothing reaches a log, a proxy, or a crawler that follows the address.
    url = f"{work.system.settings.origin}/wechat/scan#{scan_token}"
    code = io.BytesIO()
    # With its name space: a portal shows it as a picture of its own, by a data URL.
    segno.make_qr(url, error="m").save(code, kind="svg", scale=4, border=4, omitsize=True, xmldecl=False)
    return WechatLogin(
        id=login_id,
        poll_token=poll_token,
        qr_url=url,
        qr_svg=code.getvalue().decode(),
        expires_at=expires_at,
    )


async def scan(work: Work, scan_token: str) -> tuple[str, WechatAuthorisation]:
    """The phone takes the code: a secret for its browser, and where it goes. Raises TicketGone for a second phone."""
    provider = provider_of(work.system.settings)
    await _count(work, "wechat_scan", HOURLY_SCANS)
    browser, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    found = await work.tx.find(
        queries.SCAN,
        scan_hash=token_hash(scan_token),
        state_hash=token_hash(state),
        browser_hash=token_hash(browser),
        now=work.now,
        until=work.now + STATE_LIFE,
    )
    if found is None:
        raise TicketGone
    return browser, WechatAuthorisation(authorisation_url=provider.authorisation_url(state))


async def read_confirmation(work: Work, confirm_token: str, browser: str | None) -> WechatConfirmation:
    """What the phone's owner is asked, in the browser that scanned. Raises TicketGone."""
    login = await _find_confirmation(work, confirm_token, browser)
    principal = None if login.account_id is None else await enter_account(work, login.account_id)
    if principal is None:
        raise TicketGone
    purpose = cast("Purpose", login.purpose)
    return WechatConfirmation(
        purpose=purpose,
        question=text(f"wechat.question.{purpose}", work.language),
        person=masked_name(principal.name),
        network=login.network or text("wechat.network_unknown", work.language),
        started_at=login.created_at,
    )


async def decide(work: Work, confirm_token: str, browser: str | None, *, confirmed: bool) -> WechatProgress:
    """The phone's owner says yes or no; a binding is made here. Raises TicketGone, WechatBoundElsewhere."""
    login = await _find_confirmation(work, confirm_token, browser)
    principal = None if login.account_id is None else await enter_account(work, login.account_id)
    if principal is None or login.union_sealed is None:
        raise TicketGone
    status: LoginStatus = "confirmed" if confirmed else "refused"
    decided = await work.tx.find(
        queries.DECIDE,
        confirm_hash=token_hash(confirm_token),
        browser_hash=token_hash(browser or ""),
        status=status,
        now=work.now,
        until=work.now + COLLECTION_LIFE,
    )
    if decided is None:
        raise TicketGone
    if not confirmed:
        await record(
            work,
            principal,
            "wechat_login.refused",
            object_type="wechat_login",
            object_id=login.id,
            outcome="refused",
            details={"reason": "by_owner", "purpose": login.purpose},
        )
    elif login.purpose == "bind":
        await bind(work, principal, login)
    return progress(work, status)


async def _find_confirmation(work: Work, confirm_token: str, browser: str | None) -> queries.LoginRow:
    login = await work.tx.find(
        queries.FIND_CONFIRMATION,
        confirm_hash=token_hash(confirm_token),
        browser_hash=token_hash(browser or ""),
        now=work.now,
    )
    if login is None:
        record_refusal(work, None, "wechat_login.refused", details={"reason": "confirmation"})
        raise TicketGone
    return login


def progress(work: Work, status: LoginStatus) -> WechatProgress:
    """A status with its words."""
    return WechatProgress(status=status, message=text(f"wechat.status.{status}", work.language))


def half_hidden(address: str | None) -> str:
    """`203.0.*.*`; of IPv6 the first two groups, which name the network's owner; empty if unknown."""
    if address is None:
        return ""
    parsed = ip_address(address)
    if parsed.version == 4:
        return ".".join((*address.split(".")[:2], "*", "*"))
    return ":".join((*parsed.exploded.split(":")[:2], "*"))


def masked_name(name: str) -> str:
    """The first character and stars: whoever holds the phone and owns the account knows the rest."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 3)

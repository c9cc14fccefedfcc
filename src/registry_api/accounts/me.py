"""The signed-in account as its owner sees it: masked, and with what to do next."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists, select

from registry_api.accounts.models import Account
from registry_api.accounts.principals import AuthorityStaff, Doctor, InstitutionStaff, Principal
from registry_api.accounts.schemas import Account as AccountRead
from registry_api.accounts.schemas import Me, NextStep, Office
from registry_api.kit.db import Statement
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_code, mask_email, mask_id_number, mask_phone
from registry_api.practitioners.models import Qualification
from registry_api.wechat.models import WechatBinding


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    login_name: str
    id_number_sealed: bytes | None
    phone_sealed: bytes | None
    phone_verified: bool
    email_sealed: bytes | None
    email_verified: bool
    wechat_bound: bool
    qualification_id: UUID | None
    certificate_number_sealed: bytes | None


_newest = (
    select(Qualification.id, Qualification.certificate_number_sealed)
    .where(Qualification.practitioner_id == Account.practitioner_id, Account.activated_at.is_not(None))
    .order_by(Qualification.issued_on.desc(), Qualification.id.desc())
    .limit(1)
    .lateral("newest")
)
_GET = Statement(
    select(
        Account.id,
        Account.login_name,
        Account.id_number_sealed,
        Account.phone_sealed,
        Account.phone_verified_at.is_not(None),
        Account.email_sealed,
        Account.email_verified_at.is_not(None),
        exists().where(WechatBinding.account_id == Account.id, WechatBinding.removed_at.is_(None)),
        _newest.c.id,
        _newest.c.certificate_number_sealed,
    )
    .outerjoin(_newest, Account.id.is_not(None))
    .where(Account.id == bindparam("account_id")),
    _Row,
)


async def read_me(work: Work, principal: Principal) -> Me:
    """The signed-in account, masked, and its next step."""
    row = await work.tx.find(_GET, account_id=principal.account_id)
    return Me(
        account=AccountRead(
            id=principal.account_id,
            realm=principal.realm,
            role=principal.role,
            login_name=row.login_name if row else "",
            name=principal.name,
            office=_office(principal),
            **(_contacts(work, row) if row else _NOTHING),
        ),
        next_step=_next_step(principal, phone_verified=row is not None and row.phone_verified),
        certificate_number_masked=_certificate(work, row) if row else None,
    )


_NOTHING: dict[str, Any] = {
    "id_number_masked": None,
    "phone_masked": None,
    "phone_verified": False,
    "email_masked": None,
    "email_verified": False,
    "wechat_bound": False,
}
"""Of a program: it has no row in `account`."""


def _contacts(work: Work, row: _Row) -> dict[str, Any]:
    opened = work.system.sealer.open_text
    return {
        "id_number_masked": row.id_number_sealed
        and mask_id_number(opened(row.id_number_sealed, "account.id_number", row.id)),
        "phone_masked": row.phone_sealed and mask_phone(opened(row.phone_sealed, "account.phone", row.id)),
        "phone_verified": row.phone_verified,
        "email_masked": row.email_sealed and mask_email(opened(row.email_sealed, "account.email", row.id)),
        "email_verified": row.email_verified,
        "wechat_bound": row.wechat_bound,
    }


def _certificate(work: Work, row: _Row) -> str | None:
    if row.certificate_number_sealed is None or row.qualification_id is None:
        return None
    place = "qualification.certificate_number"
    return mask_code(work.system.sealer.open_text(row.certificate_number_sealed, place, row.qualification_id))


def _next_step(principal: Principal, *, phone_verified: bool) -> NextStep | None:
    """In the manual's order (账户激活); who got a new phone from an office verifies it although activated."""
    if not isinstance(principal, Doctor):
        return None
    if principal.practitioner_id is None:
        return "verify_identity"
    if not phone_verified:
        return "verify_phone"
    return None if principal.activated else "activate"


def _office(principal: Principal) -> Office | None:
    if isinstance(principal, InstitutionStaff):
        return Office(id=principal.institution_id, name=principal.office)
    if isinstance(principal, AuthorityStaff):
        return Office(id=principal.authority_id, name=principal.office)
    return None

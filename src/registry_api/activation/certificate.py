"""账户激活: who knows the number of the own certificate may apply from then on."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid, bindparam, column, delete, func, select, update

from registry_api.accounts.models import Account
from registry_api.accounts.principals import Doctor
from registry_api.accounts.reach import get_owner
from registry_api.accounts.throttle import Limit, reserve
from registry_api.activation.identity import enter_again
from registry_api.activation.models import QualificationWatch
from registry_api.activation.schemas import Activation
from registry_api.audit.service import record, record_refusal
from registry_api.contacts.phone import PhoneNotVerified
from registry_api.kit.db import Statement, unread
from registry_api.kit.problems import Problem
from registry_api.kit.work import Work
from registry_api.practitioners.identity import normalise_certificate

A_DAY = 5


class IdentityNotVerified(Problem):
    """The person is not matched with the register yet."""

    status, code = 409, "identity_not_verified"


class AlreadyActivated(Problem):
    """There is nothing to activate."""

    status, code = 409, "already_activated"


class CertificateNotFound(Problem):
    """The register has no such number, as yet; a watch tells when it arrives."""

    status, code = 422, "certificate_not_found"


class CertificateNotYours(Problem):
    """The number belongs to somebody else."""

    status, code = 409, "certificate_not_yours"


class CertificateRevoked(Problem):
    """The certificate is the doctor's own, and void."""

    status, code = 409, "certificate_revoked"


@dataclass(frozen=True, slots=True)
class _Match:
    qualification_id: UUID
    status: str
    own: bool


_MATCH = Statement(
    select(column("qualification_id"), column("status"), column("own")).select_from(
        func.match_certificate(
            bindparam("account_id", type_=Uuid), bindparam("certificate", type_=LargeBinary)
        ).table_valued("qualification_id", "status", "own")
    ),
    _Match,
)
_ACTIVATE = Statement(
    update(Account)
    .where(Account.id == bindparam("account_id"), Account.activated_at.is_(None))
    .values(activated_at=bindparam("now")),
    unread,
)
_END_WATCHES = Statement(
    delete(QualificationWatch).where(QualificationWatch.account_id == bindparam("account_id")), unread
)


async def activate(work: Work, doctor: Doctor, body: Activation) -> Doctor:
    """Activates the account; five tries a day, each counted before it is looked at.

    A certificate belongs to one person of the register, who is linked with one account at most, so nobody else can
    have used it. Raises AlreadyActivated, IdentityNotVerified, PhoneNotVerified, TooManyRequests, CertificateNotFound,
    CertificateNotYours or CertificateRevoked.
    """
    if doctor.activated:
        raise AlreadyActivated
    if doctor.practitioner_id is None:
        raise IdentityNotVerified
    if (await get_owner(work, doctor.account_id)).verified_phone is None:
        raise PhoneNotVerified
    limit = Limit(f"activation/{doctor.account_id}", A_DAY, timedelta(days=1))
    await reserve(work.system, (limit,), work.now)
    found = await work.tx.find(
        _MATCH, account_id=doctor.account_id, certificate=certificate_index(work, body.qualification_code)
    )
    refusal = _refusal(found)
    if refusal is not None:
        record_refusal(
            work,
            doctor,
            "account.activation_refused",
            object_type="account",
            object_id=doctor.account_id,
            details={"code": refusal.code},
        )
        raise refusal
    if not await work.tx.run(_ACTIVATE, account_id=doctor.account_id, now=work.now):
        raise AlreadyActivated
    await work.tx.run(_END_WATCHES, account_id=doctor.account_id)
    await record(work, doctor, "account.activated", object_type="account", object_id=doctor.account_id)
    return await enter_again(work, doctor)


def _refusal(found: _Match | None) -> Problem | None:
    if found is None:
        return CertificateNotFound()
    if not found.own:
        return CertificateNotYours()
    return None if found.status == "valid" else CertificateRevoked()


def certificate_index(work: Work, typed: str) -> bytes:
    """The blind index of a certificate number as it was typed."""
    return work.system.blind_index.of("qualification_number", normalise_certificate(typed))

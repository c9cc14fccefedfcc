""" "Tell me when my certificate arrives in the register": entered by the doctor, answered by the worker, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from registry_api.accounts.models import Account
from registry_api.accounts.principals import Doctor
from registry_api.accounts.reach import get_owner, tell_owner
from registry_api.accounts.throttle import Limit, reserve
from registry_api.activation.certificate import AlreadyActivated, certificate_index
from registry_api.activation.models import QualificationWatch
from registry_api.activation.schemas import Watch, WatchList
from registry_api.audit.service import record
from registry_api.kit.db import Statement, unread
from registry_api.kit.ids import new_id
from registry_api.kit.problems import NotFound, Problem
from registry_api.kit.work import Work
from registry_api.notices.service import tell_account
from registry_api.practitioners.identity import mask_code, normalise_certificate
from registry_api.practitioners.models import Practitioner, Qualification

ALLOWED = 10
A_DAY = 20
BATCH = 100
_PLACE = "qualification_watch.certificate_number"


class TooManyWatches(Problem):
    """An account waits for ten certificates at most."""

    status, code = 409, "too_many_watches"


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    certificate_number_sealed: bytes
    created_at: datetime
    told_at: datetime | None


_NAMES = ("id", "account_id", "certificate_number_sealed", "certificate_number_index", "created_at")
_INSERT = Statement(
    insert(QualificationWatch)
    .values({name: bindparam(name) for name in _NAMES})
    .on_conflict_do_nothing(
        index_elements=[QualificationWatch.account_id, QualificationWatch.certificate_number_index]
    ),
    unread,
)
_LIST = Statement(
    select(*(getattr(QualificationWatch, name) for name in _Row.__dataclass_fields__))
    .where(QualificationWatch.account_id == bindparam("account_id"))
    .order_by(QualificationWatch.id.desc()),
    _Row,
)
_DELETE = Statement(
    delete(QualificationWatch).where(
        QualificationWatch.id == bindparam("watch_id"),
        QualificationWatch.account_id == bindparam("account_id"),
    ),
    unread,
)
# Only to the certificate's own holder: a watch must not tell which numbers of others there are.
_ARRIVED = Statement(
    select(QualificationWatch.id, QualificationWatch.account_id)
    .join(
        Qualification,
        and_(
            Qualification.certificate_number_index == QualificationWatch.certificate_number_index,
            Qualification.status == "valid",
        ),
    )
    .join(Practitioner, Practitioner.id == Qualification.practitioner_id)
    .join(
        Account,
        and_(
            Account.id == QualificationWatch.account_id,
            Account.id_number_index == Practitioner.id_number_index,
            Account.status == "active",
        ),
    )
    .where(QualificationWatch.told_at.is_(None))
    .order_by(QualificationWatch.id)
    .limit(BATCH)
    .with_for_update(of=QualificationWatch, skip_locked=True),
    lambda watch_id, account_id: (watch_id, account_id),
)
_TOLD = Statement(
    update(QualificationWatch)
    .where(QualificationWatch.id == bindparam("watch_id"))
    .values(told_at=bindparam("now")),
    unread,
)


async def add_watch(work: Work, doctor: Doctor, certificate_number: str) -> Watch:
    """Waits for a certificate; for one that is waited for already, gives that watch. Whether the register has it now
    is not said. Raises AlreadyActivated, TooManyWatches, TooManyRequests."""
    if doctor.activated:
        raise AlreadyActivated
    limit = Limit(f"watch/{doctor.account_id}", A_DAY, timedelta(days=1))
    await reserve(work.system, (limit,), work.now)
    watch_id, number = new_id(), normalise_certificate(certificate_number)
    await work.tx.run(
        _INSERT,
        id=watch_id,
        account_id=doctor.account_id,
        certificate_number_sealed=work.system.sealer.seal(number, _PLACE, watch_id),
        certificate_number_index=certificate_index(work, number),
        created_at=work.now,
    )
    rows = await work.tx.fetch_all(_LIST, account_id=doctor.account_id)
    if len(rows) > ALLOWED:
        raise TooManyWatches(values={"allowed": ALLOWED})
    opened = {
        row.id: work.system.sealer.open_text(row.certificate_number_sealed, _PLACE, row.id) for row in rows
    }
    added = next(row for row in rows if opened[row.id] == number)
    if added.id == watch_id:
        await record(
            work, doctor, "qualification_watch.added", object_type="account", object_id=doctor.account_id
        )
    return _read(work, added)


async def list_watches(work: Work, doctor: Doctor) -> WatchList:
    """What the doctor waits for."""
    rows = await work.tx.fetch_all(_LIST, account_id=doctor.account_id)
    return WatchList(items=[_read(work, row) for row in rows])


async def delete_watch(work: Work, doctor: Doctor, watch_id: UUID) -> None:
    """Waits no longer. Raises NotFound."""
    if not await work.tx.run(_DELETE, watch_id=watch_id, account_id=doctor.account_id):
        raise NotFound


def _read(work: Work, row: _Row) -> Watch:
    number = work.system.sealer.open_text(row.certificate_number_sealed, _PLACE, row.id)
    return Watch(
        id=row.id,
        qualification_code_masked=mask_code(number),
        created_at=row.created_at,
        told_at=row.told_at,
    )


async def tell_arrivals(work: Work) -> int:
    """Tells by notice, SMS and mail whose certificates have arrived, each once; gives how many. The worker's."""
    arrived = await work.tx.fetch_all(_ARRIVED)
    for watch_id, account_id in arrived:
        await work.tx.run(_TOLD, watch_id=watch_id, now=work.now)
        await tell_account(work, account_id, watch_id, "qualification_arrived")
        await tell_owner(work, await get_owner(work, account_id), "qualification_arrived")
    return len(arrived)

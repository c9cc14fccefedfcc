"""Licences follow the register and the photo: what is no longer true ends in the transaction that makes it so.

Nothing is drawn here. Where the person is still to have a licence, the worker issues the next version.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from registry_api.audit.service import Actor, record
from registry_api.kit.storage import StorageUnavailable
from registry_api.kit.work import Work
from registry_api.licences import queries
from registry_api.licences.eligibility import is_eligible
from registry_api.licences.issuing import file_key, issue, photo_lock
from registry_api.licences.problems import RegisterMoved
from registry_api.licences.queries import Current
from registry_api.licences.reading import judge_holding
from registry_api.outbox.service import event
from registry_api.outbox.worker import Event, TryLater

_PAUSE = timedelta(minutes=1)
_STORAGE_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class _Worker:
    """Who issues the next version."""

    realm: str = "system"
    role: str = "system"
    account_id: UUID | None = None
    session_id: UUID | None = None


async def register_changed(work: Work, actor: Actor, registration_id: UUID) -> None:
    """Called whenever something was entered for a registration: ends a licence that says what is no longer so.

    备案, 注销 and a set-aside registration revoke it, and it is claimed anew once the registration is valid again;
    another main institution or authority supersedes it.
    """
    current = await work.tx.find(queries.CURRENT, registration_id=registration_id)
    if current is None:
        return
    if current.registration_status != "valid":
        await _end(work, actor, registration_id, current, "revoked", current.registration_status)
    elif (current.institution_id, current.authority_id) != (
        current.main_institution_id,
        current.registration_authority_id,
    ):
        await _end(work, actor, registration_id, current, "superseded", "changed")


async def photo_changed(work: Work, actor: Actor, registration_id: UUID) -> None:
    """Called when another photo of the holder is approved: the licence with the old one is superseded."""
    await work.tx.run(queries.LOCK_PHOTO, lock=photo_lock(registration_id))
    current = await work.tx.find(queries.CURRENT, registration_id=registration_id)
    if current is not None:
        await _end(work, actor, registration_id, current, "superseded", "photo_changed")


async def supersede(work: Work, registration_id: UUID, reason: str) -> bool:
    """Ends a valid licence so that the worker issues it anew; whether there was one."""
    current = await work.tx.find(queries.CURRENT, registration_id=registration_id)
    if current is None:
        return False
    await _end(work, _Worker(), registration_id, current, "superseded", reason)
    return True


async def _end(
    work: Work, actor: Actor, registration_id: UUID, current: Current, status: str, reason: str
) -> None:
    await work.tx.run(queries.FINISH, licence_id=current.id, new_status=status, now=work.now, reason=reason)
    await record(
        work,
        actor,
        f"licence.{status}",
        object_type="licence",
        object_id=current.id,
        details={"reason": reason},
    )
    if status == "superseded":
        await work.tx.run_together(
            event(work, "licence.renewal_due", {"registration_id": str(registration_id)})
        )
    else:
        await _tell(work, current.practitioner_id, "licence_revoked")


async def renew(work: Work, due: Event) -> None:
    """Issues the version that follows a superseded one; a worker's handler. Raises TryLater."""
    registration_id = UUID(due.payload["registration_id"])
    holding = await work.tx.find(queries.HELD, registration_id=registration_id)
    if holding is None or holding.status != "valid":
        return  # it was revoked meanwhile, and who held it was told so
    if await work.tx.find(queries.VALID_OF, registration_id=registration_id):
        return  # the doctor was quicker
    judged = await judge_holding(work, holding)
    if judged.photo is None or not is_eligible(judged.findings):
        await _tell(work, holding.practitioner_id, "licence_not_renewed")
        return
    try:
        licence_id = await issue(work, holding, judged.photo)
    except RegisterMoved as moved:
        raise TryLater(moved.code, longest=_PAUSE) from moved
    except StorageUnavailable as away:
        raise TryLater("the storage is away", longest=_STORAGE_PAUSE) from away
    await record(work, _Worker(), "licence.issued", object_type="licence", object_id=licence_id)
    await _tell(work, holding.practitioner_id, "licence_renewed")


async def _tell(work: Work, practitioner_id: UUID, notice: str) -> None:
    told = {"practitioner_id": str(practitioner_id), "notice": notice}
    await work.tx.run_together(event(work, "licence.told", told))


async def sweep(work: Work, stored: Event) -> None:
    """Removes a file whose licence never became a row; a worker's handler, an hour after the file was announced.

    Raises TryLater.
    """
    licence_id = UUID(stored.payload["licence_id"])
    if await work.tx.find(queries.EXISTS, licence_id=licence_id) is None:
        try:
            await work.system.storage.delete(file_key(licence_id))
        except StorageUnavailable as away:
            raise TryLater("the storage is away", longest=_STORAGE_PAUSE) from away

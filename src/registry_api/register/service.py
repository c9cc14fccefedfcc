"""Enters decisions into the register. Every effect is one entry, and one application makes at most one."""

from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select

from registry_api.kit.db import Statement
from registry_api.kit.ids import new_id
from registry_api.kit.problems import CONSTRAINTS, NotFound, Problem
from registry_api.kit.work import Work
from registry_api.register import writes
from registry_api.register.ledger import apply, fold
from registry_api.register.models import CERTIFICATE_SEQUENCE, RegisterEntry, Registration
from registry_api.register.state import Entry, LedgerRefused
from registry_api.register.writes import Decision, Whose


class AlreadyRegistered(Problem):
    """The person has a registration that is not ended."""

    status, code = 409, "registration_exists"


class RegisterRefuses(Problem):
    """The entry cannot follow what the register holds now."""

    status, code = 409, "register_refuses"


class LaterEntriesDepend(Problem):
    """What was entered later rests on the entry that is to be set aside."""

    status, code = 409, "later_entries_depend"


CONSTRAINTS["uq_registration_current"] = AlreadyRegistered
CONSTRAINTS["uq_register_entry_application_id"] = RegisterRefuses
CONSTRAINTS["uq_register_entry_reverses_id"] = RegisterRefuses
for _name in ("ex_practice_one_main", "ex_practice_one_per_institution", "ex_standing_one"):
    CONSTRAINTS[_name] = RegisterRefuses


def _uuid(value: UUID) -> UUID:
    return value


def _pair(first: UUID, second: UUID) -> tuple[UUID, UUID]:
    return first, second


_NEXT_NUMBER = Statement(select(CERTIFICATE_SEQUENCE.next_value()), int)
_LOCK = Statement(
    select(Registration.practitioner_id)
    .where(Registration.id == bindparam("registration_id", type_=Uuid))
    .with_for_update(),
    _uuid,
)
_ENTRIES = Statement(
    select(
        RegisterEntry.id,
        RegisterEntry.kind,
        RegisterEntry.effective_on,
        RegisterEntry.details,
        RegisterEntry.reverses_id,
    )
    .where(RegisterEntry.registration_id == bindparam("registration_id", type_=Uuid))
    .order_by(RegisterEntry.id),
    Entry,
)
_OF_APPLICATION = Statement(
    select(RegisterEntry.id, RegisterEntry.registration_id).where(
        RegisterEntry.application_id == bindparam("application_id", type_=Uuid)
    ),
    _pair,
)


async def enter_registration(
    work: Work,
    *,
    practitioner_id: UUID,
    qualification_id: UUID,
    institution_id: UUID,
    authority_id: UUID,
    authority_division: str,
    application_id: UUID,
    recorded_by: UUID,
) -> UUID:
    """Opens a registration with its main practice from today on; gives its id. Raises AlreadyRegistered.

    No national scheme for numbers of 中医（专长）医师执业证书 is published, so the number is this system's own.
    """
    registration_id = new_id()
    serial = await work.tx.get(_NEXT_NUMBER)
    number = f"YSZ{authority_division}{serial:07d}"
    details = {"institution_id": str(institution_id), "authority_id": str(authority_id)}
    entry = Entry(new_id(), "registered", work.today, details)
    ledger = apply(None, entry)
    whose = Whose(registration_id, practitioner_id)
    await work.tx.run_together(
        writes.registration(
            whose,
            ledger,
            qualification_id=qualification_id,
            sealed=work.system.sealer.seal(number, "registration.certificate_number", registration_id),
            blind=work.system.blind_index.of("certificate_number", number),
        ),
        writes.entry(whose, entry, Decision(application_id, recorded_by, work.now)),
        *writes.begins(whose, None, ledger),
    )
    return registration_id


async def hold(work: Work, registration_id: UUID) -> None:
    """Nobody else enters anything for this registration before the transaction ends."""
    await work.tx.find(_LOCK, registration_id=registration_id)


async def enter(
    work: Work,
    *,
    registration_id: UUID,
    kind: str,
    details: dict[str, Any],
    application_id: UUID | None,
    recorded_by: UUID,
) -> None:
    """Enters what happens to a registration from today on; kinds and details as `register.ledger` reads them.

    Ids and days in `details` are text. Raises RegisterRefuses where the entry cannot follow those before it.
    """
    entry = Entry(new_id(), kind, work.today, details)
    await _append(work, registration_id, entry, Decision(application_id, recorded_by, work.now))


async def set_aside(work: Work, *, entry_of_application: UUID, recorded_by: UUID) -> UUID:
    """From today on undoes the effect of an application; gives its registration's id.

    Raises LaterEntriesDepend, RegisterRefuses, and NotFound for an application without an effect.
    """
    found = await work.tx.find(_OF_APPLICATION, application_id=entry_of_application)
    if found is None:
        raise NotFound
    reversed_id, registration_id = found
    entry = Entry(new_id(), "set_aside", work.today, {}, reversed_id)
    await _append(work, registration_id, entry, Decision(None, recorded_by, work.now))
    return registration_id


async def _append(work: Work, registration_id: UUID, entry: Entry, decision: Decision) -> None:
    """The entry, and the differences that it makes to what is held for reading."""
    practitioner_id = await work.tx.find(_LOCK, registration_id=registration_id)
    if practitioner_id is None:
        raise NotFound
    try:
        before = fold(await work.tx.fetch_all(_ENTRIES, registration_id=registration_id))
        after = apply(before, entry)
    except LedgerRefused as refused:
        raise _refusal(refused) from refused
    whose = Whose(registration_id, practitioner_id)
    # What ends makes room for what begins, so it goes first: the exclusion constraints look at each row at once.
    await work.tx.run_together(
        writes.entry(whose, entry, decision), writes.state(whose, after), *writes.ends(before, after)
    )
    if beginnings := writes.begins(whose, before, after):
        await work.tx.run_together(*beginnings)


def _refusal(refused: LedgerRefused) -> Problem:
    return LaterEntriesDepend() if refused.code == "later_entries_depend" else RegisterRefuses()

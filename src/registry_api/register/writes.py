"""The rows of the register as statements: what an entry begins, ends and leaves a registration to be."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, bindparam, func, insert, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from registry_api.kit.db import Statement, Write, unread
from registry_api.kit.ids import new_id
from registry_api.register.models import Practice, RegisterEntry, Registration, Standing
from registry_api.register.state import Entry, Ledger

Values = dict[str, Any]

_REGISTRATION = Statement(
    insert(Registration).values(
        id=bindparam("registration_id"),
        practitioner_id=bindparam("practitioner_id"),
        qualification_id=bindparam("qualification_id"),
        authority_id=bindparam("authority_id"),
        certificate_number_sealed=bindparam("sealed"),
        certificate_number_index=bindparam("blind"),
        status=bindparam("status"),
        status_since=bindparam("registered_on"),
        registered_on=bindparam("registered_on"),
        version=1,
        filed_on=null(),
        filing_institution_id=null(),
    ),
    unread,
)
_ENTRY = Statement(
    insert(RegisterEntry).values(
        id=bindparam("id"),
        registration_id=bindparam("registration_id"),
        practitioner_id=bindparam("practitioner_id"),
        application_id=bindparam("application_id"),
        kind=bindparam("kind"),
        effective_on=bindparam("effective_on"),
        recorded_at=bindparam("recorded_at"),
        recorded_by=bindparam("recorded_by"),
        details=bindparam("details"),
        reverses_id=bindparam("reverses_id"),
    ),
    unread,
)
_STATE = Statement(
    update(Registration)
    .where(Registration.id == bindparam("registration_id", type_=Uuid))
    .values(
        status=bindparam("new_status"),
        status_since=bindparam("new_status_since"),
        authority_id=bindparam("new_authority_id"),
        filed_on=bindparam("new_filed_on"),
        filing_institution_id=bindparam("new_filing_institution_id"),
        version=bindparam("new_version"),
    ),
    unread,
)
_STANDING = Statement(
    insert(Standing).values(
        id=bindparam("id"),
        registration_id=bindparam("registration_id"),
        practitioner_id=bindparam("practitioner_id"),
        entry_id=bindparam("entry_id"),
        status=bindparam("status"),
        valid_from=bindparam("valid_from"),
        ended_on=null(),
    ),
    unread,
)
_END_STANDING = Statement(
    update(Standing)
    .where(Standing.entry_id == bindparam("of_entry", type_=Uuid))
    .values(ended_on=bindparam("new_ended_on", type_=Date)),
    unread,
)


def _rows(*columns: tuple[str, TypeEngine[Any]]) -> Any:
    """Rows given as one array a column, so that one statement serves any number of them."""
    arrays = [bindparam(f"{name}s", type_=ARRAY(kind)) for name, kind in columns]
    return func.unnest(*arrays).table_valued(*(name for name, _ in columns)).render_derived(name="given")


_NEW = _rows(
    ("id", Uuid()),
    ("institution_id", Uuid()),
    ("authority_id", Uuid()),
    ("kind", Text()),
    ("valid_from", Date()),
    ("valid_to", Date()),
)
_PLACES = Statement(
    insert(Practice).from_select(
        [
            "id", "registration_id", "practitioner_id", "entry_id", "institution_id", "authority_id", "kind",
            "valid_from", "valid_to",
        ],
        select(
            _NEW.c.id,
            bindparam("registration_id", type_=Uuid),
            bindparam("practitioner_id", type_=Uuid),
            bindparam("entry_id", type_=Uuid),
            _NEW.c.institution_id,
            _NEW.c.authority_id,
            _NEW.c.kind,
            _NEW.c.valid_from,
            _NEW.c.valid_to,
        ),
    ),
    unread,
)  # fmt: skip
_ENDED = _rows(("entry_id", Uuid()), ("institution_id", Uuid()), ("valid_from", Date()), ("end_kind", Text()))
_END_PLACES = Statement(
    update(Practice)
    .where(
        Practice.entry_id == _ENDED.c.entry_id,
        Practice.institution_id == _ENDED.c.institution_id,
        Practice.valid_from == _ENDED.c.valid_from,
    )
    .values(
        ended_on=bindparam("new_ended_on", type_=Date),
        end_kind=_ENDED.c.end_kind,
        ended_by=bindparam("new_ended_by", type_=Uuid),
    ),
    unread,
)


@dataclass(frozen=True, slots=True)
class Whose:
    """The registration that rows belong to, and its holder."""

    registration_id: UUID
    practitioner_id: UUID

    def values(self) -> Values:
        """Both, as every row has them."""
        return {"registration_id": self.registration_id, "practitioner_id": self.practitioner_id}


@dataclass(frozen=True, slots=True)
class Decision:
    """By whose decision an entry is made, and when it is written."""

    application_id: UUID | None
    recorded_by: UUID
    recorded_at: datetime


def registration(whose: Whose, ledger: Ledger, **given: Any) -> Write:
    """A new registration; `given` is what its entry does not hold: the qualification and the number's two forms."""
    return _REGISTRATION, {
        **whose.values(),
        "authority_id": ledger.authority_id,
        "status": ledger.status,
        "registered_on": ledger.registered_on,
        **given,
    }


def entry(whose: Whose, made: Entry, decision: Decision) -> Write:
    """The entry itself."""
    return _ENTRY, {
        **whose.values(),
        "id": made.id,
        "kind": made.kind,
        "effective_on": made.effective_on,
        "details": dict(made.details),
        "reverses_id": made.reverses_id,
        "application_id": decision.application_id,
        "recorded_by": decision.recorded_by,
        "recorded_at": decision.recorded_at,
    }


def state(whose: Whose, ledger: Ledger) -> Write:
    """What the registration is from now on."""
    return _STATE, {
        "registration_id": whose.registration_id,
        "new_status": ledger.status,
        "new_status_since": ledger.standings[-1].valid_from,
        "new_authority_id": ledger.authority_id,
        "new_filed_on": ledger.filed_on,
        "new_filing_institution_id": ledger.filing_institution_id,
        "new_version": len(ledger.trail),
    }


def ends(before: Ledger, after: Ledger) -> list[Write]:
    """What the last entry ended: places, and the status."""
    made = after.trail[-1].entry
    ended = [new for old, new in zip(before.places, after.places, strict=False) if old != new]
    writes: list[Write] = []
    if ended:
        values = {
            "entry_ids": [place.entry_id for place in ended],
            "institution_ids": [place.institution_id for place in ended],
            "valid_froms": [place.valid_from for place in ended],
            "end_kinds": [place.end_kind for place in ended],
            "new_ended_on": made.effective_on,
            "new_ended_by": made.id,
        }
        writes.append((_END_PLACES, values))
    if len(after.standings) > len(before.standings):
        last = before.standings[-1]
        writes.append((_END_STANDING, {"of_entry": last.entry_id, "new_ended_on": made.effective_on}))
    return writes


def begins(whose: Whose, before: Ledger | None, after: Ledger) -> list[Write]:
    """What the last entry began: places, and the status."""
    places = after.places[len(before.places) if before else 0 :]
    standings = after.standings[len(before.standings) if before else 0 :]
    writes: list[Write] = []
    if places:
        values = {
            "ids": [new_id() for _ in places],
            "institution_ids": [place.institution_id for place in places],
            "authority_ids": [place.authority_id for place in places],
            "kinds": [place.kind for place in places],
            "valid_froms": [place.valid_from for place in places],
            "valid_tos": [place.valid_to for place in places],
            "entry_id": after.trail[-1].entry.id,
        }
        writes.append((_PLACES, {**whose.values(), **values}))
    for standing in standings:
        values = {"entry_id": standing.entry_id, "status": standing.status, "valid_from": standing.valid_from}
        writes.append((_STANDING, {**whose.values(), "id": new_id(), **values}))
    return writes

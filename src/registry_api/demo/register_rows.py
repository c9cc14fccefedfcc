"""Rows of a practice registration: its entries, and what the service's own ledger makes of them."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from registry_api.demo.record import Record
from registry_api.demo.registrations import DemoRegistration
from registry_api.register.ledger import fold
from registry_api.register.state import Entry, Ledger


def add_registration(
    record: Record, registration: DemoRegistration, registration_id: UUID, approved_id: UUID | None
) -> None:
    """The registration, where it allows practice, and its history; `approved_id` is what made it, if kept."""
    recorded = _moments(record, registration)
    entries = [
        Entry(record.chance.id_at(moment), given.kind, given.effective_on, given.details())
        for given, moment in zip(registration.entries, recorded, strict=True)
    ]
    ledger = fold(entries)
    _add_state(record, registration, registration_id, ledger)
    approver = record.clerk.approvers[registration.entries[0].institution.authority.id]
    for position, (entry, moment) in enumerate(zip(entries, recorded, strict=True)):
        decided = approved_id is not None and position == 0
        record.rows["register_entry"].append(
            (
                entry.id,
                registration_id,
                record.person.id,
                approved_id if decided else None,
                entry.kind,
                entry.effective_on,
                moment,
                approver.id if decided else None,
                json.dumps(entry.details),
            )
        )
    _add_periods(record, registration_id, ledger)


def _moments(record: Record, registration: DemoRegistration) -> list[datetime]:
    """When each entry was written: on its day, one after another, since the order of ids is that of entries."""
    moments: list[datetime] = []
    for entry in registration.entries:
        moment = record.chance.office_hour(entry.effective_on)
        moments.append(max(moment, moments[-1] + timedelta(minutes=1)) if moments else moment)
    return moments


def _add_state(record: Record, registration: DemoRegistration, registration_id: UUID, ledger: Ledger) -> None:
    clerk, person = record.clerk, record.person
    number = clerk.practice_certificate_number(person, registration)
    record.rows["registration"].append(
        (
            registration_id,
            person.id,
            person.qualification_id,
            ledger.authority_id,
            clerk.sealer.seal(number, "registration.certificate_number", registration_id),
            clerk.blind_index.of("certificate_number", number),
            ledger.status,
            ledger.standings[-1].valid_from,
            ledger.registered_on,
            len(ledger.trail),
            ledger.filed_on,
            ledger.filing_institution_id,
        )
    )


def _add_periods(record: Record, registration_id: UUID, ledger: Ledger) -> None:
    chance, whose = record.chance, (registration_id, record.person.id)
    for place in ledger.places:
        record.rows["practice"].append(
            (
                chance.id_at(chance.office_hour(place.valid_from)),
                *whose,
                place.entry_id,
                place.institution_id,
                place.authority_id,
                place.kind,
                place.valid_from,
                place.valid_to,
                place.ended_on,
                place.end_kind,
                place.ended_by,
            )
        )
    for standing in ledger.standings:
        record.rows["standing"].append(
            (
                chance.id_at(chance.office_hour(standing.valid_from)),
                *whose,
                standing.entry_id,
                standing.status,
                standing.valid_from,
                standing.ended_on,
            )
        )

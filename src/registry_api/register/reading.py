"""Puts a person's registrations into the words and shapes of the contract."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from registry_api.kit.texts import text
from registry_api.kit.work import Work
from registry_api.practitioners.identity import mask_code
from registry_api.register import queries
from registry_api.register.queries import EntryRow, PlaceRow, RegistrationRow
from registry_api.register.schemas import EntryRead, OnDay, PracticeRead, RegistrationRead, StandingRead
from registry_api.register.state import (
    Standing,
    Status,
    in_force,
    last_day_of_filing,
    place_status,
    status_on,
)

_REASONS = {"filed": "filing_reason", "deregistered": "deregistration_reason"}
"""Under which name the catalogues keep the reasons of an entry."""


@dataclass(frozen=True, slots=True)
class Registers:
    """Everything that the register holds of one person, the latest registration first."""

    registrations: list[RegistrationRow]
    places: dict[UUID, list[PlaceRow]]
    standings: dict[UUID, list[Standing]]
    entries: dict[UUID, list[EntryRow]]


async def registers_of(work: Work, practitioner_id: UUID, reader_id: UUID) -> Registers:
    """Reads the person's rows; whether the caller may see them is decided before.

    `reader_id` is the person or the authority that reads: each may open the cases of its own only.
    """
    scope = {"practitioner_id": practitioner_id}
    places: dict[UUID, list[PlaceRow]] = defaultdict(list)
    for place in await work.tx.fetch_all(queries.PLACES, **scope):
        places[place.registration_id].append(place)
    standings: dict[UUID, list[Standing]] = defaultdict(list)
    for registration_id, standing in await work.tx.fetch_all(queries.STANDINGS, **scope):
        standings[registration_id].append(standing)
    entries: dict[UUID, list[EntryRow]] = defaultdict(list)
    for entry in await work.tx.fetch_all(queries.ENTRIES, **scope, reader_id=reader_id):
        entries[entry.registration_id].append(entry)
    return Registers(await work.tx.fetch_all(queries.REGISTRATIONS, **scope), places, standings, entries)


def read_registrations(work: Work, held: Registers) -> list[RegistrationRead]:
    """Every registration with its places, statuses and history, as they stand today."""
    return [_registration(work, row, held) for row in held.registrations]


def _registration(work: Work, row: RegistrationRow, held: Registers) -> RegistrationRead:
    number = work.system.sealer.open_text(row.certificate_sealed, "registration.certificate_number", row.id)
    filed_until = last_day_of_filing(row.filed_on) if row.filed_on else None
    places = held.places[row.id]
    names = {str(place.place.institution_id): place.institution_name for place in places}
    return RegistrationRead(
        id=row.id,
        certificate_number_masked=mask_code(number),
        status=row.status,
        status_title=text(f"registration_status.{row.status}", work.language),
        status_since=row.status_since,
        registered_on=row.registered_on,
        authority_name=row.authority_name,
        techniques=row.techniques,
        conditions=row.conditions,
        filed_on=row.filed_on,
        filed_until=filed_until,
        filed_days_left=(filed_until - work.today).days if filed_until else None,
        practices=[_practice(work, one, row.status, work.today) for one in places],
        standings=[
            StandingRead(
                status=one.status,
                title=text(f"registration_status.{one.status}", work.language),
                valid_from=one.valid_from,
                ended_on=one.ended_on,
            )
            for one in held.standings[row.id]
        ],
        history=_history(work, held.entries[row.id], names),
    )


def _practice(work: Work, row: PlaceRow, registered: Status, day: date) -> PracticeRead:
    place = row.place
    status = place_status(place, registered, day)
    over = status in ("expired", "ended", "cancelled")
    return PracticeRead(
        id=row.id,
        institution_id=place.institution_id,
        institution_name=row.institution_name,
        address=row.address,
        kind=place.kind,
        valid_from=place.valid_from,
        valid_to=place.valid_to,
        ended_on=place.ended_on,
        status=status,
        status_title=text(f"practice_status.{status}", work.language),
        current=status == "in_force",
        days_left=None if over or place.valid_to is None else (place.valid_to - day).days,
        entry_id=place.entry_id,
    )


def _history(work: Work, entries: list[EntryRow], names: dict[str, str]) -> list[EntryRead]:
    undone = {entry.reverses_id for entry in entries}
    return [
        EntryRead(
            id=entry.id,
            kind=entry.kind,
            title=text(f"register_entry.{entry.kind}", work.language),
            effective_on=entry.effective_on,
            application_id=entry.application_id,
            application_number=entry.application_number,
            institution_name=names.get(entry.details.get("institution_id", "")),
            reason_code=entry.details.get("reason_code"),
            reason=_reason(work, entry),
            set_aside=entry.id in undone,
            reverses_id=entry.reverses_id,
        )
        for entry in entries
    ]


def _reason(work: Work, entry: EntryRow) -> str | None:
    code, reasons = entry.details.get("reason_code"), _REASONS.get(entry.kind)
    return text(f"{reasons}.{code}", work.language) if code and reasons else None


def on_day(work: Work, held: Registers, day: date) -> OnDay:
    """What was so on a day, by the registration that had a status then; the latest if several had."""
    for row in held.registrations:
        standings = held.standings[row.id]
        status = status_on(standings, day)
        if status is None:
            continue
        rows = {id(one.place): one for one in held.places[row.id]}
        places = [
            _practice(work, rows[id(place)], status, day)
            for place in in_force(standings, (one.place for one in held.places[row.id]), day)
        ]
        return OnDay(
            day=day,
            provisional=day > work.today,
            registration_id=row.id,
            status=status,
            status_title=text(f"registration_status.{status}", work.language),
            main=next((one for one in places if one.kind == "main"), None),
            additional=[one for one in places if one.kind == "additional"],
            techniques=row.techniques if status == "valid" else [],
            conditions=row.conditions if status == "valid" else [],
        )
    return OnDay(
        day=day,
        provisional=day > work.today,
        registration_id=None,
        status=None,
        status_title=None,
        main=None,
        additional=[],
        techniques=[],
        conditions=[],
    )

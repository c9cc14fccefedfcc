"""Rows of the tables that hold a doctor's life, with everything personal sealed as the service seals it."""

from uuid import UUID

from registry_api.demo.case_rows import add_case
from registry_api.demo.chance import Chance
from registry_api.demo.lives import DemoDoctor, signs_in
from registry_api.demo.photo_rows import add_photos
from registry_api.demo.proofs import DEVICE_COLUMNS, device_row
from registry_api.demo.record import Clerk, Record, Rows
from registry_api.demo.register_rows import add_registration
from registry_api.demo.registrations import DemoFact
from registry_api.demo.staff import doctor_login_name
from registry_api.practitioners.identity import name_initials

COLUMNS: dict[str, tuple[str, ...]] = {
    "practitioner": (
        "id", "name", "initials", "sex", "id_number_sealed", "id_number_index", "phone_sealed", "created_at",
    ),
    "qualification": (
        "id", "practitioner_id", "certificate_number_sealed", "certificate_number_index", "province_code",
        "issued_on", "techniques", "conditions", "status",
    ),
    "practitioner_fact": (
        "id", "practitioner_id", "kind", "valid_from", "valid_to", "document", "recorded_at",
    ),
    "account": (
        "id", "realm", "role", "login_name", "login_key", "password_hash", "name", "id_number_sealed",
        "id_number_index", "phone_sealed", "phone_index", "phone_verified_at", "practitioner_id", "activated_at",
        "status", "created_at",
    ),
    "known_device": DEVICE_COLUMNS,
    "registration": (
        "id", "practitioner_id", "qualification_id", "authority_id", "certificate_number_sealed",
        "certificate_number_index", "status", "status_since", "registered_on", "version", "filed_on",
        "filing_institution_id",
    ),
    "application": (
        "id", "number", "type", "status", "version", "practitioner_id", "registration_id", "subject_id",
        "institution_id", "authority_id", "applicant_name", "payload", "form_sealed", "endorsed_digest",
        "endorsed_by", "status_since", "act_by", "received_at", "accepted_at", "correction_requested_at",
        "changed_places", "submitted_at", "decided_at", "created_at", "updated_at",
    ),
    "application_step": (
        "id", "application_id", "version", "action", "from_status", "to_status", "actor_id", "actor_role",
        "actor_name", "office", "comment_sealed", "payload_sealed", "checks", "occurred_at",
    ),
    "attachment": (
        "id", "application_id", "practitioner_id", "kind", "status", "storage_key", "content_type", "sha256",
        "size", "width", "height", "advice", "created_at", "decided_at", "decided_by",
    ),
    "register_entry": (
        "id", "registration_id", "practitioner_id", "application_id", "kind", "effective_on", "recorded_at",
        "recorded_by", "details",
    ),
    "practice": (
        "id", "registration_id", "practitioner_id", "entry_id", "institution_id", "authority_id", "kind",
        "valid_from", "valid_to", "ended_on", "end_kind", "ended_by",
    ),
    "standing": (
        "id", "registration_id", "practitioner_id", "entry_id", "status", "valid_from", "ended_on",
    ),
    "photo": (
        "id", "registration_id", "practitioner_id", "application_id", "status", "storage_key", "sha256", "size",
        "width", "height", "advice", "uploaded_at", "decided_at", "decided_by", "institution_id",
    ),
    "notice": ("id", "event_id", "account_id", "application_id", "kind", "values", "created_at", "read_at"),
    "outbox_event": ("id", "kind", "payload", "created_at", "run_at"),
}  # fmt: skip
"""Columns in the order of the tuples below; tables in an order in which every reference is written before."""


def doctor_rows(clerk: Clerk, doctor: DemoDoctor) -> Rows:
    """All rows of one doctor, by table."""
    chance = Chance(clerk.seed, "case", doctor.person.index)
    record = Record(clerk, chance, doctor.person, {table: [] for table in COLUMNS})
    _add_person(record)
    for fact in doctor.facts:
        _add_fact(record, fact)
    if doctor.has_account:
        record.account_id = _add_account(record)
    registration = doctor.registration
    registration_id = None
    if registration is not None:
        registration_id = chance.id_at(chance.office_hour(registration.registered_on))
    approved_id = None
    for position, case in enumerate(doctor.cases):
        effect = registration_id if case.status == "approved" else None
        added = add_case(record, case, position, effect, last=position == len(doctor.cases) - 1)
        approved_id = added if effect else None
    if registration is not None and registration_id is not None:
        add_registration(record, registration, registration_id, approved_id)
        add_photos(record, registration, registration_id, approved_id)
    return record.rows


def _add_fact(record: Record, fact: DemoFact) -> None:
    recorded = record.chance.office_hour(fact.valid_from)
    record.rows["practitioner_fact"].append(
        (
            record.chance.id_at(recorded),
            record.person.id,
            fact.kind,
            fact.valid_from,
            fact.valid_to,
            fact.document,
            recorded,
        )
    )


def _add_person(record: Record) -> None:
    rows, clerk, person = record.rows, record.clerk, record.person
    seal, index = clerk.sealer.seal, clerk.blind_index.of
    rows["practitioner"].append(
        (
            person.id,
            person.name,
            name_initials(person.name),
            person.sex,
            seal(person.id_number, "practitioner.id_number", person.id),
            index("id_number", person.id_number),
            seal(person.phone, "practitioner.phone", person.id),
            person.entered_at,
        )
    )
    rows["qualification"].append(
        (
            person.qualification_id,
            person.id,
            seal(person.certificate_number, "qualification.certificate_number", person.qualification_id),
            index("qualification_number", person.certificate_number),
            person.province,
            person.issued_on,
            person.scope.techniques,
            person.scope.conditions,
            "valid",
        )
    )


def _add_account(record: Record) -> UUID:
    clerk, person = record.clerk, record.person
    created = person.entered_at
    account_id = record.chance.id_at(created)
    login_name = doctor_login_name(person.index)
    record.rows["account"].append(
        (
            account_id,
            "doctor",
            "doctor",
            login_name,
            login_name.casefold(),
            clerk.password_hash,
            person.name,
            clerk.sealer.seal(person.id_number, "account.id_number", account_id),
            clerk.blind_index.of("id_number", person.id_number),
            clerk.sealer.seal(person.phone, "account.phone", account_id),
            clerk.blind_index.of("phone", person.phone),
            created,
            person.id,
            created,
            "active",
            created,
        )
    )
    if signs_in(person.index):
        record.rows["known_device"].append(
            device_row(record.chance, account_id, "doctor", login_name, created)
        )
    return account_id

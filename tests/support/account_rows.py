"""A row in every table that belongs to an account, for the second wall's tests."""

from typing import Any
from uuid import UUID

from registry_api.kit.ids import new_id

# Values that the wall's tests never look at are as short as the constraints allow.
OWN_ROWS = {
    "known_device": "(id, account_id, token_hash, user_agent, created_at, last_seen_at, expires_at)"
    " VALUES ($1, $2, $3, 't', now(), now(), now())",
    "second_factor": "(id, account_id, kind, name, secret_sealed, created_at)"
    " VALUES ($1, $2, 'totp', 't', $3, now())",
    "one_time_ticket": "(id, account_id, kind, token_hash, created_at, expires_at)"
    " VALUES ($1, $2, 'password_reset', $3, now(), now())",
    "verification_code": "(id, account_id, purpose, phone_sealed, code_hash, created_at, expires_at)"
    " VALUES ($1, $2, 'verify_phone', $3, $3, now(), now())",
    "message": "(id, account_id, channel, template, language, to_sealed, created_at, expires_at)"
    " VALUES ($1, $2, 'sms', 't', 'zh-CN', $3, now(), now())",
    "qualification_watch": "(id, account_id, certificate_number_sealed, certificate_number_index, created_at)"
    " VALUES ($1, $2, $3, $3, now())",
    "wechat_binding": "(id, account_id, union_index, union_sealed, created_at) VALUES ($1, $2, $3, $3, now())",
}


async def add_own_rows(connection: Any, account_id: UUID) -> None:
    """One row of each table for the account, and a refresh token of its newest session."""
    for table, values in OWN_ROWS.items():
        row = new_id()
        await connection.execute(
            f"INSERT INTO {table} {values} ON CONFLICT DO NOTHING", row, account_id, row.bytes
        )
    session = await connection.fetchval(
        "SELECT id FROM account_session WHERE account_id = $1 ORDER BY id DESC LIMIT 1", account_id
    )
    if session is not None:
        token = new_id()
        await connection.execute(
            "INSERT INTO refresh_token (id, session_id, account_id, token_hash, created_at, expires_at)"
            " VALUES ($1, $2, $3, $4, now(), now())",
            token,
            session,
            account_id,
            token.bytes,
        )


async def add_announcements(connection: Any, authority_id: UUID) -> None:
    """Announcements that nobody may read: one not published yet, one withdrawn."""
    for published in (False, True):
        await connection.execute(
            "INSERT INTO announcement (id, authority_id, kind, title, body, pinned, published_at, withdrawn_at)"
            " VALUES ($1, $2, 'notice', 'nobody', '', false, CASE WHEN $3 THEN now() END, CASE WHEN $3 THEN now() END)",
            new_id(),
            authority_id,
            published,
        )


async def add_views(connection: Any, applications: list[UUID], viewer: UUID) -> None:
    """That somebody opened each of the applications today."""
    for application in applications:
        await connection.execute(
            "INSERT INTO application_view (id, application_id, account_id, day, viewed_at, office, role)"
            " VALUES ($1, $2, $3, current_date, now(), 't', 't') ON CONFLICT DO NOTHING",
            new_id(),
            application,
            viewer,
        )


async def add_casework(connection: Any, case: Any, foreign: UUID, stranger: UUID) -> None:
    """Notes of both offices and of strange ones, a setting, and a draft of each filer about the person and another."""
    offices = {"institution": case["institution_id"], "authority": case["authority_id"]}
    author = await connection.fetchval("SELECT id FROM account WHERE realm = 'authority' LIMIT 1")
    for realm, office in offices.items():
        strange = await connection.fetchval(f"SELECT id FROM {realm} WHERE id <> $1 LIMIT 1", office)  # noqa: S608
        for application, whose in ((case["id"], office), (case["id"], strange), (foreign, strange)):
            await connection.execute(
                "INSERT INTO application_note (id, application_id, realm, office_id, author_id, author_name,"
                " text_sealed, written_at) VALUES (gen_random_uuid(), $1, $2, $3, $4, 't', '', now())",
                application,
                realm,
                whose,
                author,
            )
    await connection.execute(
        "INSERT INTO authority_setting (id, authority_id, name, value, valid_from, valid_to, document, recorded_at)"
        " VALUES (gen_random_uuid(), $1, gen_random_uuid()::text, 'true', current_date, current_date, 't', now())",
        case["authority_id"],
    )
    for person in (case["practitioner_id"], stranger):
        for filer in ("doctor", "institution", "authority"):
            await connection.execute(
                "INSERT INTO application (id, type, filer, status, version, practitioner_id, subject_id,"
                " institution_id, authority_id, applicant_name, payload, status_since, act_by, updated_at)"
                " VALUES (gen_random_uuid(), 'filing', $2, 'draft', 1, $1, gen_random_uuid(),"
                " $3, $4, '', '{}', now(), current_date, now())",
                person,
                filer,
                offices["institution"],
                offices["authority"],
            )


async def add_facts(connection: Any, persons: tuple[UUID, ...], authority_id: UUID) -> None:
    """A consent of another province and a fact about each person."""
    for person_id in persons:
        await connection.execute(
            "INSERT INTO cross_province_consent (id, practitioner_id, province_code, authority_id,"
            " document, granted_on) VALUES ($1, $2, '110000', $3, 'test', current_date) ON CONFLICT DO NOTHING",
            new_id(),
            person_id,
            authority_id,
        )
        await connection.execute(
            "INSERT INTO practitioner_fact (id, practitioner_id, kind, valid_from, document, recorded_at)"
            " VALUES ($1, $2, 'training', current_date, 'test', now())",
            new_id(),
            person_id,
        )


async def add_licences(connection: Any) -> None:
    """A version that has ended, for every registration of the register."""
    await connection.execute(
        "INSERT INTO licence (id, registration_id, practitioner_id, institution_id, authority_id, number, version,"
        " status, list_id, list_index, claims_sealed, photo_key, photo_sha256, storage_key, sha256, size, issued_at,"
        " ended_at, end_reason)"
        " SELECT gen_random_uuid(), r.id, r.practitioner_id, i.id, r.authority_id, gen_random_uuid()::text,"
        " nextval('licence_list_place') + 1000, 'superseded', 0, currval('licence_list_place'), '', '', '', '', '', 0,"
        " now(), now(), 'changed' FROM registration r, LATERAL (SELECT id FROM institution LIMIT 1) i"
    )


async def add_identity_cases(
    connection: Any, account_id: UUID, institution_id: UUID, authority_id: UUID
) -> None:
    """One case on each desk, about the account, and one about somebody else on another desk."""
    strange = await connection.fetchval(
        "SELECT id FROM account WHERE realm = 'doctor' AND id <> $1 LIMIT 1", account_id
    )
    elsewhere = await connection.fetchval("SELECT id FROM authority WHERE id <> $1 LIMIT 1", authority_id)
    for column, office, owner in (
        ("institution_id", institution_id, account_id),
        ("authority_id", authority_id, account_id),
        ("authority_id", elsewhere, strange),
    ):
        case = new_id()
        await connection.execute(
            f"INSERT INTO identity_case (id, number, kind, status, account_id, person_index, claim_sealed, evidence,"  # noqa: S608
            f" token_hash, {column}, created_at)"
            " VALUES ($1::uuid, ($1::uuid)::text, 'phone_replacement', 'open', $2, $3, $3, '[]', $3, $4, now())",
            case,
            owner,
            case.bytes,
            office,
        )

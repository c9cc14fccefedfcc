"""The second wall, in SQL: what the application's role sees of each table, and that the check would notice a gap."""

from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from registry_api.kit.ids import new_id
from tests.support.scopes import (
    SHOWN_TO_ALL,
    SHOWN_TO_ANYBODY,
    TABLES,
    UNREADABLE,
    Members,
    as_application,
    differences,
    enter,
    undone,
    visible,
)


async def test_every_table_shows_each_realm_exactly_its_own(members: Members, superuser: Any) -> None:
    async with undone(superuser):
        assert await differences(superuser, members) == set()


async def test_nothing_is_seen_without_a_session(members: Members, superuser: Any) -> None:
    async with undone(superuser), as_application(superuser):
        seen = {table for table in TABLES if await visible(superuser, table)}
        assert seen == SHOWN_TO_ANYBODY
        assert await enter(superuser, uuid4(), members.now) is None
        assert await visible(superuser, "application") == set()


async def test_scope_ends_with_its_transaction(members: Members, superuser: Any) -> None:
    async with undone(superuser):
        await superuser.execute("SET LOCAL ROLE registry_app")
        await enter(superuser, members.sessions["authority"], members.now)
        assert await visible(superuser, "application")
    async with undone(superuser):
        await superuser.execute("SET LOCAL ROLE registry_app")
        assert await visible(superuser, "application") == set()


async def test_the_check_notices_a_table_without_row_level_security(members: Members, superuser: Any) -> None:
    for table in sorted(set(TABLES) - UNREADABLE - SHOWN_TO_ALL):
        async with undone(superuser):
            await superuser.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            broken = await differences(superuser, members)
        assert {realm for realm, where in broken if where == table} == set(members.sessions), table


async def test_the_check_notices_each_dropped_and_each_widened_policy(
    members: Members, superuser: Any
) -> None:
    policies = await superuser.fetch(
        "SELECT tablename, policyname FROM pg_policies WHERE cmd IN ('SELECT', 'ALL') AND 'registry_app' = ANY(roles)"
    )
    unnoticed = []
    for table, name in policies:
        for change in (f"DROP POLICY {name} ON {table}", f"ALTER POLICY {name} ON {table} USING (true)"):
            async with undone(superuser):
                await superuser.execute(change)
                shown_anyway = table in SHOWN_TO_ALL and change.startswith("ALTER")
                if not shown_anyway and not await differences(superuser, members):
                    unnoticed.append(change)
    assert len(policies) > 20
    assert unnoticed == []


async def test_every_table_with_rows_of_people_has_row_level_security(superuser: Any) -> None:
    open_tables = await superuser.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND NOT relrowsecurity"
    )
    assert {row["relname"] for row in open_tables} == {
        "alembic_version",
        "attempt_counter",  # hashed keys and counts
        "authority",
        "calendar_day",
        "captcha",  # hashed answers
        "division",
        "institution",
        "spent_proof",
        "wechat_login",  # hashed tokens and states
    }


FOREIGN_WRITES = {
    "application": "UPDATE application SET updated_at = now() WHERE NOT (id = ANY($1)) RETURNING id",
    "application delete": "DELETE FROM application WHERE NOT (id = ANY($1)) RETURNING id",
    "attachment": "UPDATE attachment SET status = 'rejected' WHERE NOT (application_id = ANY($1)) RETURNING id",
    "attachment delete": "DELETE FROM attachment WHERE NOT (application_id = ANY($1)) RETURNING id",
    # An institution decides for its main doctors, application or not; it sees no other institution's practices.
    "photo": "UPDATE photo SET status = status WHERE NOT (practitioner_id = ANY($1)) AND NOT EXISTS (SELECT FROM"
    " practice p WHERE p.registration_id = photo.registration_id AND p.kind = 'main' AND p.ended_on IS NULL)"
    " RETURNING id",
    "registration": "UPDATE registration SET status = status WHERE NOT (practitioner_id = ANY($1)) RETURNING id",
    "practice": "UPDATE practice SET ended_on = ended_on WHERE NOT (practitioner_id = ANY($1)) RETURNING id",
    # Whose practice an office knows, it knows without an application.
    "licence": "UPDATE licence SET status = 'revoked' WHERE NOT (practitioner_id = ANY($1)) AND NOT EXISTS (SELECT FROM"
    " practitioner p WHERE p.id = practitioner_id) RETURNING id",
    "standing": "UPDATE standing SET ended_on = ended_on WHERE NOT (practitioner_id = ANY($1)) RETURNING id",
}


async def test_nobody_changes_a_foreign_application(members: Members, superuser: Any) -> None:
    async with undone(superuser):
        for realm, session in members.sessions.items():
            cases = members.scopes[realm].cases()
            own = [row["id"] for row in await superuser.fetch(cases)]
            persons = await superuser.fetch(
                f"SELECT practitioner_id FROM application WHERE id IN ({cases})"  # noqa: S608 (our own words)
            )
            own += [row["practitioner_id"] for row in persons]
            async with as_application(superuser):
                await enter(superuser, session, members.now)
                for name, statement in FOREIGN_WRITES.items():
                    assert (realm, name, await superuser.fetch(statement, own)) == (realm, name, [])


async def test_only_an_authority_changes_the_register(members: Members, superuser: Any) -> None:
    statement = "UPDATE registration SET status = status WHERE practitioner_id = $1 RETURNING id"
    person = members.scopes["doctor"].practitioner
    async with undone(superuser):
        for realm, session in members.sessions.items():
            async with as_application(superuser):
                await enter(superuser, session, members.now)
                changed = await superuser.fetch(statement, person)
            assert (realm, bool(changed)) == (realm, realm.startswith("authority"))


NEW_ENTRY = (
    "INSERT INTO register_entry (id, registration_id, practitioner_id, kind, effective_on, recorded_at, details)"
    " SELECT gen_random_uuid(), r.id, r.practitioner_id, 'filed', current_date, now(), '{}'"
    " FROM registration r WHERE r.id = $1"
)


async def test_an_authority_enters_only_for_who_has_an_application_with_it(
    members: Members, superuser: Any
) -> None:
    authority = members.scopes["authority"].authority
    async with undone(superuser):
        registrations = await superuser.fetch(
            "SELECT r.id, r.practitioner_id, EXISTS (SELECT 1 FROM application a WHERE a.authority_id = $1"
            " AND a.practitioner_id = r.practitioner_id AND a.status <> 'draft') AS theirs FROM registration r",
            authority,
        )
        for theirs in (True, False):
            chosen, person = next(
                (row["id"], row["practitioner_id"]) for row in registrations if row["theirs"] == theirs
            )
            # Its province lets them practise there, so that the authority sees them all the same.
            await superuser.execute(
                "INSERT INTO cross_province_consent (id, practitioner_id, province_code, authority_id, document,"
                " granted_on) SELECT gen_random_uuid(), $1, left(division_code, 2) || '0000', id, '', current_date"
                " FROM authority WHERE id = $2 ON CONFLICT DO NOTHING",
                person,
                authority,
            )
            async with as_application(superuser):
                await enter(superuser, members.sessions["authority"], members.now)
                if theirs:
                    await superuser.execute(NEW_ENTRY, chosen)
                    continue
                with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                    await superuser.execute(NEW_ENTRY, chosen)


NOTE = (
    "INSERT INTO application_note (id, application_id, realm, office_id, author_id, author_name, text_sealed,"
    " written_at) VALUES (gen_random_uuid(), $1, $2, $3, $4, '', '', now())"
)
SETTING = (
    "INSERT INTO authority_setting (id, authority_id, name, value, valid_from, document, recorded_at)"
    " VALUES (gen_random_uuid(), $1, gen_random_uuid()::text, 'true', current_date, 't', now())"
)
FILED = (
    "INSERT INTO application (id, type, filer, status, version, practitioner_id, registration_id, subject_id,"
    " institution_id, authority_id, applicant_name, payload, status_since, act_by, updated_at)"
    " VALUES (gen_random_uuid(), 'filing', $1, 'draft', 1, $2, $3, $3, $4, $5, '', '{}', now(), current_date, now())"
)


async def test_an_office_notes_settles_and_files_only_for_itself(members: Members, superuser: Any) -> None:
    """Each statement succeeds for whom it is meant, so that it is the policy which refuses the others."""
    person = members.scopes["doctor"].practitioner
    case = await superuser.fetchrow(
        "SELECT id, registration_id, institution_id, authority_id FROM application"
        " WHERE practitioner_id = $1 AND status = 'approved'",
        person,
    )
    other = {
        realm: await superuser.fetchval(f"SELECT id FROM {realm} WHERE id <> $1 LIMIT 1", case[f"{realm}_id"])  # noqa: S608
        for realm in ("institution", "authority")
    }
    about = (person, case["registration_id"])
    for realm, scope in members.scopes.items():
        kind, own = scope.realm, scope.office
        strange = other["institution" if kind == "institution" else "authority"]
        at = (case["institution_id"], case["authority_id"])
        tries = [
            (NOTE, (case["id"], kind, own, scope.account), kind != "doctor"),
            (NOTE, (case["id"], kind, strange, scope.account), False),
            (
                NOTE,
                (case["id"], "authority" if kind == "institution" else "institution", own, scope.account),
                False,
            ),
            (NOTE, (case["id"], kind, own, uuid4()), False),
            (SETTING, (own if kind == "authority" else case["authority_id"],), kind == "authority"),
            (SETTING, (other["authority"],), False),
            (FILED, (kind, *about, *at), True),
            (FILED, ("doctor" if kind != "doctor" else "institution", *about, *at), False),
            (FILED, (kind, *about, other["institution"], other["authority"]), kind == "doctor"),
        ]
        for statement, values, allowed in tries:
            async with undone(superuser), as_application(superuser):
                await enter(superuser, members.sessions[realm], members.now)
                if allowed:
                    await superuser.execute(statement, *values)
                else:
                    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                        await superuser.execute(statement, *values)


async def test_an_institution_reports_only_whom_it_mainly_employs(members: Members, superuser: Any) -> None:
    scope = members.scopes["institution"]
    async with undone(superuser):
        registration = await superuser.fetchrow(
            "SELECT r.id, r.practitioner_id FROM registration r JOIN practice p ON p.registration_id = r.id"
            " WHERE p.kind = 'main' AND p.ended_on IS NULL AND p.institution_id <> $1 LIMIT 1",
            scope.institution,
        )
        authority = await superuser.fetchval(
            "SELECT authority_id FROM institution WHERE id = $1", scope.institution
        )
        async with as_application(superuser):
            await enter(superuser, members.sessions["institution"], members.now)
            values = (
                "institution",
                registration["practitioner_id"],
                registration["id"],
                scope.institution,
                authority,
            )
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await superuser.execute(FILED, *values)


async def test_a_doctor_cannot_enter_an_application_for_somebody_else(
    members: Members, superuser: Any
) -> None:
    async with undone(superuser):
        stranger = await superuser.fetchval(
            "SELECT id FROM practitioner WHERE id <> $1", members.scopes["doctor"].practitioner
        )
        async with as_application(superuser):
            await enter(superuser, members.sessions["doctor"], members.now)
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
                await superuser.execute(
                    "INSERT INTO application (id, type, status, version, practitioner_id, subject_id, applicant_name,"
                    " payload, status_since, act_by, updated_at)"
                    " VALUES ($1, 'registration', 'draft', 1, $2, $2, '', '{}', now(), current_date, now())",
                    new_id(),
                    stranger,
                )


async def test_application_role_owns_nothing_and_passes_no_policy(superuser: Any) -> None:
    role = await superuser.fetchrow("SELECT * FROM pg_roles WHERE rolname = 'registry_app'")
    powers = ("rolsuper", "rolbypassrls", "rolcreaterole", "rolcreatedb", "rolreplication")
    assert [power for power in powers if role[power]] == []
    owned = await superuser.fetchval(
        "SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' AND refobjid = $1", role["oid"]
    )
    member_of = await superuser.fetchval(
        "SELECT count(*) FROM pg_auth_members WHERE member = $1", role["oid"]
    )
    assert (owned, member_of) == (0, 0)


@pytest.mark.parametrize("table", ["audit_event", "application_step", "register_entry"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_application_role_cannot_rewrite_history(superuser: Any, table: str, statement: str) -> None:
    async with undone(superuser), as_application(superuser):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await superuser.execute(statement.format(table))

"""What each realm may see of every table, written down apart from the policies, and how to look as the application."""

# ruff: noqa: S608 (the queries are made of this file's own words and of ids)

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from registry_api.kit.ids import new_id
from tests.support import account_rows
from tests.support.people import Chain
from tests.support.photo_rows import STRANGE_PHOTOS, add_photos, visible_photos

NOTHING = "SELECT id FROM application WHERE false"
PUBLISHED = "SELECT id FROM announcement WHERE published_at IS NOT NULL AND withdrawn_at IS NULL"


@dataclass
class Scope:
    """Whom a session stands for; rendered into the queries that say what they may see."""

    account: UUID
    practitioner: UUID | None = None
    institution: UUID | None = None
    authority: UUID | None = None
    administers: bool = False

    @property
    def office(self) -> UUID | None:
        return self.practitioner or self.institution or self.authority

    @property
    def realm(self) -> str:
        if self.practitioner:
            return "doctor"
        return "institution" if self.institution else "authority"

    def cases(self) -> str:
        """What lies or lay with the office; a draft is its filer's."""
        if self.practitioner:
            whose = f"practitioner_id = '{self.practitioner}'"
        else:
            whose = f"{self.realm}_id = '{self.office}'"
        return f"SELECT id FROM application WHERE {whose} AND (status <> 'draft' OR filer = '{self.realm}')"

    def persons(self) -> str:
        """Who has an application or a practice with the office; with an authority also whom it registered or knows by
        the province's assessment or consent."""
        if self.practitioner:
            return f"'{self.practitioner}'"
        column = "institution_id" if self.institution else "authority_id"
        known = (
            f"SELECT practitioner_id FROM application WHERE id IN ({self.cases()})"
            f" UNION SELECT practitioner_id FROM practice WHERE {column} = '{self.office}'"
        )
        if self.institution:
            return known
        province = f"(SELECT left(division_code, 2) || '0000' FROM authority WHERE id = '{self.authority}')"
        return (
            f"{known} UNION SELECT practitioner_id FROM registration WHERE authority_id = '{self.authority}'"
            f" UNION SELECT practitioner_id FROM qualification WHERE province_code = {province}"
            f" UNION SELECT practitioner_id FROM cross_province_consent WHERE province_code = {province}"
        )

    def staff(self) -> str:
        """Whom an administrator administers: the own office, and what is directly under an authority."""
        if not self.administers:
            return NOTHING
        if self.institution:
            return f"SELECT id FROM account WHERE institution_id = '{self.institution}'"
        return (
            f"SELECT id FROM account WHERE authority_id = '{self.authority}'"
            f" OR authority_id IN (SELECT id FROM authority WHERE superior_id = '{self.authority}')"
            f" OR institution_id IN (SELECT id FROM institution WHERE authority_id = '{self.authority}')"
        )

    def desk(self) -> str:
        if self.practitioner:
            return NOTHING
        column = "institution_id" if self.institution else "authority_id"
        return f"SELECT id FROM identity_case WHERE {column} = '{self.office}'"


def expected(scope: Scope) -> dict[str, str]:
    """What a session may see of each table, written down apart from the policies."""
    own = f"account_id = '{scope.account}'"
    return {
        "account": f"SELECT id FROM account WHERE id = '{scope.account}' OR id IN ({scope.staff()})",
        "account_session": f"SELECT id FROM account_session WHERE {own}",
        "api_client": NOTHING,
        "announcement": PUBLISHED,
        "application": scope.cases(),
        "application_step": f"SELECT id FROM application_step WHERE application_id IN ({scope.cases()})",
        "application_note": f"SELECT id FROM application_note WHERE realm = '{scope.realm}'"
        f" AND office_id = '{scope.office}'",
        "authority_setting": "SELECT id FROM authority_setting",
        "attachment": f"SELECT id FROM attachment WHERE application_id IN ({scope.cases()})",
        "application_view": f"SELECT id FROM application_view WHERE application_id IN ({scope.cases()})"
        if scope.practitioner
        else NOTHING,
        "audit_event": f"SELECT id FROM audit_event WHERE {own}"
        f" OR (object_type = 'account' AND object_id = '{scope.account}')",
        "identity_case": f"SELECT id FROM identity_case WHERE {own} OR id IN ({scope.desk()})",
        "known_device": f"SELECT id FROM known_device WHERE {own}",
        "message": f"SELECT id FROM message WHERE {own}",
        "one_time_ticket": f"SELECT id FROM one_time_ticket WHERE {own} OR account_id IN ({scope.staff()})",
        "qualification_watch": f"SELECT id FROM qualification_watch WHERE {own}",
        "refresh_token": f"SELECT id FROM refresh_token WHERE {own}",
        "second_factor": f"SELECT id FROM second_factor WHERE {own} OR account_id IN ({scope.staff()})",
        "verification_code": f"SELECT id FROM verification_code WHERE {own}",
        "wechat_binding": f"SELECT id FROM wechat_binding WHERE {own}",
        "cross_province_consent": of_persons("cross_province_consent", scope),
        "idempotency_record": f"SELECT id FROM idempotency_record WHERE {own}",
        "notice": f"SELECT id FROM notice WHERE {own}",
        "outbox_event": NOTHING,
        "licence": of_persons("licence", scope),
        "photo": NOTHING if scope.authority else visible_photos(scope.practitioner, scope.institution),
        "practice": of_persons("practice", scope),
        "practitioner": f"SELECT id FROM practitioner WHERE id IN ({scope.persons()})",
        "practitioner_fact": of_persons("practitioner_fact", scope),
        "qualification": of_persons("qualification", scope),
        "register_entry": of_persons("register_entry", scope),
        "registration": of_persons("registration", scope),
        "standing": of_persons("standing", scope),
    }


def of_persons(table: str, scope: Scope) -> str:
    return f"SELECT id FROM {table} WHERE practitioner_id IN ({scope.persons()})"


UNREADABLE = {"api_client", "outbox_event"}
"""Tables that the application's role may not read at all."""
SHOWN_TO_ALL = {"authority_setting"}
"""Tables that every session shows whole."""
SHOWN_TO_ANYBODY = {"announcement"}
"""Tables of which who is not signed in sees as much as everybody else."""
TABLES = sorted(expected(Scope(UUID(int=0), authority=UUID(int=0))))


@dataclass
class Members:
    """One of each realm, with the session by which the database knows them."""

    sessions: dict[str, UUID]
    scopes: dict[str, Scope]
    now: datetime


async def enter(connection: Any, session: UUID, now: datetime) -> Any:
    return await connection.fetchrow("SELECT * FROM enter_session(NULL, $1, NULL, $2)", session, now)


async def visible(connection: Any, table: str) -> set[UUID]:
    try:
        async with connection.transaction():
            return {row["id"] for row in await connection.fetch(f"SELECT id FROM {table}")}
    except asyncpg.InsufficientPrivilegeError:
        assert table in UNREADABLE
        return set()


async def differences(connection: Any, members: Members) -> set[tuple[str, str]]:
    """(realm, table) where what the application's role sees is not exactly what the realm may see."""
    found = set()
    for realm, session in members.sessions.items():
        wanted = {
            table: {row["id"] for row in await connection.fetch(query)}
            for table, query in expected(members.scopes[realm]).items()
        }
        async with as_application(connection):
            assert await enter(connection, session, members.now) is not None
            found |= {(realm, table) for table in wanted if await visible(connection, table) != wanted[table]}
    return found


@asynccontextmanager
async def as_application(connection: Any) -> AsyncIterator[None]:
    """The application's role for a block, in a savepoint that is undone with its scope."""
    undo = connection.transaction()
    await undo.start()
    await connection.execute("SET LOCAL ROLE registry_app")
    try:
        yield
    finally:
        await undo.rollback()


@asynccontextmanager
async def undone(connection: Any) -> AsyncIterator[None]:
    """A transaction that leaves no trace."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def open_session(connection: Any, account_id: UUID, now: datetime) -> None:
    session = new_id()
    await connection.execute(
        "INSERT INTO account_session (id, account_id, token_hash, created_at, last_seen_at, idle_seconds, expires_at,"
        " user_agent) VALUES ($1, $2, $3, $4, $4, 3600, $4::timestamptz + interval '1 hour', 't')",
        session,
        account_id,
        session.bytes,
        now,
    )


@pytest.fixture
async def members(chain: Chain, superuser: Any) -> AsyncIterator[Members]:
    """People of one approved application, with rows of every table that they and strangers own."""
    await chain.advance("approved")
    await chain.cast.work_off()
    case = await superuser.fetchrow("SELECT * FROM application WHERE id = $1", UUID(chain.id))
    logins = {}
    people = {"doctor": chain.doctor, "institution": chain.institution, "authority": chain.handler}
    for realm, person in people.items():
        logins[realm] = UUID((await person.get("/me"))["account"]["id"])
    known = " UNION ".join(
        Scope(logins[one], **{one: case[f"{one}_id"]}).persons() for one in ("institution", "authority")
    )
    # Drafts about the first of them are written below, and make that one known; the other stays unknown.
    stranger, unknown = (
        row["practitioner_id"]
        for row in await superuser.fetch(
            f"SELECT practitioner_id FROM account WHERE practitioner_id NOT IN ({known}) ORDER BY id LIMIT 2"
        )
    )
    persons = (case["practitioner_id"], stranger, unknown)
    await account_rows.add_facts(superuser, persons, case["authority_id"])
    for office in ("institution", "authority"):
        role = f"{office}_administrator"
        logins[role] = await superuser.fetchval(
            f"SELECT id FROM account WHERE {office}_id = $1 AND role = $2 ORDER BY id LIMIT 1",
            case[f"{office}_id"],
            role,
        )
        await open_session(superuser, logins[role], chain.cast.clock.now())
    strange_account = await superuser.fetchval("SELECT id FROM account WHERE practitioner_id = $1", stranger)
    for account_id in (*logins.values(), strange_account):
        await account_rows.add_own_rows(superuser, account_id)
    foreign = await superuser.fetchval(
        "SELECT id FROM application WHERE practitioner_id <> $1 LIMIT 1", case["practitioner_id"]
    )
    await account_rows.add_views(superuser, [case["id"], foreign], logins["institution"])
    await account_rows.add_casework(superuser, case, foreign, stranger)
    await account_rows.add_announcements(superuser, case["authority_id"])
    await account_rows.add_licences(superuser)
    await add_photos(superuser, case["institution_id"])
    await account_rows.add_identity_cases(
        superuser, logins["doctor"], case["institution_id"], case["authority_id"]
    )
    for account_id in logins.values():
        await superuser.execute(
            "INSERT INTO notice (id, event_id, account_id, application_id, kind, values, created_at)"
            " VALUES ($1, $1, $2, $3, 'submit', '{}', now())",
            new_id(),
            account_id,
            UUID(chain.id),
        )
    sessions = {
        realm: await superuser.fetchval(
            "SELECT id FROM account_session WHERE account_id = $1 AND revoked_at IS NULL ORDER BY id DESC LIMIT 1",
            account_id,
        )
        for realm, account_id in logins.items()
    }
    scopes = {
        "doctor": Scope(logins["doctor"], practitioner=case["practitioner_id"]),
        "institution": Scope(logins["institution"], institution=case["institution_id"]),
        "authority": Scope(logins["authority"], authority=case["authority_id"]),
        "institution_administrator": Scope(
            logins["institution_administrator"], institution=case["institution_id"], administers=True
        ),
        "authority_administrator": Scope(
            logins["authority_administrator"], authority=case["authority_id"], administers=True
        ),
    }
    yield Members(sessions, scopes, chain.cast.clock.now())
    # Rows that nobody could read: other tests look at the same desks and accounts.
    for rows in (
        "identity_case WHERE claim_sealed = person_index",
        "notice WHERE event_id = id",
        STRANGE_PHOTOS,
    ):
        await superuser.execute(f"DELETE FROM {rows}")
    await superuser.execute("DELETE FROM announcement WHERE title = 'nobody'")

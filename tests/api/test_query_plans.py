"""Plans of the hot statements as the application's role, with the scope set and the service's planner settings."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from registry_api.applications import list_queries, queries
from registry_api.kit.ids import new_id
from tests.support.scopes import Members, as_application, enter, undone

INDEXES = {
    "institution": "ix_application_institution_id",
    "authority": "ix_application_authority_id",
}
LAST = UUID("ffffffff-ffff-7fff-8fff-ffffffffffff")
LISTS: dict[str, tuple[list_queries.Filters, dict[str, object], str]] = {
    "first page": (list_queries.Filters(), {}, "_id"),
    "deep page": (list_queries.Filters(after=True), {"last_id": LAST}, "_id"),
    "name prefix": (list_queries.Filters(name=True), {"name_from": "王", "name_to": "玌"}, "_name"),
    "name prefix of a status by deadline": (
        list_queries.Filters(status=True, name=True, by_deadline=True),
        {"status": "approved", "name_from": "王", "name_to": "玌"},
        "_name",
    ),
    "what staff began": (list_queries.Filters(filer="institution"), {}, "_filer"),
    "deep page of what staff began": (
        list_queries.Filters(filer="authority", after=True),
        {"last_id": LAST},
        "_filer",
    ),
    "what doctors applied for": (list_queries.Filters(filer="doctor"), {}, "_id"),
    "what doctors applied for by deadline": (
        list_queries.Filters(status=True, filer="doctor", by_deadline=True),
        {"status": "accepted"},
        "_queue",
    ),
    "nobody's cases of a status by deadline": (
        list_queries.Filters(status=True, assignee="nobody", by_deadline=True),
        {"status": "accepted"},
        "_queue",
    ),
    "status queue by deadline": (
        list_queries.Filters(status=True, by_deadline=True),
        {"status": "accepted"},
        "_queue",
    ),
}


async def plan_of(connection: Any, statement: Any, values: dict[str, object]) -> str:
    """The generic plan, as the service's connections use it."""
    await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
    await connection.execute(f"PREPARE planned AS {statement.sql}")
    words = ", ".join("'" + str(value).replace("'", "''") + "'" for value in statement.arguments(values))
    rows = await connection.fetch(f"EXPLAIN EXECUTE planned({words})")
    await connection.execute("DEALLOCATE planned")
    return "\n".join(row[0] for row in rows)


@asynccontextmanager
async def a_large_register(connection: Any) -> AsyncIterator[None]:
    """Twenty thousand decided applications at four institutions, for as long as the block lasts."""
    async with undone(connection):
        await connection.execute(
            "INSERT INTO application (id, number, type, status, version, practitioner_id, subject_id, institution_id,"
            " authority_id, applicant_name, payload, status_since, act_by, updated_at)"
            " SELECT gen_random_uuid(), 'T-' || n, 'registration', 'approved', 1, p.id, p.id, i.id, i.authority_id,"
            " p.name, '{}', now(), current_date, now()"
            " FROM generate_series(1, 20000) n"
            " JOIN LATERAL (SELECT id, name FROM practitioner OFFSET n % 100 LIMIT 1) p ON true"
            " JOIN LATERAL (SELECT id, authority_id FROM institution OFFSET n % 4 LIMIT 1) i ON true"
        )
        await connection.execute("ANALYZE application")
        yield


@pytest.mark.parametrize("realm", ["institution", "authority"])
async def test_lists_use_their_index_under_row_level_security(
    members: Members, superuser: Any, realm: Any
) -> None:
    scope = members.scopes[realm].office
    async with a_large_register(superuser), as_application(superuser):
        await enter(superuser, members.sessions[realm], members.now)
        for name, (filters, values, index) in LISTS.items():
            statement = list_queries.application_page(realm, filters)
            plan = await plan_of(superuser, statement, {"scope": scope, "limit": 21, **values})
            assert f"{INDEXES[realm]}{index}" in plan, f"{name}\n{plan}"
            assert "Seq Scan on application" not in plan, f"{name}\n{plan}"
            if not filters.name:
                # The index gives the order: a page costs what its rows cost, however long the desk is.
                assert "Sort" not in plan, f"{name}\n{plan}"
                assert "Bitmap" not in plan, f"{name}\n{plan}"


@pytest.mark.parametrize("realm", ["institution", "authority"])
async def test_what_somebody_works_on_is_read_by_an_index_of_its_own(
    members: Members, superuser: Any, realm: Any
) -> None:
    scope = members.scopes[realm].office
    filters = list_queries.Filters(status=True, assignee="one", by_deadline=True)
    async with a_large_register(superuser), as_application(superuser):
        await enter(superuser, members.sessions[realm], members.now)
        values: dict[str, object] = {"scope": scope, "status": "accepted", "assignee_id": new_id()}
        page = await plan_of(
            superuser, list_queries.application_page(realm, filters), {**values, "limit": 21}
        )
        everywhere = list_queries.application_count(realm, list_queries.Filters(assignee="one"))
        count = await plan_of(superuser, everywhere, {"scope": scope, "assignee_id": new_id()})
    for plan in (page, count):
        assert "using ix_application_assignee_id on application" in plan, plan


@pytest.mark.parametrize("realm", ["institution", "authority"])
async def test_a_case_is_found_by_its_number_under_row_level_security(
    members: Members, superuser: Any, realm: Any
) -> None:
    scope = members.scopes[realm].office
    numbered = list_queries.Filters(number=True)
    async with a_large_register(superuser), as_application(superuser):
        await enter(superuser, members.sessions[realm], members.now)
        values: dict[str, object] = {"scope": scope, "number": "T-17"}
        page = await plan_of(
            superuser, list_queries.application_page(realm, numbered), {**values, "limit": 21}
        )
        count = await plan_of(superuser, list_queries.application_count(realm, numbered), values)
    for plan in (page, count):
        assert re.search(
            r"Index Scan using uq_application_number on application .*\n +Index Cond: \(number = ", plan
        ), plan


@pytest.mark.parametrize("realm", ["doctor", "institution", "authority"])
async def test_reading_one_uses_the_primary_key_under_row_level_security(
    members: Members, superuser: Any, realm: Any
) -> None:
    scope = members.scopes[realm].office
    async with a_large_register(superuser), as_application(superuser):
        await enter(superuser, members.sessions[realm], members.now)
        values: dict[str, object] = {"application_id": new_id(), "scope": scope}
        plan = await plan_of(superuser, queries.application_detail(realm), values)
    # By its key alone or by office and key together, whichever the planner thinks cheaper: one row either way.
    scan = re.search(r"Index Scan using \w+ on application .*\n +Index Cond: (.*)", plan)
    assert scan is not None, plan
    assert re.search(r"\bid = \$\d", scan[1]), plan
    assert "Seq Scan on application" not in plan, plan


DOOR = {
    "find_account": ("'doctor', $1, ''", ("id_number", "phone", "login_name")),
    "find_device": ("uuid_send(gen_random_uuid()), now()", ()),
    "find_refresh_token": ("uuid_send(gen_random_uuid())", ()),
    "find_passkey": ("uuid_send(gen_random_uuid())", ()),
    "find_wechat_account": ("uuid_send(gen_random_uuid())", ()),
    "take_ticket": ("'wechat_binding', uuid_send(gen_random_uuid()), now()", ()),
    "peek_ticket": ("'wechat_binding', uuid_send(gen_random_uuid()), now()", ()),
    "find_identity_case": ("'SF', uuid_send(gen_random_uuid())", ()),
    "credentials_of": ("gen_random_uuid()", ()),
}
"""What is asked of the database before anybody is signed in, by everybody who comes."""


@pytest.mark.parametrize("function", DOOR)
async def test_whoever_comes_to_the_door_is_found_by_an_index(superuser: Any, function: str) -> None:
    call, ways = DOOR[function]
    read = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
    async with undone(superuser):
        await superuser.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        # The tables of the tests are small: what can use an index has to.
        await superuser.execute("SET LOCAL enable_seqscan = off")
        before = await superuser.fetchval(read)
        for way in ways or (None,):
            arguments = call if way is None else call.replace("$1", f"'{way}'")
            await superuser.execute(f"SELECT * FROM {function}({arguments})")  # noqa: S608
        assert await superuser.fetchval(read) == before, "rows were read though there is none to find"

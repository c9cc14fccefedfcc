"""What is read of a person and how a person is found goes by an index, under row-level security too."""

from typing import Any
from uuid import UUID

import pytest

from registry_api.kit.ids import new_id
from registry_api.register import queries
from tests.api.test_query_plans import plan_of
from tests.support.scopes import Members, as_application, enter, undone

HASH = "\\x00"
BY_INDEX: dict[str, tuple[Any, dict[str, object], tuple[str, ...]]] = {
    "ID number": (queries.BY_ID_NUMBER, {"id_number_index": HASH}, ("uq_practitioner_id_number_index",)),
    "certificate": (
        queries.BY_CERTIFICATE,
        {"qualification_index": HASH, "registration_index": HASH},
        ("uq_qualification_certificate_number_index", "uq_registration_certificate_number_index"),
    ),
    "name": (queries.BY_NAME, {"name": "王一"}, ("ix_practitioner_name",)),
    "person": (queries.PERSON, {"practitioner_id": UUID(int=1)}, ("pk_practitioner",)),
}
OF_PERSON: dict[str, tuple[Any, dict[str, object], str]] = {
    "registration": (queries.REGISTRATIONS, {}, "ix_registration_practitioner_id"),
    "practice": (queries.PLACES, {}, "ix_practice_practitioner_id"),
    "standing": (queries.STANDINGS, {}, "ix_standing_practitioner_id"),
    "register_entry": (
        queries.ENTRIES,
        {"reader_id": UUID(int=1)},
        "ix_register_entry_practitioner_id",
    ),
}


async def indexed_plan(superuser: Any, statement: Any, values: dict[str, object]) -> str:
    """The plan where a table scan is the last resort: the tables of the tests are too small to need an index."""
    await superuser.execute("SET LOCAL enable_seqscan = off")
    return await plan_of(superuser, statement, values)


@pytest.mark.parametrize("name", sorted(BY_INDEX))
async def test_a_person_is_found_by_an_index(members: Members, superuser: Any, name: str) -> None:
    statement, values, indexes = BY_INDEX[name]
    authority = members.scopes["authority"].authority
    async with undone(superuser), as_application(superuser):
        await enter(superuser, members.sessions["authority"], members.now)
        plan = await indexed_plan(superuser, statement, {"authority_id": authority, **values})
    assert [index for index in indexes if index not in plan] == [], plan


@pytest.mark.parametrize("realm", ["doctor", "authority"])
@pytest.mark.parametrize("table", sorted(OF_PERSON))
async def test_a_persons_rows_are_read_by_an_index(
    members: Members, superuser: Any, realm: str, table: str
) -> None:
    statement, more, index = OF_PERSON[table]
    async with undone(superuser), as_application(superuser):
        await enter(superuser, members.sessions[realm], members.now)
        plan = await indexed_plan(superuser, statement, {"practitioner_id": new_id(), **more})
    assert index in plan, plan

"""The second wall round what an authority has settled: the application's role takes back only what is planned."""

from typing import Any

from tests.support.scopes import Members, as_application, enter, undone


async def test_an_authority_takes_back_only_its_own_and_only_what_has_not_begun(
    members: Members, superuser: Any
) -> None:
    own = next(scope.office for scope in members.scopes.values() if scope.realm == "authority")
    strange = await superuser.fetchval("SELECT id FROM authority WHERE id <> $1 LIMIT 1", own)
    for realm, scope in members.scopes.items():
        for owner, days, gone in ((own, 9, 1), (own, 0, 0), (own, -9, 0), (strange, 9, 0)):
            async with undone(superuser):
                name = await superuser.fetchval(
                    "INSERT INTO authority_setting (id, authority_id, name, value, valid_from, document, recorded_at)"
                    " VALUES (gen_random_uuid(), $1, gen_random_uuid()::text, 'true',"
                    " (now() AT TIME ZONE 'Asia/Shanghai')::date + $2::int, 't', now()) RETURNING name",
                    owner,
                    days,
                )
                async with as_application(superuser):
                    await enter(superuser, members.sessions[realm], members.now)
                    done = await superuser.execute("DELETE FROM authority_setting WHERE name = $1", name)
                assert done == f"DELETE {gone if scope.realm == 'authority' else 0}"

"""`registry create-admin`: the first administrator of an authority that nobody is above."""

import asyncio
from typing import Any

import pytest

from registry_api.cli import main
from registry_api.kit.settings import Settings
from tests.support.administrators import new_person
from tests.support.server import environment_of

PROVINCE = "SELECT id, name, division_code FROM authority WHERE superior_id IS NULL ORDER BY id LIMIT 1"


@pytest.fixture
def operator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of somebody who works beside the service."""
    for name, value in environment_of(settings).items():
        if name.startswith("REGISTRY_"):
            monkeypatch.setenv(name, value)


async def run(authority: str, *more: str, **over: Any) -> int:
    person = new_person(**over)
    given = ("--name", person["name"], "--id-number", person["id_number"], "--phone", person["phone"])
    return await asyncio.to_thread(main, ["create-admin", authority, *given, *more])


@pytest.mark.usefixtures("operator")
async def test_the_first_administrator_gets_a_link_and_the_second_needs_confirmation(
    superuser: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = await superuser.fetchrow(PROVINCE)
    code = authority["division_code"]
    former = await superuser.fetch(
        "UPDATE account SET role = 'authority_auditor'"
        " WHERE authority_id = $1 AND role = 'authority_administrator' RETURNING id",
        authority["id"],
    )
    try:
        assert await run(code) == 0
        printed = capsys.readouterr().out
        assert authority["name"] in printed
        assert "/authority/invitation#" in printed

        assert await run(str(authority["id"])) == 1
        assert "--again" in capsys.readouterr().err
        monkeypatch.setattr("builtins.input", lambda _: "no")
        assert await run(code, "--again") == 1
        monkeypatch.setattr("builtins.input", lambda _: code)
        assert await run(code, "--again") == 0
        made = await superuser.fetch(
            "SELECT status, role FROM account WHERE authority_id = $1 AND status = 'invited'", authority["id"]
        )
        assert [tuple(row) for row in made] == [("invited", "authority_administrator")] * 2
    finally:
        await superuser.execute(
            "UPDATE account SET role = 'authority_administrator' WHERE id = ANY($1)",
            [row["id"] for row in former],
        )


@pytest.mark.usefixtures("operator")
async def test_what_an_operator_got_wrong_is_named_and_nothing_is_made(
    superuser: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    authority = await superuser.fetchrow(PROVINCE)
    under = await superuser.fetchval(
        "SELECT id FROM authority WHERE superior_id = $1 ORDER BY id LIMIT 1", authority["id"]
    )
    before = await superuser.fetchval("SELECT count(*) FROM account")
    wrong: tuple[tuple[str, dict[str, str], str], ...] = (
        ("999999", {}, "no authority"),
        (str(under), {}, "has a superior"),
        (str(authority["id"]), {"id_number": "370102198001010001"}, "id_number"),
        (str(authority["id"]), {"phone": "1"}, "phone"),
    )
    for named, over, said in wrong:
        assert await run(named, **over) == 1
        assert said in capsys.readouterr().err
    assert await superuser.fetchval("SELECT count(*) FROM account") == before

"""Whom a province lets practise there though assessed elsewhere, and how it ends."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from registry_api.demo.fresh import draw_doctor, enter_doctor
from registry_api.demo.logins import PoolInstitution, pool_doctor, read_pool
from registry_api.kit.clock import SHANGHAI
from tests.support.administrators import login_of, provincial_login
from tests.support.people import FORM, Cast, Person
from tests.support.problems import codes_at, problem

CONSENTS = "/authority/consents"


@dataclass
class Newcomer:
    """A doctor who would like to practise at an institution of another province."""

    cast: Cast
    person: Person
    name: str
    certificate: str
    home: str
    away: PoolInstitution
    draft: str

    def day(self, days: int = 0) -> str:
        return (self.cast.clock.now().astimezone(SHANGHAI).date() + timedelta(days=days)).isoformat()

    def consent(self, **over: Any) -> dict[str, Any]:
        made = {
            "certificate_number": self.certificate,
            "document": "苏卫函〔2026〕8号",
            "granted_on": self.day(),
        }
        return made | over

    async def failing(self) -> list[str]:
        found = await self.person.get(f"/doctor/applications/{self.draft}")
        return [one["code"] for one in found["checks"] if not one["passed"]]


@pytest.fixture
async def newcomer(cast: Cast) -> Newcomer:
    doctor = draw_doctor()
    await enter_doctor(cast.settings, doctor)
    person = await cast.sign_in(pool_doctor(doctor).login)
    home = doctor.person.province
    pool = read_pool(cast.settings.state_directory).institutions
    away = next(one for one in pool if one.province_code != home)
    created = await person.call(
        "POST",
        "/doctor/applications",
        key=str(uuid4()),
        json={"type": "registration", "payload": {"institution_id": away.id, "form": FORM}},
    )
    return Newcomer(
        cast, person, doctor.person.name, doctor.person.certificate_number, home, away, created.json()["id"]
    )


async def post(person: Person, path: str, body: dict[str, Any]) -> Any:
    return await person.call("POST", path, json=body, key=str(uuid4()))


async def listed(person: Person) -> dict[str, Any]:
    page = await person.get(CONSENTS)
    return {one["id"]: one for one in page["items"]}


async def test_a_province_lets_somebody_in_who_was_assessed_elsewhere(newcomer: Newcomer) -> None:
    assert await newcomer.failing() == ["province_allowed"]
    province = await newcomer.cast.sign_in(provincial_login(newcomer.away, "authority_approver"))
    search = {"certificate_number": newcomer.certificate}
    found = await province.call("POST", "/authority/consent-holders", json=search)
    assert found.json()["practitioner_name"] == newcomer.name
    assert newcomer.certificate not in found.text
    recorded = await post(province, CONSENTS, newcomer.consent())
    assert recorded.status_code == 201, recorded.text
    assert recorded.json()["practitioner_name"] == newcomer.name
    assert await newcomer.failing() == []
    again = await post(province, CONSENTS, newcomer.consent())
    assert problem(again) == (409, "consent_recorded")


async def test_a_consent_is_read_in_its_province_and_by_nobody_else(newcomer: Newcomer) -> None:
    cast, away = newcomer.cast, newcomer.away
    province = await cast.sign_in(provincial_login(away))
    made = (await post(province, CONSENTS, newcomer.consent())).json()
    assert (await listed(province))[made["id"]] == made
    county = await cast.sign_in(away.authority_handler)
    shown = (await listed(county))[made["id"]]
    assert (shown["practitioner_name"], shown["may_withdraw"]) == (newcomer.name, False)
    pool = read_pool(cast.settings.state_directory).institutions
    home = next(one for one in pool if one.province_code == newcomer.home)
    assert made["id"] not in await listed(await cast.sign_in(home.authority_handler))

    first = await province.get(f"{CONSENTS}?limit=1")
    assert [one["id"] for one in first["items"]] == [made["id"]]
    assert problem(await province.call("GET", f"{CONSENTS}?cursor=x")) == (422, "invalid_query")


async def test_a_withdrawn_consent_lets_nobody_in_until_it_is_given_anew(newcomer: Newcomer) -> None:
    province = await newcomer.cast.sign_in(provincial_login(newcomer.away))
    made = (await post(province, CONSENTS, newcomer.consent())).json()
    path = f"{CONSENTS}/{made['id']}/withdrawal"
    letter = {"document": "苏卫函〔2026〕9号", "withdrawn_on": newcomer.day()}
    early = await post(province, path, letter | {"withdrawn_on": newcomer.day(-1)})
    assert codes_at(early, "/withdrawn_on") == ["before_the_consent"]
    late = await post(province, path, letter | {"withdrawn_on": newcomer.day(1)})
    assert codes_at(late, "/withdrawn_on") == ["in_the_future"]

    ended = await post(province, path, letter)
    assert ended.status_code == 200, ended.text
    assert ended.json()["withdrawal_document"] == letter["document"]
    assert await newcomer.failing() == ["province_allowed"]
    assert problem(await post(province, path, letter)) == (409, "consent_withdrawn")
    assert (await listed(province))[made["id"]]["may_withdraw"] is False

    anew = await post(province, CONSENTS, newcomer.consent())
    assert anew.status_code == 201, anew.text
    assert await newcomer.failing() == []
    assert set(await listed(province)) >= {made["id"], anew.json()["id"]}


async def test_only_a_provinces_approver_or_administrator_consents(newcomer: Newcomer) -> None:
    cast, away = newcomer.cast, newcomer.away
    search = {"certificate_number": newcomer.certificate}
    strangers = [
        (login_of(away, "authority_approver"), "not_the_province", "省级"),
        (provincial_login(away, "authority_auditor"), "role_not_allowed", "审批人"),
        (provincial_login(away, "authority_handler"), "role_not_allowed", "审批人"),
    ]
    for login, code, why in strangers:
        reader = await cast.sign_in(login)
        page = await reader.get(CONSENTS)
        assert page["may_record"] is False
        assert why in page["locked"]
        assert problem(await post(reader, CONSENTS, newcomer.consent())) == (403, code)
        assert problem(await post(reader, "/authority/consent-holders", search)) == (403, code)
        path = f"{CONSENTS}/{uuid4()}/withdrawal"
        assert problem(await post(reader, path, {"document": "文", "withdrawn_on": newcomer.day()})) == (
            403,
            code,
        )


async def test_a_consent_names_a_stranger_by_a_known_certificate(newcomer: Newcomer) -> None:
    province = await newcomer.cast.sign_in(provincial_login(newcomer.away))
    at = "/certificate_number"
    unknown = await post(province, CONSENTS, newcomer.consent(certificate_number="000000000000000"))
    assert codes_at(unknown, at) == ["unknown_certificate"]
    future = await post(province, CONSENTS, newcomer.consent(granted_on=newcomer.day(1)))
    assert codes_at(future, "/granted_on") == ["in_the_future"]
    pool = read_pool(newcomer.cast.settings.state_directory).institutions
    home = next(one for one in pool if one.province_code == newcomer.home)
    own = await newcomer.cast.sign_in(provincial_login(home))
    assert codes_at(await post(own, CONSENTS, newcomer.consent()), at) == ["assessed_here"]
    blank = await post(province, CONSENTS, newcomer.consent(document="  "))
    assert problem(blank) == (422, "invalid_body")
    missing = await post(
        province, f"{CONSENTS}/{uuid4()}/withdrawal", {"document": "文", "withdrawn_on": newcomer.day()}
    )
    assert problem(missing) == (404, "not_found")

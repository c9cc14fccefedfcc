"""What may be given as a reason, by whom, and on which article it rests: read by everybody, in both languages."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from registry_api.kit.settings import Settings
from tests.support.people import Person
from tests.support.problems import problem

BOTH = "《医师法》第十七条；《医师执业注册管理办法》第十八条"
ORDER = "《医师执业注册管理办法》第十八条"
DEREGISTRATIONS = {
    "01": ("死亡", BOTH, "IA"),
    "02": ("被宣告失踪", ORDER, "IA"),
    "03": ("受刑事处罚", BOTH, "IA"),
    "04": ("被吊销医师执业证书", BOTH, "A"),
    "05": ("定期考核不合格，再次考核仍不合格", BOTH, "IA"),
    "06": ("连续两个考核周期未参加定期考核", ORDER, "IA"),
    "07": ("中止医师执业活动满二年", BOTH, "DIA"),
    "08": ("身体健康状况不适宜继续执业", ORDER, "DI"),
    "09": ("出借、出租、抵押、转让、涂改执业证书", ORDER, "IA"),
    "10": ("医师资格考试中参与有组织作弊", ORDER, "A"),
    "11": ("本人主动申请", ORDER, "D"),
    "99": ("法律、行政法规规定的其他情形", "《医师法》第十七条", "IA"),
}
FILINGS = {
    "01": "调离",
    "02": "退休",
    "03": "退职",
    "04": "被辞退",
    "05": "被开除",
    "99": "省级以上主管部门规定的其他情形",
}
SIDES = {"D": "doctor", "I": "institution", "A": "authority"}


@pytest.fixture
async def anybody(app: FastAPI, settings: Settings) -> AsyncIterator[Person]:
    """Somebody who never signed in."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=settings.origin) as client:
        yield Person(client, "doctor")


async def reasons(anybody: Person, language: str = "zh-CN", **asked: str) -> dict[str, dict[str, Any]]:
    answer = await anybody.call("GET", "/reasons", params=asked, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return {one["code"]: one for one in answer.json()["items"]}


async def test_each_reason_of_a_deregistration_has_its_words_its_article_and_its_filers(
    anybody: Person,
) -> None:
    found = await reasons(anybody, kind="deregistration")
    assert list(found) == list(DEREGISTRATIONS), "in the order of the regulation"
    for code, (title, basis, filers) in DEREGISTRATIONS.items():
        assert found[code] == {
            "code": code,
            "title": title,
            "legal_basis": basis,
            "filers": sorted(SIDES[side] for side in filers),
        }


async def test_each_reason_of_a_filing_is_everybodys(anybody: Person) -> None:
    found = await reasons(anybody, kind="filing")
    assert {code: one["title"] for code, one in found.items()} == FILINGS
    assert {one["legal_basis"] for one in found.values()} == {"《医师执业注册管理办法》第十九条"}
    assert {tuple(one["filers"]) for one in found.values()} == {("authority", "doctor", "institution")}


async def test_a_refusal_rests_on_a_bar_and_a_return_on_the_photo(anybody: Person) -> None:
    refusals = await reasons(anybody, kind="refusal")
    assert list(refusals) == ["B1", "B2", "B3", "B4", "B5"]
    assert refusals["B3"]["title"] == "被吊销医师执业证书不满二年"
    assert {(one["legal_basis"], *one["filers"]) for one in refusals.values()} == {
        ("《医师法》第十六条", "authority")
    }
    returns = await reasons(anybody, kind="return")
    assert returns["not_white"]["title"] == "照片背景不是白色，请上传白底照片。"
    assert {(one["legal_basis"], *one["filers"]) for one in returns.values()} == {
        ("《医师执业注册管理办法》", "institution")
    }


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("kind", ["filing", "deregistration", "return", "refusal"])
async def test_a_filer_is_told_what_that_side_may_give(anybody: Person, kind: str, side: str) -> None:
    everything = await reasons(anybody, kind=kind)
    mine = await reasons(anybody, kind=kind, filer=SIDES[side])
    assert list(mine) == [code for code, one in everything.items() if SIDES[side] in one["filers"]]
    if kind == "deregistration":
        assert list(mine) == [code for code, (_, _, filers) in DEREGISTRATIONS.items() if side in filers]


@pytest.mark.parametrize("kind", ["filing", "deregistration", "return", "refusal"])
async def test_both_languages_hold_the_same_codes(anybody: Person, kind: str) -> None:
    chinese = await reasons(anybody, kind=kind)
    english = await reasons(anybody, "en", kind=kind)
    assert list(chinese) == list(english)
    for code, one in english.items():
        assert (one["title"] + one["legal_basis"]).isascii(), code
        assert one["filers"] == chinese[code]["filers"]


async def test_an_english_reason_names_law_and_order(anybody: Person) -> None:
    found = await reasons(anybody, "en", kind="deregistration")
    assert (found["01"]["title"], found["01"]["legal_basis"]) == (
        "Death",
        "Physicians Law, Art. 17; Order 13, Art. 18",
    )


@pytest.mark.parametrize("asked", [{}, {"kind": "transfer"}, {"kind": "filing", "filer": "client"}], ids=str)
async def test_an_unknown_kind_or_filer_is_refused(anybody: Person, asked: dict[str, str]) -> None:
    answer = await anybody.call("GET", "/reasons", params=asked)
    assert problem(answer)[0] == 422


async def test_a_cache_may_keep_it_by_language(anybody: Person) -> None:
    answer = await anybody.call("GET", "/reasons", params={"kind": "filing"})
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert answer.headers["vary"] == "Accept-Language"
    assert "set-cookie" not in answer.headers

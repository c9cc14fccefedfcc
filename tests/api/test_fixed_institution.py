"""An institution that has endorsed stays: the portal is told, and the service refuses another one."""

from tests.support.people import Chain
from tests.support.problems import codes_at


async def test_an_endorsed_application_keeps_its_institution(chain: Chain) -> None:
    assert chain.application["fixed_places"] == []
    await chain.take(chain.doctor, "submit")
    await chain.take(chain.institution, "return", "请补充工作经历")
    assert chain.application["fixed_places"] == [], "it has not endorsed yet"
    path = f"/doctor/applications/{chain.id}"
    chain.application = await chain.doctor.get(path)
    await chain.take(chain.doctor, "submit")
    await chain.take(chain.institution, "endorse")
    await chain.take(chain.handler, "request_correction", "请补充考核结果")

    own = await chain.doctor.get(path)
    assert own["fixed_places"] == ["/payload/institution_id"]
    another = next(
        place for place in chain.cast.institutions(chain.place.province_code) if place.id != chain.place.id
    )
    payload = {**own["payload"], "institution_id": another.id}
    refused = await chain.doctor.call("PATCH", path, version=own["version"], json={"payload": payload})
    assert codes_at(refused, "/payload/institution_id") == ["institution_fixed"]

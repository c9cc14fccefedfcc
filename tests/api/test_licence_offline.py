"""A licence as the service hands it out, checked by somebody who has only what the service publishes."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from registry_api.cli import main
from registry_api.kit.clock import SystemClock
from registry_api.kit.key_bundles import encode_ring, make_demonstration_ring, parse_bundles
from registry_api.licences.offline import Outcome, Verdict, judge, read_keys, read_status_list
from registry_api.licences.reasons import Reason
from registry_api.licences.reissuing import Reissued, reissue
from registry_api.licences.tokens import LicenceClaims
from registry_api.worker import open_work
from tests.support.licences import Licensed, decide_photo, upload_photo
from tests.support.server import environment_of
from tests.support.tampering import edited

pytestmark = pytest.mark.usefixtures("fresh_counters")


async def fetched(licensed: Licensed, path: str) -> bytes:
    async with httpx.AsyncClient(
        transport=licensed.doctor.client._transport, base_url=licensed.scene.cast.settings.origin
    ) as anybody:
        answer = await anybody.get(path)
        assert answer.status_code == 200, answer.text
        return answer.content


async def offline(licensed: Licensed, shown: bytes) -> Verdict:
    """The verdict with the keys and the list as they are published now."""
    keys = read_keys(await fetched(licensed, "/.well-known/jwks.json"))
    listed = read_status_list(await fetched(licensed, "/api/v1/licences/status-lists/0"), keys)
    now = licensed.scene.cast.clock.now()
    return await asyncio.to_thread(judge, shown, keys, listed, now=now)


async def newest(licensed: Licensed) -> Verdict:
    """The verdict on the version that followed."""
    licensed.licence = (await licensed.doctor.get("/doctor/licences"))["items"][0]
    return await offline(licensed, await licensed.document())


async def test_the_document_counts_until_the_licence_ends(licensed: Licensed) -> None:
    document, code = await licensed.document(), (await licensed.code()).encode()
    for shown in (document, code):
        found = await offline(licensed, shown)
        assert (found.outcome, found.reasons) == (Outcome.VALID, ())
        assert isinstance(found.claims, LicenceClaims)
        assert found.claims.licence_number == licensed.licence["number"]
    await licensed.scene.effective("filing", {"reason_code": "01"})
    for shown in (document, code):
        assert (await offline(licensed, shown)).outcome is Outcome.REVOKED


async def test_what_a_new_photo_replaced_is_named_and_the_new_document_counts(licensed: Licensed) -> None:
    before = await licensed.document()
    await decide_photo(licensed.scene, await upload_photo(licensed.scene), "approve")
    await licensed.scene.cast.work_off()
    assert (await offline(licensed, before)).outcome is Outcome.SUPERSEDED
    assert (await newest(licensed)).outcome is Outcome.VALID


async def test_an_edited_document_is_named(licensed: Licensed) -> None:
    found = await offline(licensed, edited(await licensed.document(), "page"))
    assert (found.outcome, found.reasons) == (Outcome.REFUSED, (Reason.EDITED,))


async def test_a_code_that_is_shown_counts_offline_for_thirty_seconds(licensed: Licensed) -> None:
    shown = (await licensed.show())["url"].encode()
    assert (await offline(licensed, shown)).outcome is Outcome.SHOWN
    licensed.scene.cast.clock.advance(timedelta(seconds=31))
    assert (await offline(licensed, shown)).outcome is Outcome.EXPIRED


class Ring:
    """The setting of every process, changed as an operator does and put back afterwards."""

    def __init__(self, app: Any) -> None:
        self._systems = (app.state.system, app.state.worker_system)
        self._before = [system.settings for system in self._systems]
        self.value = self._before[0].licence_keys.get_secret_value()

    def set(self, ring: str) -> None:
        for system in self._systems:
            system.settings = system.settings.model_copy(update={"licence_keys": SecretStr(ring)})

    def restore(self) -> None:
        for system, settings in zip(self._systems, self._before, strict=True):
            system.settings = settings


@pytest.fixture
def ring(app: Any) -> Iterator[Ring]:
    made = Ring(app)
    yield made
    made.restore()


async def reissued(licensed: Licensed) -> Reissued:
    return await reissue(licensed.scene.cast.app.state.worker_system, open_work)


async def test_an_operator_renews_what_has_to_be(
    licensed: Licensed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment_of(licensed.scene.cast.settings).items():
        if name.startswith("REGISTRY_"):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("REGISTRY_LICENCE_KEYS", make_demonstration_ring())
    assert await asyncio.to_thread(main, ["renew-licences"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["issued_anew"] == first["valid"] > 0
    assert await asyncio.to_thread(main, ["renew-licences"]) == 0
    assert json.loads(capsys.readouterr().out) == {"valid": 0, "issued_anew": 0}
    assert await licensed.versions() == [(1, "superseded", "reissued")]
    licensed.scene.cast.clock.set(SystemClock().now())  # the command went by the real one
    await licensed.scene.cast.work_off()
    assert (await newest(licensed)).outcome is Outcome.VALID


async def test_a_new_key_leaves_the_licences_of_the_old_one(licensed: Licensed, ring: Ring) -> None:
    document = await licensed.document()
    ring.set(encode_ring([*parse_bundles(make_demonstration_ring()), *parse_bundles(ring.value)]))
    assert (await offline(licensed, document)).outcome is Outcome.VALID
    assert (await licensed.verify(await licensed.code()))["outcome"] == "valid"
    done = await reissued(licensed)
    assert done.valid > 0
    assert done.anew == 0
    assert await licensed.versions() == [(1, "valid", None)]


async def test_what_a_leaked_key_signed_is_refused_and_issued_anew(licensed: Licensed, ring: Ring) -> None:
    document, code = await licensed.document(), await licensed.code()
    ring.set(make_demonstration_ring())
    assert (await offline(licensed, document)).reasons == (Reason.WRONG_KEY,)
    assert (await licensed.verify(code))["outcome"] == "forged"
    done = await reissued(licensed)
    assert done.anew == done.valid > 0
    assert await licensed.versions() == [(1, "superseded", "reissued")]
    await licensed.scene.cast.work_off()
    assert await licensed.versions() == [(2, "valid", None), (1, "superseded", "reissued")]
    assert (await newest(licensed)).outcome is Outcome.VALID
    assert (await reissued(licensed)).anew == 0

"""What goes wrong while a licence is issued: never a row without its file, nor for long a file without its row."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from registry_api.kit.storage import StorageUnavailable
from registry_api.launcher.postgres import free_port
from registry_api.licences.issuing import MOST_WAITING, UNCLAIMED_AFTER
from tests.support.licences import LICENCES, Licensed, claim, decide_photo, upload_photo, verify
from tests.support.people import Person
from tests.support.practising import Scene
from tests.support.problems import problem
from tests.support.server import await_ready, running

pytestmark = pytest.mark.usefixtures("sound")
PATIENCE_SECONDS = 30.0


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not await holds():
        assert time.monotonic() < give_up, "it never came to that"
        await asyncio.sleep(0.02)


def files(scene: Scene) -> set[Path]:
    """Stored licences."""
    return set((scene.cast.settings.storage / "licences").glob("*"))


async def rows(scene: Scene) -> int:
    held = await scene.registration_id()
    count = "SELECT count(*) FROM licence WHERE registration_id::text = $1"
    return int(await scene.superuser.fetchval(count, held))


async def waiting(scene: Scene, number: int = 1) -> None:
    """Until so many claims have stored their file and wait to write their row."""

    async def hold() -> bool:
        count = "SELECT count(*) FROM pg_locks WHERE relation = 'licence'::regclass AND NOT granted"
        return bool(await scene.superuser.fetchval(count) == number)

    await eventually(hold)


@asynccontextmanager
async def no_row_can_be_written(scene: Scene) -> AsyncIterator[None]:
    """Claims stop between their file and their row for as long as the block lasts."""
    lock = scene.superuser.transaction()
    await lock.start()
    await scene.superuser.execute("LOCK TABLE licence IN SHARE MODE")
    try:
        yield
    finally:
        await lock.rollback()


async def sweep(scene: Scene) -> None:
    scene.advance(seconds=(UNCLAIMED_AFTER + timedelta(minutes=1)).total_seconds())
    await scene.cast.work_off()


async def test_a_claim_that_fails_leaves_a_file_that_is_swept(photographed: Scene) -> None:
    scene, doctor = photographed, await photographed.person("doctor")
    held, before = str(await scene.registration_id()), files(scene)
    await scene.superuser.execute("REVOKE INSERT ON licence FROM registry_app")
    try:
        assert (await claim(doctor, held)).status_code == 500
    finally:
        await scene.superuser.execute("GRANT INSERT ON licence TO registry_app")
    (orphan,) = files(scene) - before
    assert await rows(scene) == 0
    claimed = await claim(doctor, held)
    assert claimed.json()["version"] == 1
    await sweep(scene)
    assert not orphan.exists()
    answer = await (await scene.person("doctor")).call("GET", f"{LICENCES}/{claimed.json()['id']}.pdf")
    assert answer.content.startswith(b"%PDF"), "what is named stays"


async def test_a_process_that_is_killed_between_file_and_row_leaves_no_licence(photographed: Scene) -> None:
    scene, doctor = photographed, await photographed.person("doctor")
    held, before = str(await scene.registration_id()), files(scene)
    settings = scene.cast.settings.model_copy(update={"port": free_port()})
    with running(settings, "serve") as child:
        await asyncio.to_thread(await_ready, settings.origin, child, settings.state_directory / "serve.log")
        async with httpx.AsyncClient(base_url=settings.origin, timeout=60) as client:
            elsewhere = Person(client, "doctor", doctor.headers)
            async with no_row_can_be_written(scene):
                asked = asyncio.create_task(claim(elsewhere, held))
                await waiting(scene)
                child.send_signal(signal.SIGKILL)
                with pytest.raises(httpx.TransportError):
                    await asked
    (orphan,) = files(scene) - before
    assert await rows(scene) == 0
    assert (await doctor.get(LICENCES))["items"] == []
    assert (await claim(doctor, held)).json()["version"] == 1
    await sweep(scene)
    assert not orphan.exists()
    assert await rows(scene) == 1


async def test_what_changes_while_a_licence_is_made_is_noticed(photographed: Scene) -> None:
    scene, doctor = photographed, await photographed.person("doctor")
    held = str(await scene.registration_id())
    async with no_row_can_be_written(scene):
        asked = asyncio.create_task(claim(doctor, held))
        await waiting(scene)
        await scene.effective("filing", {"reason_code": "01"})
    assert problem(await asked) == (409, "licence_register_moved")
    assert await rows(scene) == 0


async def test_a_photo_that_is_approved_while_a_licence_is_made_is_noticed(photographed: Scene) -> None:
    scene, doctor = photographed, await photographed.person("doctor")
    held, photo = str(await scene.registration_id()), await upload_photo(scene)
    async with no_row_can_be_written(scene):
        asked = asyncio.create_task(claim(doctor, held))
        await waiting(scene)
        await decide_photo(scene, photo, "approve")
    assert problem(await asked) == (409, "licence_register_moved")
    assert await rows(scene) == 0


async def test_claims_at_the_same_time_make_one_licence_and_only_so_many_wait(photographed: Scene) -> None:
    scene, doctor = photographed, await photographed.person("doctor")
    held = str(await scene.registration_id())
    async with no_row_can_be_written(scene):
        first = [asyncio.create_task(claim(doctor, held)) for _ in range(MOST_WAITING)]
        await waiting(scene, MOST_WAITING)
        busy = await claim(doctor, held)
    assert problem(busy) == (503, "licence_press_busy")
    assert int(busy.headers["retry-after"]) > 0
    answers = await asyncio.gather(*first)
    assert sorted(one.status_code for one in answers) == [201] + [409] * (MOST_WAITING - 1)
    assert {problem(one)[1] for one in answers if one.status_code == 409} == {"licence_register_moved"}
    assert await rows(scene) == 1


async def test_the_same_request_again_gives_the_same_answer(photographed: Scene) -> None:
    doctor, key = await photographed.person("doctor"), str(uuid4())
    body = {"registration_id": str(await photographed.registration_id())}
    answers = [await doctor.call("POST", LICENCES, json=body, key=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"


async def test_a_genuine_code_without_a_licence_is_called_unknown(photographed: Scene) -> None:
    """What a killed process may have handed out nowhere: its signature is ours, and nothing stands behind it."""
    from registry_api.licences.issuing import key_ring  # noqa: PLC0415
    from registry_api.licences.tokens import PresentationClaims, issue_presentation  # noqa: PLC0415

    system, doctor = photographed.cast.app.state.system, await photographed.person("doctor")
    expires_at = system.clock.now().replace(microsecond=0) + timedelta(seconds=30)
    claims = PresentationClaims(system.settings.origin, "DZ00000000000000", 1, b"0" * 16, expires_at)
    learned = await verify(doctor, issue_presentation(claims, key_ring(system).signer))
    assert (learned["outcome"], learned["kind"], learned["holder"]) == ("unknown", "presentation", None)


class Away:
    """A storage that cannot be reached."""

    async def put(self, *_: object) -> None:
        raise StorageUnavailable("away")

    async def get(self, *_: object) -> bytes:
        raise StorageUnavailable("away")

    async def delete(self, *_: object) -> None:
        raise StorageUnavailable("away")


@contextmanager
def storage_away(scene: Scene) -> Iterator[None]:
    """From the service and its worker, for as long as the block lasts."""
    systems = (scene.cast.app.state.system, scene.cast.app.state.worker_system)
    there = [system.storage for system in systems]
    for system in systems:
        system.storage = Away()
    try:
        yield
    finally:
        for system, storage in zip(systems, there, strict=True):
            system.storage = storage


async def test_without_its_storage_nothing_is_issued_and_whoever_scans_is_told_all_but_the_photo(
    licensed: Licensed,
) -> None:
    scene, code = licensed.scene, await licensed.code()
    with storage_away(scene):
        learned = await licensed.verify(code)
        assert (learned["outcome"], learned["holder"]["photo"]) == ("valid", None)
        await scene.effective("filing", {"reason_code": "01"})
        assert (await licensed.verify(code))["outcome"] == "revoked", "nothing that ends waits for a storage"
        await scene.effective("filing_cancellation", {"reason": "返聘"})
        refused = await claim(licensed.doctor, licensed.licence["registration_id"])
        assert problem(refused) == (503, "service_unavailable")
    assert await licensed.versions() == [(1, "revoked", "filed")]
    assert (await licensed.claim())["version"] == 2


async def test_the_next_version_waits_until_the_storage_is_back(licensed: Licensed) -> None:
    scene, there = licensed.scene, licensed.scene.places[1]
    with storage_away(scene):
        await scene.effective("change", {"institution_id": there.id, "reason": "住所迁移"}, place=1)
        await scene.cast.work_off()
        for _ in range(20):
            scene.advance(minutes=10)
            await scene.cast.work_off()
        licensed.doctor = await scene.person("doctor")
        assert await licensed.versions() == [(1, "superseded", "changed")]
    scene.advance(minutes=10)
    await scene.cast.work_off()
    assert [one[:2] for one in await licensed.versions()] == [(2, "valid"), (1, "superseded")]

"""The storage port on a real S3 server, and what the service does while that is away."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from registry_api.kit.ids import new_id
from registry_api.kit.s3_storage import S3Storage
from registry_api.kit.storage import BlobMissing, StorageUnavailable
from registry_api.outbox.worker import Event, TryLater
from registry_api.worker import open_work, remove_file
from tests.support.object_store import BUCKET, ObjectStore
from tests.support.people import Chain, portrait

JPEG = "image/jpeg"


@asynccontextmanager
async def opened(bucket: str, **settings: Any) -> AsyncIterator[S3Storage]:
    storage = S3Storage(bucket, **settings)
    await storage.open()
    yield storage
    await storage.close()


async def test_content_comes_back_as_it_was_and_is_replaced_whole(s3_storage: S3Storage) -> None:
    key = f"photos/{new_id()}"
    content = bytes(range(256)) * 20_000

    await s3_storage.put(key, content, JPEG)
    assert await s3_storage.get(key) == content

    await s3_storage.put(key, b"shorter", JPEG)
    assert await s3_storage.get(key) == b"shorter"


async def test_deleted_content_is_missing_and_deleting_again_is_no_error(s3_storage: S3Storage) -> None:
    key = f"photos/{new_id()}"
    await s3_storage.put(key, b"x", JPEG)

    await s3_storage.delete(key)
    await s3_storage.delete(key)

    with pytest.raises(BlobMissing):
        await s3_storage.get(key)


@pytest.mark.parametrize(
    "key", ["", "../secret", "photos//a", "photos/a.jpg", "Photos/A", "a?b", "照片", "a" * 201]
)
async def test_a_key_that_is_not_ours_is_refused_before_anything_is_sent(
    s3_storage: S3Storage, key: str
) -> None:
    for call in (s3_storage.get(key), s3_storage.put(key, b"x", JPEG), s3_storage.delete(key)):
        with pytest.raises(ValueError, match="key"):
            await call


async def test_a_wrong_set_up_is_a_fault_and_not_a_missing_file(object_store: ObjectStore) -> None:
    async with opened("no-such-bucket", **object_store.settings()) as storage:
        with pytest.raises(StorageUnavailable, match="NoSuchBucket"):
            await storage.get("photos/a")
    async with opened(BUCKET, **object_store.settings(secret_key="another")) as storage:
        for call in (
            storage.get("photos/a"),
            storage.put("photos/a", b"x", JPEG),
            storage.delete("photos/a"),
        ):
            with pytest.raises(StorageUnavailable, match="SignatureDoesNotMatch"):
                await call


async def test_a_server_that_never_answers_costs_the_bounded_time(object_store: ObjectStore) -> None:
    async def listen_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        writer.close()

    silent = await asyncio.start_server(listen_only, "127.0.0.1", 0)
    endpoint = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    async with opened(BUCKET, **object_store.settings(endpoint=endpoint, timeout_seconds=0.3)) as storage:
        for call in (
            storage.get("photos/a"),
            storage.put("photos/a", b"x", JPEG),
            storage.delete("photos/a"),
        ):
            started = time.monotonic()
            with pytest.raises(StorageUnavailable):
                await call
            assert time.monotonic() - started < 3
    silent.close()
    await silent.wait_closed()


async def upload(chain: Chain) -> Any:
    return await chain.doctor.call(
        "POST",
        f"/doctor/applications/{chain.id}/attachments",
        data={"kind": "photo"},
        files={"file": ("p.jpg", portrait(), JPEG)},
        key=str(uuid4()),
    )


async def test_while_the_store_is_away_nothing_is_half_done_and_nothing_is_lost(
    chain: Chain,
    object_store: ObjectStore,
    s3_storage: S3Storage,
    superuser: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = chain.cast.app
    monkeypatch.setattr(app.state.system, "storage", s3_storage)
    monkeypatch.setattr(app.state.worker_system, "storage", s3_storage)
    kept = (await upload(chain)).json()
    count = "SELECT count(*) FROM attachment WHERE application_id = $1"
    before = await superuser.fetchval(count, UUID(chain.id))
    path = f"/doctor/applications/{chain.id}/attachments/{kept['id']}"

    object_store.stop()
    refused = await upload(chain)
    unread = await chain.doctor.call("GET", path)
    async with app.state.worker_system.database.transaction() as tx:
        work = await open_work(app.state.worker_system, tx)
        with pytest.raises(TryLater):
            await remove_file(work, Event(new_id(), "photo.removed", {"storage_key": "photos/a"}, 1))
    await object_store.start()

    for answer in (refused, unread):
        assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert await superuser.fetchval(count, UUID(chain.id)) == before
    assert (await chain.doctor.call("GET", path)).headers["content-type"] == JPEG
    assert (await upload(chain)).status_code == 201

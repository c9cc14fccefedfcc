"""A real S3 server on the loopback address, which can be taken away and brought back."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiobotocore.session import AioSession

from registry_api.kit.s3_storage import S3Storage
from registry_api.launcher import children
from registry_api.launcher.postgres import free_port

ACCESS_KEY, SECRET_KEY, BUCKET = "registry-tests", "secret-of-the-tests", "registry"
_READY_SECONDS = 60.0
_PORTS = ("master.port", "volume.port", "filer.port", "s3.port")


class ObjectStore:
    """SeaweedFS with one bucket; its files outlive `stop`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._child: subprocess.Popen[bytes] | None = None
        self._ports = {name: free_port() for name in _PORTS} | {
            f"{name}.grpc": free_port() for name in _PORTS
        }
        self.endpoint = f"http://127.0.0.1:{self._ports['s3.port']}"

    def settings(self, **changed: Any) -> dict[str, Any]:
        """What S3Storage and the clients of the tests are told."""
        told = {"endpoint": self.endpoint, "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
        return told | {"region": "us-east-1", "addressing": "path", "timeout_seconds": 8.0} | changed

    async def start(self) -> None:
        """Starts it and waits until the bucket is there."""
        identity = {
            "name": "tests",
            "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
            "actions": ["Admin", "Read", "Write", "List"],
        }
        (self._folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
        ports = [f"-{name}={port}" for name, port in self._ports.items()]
        with (self._folder / "weed.log").open("ab") as log:
            self._child = children.start_bound(
                (
                    str(Path(sys.executable).with_name("weed")),
                    "-logtostderr=true",
                    "server",
                    f"-dir={self._folder}",
                    *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", *ports, "-s3", "-s3.iam=false"),
                    *("-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={self._folder / 's3.json'}"),
                    *("-master.telemetry=false", "-master.volumeSizeLimitMB=16", "-volume.max=4"),
                ),
                at_parent_death=signal.SIGKILL,
                environment={"HOME": str(self._folder), "PATH": ""},
                output=log,
            )
        await self._make_bucket()

    async def _make_bucket(self) -> None:
        give_up = time.monotonic() + _READY_SECONDS
        client = AioSession().create_client(
            "s3",
            region_name="us-east-1",
            endpoint_url=self.endpoint,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
        )
        async with client as s3:
            while True:
                try:
                    await s3.create_bucket(Bucket=BUCKET)
                except (s3.exceptions.BucketAlreadyExists, s3.exceptions.BucketAlreadyOwnedByYou):
                    pass
                except Exception:
                    if time.monotonic() > give_up:
                        pytest.fail((self._folder / "weed.log").read_text("utf-8")[-3000:])
                    await asyncio.sleep(0.1)
                    continue
                if await self._takes_a_file(s3):
                    return

    async def _takes_a_file(self, s3: Any) -> bool:
        """The gateway answers before its volumes are there."""
        try:
            await s3.put_object(Bucket=BUCKET, Key="ready", Body=b"ready")
        except Exception:
            await asyncio.sleep(0.1)
            return False
        return True

    def stop(self) -> None:
        """Kills it: what it answered must be there all the same."""
        if self._child is not None:
            children.stop(self._child, ())
            self._child = None


@pytest.fixture(scope="session")
async def object_store(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ObjectStore]:
    """One server for all tests that ask for it."""
    made = ObjectStore(tmp_path_factory.mktemp("objects"))
    await made.start()
    yield made
    made.stop()


@pytest.fixture
async def s3_storage(object_store: ObjectStore) -> AsyncIterator[S3Storage]:
    """The port on that server."""
    made = S3Storage(BUCKET, **object_store.settings())
    await made.open()
    yield made
    await made.close()

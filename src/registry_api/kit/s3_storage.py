"""The storage port on an S3-compatible store, over aiobotocore; the only module that knows it.

A `PutObject` is whole or nothing, durable once it is answered, and seen by every reader from then on (S3's strong
consistency since 2020, which MinIO, SeaweedFS, Ceph and the clouds' own stores promise as well). It is the same
content under the same key however often it is sent, so repeating one whose answer was lost is harmless.
"""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Literal

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore.exceptions import BotoCoreError, ClientError

from registry_api.kit.storage import BlobMissing, StorageUnavailable, check_key

_CONNECT_SECONDS = 2.0
_ATTEMPTS = 3
"""Within the time for all of them; repeated are lost connections, throttling and faults of the store (5xx)."""
_CONNECTIONS = 20


class S3Storage:
    """Blobs as objects of one bucket, which must exist, be private, and should be encrypted at rest.

    `timeout_seconds` bounds a whole exchange, its repetitions included.
    """

    def __init__(
        self,
        bucket: str,
        *,
        endpoint: str | None,
        region: str,
        access_key: str,
        secret_key: str,
        addressing: Literal["path", "virtual"],
        timeout_seconds: float,
    ) -> None:
        self._bucket = bucket
        self._timeout = timeout_seconds
        self._options: dict[str, Any] = {
            "region_name": region,
            "endpoint_url": endpoint,
            "aws_access_key_id": access_key,
            "aws_secret_access_key": secret_key,
            "config": AioConfig(
                connect_timeout=min(_CONNECT_SECONDS, timeout_seconds),
                read_timeout=timeout_seconds,
                max_pool_connections=_CONNECTIONS,
                retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
                # The signature covers the content, on https as well: what arrives is what was sent.
                s3={"addressing_style": addressing, "payload_signing_enabled": True},
                # Trailing checksums are AWS's own; many other stores refuse them. Content-MD5 is known to all.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }
        self._stack = AsyncExitStack()
        self._client: Any = None

    async def open(self) -> None:
        """Read the descriptions of the interface, which takes a third of a second; no connection is made."""
        self._client = await self._stack.enter_async_context(
            AioSession().create_client("s3", **self._options)
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._stack.aclose()

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        """One request; the store compares the digest and refuses what arrives damaged."""
        digest = base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
        async with self._bounded("put"):
            await self._client.put_object(
                Bucket=self._bucket,
                Key=check_key(key),
                Body=content,
                ContentType=content_type,
                ContentMD5=digest,
            )

    async def get(self, key: str) -> bytes:
        """The content under `key`; raises BlobMissing."""
        async with self._bounded("get"):
            answer = await self._client.get_object(Bucket=self._bucket, Key=check_key(key))
            async with answer["Body"] as body:
                content: bytes = await body.read()
        return content

    async def delete(self, key: str) -> None:
        """Remove the content under `key`; S3 answers the same whether there was any."""
        async with self._bounded("delete"):
            await self._client.delete_object(Bucket=self._bucket, Key=check_key(key))

    @asynccontextmanager
    async def _bounded(self, operation: str) -> AsyncIterator[None]:
        """Names what goes wrong: a missing bucket and refused credentials are faults of the set-up."""
        try:
            async with asyncio.timeout(self._timeout):
                yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code == "NoSuchKey":
                raise BlobMissing(operation) from None
            raise StorageUnavailable(f"{operation} refused: {code}") from error
        except (BotoCoreError, OSError) as fault:
            raise StorageUnavailable(f"{operation}: {type(fault).__name__}") from fault

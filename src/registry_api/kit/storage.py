"""Blob storage: a port, and a folder behind it; `kit.s3_storage` is the other side of the port.

Keys are made by the service of ids, never of anything that a caller sent, and content under a key is not changed.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

_KEY = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*")
_LONGEST_KEY = 200


class BlobMissing(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """There is no content under this key."""


class StorageUnavailable(Exception):  # noqa: N818 (as above)
    """The storage is away, full or refuses us, within the time that it has; the log says which. Answered with 503."""


class BlobStorage(Protocol):
    """Where files lie; keys are lower-case letters, digits, hyphens and slashes, else ValueError.

    Whatever goes wrong behind the port raises StorageUnavailable: the request's transaction then rolls back, so that
    at most a file without a row is left, never a row without its file.
    """

    async def open(self) -> None:
        """Get ready, at the start of the process; makes no connection, so that the service starts without it."""

    async def close(self) -> None:
        """Let go of connections, at the end of the process."""

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keep `content` under `key`, all of it or nothing; after the return it outlives a crash of either machine."""

    async def get(self, key: str) -> bytes:
        """The content under `key`, as the last `put` that returned left it; raises BlobMissing."""

    async def delete(self, key: str) -> None:
        """Remove the content under `key`, if there is any."""


def check_key(key: str) -> str:
    """The key itself. Raises ValueError for what no key of ours is."""
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise ValueError("not a storage key")
    return key


class DirectoryStorage:
    """Blobs as files below a folder that only the service's user can read.

    The content type is kept by the row that names the key, so the folder holds content alone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def open(self) -> None:
        """Nothing to get ready: folders are made as they are needed."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def put(self, key: str, content: bytes, content_type: str) -> None:  # noqa: ARG002 (of the port)
        """Write beside the target, flush to disk, then rename: readers see the whole or nothing."""
        path = self._root / check_key(key)
        with _named_faults():
            await asyncio.to_thread(_write, path, content)

    async def get(self, key: str) -> bytes:
        """The content under `key`; raises BlobMissing."""
        path = self._root / check_key(key)
        with _named_faults():
            try:
                return await asyncio.to_thread(path.read_bytes)
            except _ABSENT:
                raise BlobMissing(key) from None

    async def delete(self, key: str) -> None:
        """Remove the content under `key`, if there is any."""
        path = self._root / check_key(key)
        with _named_faults(), suppress(*_ABSENT):
            await asyncio.to_thread(path.unlink)


_ABSENT = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


@contextmanager
def _named_faults() -> Iterator[None]:
    """A full disk, a lost mount, missing rights: a fault of the storage, which is not one of the database."""
    try:
        yield
    except OSError as fault:
        raise StorageUnavailable(f"{type(fault).__name__} {fault.errno}") from fault


def _write(path: Path, content: bytes) -> None:
    missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    # mkstemp creates with mode 0600; its name has a dot, so no key can reach it.
    descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
        raise
    # The rename and new folders last only once their folders are on disk as well.
    for folder in {path.parent, *(folder.parent for folder in missing)}:
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

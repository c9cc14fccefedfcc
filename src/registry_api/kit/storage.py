"""Blob storage: a port, and a folder behind it. Content is immutable; keys are random and tell nothing."""

import asyncio
import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Protocol

_KEY = re.compile(r"[a-z0-9-]+(?:/[a-z0-9-]+)*")
_LONGEST_KEY = 200


class BlobMissing(Exception):  # noqa: N818 (errors of rules are named after what happened)
    """There is no content under this key."""


class BlobStorage(Protocol):
    """Where files lie; keys are lower-case letters, digits, hyphens and slashes, else ValueError."""

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keep `content` durably under `key`, all of it or nothing."""

    async def get(self, key: str) -> bytes:
        """The content under `key`; raises BlobMissing."""

    async def delete(self, key: str) -> None:
        """Remove the content under `key`, if there is any."""


class DirectoryStorage:
    """Blobs as files below a folder that only the service's user can read.

    The content type is kept by the row that names the key, so the folder holds content alone.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    async def put(self, key: str, content: bytes, content_type: str) -> None:  # noqa: ARG002 (of the port)
        """Write beside the target, flush to disk, then rename: readers see the whole or nothing."""
        await asyncio.to_thread(_write, self._path(key), content)

    async def get(self, key: str) -> bytes:
        """The content under `key`; raises BlobMissing."""
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise BlobMissing(key) from None

    async def delete(self, key: str) -> None:
        """Remove the content under `key`, if there is any."""
        with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
            await asyncio.to_thread(self._path(key).unlink)

    def _path(self, key: str) -> Path:
        if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
            raise ValueError("not a storage key")
        return self._root / key


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

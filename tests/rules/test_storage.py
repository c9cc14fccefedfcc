"""The folder behind the storage port: whole files or none, private, and no way out of it."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from registry_api.kit.ids import new_id
from registry_api.kit.storage import BlobMissing, BlobStorage, DirectoryStorage, StorageUnavailable

JPEG = "image/jpeg"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "state" / "storage"


@pytest.fixture
def storage(root: Path) -> BlobStorage:
    return DirectoryStorage(root)


def files_below(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


async def test_content_comes_back_as_it_was(storage: BlobStorage) -> None:
    key = f"photos/{new_id()}"
    content = bytes(range(256)) * 100

    await storage.put(key, content, JPEG)

    assert await storage.get(key) == content


async def test_putting_again_replaces_the_whole(storage: BlobStorage, root: Path) -> None:
    await storage.put("photos/a", b"first and longer", JPEG)
    await storage.put("photos/a", b"second", JPEG)

    assert await storage.get("photos/a") == b"second"
    assert files_below(root) == [root / "photos" / "a"]


async def test_deleted_content_is_missing_and_deleting_again_is_no_error(storage: BlobStorage) -> None:
    await storage.put("photos/a", b"x", JPEG)

    await storage.delete("photos/a")
    await storage.delete("photos/a")

    with pytest.raises(BlobMissing):
        await storage.get("photos/a")


@pytest.mark.parametrize("key", ["photos", "photos/none", "photos/a/b", "other/none"])
async def test_a_key_without_content_is_missing(storage: BlobStorage, key: str) -> None:
    await storage.put("photos/a", b"x", JPEG)

    with pytest.raises(BlobMissing):
        await storage.get(key)
    await storage.delete(key)
    assert await storage.get("photos/a") == b"x"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../secret",
        "photos/../../secret",
        "photos//a",
        "photos/",
        "photos/a.jpg",
        ".hidden",
        "Photos/A",
        "photos/a\n",
        "photos\\a",
        "照片",
        "a\x00b",
        "a" * 201,
    ],
)
async def test_a_key_of_another_form_is_refused_everywhere(
    storage: BlobStorage, tmp_path: Path, key: str
) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "secret").write_text("secret")

    with pytest.raises(ValueError, match="key"):
        await storage.put(key, b"x", JPEG)
    with pytest.raises(ValueError, match="key"):
        await storage.get(key)
    with pytest.raises(ValueError, match="key"):
        await storage.delete(key)
    assert (tmp_path / "state" / "secret").read_text() == "secret"


async def test_files_and_folders_are_private(storage: BlobStorage, root: Path) -> None:
    await storage.put("photos/2026/a", b"x", JPEG)

    assert stat.S_IMODE((root / "photos" / "2026" / "a").stat().st_mode) == 0o600
    for folder in (root, root / "photos", root / "photos" / "2026"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


async def test_a_failed_write_leaves_the_old_content_and_no_rest(
    storage: BlobStorage, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await storage.put("photos/a", b"old", JPEG)

    def full_disk(_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(StorageUnavailable):
        await storage.put("photos/a", b"new", JPEG)

    assert await storage.get("photos/a") == b"old"
    assert files_below(root) == [root / "photos" / "a"]

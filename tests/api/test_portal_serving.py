"""The portals' bundles over HTTP: history fallback, caching, compression, headers, and nothing outside the folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from registry_api.kit.spa import mount_portals

PAGE = "<!doctype html><title>portal</title>"
PUBLIC_PAGE = "<!doctype html><title>public</title>"
SCRIPT = "console.log(1)"


@pytest.fixture
def bundles(tmp_path: Path) -> Path:
    """A built doctors' and a built public portal, and a secret beside it that nobody may read."""
    dist = tmp_path / "frontends" / "doctor" / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(PAGE)
    (dist / "favicon.svg").write_text("<svg/>")
    (dist / "assets" / "main-1a2b.js").write_text(SCRIPT)
    (dist / "assets" / "main-1a2b.js.br").write_bytes(b"brotli bytes")
    (dist / "assets" / "main-1a2b.js.gz").write_bytes(b"gzip bytes")
    (dist.parent / "secret.txt").write_text("secret")
    public = tmp_path / "frontends" / "public" / "dist"
    (public / "assets").mkdir(parents=True)
    (public / "index.html").write_text(PUBLIC_PAGE)
    (public / "favicon.svg").write_text("<svg/>")
    (public / "sw.js").write_text(SCRIPT)
    (public / "assets" / "main-3c4d.js").write_text(SCRIPT)
    return tmp_path / "frontends"


@pytest.fixture
async def client(bundles: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the mounted app, without following redirects."""
    app = FastAPI()
    mount_portals(app, bundles)
    transport = httpx.ASGITransport(app=app)
    headers = {"accept-encoding": "identity"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://registry.test", headers=headers
    ) as asking:
        yield asking


@pytest.mark.parametrize("path", ["/doctor/", "/doctor/applications/0192", "/doctor/sign-in?to=%2F"])
async def test_pages_of_the_application_are_its_index(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.text == PAGE
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


async def test_assets_are_kept_forever(client: httpx.AsyncClient) -> None:
    answer = await client.get("/doctor/assets/main-1a2b.js")
    assert answer.text == SCRIPT
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        "/doctor/assets/gone-9f.js",
        "/doctor/assets/gone",
        "/doctor/assets",
        "/doctor/missing.png",
        "/doctor/assets/main-1a2b.js.br",
        "/institution/",
    ],
)
async def test_what_is_not_there_is_not_the_index(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("cache-control", "")


@pytest.mark.parametrize(
    "path",
    [
        "/doctor/..%2fsecret.txt",
        "/doctor/%2e%2e/secret.txt",
        "/doctor/assets/..%2f..%2fsecret.txt",
        "/doctor/..%5csecret.txt",
        "/doctor/%2fetc%2fpasswd.txt",
        "/doctor/secret.txt%00",
    ],
)
async def test_nothing_outside_the_folder_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_a_link_that_leads_out_is_not_followed(client: httpx.AsyncClient, bundles: Path) -> None:
    (bundles / "doctor" / "dist" / "linked.txt").symlink_to(bundles / "doctor" / "secret.txt")
    assert (await client.get("/doctor/linked.txt")).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding", "content"),
    [
        ("gzip, br", "br", b"brotli bytes"),
        ("gzip", "gzip", b"gzip bytes"),
        ("br;q=0, gzip;q=0.5", "gzip", b"gzip bytes"),
        ("identity", None, SCRIPT.encode()),
    ],
)
async def test_the_compressed_sibling_is_picked_by_what_the_browser_takes(
    client: httpx.AsyncClient, accepted: str, encoding: str | None, content: bytes
) -> None:
    request = client.build_request(
        "GET", "/doctor/assets/main-1a2b.js", headers={"accept-encoding": accepted}
    )
    answer = await client.send(request, stream=True)
    received = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-type"].startswith("text/javascript")
    assert received == content


async def test_a_page_that_did_not_change_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/doctor/")
    second = await client.get("/doctor/", headers={"if-none-match": first.headers["etag"]})
    assert second.status_code == 304
    assert second.content == b""


@pytest.mark.parametrize("path", ["/doctor/", "/doctor/assets/main-1a2b.js", "/doctor/missing.png", "/"])
async def test_every_answer_carries_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe-inline" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "camera=()" in headers["permissions-policy"]


@pytest.mark.parametrize("path", ["/", "/register", "/v", "/boards/0192", "/announcements", "/help"])
async def test_pages_of_the_public_portal_are_at_the_root(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, PUBLIC_PAGE)
    assert answer.headers["cache-control"] == "no-cache"
    assert "require-trusted-types-for 'script'" in answer.headers["content-security-policy"]


async def test_files_of_the_public_portal_are_at_the_root(client: httpx.AsyncClient) -> None:
    asset = await client.get("/assets/main-3c4d.js")
    assert asset.text == SCRIPT
    assert "immutable" in asset.headers["cache-control"]
    assert (await client.get("/favicon.svg")).headers["content-type"].startswith("image/svg")
    worker = await client.get("/sw.js")
    # A browser has to see a new release of it at once.
    assert (worker.text, worker.headers["cache-control"]) == (SCRIPT, "no-cache")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/register/deeper",
        "/assets/",
        "/assets/gone-1.js",
        "/assets/..%2findex.html",
        "/index.html",
    ],
)
async def test_nothing_else_is_the_public_portals(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert PUBLIC_PAGE not in answer.text


async def test_a_portal_without_the_slash_leads_to_itself(client: httpx.AsyncClient) -> None:
    answer = await client.get("/doctor")
    assert answer.status_code == 307
    assert answer.headers["location"].endswith("/doctor/")


async def test_only_reading_is_allowed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/doctor/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"

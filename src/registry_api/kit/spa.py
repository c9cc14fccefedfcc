"""Serves the built portals: one small ASGI app under /doctor, /institution and /authority, and the public one at /.

Starlette's StaticFiles knows neither the history fallback of a single-page application nor `.br` siblings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from mimetypes import guess_type
from pathlib import Path, PurePosixPath

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

PORTALS = ("doctor", "institution", "authority")
PUBLIC_PAGES = ("/", "/register", "/v", "/boards/{institution}", "/announcements", "/help")
"""Pages of the public portal, as its router names them. What is not listed stays a problem document."""
PUBLIC_FILES = ("/favicon.svg", "/sw.js")
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
    )
)
_SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
"""Where the machine's own table of types is missing or wrong, a browser under nosniff would refuse the file."""
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class _Found:
    file: Path
    cache: str


class Portal:
    """One built single-page application; `folder` holds its index.html and assets."""

    def __init__(self, folder: Path, *, trusted_types: str = "vue") -> None:
        """`trusted_types` names the policies that its code makes, for the content security policy."""
        self._folder = folder.resolve()
        self._security = {
            **_SECURITY,
            "content-security-policy": f"{_POLICY}; trusted-types {trusted_types}",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            return Response(status_code=405, headers={**self._security, "allow": "GET, HEAD"})
        # `path` is decoded and still begins with where this app is mounted.
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        found = self._find(path)
        if found is None:
            return Response(status_code=404, headers={**self._security, "cache-control": _ASK_AGAIN})
        return _send(found, self._security, Headers(scope=scope))

    def _find(self, path: str) -> _Found | None:
        if "\\" in path or "\0" in path or ".." in PurePosixPath(path).parts:
            return None
        wanted = PurePosixPath(path)
        in_assets = wanted.parts[:1] == ("assets",)
        if not wanted.suffix and not in_assets:
            # A page of the application: its router reads the address.
            return self._existing("index.html", _ASK_AGAIN)
        if wanted.suffix in (".br", ".gz"):
            return None
        return self._existing(path, _FOREVER if in_assets else _ASK_AGAIN)

    def _existing(self, path: str, cache: str) -> _Found | None:
        file = (self._folder / path).resolve()
        if not file.is_relative_to(self._folder) or not file.is_file():
            return None
        return _Found(file, cache)


def _send(found: _Found, security: Mapping[str, str], request: Headers) -> Response:
    kind = _TYPES.get(found.file.suffix) or guess_type(found.file.name)[0] or "application/octet-stream"
    headers = {**security, "cache-control": found.cache, "vary": "Accept-Encoding"}
    file = found.file
    for encoding, suffix in _ENCODINGS:
        sibling = file.with_name(file.name + suffix)
        if encoding in _accepted(request.get("accept-encoding", "")) and sibling.is_file():
            headers["content-encoding"] = encoding
            file = sibling
            break
    facts = file.stat()
    headers["etag"] = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    headers["last-modified"] = formatdate(facts.st_mtime, usegmt=True)
    if headers["etag"] in (tag.strip() for tag in request.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=_without(headers, "content-encoding"))
    return FileResponse(file, headers=headers, media_type=kind, stat_result=facts)


def _accepted(header: str) -> set[str]:
    """Encodings the browser takes; one with `q=0` is refused."""
    taken: set[str] = set()
    for offer in header.lower().split(","):
        name, _, weight = offer.strip().partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            taken.add(name.strip())
    return taken


def _without(headers: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in headers.items() if key != name}


def mount_portals(app: FastAPI, folder: Path) -> None:
    """Serves `folder/<portal>/dist` under `/<portal>`, and the public portal's pages, files and assets at `/`.

    A portal that was not built answers 404; the API is served all the same.
    """
    for portal in PORTALS:
        app.mount(f"/{portal}", Portal(folder / portal / "dist"), name=f"{portal}_portal")
    public = Portal(folder / "public" / "dist", trusted_types="vue offline-worker")
    # Not mounted at the root: a mount takes whatever no route takes, other methods of the API's paths among it.
    for path in (*PUBLIC_PAGES, *PUBLIC_FILES, "/assets/{file:path}"):
        app.router.routes.append(Route(path, public, name="public_portal", include_in_schema=False))

"""The three pages that open in WeChat's browser, and the one that stands for WeChat in development.

They are static but for their words: what they must know comes behind the `#`, which no server is sent, and their
script asks the API. Nothing is loaded from elsewhere, and nothing stands inline.
"""

from html import escape
from importlib.resources import files
from string import Template
from typing import get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from registry_api.accounts.visit import CurrentVisit
from registry_api.kit.problems import NotFound
from registry_api.kit.texts import Language, language_from, text
from registry_api.wechat.arrival import arrive
from registry_api.wechat.cookie import browser_cookie
from registry_api.wechat.demonstration import PATH, PEOPLE, code_of, is_demonstrated
from registry_api.wechat.schemas import LoginStatus
from registry_api.wechat.service import is_offered

router = APIRouter(tags=["wechat"], include_in_schema=False)
_HEADERS = {
    "content-security-policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "form-action 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    ),
    "cache-control": "no-store",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
}
_LONGEST_STATE, _LONGEST_CODE = 64, 512
_ASSETS = {"pages.js": "text/javascript", "pages.css": "text/css"}
_PAGE = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<link rel="stylesheet" href="/wechat/assets/pages.css">
<script src="/wechat/assets/pages.js" defer></script>
</head>
<body data-page="$page">
<header>$service</header>
<main>
<h1>$title</h1>
$content
<noscript><p class="note">$noscript</p></noscript>
</main>
</body>
</html>
""")
_CONFIRMATION = Template("""<div data-part="question" hidden>
<p data-value="question" class="question"></p>
<dl>
<dt>$person</dt><dd data-value="person"></dd>
<dt>$network</dt><dd data-value="network"></dd>
<dt>$started</dt><dd data-value="started_at"></dd>
</dl>
<p class="note">$warning</p>
<div class="actions">
<button type="button" data-decision="confirm" class="primary">$confirm</button>
<button type="button" data-decision="refuse">$refuse</button>
</div>
</div>""")


@router.get("/wechat/scan", name="wechatScanPage")
async def scan_page(request: Request) -> Response:
    """What the QR code opens."""
    language = _entered(request)
    return _page("scan", language, _waiting(language) + _outcomes(language))


@router.get("/wechat/confirm", name="wechatConfirmPage")
async def confirm_page(request: Request) -> Response:
    """Where the phone decides."""
    language = _entered(request)
    words = {
        part: escape(text(f"wechat.page.{part}", language))
        for part in ("person", "network", "started", "warning", "confirm", "refuse")
    }
    return _page(
        "confirm", language, _waiting(language) + _CONFIRMATION.substitute(words) + _outcomes(language)
    )


@router.get("/wechat/result", name="wechatResultPage")
async def result_page(request: Request) -> Response:
    """How it ended."""
    language = _entered(request)
    return _page("result", language, _outcomes(language))


@router.get("/wechat/callback", name="wechatCallback")
async def callback(
    request: Request, visit: CurrentVisit, state: str = "", code: str | None = None
) -> Response:
    """Where WeChat leads back to; what stood in the address does not stay in it."""
    _entered(request)
    if len(state) > _LONGEST_STATE or len(code or "") > _LONGEST_CODE:
        return RedirectResponse("/wechat/result#expired", 303, headers=_HEADERS)
    place = await arrive(visit, code, state, request.cookies.get(browser_cookie(visit.system.settings)))
    return RedirectResponse(place, 303, headers=_HEADERS)


@router.get(PATH, name="wechatDemonstration")
async def demonstration_page(request: Request, state: str = "") -> Response:
    """Offers made-up people; 404 in production, and wherever there is an official account."""
    if not is_demonstrated(request.app.state.system.settings):
        raise NotFound
    language = _entered(request)
    links = "".join(
        '<li><a class="primary" href="/wechat/callback?{}">{}</a></li>'.format(
            escape(urlencode({"code": code_of(person), "state": state})),
            escape(text("wechat.page.demonstration_person", language, person=person)),
        )
        for person in PEOPLE
    )
    note = escape(text("wechat.page.demonstration_note", language))
    return _page("demonstration", language, f'<p class="note">{note}</p><ul class="people">{links}</ul>')


@router.get("/wechat/assets/{name}", name="wechatAsset")
async def asset(name: str) -> Response:
    """Script and style of the pages."""
    kind = _ASSETS.get(name)
    if kind is None:
        raise NotFound
    content = (files("registry_api") / "wechat" / "assets" / name).read_bytes()
    return Response(content, media_type=kind, headers={"cache-control": "no-cache"})


def _entered(request: Request) -> Language:
    """The language; raises NotFound where WeChat is off."""
    if not is_offered(request.app.state.system.settings):
        raise NotFound
    return language_from(request.headers.get("accept-language"))


def _page(name: str, language: Language, content: str) -> Response:
    words = {
        "title": text(f"wechat.page.{name}_title", language),
        "service": text("wechat.page.service", language),
        "noscript": text("wechat.page.noscript", language),
        "language": language,
        "page": name,
    }
    safe = {key: escape(value) for key, value in words.items()}
    return Response(_PAGE.substitute(safe, content=content), media_type="text/html", headers=_HEADERS)


def _waiting(language: Language) -> str:
    return f'<p data-part="waiting" role="status">{escape(text("wechat.page.waiting", language))}</p>'


def _outcomes(language: Language) -> str:
    """Every way it can end, hidden; the script shows one. A failed request of its own ends in `unreachable`."""
    shown = [status for status in get_args(LoginStatus) if status not in ("waiting", "scanned")]
    words = {status: text(f"wechat.status.{status}", language) for status in shown}
    words["unreachable"] = text("wechat.page.unreachable", language)
    return "".join(
        f'<p data-outcome="{name}" role="alert" hidden>{escape(said)}</p>' for name, said in words.items()
    )

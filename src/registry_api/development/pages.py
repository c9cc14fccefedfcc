"""`/development/inbox` for people, `/development/messages` for programs."""

import re
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from registry_api.development.inbox import Authenticator, Inbox, SentMessage, read_inbox
from registry_api.kit.clock import SHANGHAI
from registry_api.kit.problems import NotFound
from registry_api.kit.settings import is_loopback
from registry_api.kit.texts import Language, language_from, text
from registry_api.kit.work import System

_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ASSETS = {"inbox.js": "text/javascript", "inbox.css": "text/css"}
_LINK = re.compile(r"https?://[^\s<>\"，。；）]+")
_PAGE = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>$title</title>
<link rel="stylesheet" href="/development/assets/inbox.css">
<script src="/development/assets/inbox.js" defer></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>
</head>
<body data-copied="$copied">
<header>$service</header>
<main>
<h1>$title</h1>
<p class="note">$note</p>
<section id="messages" aria-labelledby="messages-title">
<h2 id="messages-title">$messages_title</h2>
$messages
</section>
<section id="authenticators" aria-labelledby="authenticators-title">
<h2 id="authenticators-title">$authenticators_title</h2>
$authenticators
</section>
<p id="told" role="status"></p>
</main>
</body>
</html>
""")


async def _inbox_page(request: Request) -> Response:
    system = _admit(request)
    language = language_from(request.headers.get("accept-language"))
    inbox = await read_inbox(system)
    words = {
        part: escape(text(f"inbox.{part}", language))
        for part in ("title", "service", "note", "copied", "messages_title", "authenticators_title")
    }
    page = _PAGE.substitute(
        words,
        language=language,
        messages=_list_of_messages(inbox, language),
        authenticators=_list_of_authenticators(inbox, language),
    )
    return Response(page, media_type="text/html", headers={"content-security-policy": _POLICY})


async def _messages(request: Request) -> Response:
    inbox = await read_inbox(_admit(request))
    return Response(inbox.model_dump_json(), media_type="application/json")


async def _asset(request: Request) -> Response:
    _admit(request)
    name = request.path_params["name"]
    if name not in _ASSETS:
        raise NotFound
    content = (files("registry_api") / "development" / "assets" / name).read_bytes()
    return Response(content, media_type=_ASSETS[name], headers={"cache-control": "no-cache"})


ROUTES = [
    Route("/development/inbox", _inbox_page, name="developmentInbox"),
    Route("/development/messages", _messages, name="developmentMessages"),
    Route("/development/assets/{name}", _asset, name="developmentAsset"),
]
"""For an application whose settings say `shows_inbox`; others have no such places."""


def _admit(request: Request) -> System:
    """Refuses a name that is not this machine's: a page elsewhere could otherwise read codes by rebinding its own."""
    system: System = request.app.state.system
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        raise NotFound from None
    if not system.settings.shows_inbox or not is_loopback(host):
        raise NotFound
    return system


def _list_of_messages(inbox: Inbox, language: Language) -> str:
    if not inbox.messages:
        return f"<p>{escape(text('inbox.empty', language))}</p>"
    return f"<ol>{''.join(_message(one, language) for one in inbox.messages)}</ol>"


def _message(message: SentMessage, language: Language) -> str:
    state = "sent" if message.sent_at else "failed" if message.failed_at else "waiting"
    at = message.created_at.astimezone(SHANGHAI)
    subject = f"<h3>{escape(message.subject)}</h3>" if message.subject else ""
    code = _copy_button(message.code, language) if message.code else ""
    return (
        f'<li><p class="head"><span>{escape(text(f"inbox.{message.channel}", language))}</span>'
        f" <strong>{escape(message.to)}</strong>"
        f' <time datetime="{at.isoformat()}">{at:%m-%d %H:%M:%S}</time>'
        f" <span>{escape(text(f'inbox.{state}', language))}</span></p>"
        f'{subject}<p class="text">{_with_links(message.text)}</p>{code}</li>'
    )


def _list_of_authenticators(inbox: Inbox, language: Language) -> str:
    if not inbox.authenticators:
        return f"<p>{escape(text('inbox.no_authenticators', language))}</p>"
    return f"<ul>{''.join(_authenticator(one, language) for one in inbox.authenticators)}</ul>"


def _authenticator(one: Authenticator, language: Language) -> str:
    until = one.valid_until.astimezone(SHANGHAI)
    valid = text("inbox.valid_until", language, time=f"{until:%H:%M:%S}")
    return (
        f'<li><p class="head"><strong>{escape(one.login_name)}</strong> <span>{escape(one.office)}</span>'
        f" <span>{escape(valid)}</span></p>{_copy_button(one.code, language)}</li>"
    )


def _copy_button(code: str, language: Language) -> str:
    return (
        f'<p class="code"><span>{escape(code)}</span>'
        f' <button type="button" data-copy="{escape(code)}">{escape(text("inbox.copy", language))}</button></p>'
    )


def _with_links(words: str) -> str:
    """The text, escaped, its addresses as links."""
    parts, end = [], 0
    for match in _LINK.finditer(words):
        address = escape(match[0])
        parts += [escape(words[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join((*parts, escape(words[end:])))

"""The door: finds the session or token of a request, sets the database's scope, refuses forged requests."""

import hashlib
from dataclasses import replace
from uuid import UUID

from fastapi import Request

from registry_api.accounts.principals import SAFE_METHODS, Principal
from registry_api.accounts.queries import ENTER_CLIENT, ENTER_SESSION, TOUCH_SESSION
from registry_api.kit.problems import OriginRefused, Unauthenticated, WrongRealm
from registry_api.kit.roles import REALMS
from registry_api.kit.settings import Settings
from registry_api.kit.tokens import TokenRefused
from registry_api.kit.work import Work

AUDIENCE = "registry-api"
REALM_HEADER = "x-registry-realm"


def cookie_name(realm: str, settings: Settings) -> str:
    """`__Host-` plus the realm; the prefix needs `Secure`, so plain http on a loopback address goes without."""
    return realm if settings.plain_http else f"__Host-{realm}"


def device_cookie_name(realm: str, settings: Settings) -> str:
    """Of the cookie by which a browser is known: one for each realm, under the same rule for the prefix."""
    return f"{cookie_name(realm, settings)}-device"


def token_hash(token: str) -> bytes:
    """What the database keeps of a session reference of 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


async def check_origin(request: Request) -> None:
    """For operations without a session: a page of another site may not call them. Raises OriginRefused."""
    origin = request.headers.get("origin")
    if origin is not None and origin != request.app.state.system.settings.origin:
        raise OriginRefused


async def enter(request: Request, work: Work) -> UUID:
    """Sets `request.state.principal` and the database's scope; gives the account's or client's id.

    Raises Unauthenticated, WrongRealm or OriginRefused.
    """
    authorization = request.headers.get("authorization")
    if authorization is not None:
        principal = await _by_bearer(work, authorization)
    else:
        principal = await _by_cookie(request, work)
    if principal is None:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    request.state.principal = principal
    if principal.session_id is not None:
        # Somebody whose requests are refused is at work all the same: the rollback must not undo the mark.
        work.tx.keep_on_rollback(TOUCH_SESSION, session_id=principal.session_id, now=work.now)
    return principal.account_id


async def _by_bearer(work: Work, authorization: str) -> Principal | None:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        claims = work.system.verifier.verify(token.strip(), audience=AUDIENCE, now=work.now)
        subject, session = UUID(claims["sub"]), claims.get("sid")
        session_id = UUID(session) if session else None
    except (TokenRefused, ValueError):
        return None
    if session_id is None:
        client = await work.tx.find(ENTER_CLIENT, client_id=subject)
        if client is None:
            return None
        # A token may carry fewer scopes than its client holds; a scope taken from the client is gone at once.
        granted = frozenset(str(claims.get("scope", "")).split())
        return replace(client, scopes=tuple(scope for scope in client.scopes or () if scope in granted))
    return await work.tx.find(ENTER_SESSION, token_hash=None, session_id=session_id, realm=None, now=work.now)


async def _by_cookie(request: Request, work: Work) -> Principal | None:
    settings = work.system.settings
    realm = request.headers.get(REALM_HEADER)
    if realm is None and request.method in SAFE_METHODS:
        present = [name for name in REALMS if cookie_name(name, settings) in request.cookies]
        realm = present[0] if len(present) == 1 else None
        if realm is None:
            return None
    if realm not in REALMS:
        # A form or image of another site cannot set this header.
        raise WrongRealm
    origin = request.headers.get("origin")
    if request.method not in SAFE_METHODS and origin is not None and origin != settings.origin:
        raise OriginRefused
    token = request.cookies.get(cookie_name(realm, settings))
    if token is None:
        return None
    return await work.tx.find(
        ENTER_SESSION, token_hash=token_hash(token), session_id=None, realm=realm, now=work.now
    )

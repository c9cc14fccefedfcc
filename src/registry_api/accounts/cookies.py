"""The cookies by which a browser is signed in and known."""

from fastapi import Response

from registry_api.accounts.devices import KNOWN_FOR
from registry_api.accounts.entry import cookie_name, device_cookie_name
from registry_api.accounts.schemas import Delivery, Session
from registry_api.accounts.sessions import Opened
from registry_api.kit.roles import Realm
from registry_api.kit.settings import Settings


def deliver(response: Response, opened: Opened, delivery: Delivery, settings: Settings) -> Session:
    """The body of the answer; what a browser is to keep goes into cookies that scripts cannot read."""
    session = opened.session
    if delivery == "bearer":
        return session.model_copy(update={"device_token": opened.device_token})
    set_session_cookie(response, opened.realm, opened.reference, settings)
    if opened.device_token is not None:
        response.set_cookie(
            device_cookie_name(opened.realm, settings),
            opened.device_token,
            max_age=int(KNOWN_FOR[opened.realm].total_seconds()),
            httponly=True,
            secure=not settings.plain_http,
            samesite="strict",
            path="/",
        )
    return session


def set_session_cookie(response: Response, realm: Realm, reference: str, settings: Settings) -> None:
    """The session's cookie; it goes when the browser is closed."""
    response.set_cookie(
        cookie_name(realm, settings),
        reference,
        httponly=True,
        secure=not settings.plain_http,
        samesite="strict",
        path="/",
    )


def clear_session_cookie(response: Response, realm: Realm, settings: Settings) -> None:
    """Has the browser forget the session."""
    response.delete_cookie(
        cookie_name(realm, settings),
        path="/",
        secure=not settings.plain_http,
        httponly=True,
        samesite="strict",
    )

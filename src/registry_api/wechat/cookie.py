"""The cookie that ties a phone's browser to its scan."""

from starlette.responses import Response

from registry_api.accounts.entry import cookie_name
from registry_api.kit.settings import Settings


def browser_cookie(settings: Settings) -> str:
    """Its name, under the same rule for the prefix as the sessions'."""
    return cookie_name("wechat", settings)


def set_browser_cookie(response: Response, settings: Settings, secret: str, seconds: int) -> None:
    """Lax and not strict: it must come along when WeChat leads back to the callback. It signs nobody in."""
    response.set_cookie(
        browser_cookie(settings),
        secret,
        max_age=seconds,
        httponly=True,
        secure=not settings.plain_http,
        samesite="lax",
        path="/",
    )

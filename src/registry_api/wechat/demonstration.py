"""Signing in with WeChat where there is no WeChat: in development, without the id of an official account.

A page of ours offers three made-up people; who is chosen comes back to the callback as WeChat's own answer would.
"""

from urllib.parse import urlencode

from registry_api.kit.settings import Settings
from registry_api.wechat.provider import WechatFailed, WechatPerson

PEOPLE = ("1", "2", "3")
PATH = "/wechat/demonstration"


def is_demonstrated(settings: Settings) -> bool:
    """Whether made-up people may sign in; never in production."""
    return settings.environment == "development" and not settings.wechat_app_id


class Demonstration:
    """Stands where WeChat would; see `provider.Provider`."""

    def __init__(self, settings: Settings) -> None:
        if not is_demonstrated(settings):
            raise ValueError("made-up people sign in in development only")
        self._origin = settings.origin

    def authorisation_url(self, state: str) -> str:
        """The page that offers the people."""
        return f"{self._origin}{PATH}?{urlencode({'state': state})}"

    async def identify(self, code: str) -> WechatPerson:
        """The person of a code such as `demonstration-2`. Raises WechatFailed."""
        if code not in {code_of(person) for person in PEOPLE}:
            raise WechatFailed("nobody")
        return WechatPerson((f"demonstration/{code}",))


def code_of(person: str) -> str:
    """The code that stands for a person of `PEOPLE`."""
    return f"demonstration-{person}"

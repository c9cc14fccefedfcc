"""What a message says: `message.<template>` of the catalogues, filled."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from registry_api.kit.clock import SHANGHAI
from registry_api.kit.texts import Language, text

Channel = Literal["sms", "email"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message as people read it; an SMS has no subject."""

    subject: str | None
    text: str


def render(
    channel: Channel, template: str, language: Language, values: dict[str, Any], *, signature: str
) -> Rendered:
    """The filled template; an SMS begins with 【signature】, as carriers ask.

    Raises KeyError where the catalogue has no such template for the channel, or a value is missing.
    """
    if channel == "sms":
        return Rendered(None, f"【{signature}】" + text(f"message.{template}.sms", language, **values))
    return Rendered(
        text(f"message.{template}.subject", language, **values),
        text(f"message.{template}.body", language, **values),
    )


def said_time(moment: datetime) -> str:
    """An instant as messages say it: the civil time in Shanghai, to the minute."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")

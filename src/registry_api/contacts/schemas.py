"""Bodies of the contact operations."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from registry_api.accounts.schemas import Body
from registry_api.captchas.service import HumanProof

Code = Annotated[str, Field(min_length=1, max_length=12)]
Ticket = Annotated[str, Field(min_length=1, max_length=64)]
Email = Annotated[str, Field(min_length=3, max_length=254)]


class PhoneChangeStart(Body):
    """Nothing: the code goes to the phone that is verified."""


class OldPhoneCode(Body):
    """What came to the old phone."""

    code: Code


class PhoneChangeTicket(Body):
    """Proof that the old phone answered; good for ten minutes and one change."""

    phone_change_ticket: Ticket
    expires_at: datetime


class NewPhone(Body):
    """The number to change to."""

    phone_change_ticket: Ticket
    phone: Annotated[str, Field(min_length=1, max_length=32)]


class NewPhoneCode(Body):
    """What came to the new phone."""

    phone_change_ticket: Ticket
    code: Code


class EmailVerificationStart(Body):
    """The address, typed twice."""

    email: Email
    email_confirmation: Email
    human_proof: HumanProof | None = None


class EmailToken(Body):
    """The token of the link, which comes after `#` and is in no server's log."""

    token: Ticket


class EmailShown(Body):
    """What a link is about, before it is used."""

    email_masked: str
    expires_at: datetime


class EmailConfirmed(Body):
    """The address that is verified now."""

    email_masked: str

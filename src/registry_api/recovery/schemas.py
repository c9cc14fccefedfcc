"""Bodies of the recovery operations."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from registry_api.accounts.password_change import Password
from registry_api.accounts.schemas import Body
from registry_api.captchas.service import HumanProof

IdNumberTail = Annotated[
    str,
    Field(
        pattern=r"^(?:[0-9]{5}|[0-9]{17})[0-9Xx]$",
        description="The last six characters of the ID number; all eighteen after 60 days without a sign-in.",
    ),
]


class PasswordResetStart(Body):
    """Whose password: login name or verified phone."""

    login_name_or_phone: Annotated[str, Field(min_length=1, max_length=64)]
    human_proof: HumanProof | None = None


class PasswordResetStarted(Body):
    """The same for everybody, whether or not there is such an account."""

    reset_reference: str
    expires_at: datetime
    message: str


class PasswordResetCompletion(Body):
    """The code of the SMS, the end of the ID number, and the new password twice."""

    reset_reference: Annotated[str, Field(min_length=1, max_length=64)]
    code: Annotated[str, Field(min_length=1, max_length=12)]
    id_number_tail: IdNumberTail
    new_password: Password
    new_password_confirmation: Password


class LoginNameRecovery(Body):
    """The verified phone and the end of the ID number."""

    phone: Annotated[str, Field(min_length=1, max_length=32)]
    id_number_tail: IdNumberTail
    human_proof: HumanProof | None = None


class RecoveryAnswer(Body):
    """The same for everybody."""

    message: str
